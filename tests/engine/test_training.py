"""Training: it learns, repeats itself bit for bit, and can be paused."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.evaluation import evaluate
from playground.engine.layers import GlobalAvgPool2d
from playground.engine.network import Network, Node, init_params
from playground.engine.optimisers import SGD, Adam, Cosine, Momentum, Steps
from playground.engine.training import Settings
from tests.engine.learners import FAST, PLAIN, SMALL, bars, run, same, shift


@pytest.mark.parametrize("loss", ["cross_entropy", "total_error"])
@pytest.mark.parametrize("optimiser, rate", [(SGD(), 0.5), (Momentum(), 0.1), (Adam(), 0.02)])
def test_a_tiny_set_is_learned_without_an_error(optimiser, rate, loss):
    settings = Settings(loss, optimiser, rate, batch_size=6, epochs=60)
    first, *_, last = run(PLAIN, settings)
    found = evaluate(PLAIN, last.params, *bars(), loss)
    assert found.accuracy == 1 and found.loss < 0.02 < 0.2 < first.loss
    assert found.confusion.tolist() == np.diag([6, 6, 6]).tolist()


def test_every_step_is_handed_out_once_and_in_order():
    steps = list(run())
    assert [p.step for p in steps] == list(range(1, 17))  # 18 pictures in batches of 5, 4 times
    assert [p.epoch for p in steps] == [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4
    assert FAST.steps_per_epoch(18) == 4


def test_the_same_seed_gives_the_same_run_bit_for_bit_and_another_seed_another():
    first, again, other = (list(run(seed=s, augment=shift)) for s in (5, 5, 6))
    assert same(first, again) and not same(first, other)


def test_a_paused_run_goes_on_as_if_nothing_had_been():
    whole, paused = list(run(augment=shift)), run(augment=shift)
    parts = list(islice(paused, 3))
    list(islice(run(seed=9), 5))  # another session trains in the meantime
    np.random.default_rng(5).random(100)
    assert same(whole, [*parts, *paused])


def test_what_was_handed_out_does_not_change_later():
    start = init_params(SMALL, np.random.default_rng(1))
    kept = {n: {k: a.copy() for k, a in own.items()} for n, own in start.items()}
    steps, copies = run(params=start), []
    seen = []
    for progress in steps:
        seen.append(progress)
        copies.append({n: {k: a.copy() for k, a in o.items()} for n, o in progress.params.items()})
    for params, copy in [(start, kept), *zip((p.params for p in seen), copies, strict=True)]:
        for name, own in copy.items():
            assert all(np.array_equal(params[name][k], own[k]) for k in own)
    assert len({id(p.params["logits"]["weight"]) for p in seen}) == len(seen)


def test_images_and_targets_are_not_changed():
    images, classes = bars()
    for array in (images, classes):
        array.flags.writeable = False
    assert len(list(run(data=(images, classes)))) == 16


def test_frozen_nodes_keep_their_weights_and_the_rest_learns():
    start = init_params(SMALL, np.random.default_rng(1))
    for frozen, free in (("convolution", "logits"), ("logits", "convolution")):
        settings = Settings(epochs=2, batch_size=6, frozen=(frozen,))
        *_, last = run(settings=settings, params=start)
        assert last.params[frozen] is start[frozen]
        assert not np.array_equal(last.params[free]["weight"], start[free]["weight"])


def test_the_steps_of_what_is_free_are_those_of_a_run_in_which_the_rest_stands_still():
    # One step of plain descent: what one node does then does not depend on the others moving.
    once = dict(optimiser=SGD(), learning_rate=0.1, batch_size=18, epochs=1)
    (full,) = run(PLAIN, Settings(**once))
    (part,) = run(PLAIN, Settings(**once, frozen=("convolution",)))
    assert np.array_equal(full.params["logits"]["weight"], part.params["logits"]["weight"])


def test_augmentation_sees_every_batch_and_what_it_returns_is_learned_from():
    seen = []

    def blacken(batch, rng):
        seen.append(len(batch))
        return np.zeros_like(batch)

    *_, last = run(PLAIN, augment=blacken)
    assert seen == [5, 5, 5, 3] * 4
    start = init_params(PLAIN, np.random.default_rng(1))
    assert np.array_equal(last.params["convolution"]["weight"], start["convolution"]["weight"])


def test_the_schedule_sets_the_rate_of_each_step():
    settings = Settings(learning_rate=0.8, schedule=Steps(2, 0.5), batch_size=6, epochs=4)
    assert [settings.rate(step, 18) for step in (1, 6, 7, 12)] == [0.8, 0.8, 0.4, 0.4]
    settings = Settings(learning_rate=0.8, schedule=Cosine(), batch_size=6, epochs=4)
    assert settings.rate(7, 18) == pytest.approx(0.4)
    rates = [settings.rate(step, 18) for step in range(1, 13)]
    assert rates == sorted(rates, reverse=True) and rates[-1] > 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (dict(loss="hinge"), "loss must be one of"),
        (dict(learning_rate=0), "learning rate must be above 0, not 0"),
        (dict(learning_rate=np.nan), "learning rate must be a finite number"),
        (dict(batch_size=0), "batch size must be at least 1"),
        (dict(epochs=1.5), "number of epochs must be a whole number"),
    ],
)
def test_settings_that_cannot_be_are_one_sentence(changes, sentence):
    with pytest.raises(EngineError, match=sentence):
        Settings(**changes)


IMAGES, CLASSES = bars()
BARE = Network("bare", (1, 8, 8), PLAIN.nodes[:-1])
UNFIT = Network("unfit", (1, 8, 8), (Node("maps", GlobalAvgPool2d()),))


@pytest.mark.parametrize(
    ("network", "settings", "images", "classes", "sentence"),
    [
        (SMALL, Settings(frozen=("conv",)), IMAGES, CLASSES, "no layer “conv” that could be"),
        (SMALL, Settings(frozen=("convolution", "logits")), IMAGES, CLASSES, "nothing to train"),
        (SMALL, FAST, IMAGES[:, :, 1:], CLASSES, r"takes pictures of shape \(1, 8, 8\), not"),
        (SMALL, FAST, IMAGES[0], CLASSES, "set of pictures must have four axes"),
        (SMALL, FAST, IMAGES[:0], CLASSES, "set of pictures is empty"),
        (SMALL, FAST, IMAGES, CLASSES[1:], "18 pictures, but 17 targets"),
        (SMALL, FAST, IMAGES, CLASSES + 1, "3 outputs, .* no class 3"),
        (UNFIT, FAST, IMAGES, CLASSES, "must end in a vector"),
        (BARE, Settings("total_error"), IMAGES, CLASSES, "end the network in a softmax"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused_before_the_first_step(
    network, settings, images, classes, sentence
):
    with pytest.raises(EngineError, match=sentence):
        run(network, settings, data=(images, classes))


def test_missing_weights_and_a_changed_shape_are_refused():
    with pytest.raises(EngineError, match="“logits” has no weights to start from"):
        run(params={"convolution": init_params(SMALL, np.random.default_rng(1))["convolution"]})
    with pytest.raises(EngineError, match="shape of a batch, 5 x 1 x 8 x 8, but returned 2 x 1"):
        next(run(augment=lambda batch, rng: batch[:2]))
