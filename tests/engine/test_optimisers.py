"""Optimisers and schedules: published steps, what they leave alone, and settings that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import optimisers
from playground.engine.errors import EngineError
from playground.engine.optimisers import (
    OPTIMISERS,
    SCHEDULES,
    SGD,
    Adam,
    Constant,
    Cosine,
    Momentum,
    Steps,
    start,
    update,
)

EACH = [SGD(), Momentum(), Adam(), SGD(0.1), Momentum(0.5, 0.1), Adam(weight_decay=0.1)]


def run(optimiser, params, grads, rate):
    """Return the parameters after one step for each of the gradients."""
    memories = start(optimiser, params)
    for grad in grads:
        params, memories = update(optimiser, params, grad, memories, rate)
    return params


def one(value):
    return {"a": {"weight": np.array([value])}}


def test_sgd_goes_down_the_gradient():
    assert run(SGD(), one(1.0), [one(2.0), one(-1.0)], 0.1)["a"]["weight"] == pytest.approx(0.9)


def test_momentum_keeps_going():
    # v = 2, then 0.9 * 2 + 0 = 1.8: 1 - 0.1 * 2 - 0.1 * 1.8
    found = run(Momentum(0.9), one(1.0), [one(2.0), one(0.0)], 0.1)
    assert found["a"]["weight"] == pytest.approx(0.62)


def test_adam_steps_as_its_algorithm_says():
    # m1 = 0.2, v1 = 0.004: both corrected give 2 / sqrt(4) = 1.
    # m2 = 0.9 * 0.2 - 0.1 = 0.08, v2 = 0.999 * 0.004 + 0.001 = 0.004996.
    first = 1 - 0.1
    second = first - 0.1 * (0.08 / (1 - 0.9**2)) / np.sqrt(0.004996 / (1 - 0.999**2))
    found = run(Adam(), one(1.0), [one(2.0), one(-1.0)], 0.1)
    assert found["a"]["weight"] == pytest.approx(second, rel=1e-7)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e12])
def test_the_first_step_of_adam_is_as_long_as_the_learning_rate(size):
    found = run(Adam(epsilon=1e-30), one(0.0), [one(-size)], 0.25)
    assert found["a"]["weight"] == pytest.approx(0.25)


def test_weight_decay_shrinks_weights_and_leaves_biases():
    params = {"a": {"weight": np.ones(2), "bias": np.ones(2)}}
    still = {"a": {"weight": np.zeros(2), "bias": np.zeros(2)}}
    for optimiser in (SGD(0.1), Momentum(0.9, 0.1), Adam(weight_decay=0.1)):
        found = run(optimiser, params, [still], 0.5)["a"]
        assert found["weight"] == pytest.approx(np.full(2, 0.95))
        assert found["bias"].tolist() == [1, 1]


@pytest.mark.parametrize("optimiser", EACH)
def test_a_bowl_is_walked_down_to_its_bottom(optimiser):
    bottom = np.array([1.0, -2.0])
    params, memories = {"a": {"bias": np.zeros(2)}}, {"a": {"bias": optimiser.start(np.zeros(2))}}
    for _ in range(400):
        grads = {"a": {"bias": params["a"]["bias"] - bottom}}
        params, memories = update(optimiser, params, grads, memories, 0.03)
    assert np.abs(params["a"]["bias"] - bottom).max() < 1e-2


@pytest.mark.parametrize("optimiser", EACH)
def test_a_step_changes_nothing_that_it_is_given_and_keeps_the_type(optimiser):
    params = {"a": {"weight": np.ones(3, np.float32)}, "b": {"weight": np.ones(3, np.float32)}}
    grads = {"a": {"weight": np.full(3, 0.5, np.float32)}}
    memories = start(optimiser, params)
    for array in (params["a"]["weight"], grads["a"]["weight"], *memories["a"]["weight"]):
        array.flags.writeable = False
    after, later = update(optimiser, params, grads, memories, 0.1)
    assert after["a"]["weight"].dtype == np.float32
    assert after["b"]["weight"] is params["b"]["weight"]
    assert (params["a"]["weight"] == 1).all()
    again, _ = update(optimiser, params, grads, memories, 0.1)
    assert np.array_equal(again["a"]["weight"], after["a"]["weight"])
    assert later["a"] is not memories["a"]


def test_schedules_go_from_the_full_rate_down():
    assert [Constant().factor(e, 4) for e in (0, 1.5, 4)] == [1, 1, 1]
    assert [Steps(2, 0.5).factor(e, 9) for e in (0, 1.9, 2, 3.9, 4)] == [1, 1, 0.5, 0.5, 0.25]
    found = [Cosine().factor(e, 4) for e in (0, 1, 2, 4)]
    assert found == pytest.approx([1, (1 + 0.5**0.5) / 2, 0.5, 0], abs=1e-12)


def test_the_registries_make_every_optimiser_and_schedule():
    assert [type(make()) for make in OPTIMISERS.values()] == [SGD, Momentum, Adam]
    assert [type(make()) for make in SCHEDULES.values()] == [Constant, Steps, Cosine]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: SGD(-0.1), "weight decay must be at least 0 and below 1, not -0.1"),
        (lambda: Momentum(1.0), "momentum must be at least 0 and below 1, not 1"),
        (lambda: Momentum(weight_decay=np.nan), "weight decay must be a finite number"),
        (lambda: Adam(beta1=1), "first beta"),
        (lambda: Adam(beta2="x"), "second beta"),
        (lambda: Adam(epsilon=0), "epsilon must be above 0"),
        (lambda: Steps(0), "number of epochs between two steps must be at least 1"),
        (lambda: Steps(1, 0), "factor of a step must be above 0 and at most 1"),
    ],
)
def test_settings_that_cannot_be_are_one_sentence(make, sentence):
    with pytest.raises(EngineError, match=sentence):
        make()


@pytest.mark.parametrize("optimiser", EACH)
def test_a_large_array_that_moves_in_parts_ends_where_it_would_in_one_piece(optimiser, monkeypatch):
    rng = np.random.default_rng(3)
    params = {"a": {"weight": rng.normal(size=(7, 5, 2)), "bias": rng.normal(size=7)}}
    grads = [{"a": {n: rng.normal(size=w.shape) for n, w in params["a"].items()}} for _ in range(4)]
    whole = run(optimiser, params, grads, 0.1)
    monkeypatch.setattr(optimisers, "PART", 23)  # two rows of ten, and one that is left over
    parts = run(optimiser, params, grads, 0.1)
    assert all(whole["a"][name].tobytes() == parts["a"][name].tobytes() for name in params["a"])
