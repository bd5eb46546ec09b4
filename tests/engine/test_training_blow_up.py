"""Training that blows up ends in a sentence that says so, and keeps weights that work."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.gradients import gradients
from playground.engine.layers import Flatten, Linear, ReLU, Softmax
from playground.engine.network import Network, Node, init_params
from playground.engine.optimisers import SGD, Adam, Momentum
from playground.engine.training import Settings
from tests.engine.learners import PLAIN, bars, run


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
