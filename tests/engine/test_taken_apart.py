"""One backward pass taken apart: every part is the engine's gradient, and the chain closes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.backward_parts import error_terms
from playground.engine.errors import EngineError
from playground.engine.gradients import gradients
from playground.engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Softmax
from playground.engine.network import Network, Node, init_params
from playground.engine.taken_apart import Pick, descend, strongest, take_apart
from playground.networks.example import example_network

TARGET = np.array([[0.0, 0, 1, 0]])
KERNELS = [
    Conv2d(2, 3),
    Conv2d(3, 3, padding="same"),
    Conv2d(2, (2, 3), stride=2, padding=1, padding_mode="reflect"),
    Conv2d(2, 2, dilation=2, padding=(0, 1, 2, 0), padding_mode="circular", bias=False),
]


def network(conv: Conv2d, pool: int = 2) -> Network:
    layers = (conv, ReLU(), MaxPool2d(pool), Flatten(), Linear(4), Softmax())
    return Network("n", (1, 12, 12), tuple(Node(f"n{i}", each) for i, each in enumerate(layers)))


def start(which: Network, seed: int):
    rng = np.random.default_rng(seed)
    params = {
        name: {key: array.astype(np.float64) for key, array in own.items()}
        for name, own in init_params(which, rng).items()
    }
    return params, rng.random((1, *which.input_shape)), rng


def some_pick(which: Network, rng: np.random.Generator) -> Pick:
    shapes = which.shapes()
    kernel = which.nodes[0].layer.weight_shape(which.input_shape)[2:]
    return Pick(*(int(rng.integers(n)) for n in (4, *shapes[which.nodes[2].name], *kernel)))


def test_the_articles_outputs_have_the_articles_errors():
    before = error_terms([0.2, 0.4, 0.1, 0.3], TARGET[0])
    assert before.total == pytest.approx(0.55)
    assert before.shares == pytest.approx([0.02, 0.08, 0.405, 0.045])
    assert error_terms([0.1, 0.1, 0.7, 0.1], TARGET[0]).total == pytest.approx(0.06)


@pytest.mark.parametrize("conv", KERNELS)
@pytest.mark.parametrize("seed", range(4))
def test_every_sum_adds_up_to_the_engines_gradient(conv, seed):
    which = network(conv, pool=2 + seed % 2)
    params, x, rng = start(which, seed)
    found = gradients(which, params, x, TARGET, "total_error")
    for _ in range(5):
        pick = some_pick(which, rng)
        apart = take_apart(which, params, x, TARGET, 0.1, pick)
        cell = (0, pick.filter, pick.row, pick.column)
        kernel = (pick.filter, 0, pick.kernel_row, pick.kernel_column)
        for products, engine in (
            (apart.softmax, found.outputs["n4"][0, pick.unit]),
            (apart.back, found.outputs["n2"][cell]),
            (apart.kernel, found.params["n0"]["weight"][kernel]),
        ):
            assert products.total == engine
            assert products.terms.sum() == pytest.approx(engine, abs=1e-12)
            assert (products.terms == products.later * products.local).all()
        assert apart.error.total == found.loss
        assert apart.error.shares.sum() == pytest.approx(found.loss)
        assert apart.dense.gradient == pytest.approx(apart.softmax.total * apart.value)


@pytest.mark.parametrize("conv", KERNELS)
def test_both_weights_gradients_are_the_slopes_found_by_nudging(conv):
    which = network(conv)
    params, x, rng = start(which, 9)
    for _ in range(10):
        apart = take_apart(which, params, x, TARGET, 0.1, some_pick(which, rng))
        for step in (apart.step, apart.dense):
            assert step.nudged == pytest.approx(step.gradient, abs=1e-8)


def test_a_gradient_goes_to_the_pools_winner_and_through_an_open_relu_only():
    which = example_network()
    seen = set()
    for seed in range(8):
        params, x, rng = start(which, seed)
        for _ in range(8):
            pick = some_pick(which, rng)
            apart = take_apart(which, params, x, TARGET, 0.1, pick)
            rows, columns = np.ix_(apart.window.rows, apart.window.columns)
            for name, gate in (("relu", 1), ("conv", apart.before > 0)):
                arrived = apart.gradients.outputs[name][0, pick.filter]
                assert arrived[apart.window.winner] == apart.back.total * gate
                assert np.count_nonzero(arrived[rows, columns]) <= 1
            assert apart.gated == apart.back.total * (apart.before > 0)
            assert apart.value == apart.window.patch.max() == max(0, apart.before)
            seen.add(bool(apart.before > 0))
    assert seen == {True, False}


def test_the_weights_after_a_step_are_those_of_gradient_descent():
    which = example_network()
    params, x, rng = start(which, 4)
    pick = some_pick(which, rng)
    apart = take_apart(which, params, x, TARGET, 0.3, pick)
    after = descend(which, params, x, TARGET, 0.3)
    found = apart.gradients.params
    for name, own in after.items():
        for key, array in own.items():
            np.testing.assert_array_equal(array, apart.updated[name][key])
            np.testing.assert_array_equal(array, params[name][key] - 0.3 * found[name][key])
    assert apart.step.updated == apart.step.weight - 0.3 * apart.step.gradient


def test_the_error_falls_step_by_step_to_nearly_nothing():
    which = example_network()
    params, x, _ = start(which, 4)
    errors = []
    for _ in range(40):
        errors.append(gradients(which, params, x, TARGET, "total_error").loss)
        params = descend(which, params, x, TARGET, 0.1)
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 0.3 and errors[-1] < 0.01


def test_what_is_shown_first_lets_a_gradient_through_to_a_kernel():
    which = example_network()
    params, x, _ = start(which, 4)
    apart = take_apart(which, params, x, TARGET, 0.1, strongest(which, params, x, TARGET))
    assert apart.pick.unit == 2 and apart.before > 0 and apart.gated != 0
    assert (
        abs(apart.step.gradient)
        == abs(apart.gradients.params["conv"]["weight"][apart.pick.filter]).max()
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pick": Pick(4, 0, 0, 0, 0, 0)}, "no such class"),
        ({"pick": Pick(0, 0, -1, 0, 0, 0)}, "no such class"),
        ({"pick": Pick(0, 0, 0, 0, 3, 0)}, "no such class"),
        ({"rate": 0.0}, "above 0"),
        ({"rate": float("nan")}, "finite number"),
        ({"x": np.zeros((2, 1, 12, 12))}, "one grey picture"),
        ({"target": np.zeros((1, 3))}, "3 classes"),
        ({"network": replace(example_network(), nodes=example_network().nodes[1:])}, "order"),
        ({"network": Network("n", (1, 12, 12), ())}, "order"),
    ],
)
def test_what_cannot_be_taken_apart_is_said_in_a_sentence(change, sentence):
    which = example_network()
    params, x, _ = start(which, 4)
    given = {"network": which, "params": params, "x": x, "target": TARGET, "rate": 0.1}
    with pytest.raises(EngineError, match=sentence):
        take_apart(**{**given, "pick": Pick(0, 0, 0, 0, 0, 0), **change})


def test_pools_that_overlap_are_refused():
    nodes = list(example_network().nodes)
    nodes[2] = Node("pool", MaxPool2d(3, stride=2))
    which = replace(example_network(), nodes=tuple(nodes))
    params, x, _ = start(which, 4)
    with pytest.raises(EngineError, match="side by side"):
        take_apart(which, params, x, TARGET, 0.1, Pick(0, 0, 0, 0, 0, 0))
