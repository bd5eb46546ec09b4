"""Weights by lot: always the same ones, of the right size, and never there as a whole."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Add, BatchNorm2d, Conv2d, Flatten, Linear, ReLU
from playground.engine.network import Network, Node, forward, init_params, trace
from playground.networks import NETWORKS, random_weights
from playground.networks.random_weights import RandomWeights


@pytest.fixture
def small_pieces(monkeypatch):
    """Arrays are drawn in many pieces, and layers of 2,000 weights are not made as a whole."""
    monkeypatch.setattr(random_weights, "PIECE", 1000)
    monkeypatch.setattr(random_weights, "MOST", 2000)


NETWORK = Network(
    "net",
    (3, 9, 9),
    (
        Node("conv", Conv2d(40, 3)),
        Node("norm", BatchNorm2d()),
        Node("relu", ReLU()),
        Node("flatten", Flatten()),
        Node("large", Linear(30)),
        Node("small", Linear(5)),
    ),
)


def arrays(weights):
    return {
        (node, name): np.asarray(array)
        for node, own in weights.items()
        for name, array in own.items()
    }


def test_two_look_ups_in_any_order_give_the_same_bytes(small_pieces):
    weights = RandomWeights(NETWORK, 3)
    first = arrays(weights)
    for node in reversed(list(weights)):
        for name, array in weights[node].items():
            assert np.asarray(array).tobytes() == first[node, name].tobytes()
    again = arrays(RandomWeights(NETWORK, 3))
    assert all(again[key].tobytes() == first[key].tobytes() for key in first)


def test_another_seed_and_another_node_give_other_weights():
    one, other = RandomWeights(NETWORK, 3), RandomWeights(NETWORK, 4)
    assert not np.isin(one["conv"]["weight"], other["conv"]["weight"]).any()
    assert not np.isin(one["small"]["weight"], one["large"]["weight"]).any()


def test_they_fit_wherever_drawn_weights_fit(small_pieces):
    weights, drawn = RandomWeights(NETWORK), init_params(NETWORK, np.random.default_rng(0))
    assert list(weights) == list(drawn) and len(weights) == len(drawn)
    assert weights.get("nothing", {}) == {}
    for node, own in drawn.items():
        found = weights[node]
        assert {n: (a.shape, a.dtype) for n, a in found.items()} == {
            n: (a.shape, a.dtype) for n, a in own.items()
        }


@pytest.mark.parametrize("node", ["conv", "large"])
def test_weights_are_even_around_zero_with_variance_two_over_fan_in(small_pieces, node):
    weight = np.asarray(RandomWeights(NETWORK)[node]["weight"])
    fan_in = weight[0].size
    assert abs(weight.mean()) < 4 * (2 / fan_in / weight.size) ** 0.5
    assert weight.var() == pytest.approx(2 / fan_in, rel=0.1)
    assert np.abs(weight).max() <= (6 / fan_in) ** 0.5 * (1 + 1e-6)
    assert len(np.unique(weight)) > 0.99 * weight.size


def test_what_is_multiplied_in_pieces_is_what_the_whole_gives(small_pieces):
    weights = RandomWeights(NETWORK, 1)
    whole = {node: {n: np.asarray(a) for n, a in own.items()} for node, own in weights.items()}
    x = np.random.default_rng(0).random((3, 3, 9, 9), np.float32)
    np.testing.assert_allclose(
        forward(NETWORK, weights, x), forward(NETWORK, whole, x), rtol=1e-4, atol=1e-5
    )
    stages = trace(NETWORK, weights, x)
    np.testing.assert_array_equal(stages["small"].output, forward(NETWORK, weights, x))


def test_a_large_weight_gives_any_of_its_rows(small_pieces):
    weight = RandomWeights(NETWORK)["large"]["weight"]
    whole = np.asarray(weight)
    assert weight.shape == whole.shape == (30, 1960) and weight.size == whole.size
    for key in (0, 7, -1, slice(3, 9), slice(None), (5, 11), (slice(1, 29), 4), slice(0, 9, 2)):
        np.testing.assert_array_equal(weight[key], whole[key])
    assert np.asarray(weight, np.float64).dtype == np.float64
    with pytest.raises(IndexError):
        weight[30]
    x = np.ones((1, 1960))
    assert ops.linear(x, weight).dtype == np.float64
    with pytest.raises(EngineError, match="expects 1960 inputs"):
        ops.linear(np.ones((1, 4)), weight)


def test_sums_of_a_residual_network_do_not_grow_with_its_depth():
    nodes = [Node("start", Conv2d(8, 3, padding=1))]
    for i in range(30):
        before = nodes[-1].name
        nodes += [
            Node(f"{i}.conv", Conv2d(8, 3, padding=1, bias=False)),
            Node(f"{i}.norm", BatchNorm2d()),
            Node(f"{i}.add", Add(), (before, f"{i}.norm")),
            Node(f"{i}.relu", ReLU()),
        ]
    network = Network("deep", (3, 12, 12), tuple(nodes))
    x = np.random.default_rng(0).standard_normal((1, 3, 12, 12)).astype(np.float32)
    stages = trace(network, RandomWeights(network), x)
    assert 0.1 < stages["29.relu"].output.std() / stages["start"].output.std() < 10


def test_the_largest_layer_costs_the_memory_of_a_few_pieces():
    network = NETWORKS["vgg19"]()
    weight = RandomWeights(network)["fc1"]["weight"]
    assert weight.size == 4096 * 25_088
    tracemalloc.start()
    rows = weight[4000:4090]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows.shape == (90, 25_088)
    assert peak < rows.nbytes + 16 * 2**20
