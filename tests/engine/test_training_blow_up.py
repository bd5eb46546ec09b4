"""Training that blows up ends in a sentence that says so, and keeps weights that work."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.collapse import LASTING
from playground.engine.errors import EngineError
from playground.engine.gradients import gradients
from playground.engine.layers import Flatten, Linear, ReLU, Softmax
from playground.engine.network import Network, Node, init_params
from playground.engine.optimisers import SGD, Adam, Momentum
from playground.engine.training import Settings, TrainingFailed
from tests.engine.learners import PLAIN, SMALL, bars, run


def until_it_blows_up(steps):
    """Return the steps that were handed out, and the sentence that ended the run."""
    seen = []
    with pytest.raises(EngineError) as caught:
        for progress in steps:
            seen.append(progress)
    return seen, str(caught.value)


@pytest.mark.parametrize(
    "optimiser, rate, grown",
    [
        (SGD(), 1e6, r"has grown to \d\.\de\+\d\d"),
        (Momentum(), 1e6, r"has grown to \d\.\de\+\d\d"),
        (Adam(), 1e8, r"has grown to \d\.\de\+\d\d"),
        (SGD(), 1e36, "is no longer a number"),
    ],
)
def test_a_learning_rate_that_is_too_large_ends_in_a_sentence_and_keeps_good_weights(
    optimiser, rate, grown
):
    settings = Settings(optimiser=optimiser, learning_rate=rate, batch_size=6, epochs=40)
    seen, sentence = until_it_blows_up(run(PLAIN, settings))
    kept = f"weights of step {len(seen)}" if seen else "starting weights"
    assert re.fullmatch(
        rf"The loss {grown} after step {len(seen) + 1}: the learning rate {re.escape(f'{rate:g}')} "
        rf"is too large\. The {kept} are kept\.",
        sentence,
    )
    images, classes = bars()
    for progress in seen:
        assert gradients(PLAIN, progress.params, images, classes).loss < 1e6


def test_weights_that_overflow_are_found_even_where_the_loss_does_not_show_it():
    # The only unit that moves ends at minus infinity, where the ReLU turns it into 0.
    network = Network(
        "dead end",
        (1, 1, 1),
        (Node("flat", Flatten()), Node("hidden", Linear(1)), Node("relu", ReLU()),
         Node("logits", Linear(2)), Node("softmax", Softmax())),
    )  # fmt: skip
    params = {
        "hidden": {"weight": np.ones((1, 1), "f4"), "bias": np.zeros(1, "f4")},
        "logits": {"weight": np.array([[-1], [1]], "f4"), "bias": np.zeros(2, "f4")},
    }
    settings = Settings(optimiser=SGD(), learning_rate=3e38, epochs=5, frozen=("logits",))
    data = np.full((4, 1, 1, 1), 2, np.float32), np.zeros(4, int)
    seen, sentence = until_it_blows_up(run(network, settings, data=data, params=params))
    assert seen == []
    assert sentence.startswith("The loss is no longer a number after step 1: the learning rate 3e+")


def test_the_last_step_is_checked_too():
    settings = Settings(optimiser=SGD(), learning_rate=1e5, batch_size=18, epochs=1)
    seen, sentence = until_it_blows_up(run(PLAIN, settings))
    assert seen == [] and sentence.endswith("The starting weights are kept.")


def test_starting_weights_that_cannot_work_are_found_before_the_first_step():
    huge = {
        node: {name: 1e9 * array for name, array in own.items()}
        for node, own in init_params(PLAIN, np.random.default_rng(1)).items()
    }
    with pytest.raises(EngineError, match=r"The loss is \d\.\de\+\d\d even before the first step"):
        next(run(PLAIN, params=huge))


def test_pictures_without_numbers_are_found_before_the_first_step():
    images, classes = bars()
    images[3, 0, 2, 2] = np.nan
    settings = Settings(batch_size=18, epochs=2)
    with pytest.raises(EngineError, match="not a number even before the first step"):
        list(run(PLAIN, settings, data=(images, classes)))


DEEP = Network(
    "deep",
    (1, 8, 8),
    (
        Node("flat", Flatten()),
        Node("hidden", Linear(12)),
        Node("relu", ReLU()),
        Node("more", Linear(8)),
        Node("last_relu", ReLU()),
        Node("logits", Linear(3)),
        Node("softmax", Softmax()),
    ),
)


def failed(steps):
    """Return the steps that were handed out, and the error that ended the run."""
    seen = []
    with pytest.raises(TrainingFailed) as caught:
        for progress in steps:
            seen.append(progress)
    return seen, caught.value


def test_a_layer_that_died_ends_the_run_in_a_sentence_that_names_it():
    settings = Settings(optimiser=SGD(), learning_rate=10.0, batch_size=6, epochs=100)
    seen, error = failed(run(DEEP, settings))
    assert re.fullmatch(
        r"From step \d+ on at the latest, all outputs of “(relu|last_relu)” are 0, so that every "
        r"picture looks the same: the learning rate 10 is too large\. "
        r"The (starting weights|weights of step \d+) are kept\.",
        str(error),
    )
    assert LASTING <= len(seen) < 3 * LASTING
    # It is true of the last weights, and of all pictures.
    images, classes = bars()
    found = gradients(DEEP, seen[-1].params, images, classes)
    name = re.search("“(.*)”", str(error))[1]
    assert not found.stages[name].output.any() and not found.params["hidden"]["weight"].any()


@pytest.mark.parametrize("factor", [-100, -1e9])
def test_the_weights_that_are_kept_are_better_than_those_it_began_with(factor):
    batches = []

    def inverted_after_a_while(batch, rng):
        batches.append(len(batch))
        return batch * np.float32(factor) if len(batches) > 40 else batch

    start = init_params(DEEP, np.random.default_rng(1))
    settings = Settings(optimiser=SGD(), learning_rate=0.3, batch_size=18, epochs=200)
    seen, error = failed(run(DEEP, settings, augment=inverted_after_a_while, params=start))
    assert error.kept is seen[31] and "The weights of step 32 are kept." in str(error)
    images, classes = bars()
    better = gradients(DEEP, error.kept.params, images, classes).loss
    assert better < gradients(DEEP, start, images, classes).loss / 2


def test_a_short_run_that_ends_dead_says_so_too():
    settings = Settings(optimiser=SGD(), learning_rate=10.0, batch_size=6, epochs=4)
    seen, error = failed(run(DEEP, settings))
    assert len(seen) == 11 and str(error).startswith("From step 12 on at the latest, all outputs")
    assert error.kept is None


def test_weight_decay_may_be_what_is_too_large():
    settings = Settings(optimiser=SGD(weight_decay=0.5), learning_rate=1.9, batch_size=6, epochs=90)
    _, error = failed(run(DEEP, settings))
    assert "the learning rate 1.9 or the weight decay 0.5 is too large" in str(error)


def test_a_network_that_is_silent_from_the_start_is_no_fault_of_the_learning_rate():
    start = init_params(DEEP, np.random.default_rng(1))
    start["more"] = {"weight": -np.abs(start["more"]["weight"]), "bias": np.zeros(8, np.float32)}
    settings = Settings(batch_size=6, epochs=40, learning_rate=0.01)
    assert len(list(run(DEEP, settings, params=start))) == 120


@pytest.mark.parametrize("batch_size, epochs", [(1, 6), (5, 25)])
@pytest.mark.parametrize("optimiser, rate", [(SGD(), 0.1), (Momentum(), 0.01), (Adam(), 0.003)])
@pytest.mark.parametrize("network", [SMALL, DEEP])
def test_usual_settings_raise_no_alarm(network, optimiser, rate, batch_size, epochs):
    settings = Settings("cross_entropy", optimiser, rate, batch_size=batch_size, epochs=epochs)
    for loss in ("cross_entropy", "total_error"):
        assert list(run(network, replace(settings, loss=loss)))


def test_one_picture_and_frozen_layers_raise_no_alarm():
    images, classes = bars(1)
    settings = Settings(batch_size=1, epochs=150, learning_rate=0.01)
    assert len(list(run(PLAIN, settings, data=(images, classes)))) == 150
    settings = Settings(batch_size=5, epochs=30, frozen=("convolution",))
    assert len(list(run(PLAIN, settings))) == 120
