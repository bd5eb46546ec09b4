"""What each layer reads, as its receptive field: against moving every pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from playground.engine import layers
from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS, Conv2d, Flatten, Linear, ReLU
from playground.engine.network import INPUT, Network, Node, forward
from playground.engine.reach import REACH, window
from playground.engine.receptive import field_of, receptive_field
from playground.networks import NETWORKS
from tests.engine.opened.together import around, lively, some_places
from tests.engine.registry import make

SHAPE = (2, 5, 6)


def moved_by(network, places, rng):
    """Which pixels, in any channel, move the last node's numbers at these places."""
    params = lively(network, rng)
    x = rng.normal(0, 1, (1, *network.input_shape)).astype(np.float32)
    channels, rows, columns = network.input_shape
    many = np.repeat(x, 2 * channels * rows * columns, axis=0)
    flat = many.reshape(2, channels * rows * columns, -1)
    each = np.arange(channels * rows * columns)
    flat[0, each, each] += 6000
    flat[1, each, each] -= 6000
    before, after = forward(network, params, x), forward(network, params, many)
    for place in places:
        own = before[(0, *place)]
        moved = np.abs(after[(slice(None), *place)] - own) > 1e-5 * (1 + abs(own))
        yield moved.reshape(2, channels, rows, columns).any(axis=(0, 1))


def check(network, rng):
    """Compare the fields of some places of the last node with what moves them."""
    shape = network.shapes()[network.nodes[-1].name]
    places = some_places(shape, rng, 3)
    for place, moved in zip(places, moved_by(network, places, rng), strict=True):
        field = field_of(network, network.nodes[-1].name, place)
        assert field is not None
        assert np.array_equal(field.mask(*SHAPE[1:]), moved)


def behind(*chain, branches=()):
    """Make a network of a chain of layers; the last one also reads these nodes."""
    nodes = [Node(f"n{i}", layer) for i, layer in enumerate(chain[:-1])]
    last = (nodes[-1].name if nodes else INPUT, *branches)
    return Network("chain", SHAPE, (*nodes, Node("last", chain[-1], last)))


UNTOLD = {layers.Transpose, layers.Reshape, layers.MatMul}
FROM_MAPS = [each for each in LAYERS if each not in UNTOLD | {Linear}]


@pytest.mark.parametrize("layer_type", FROM_MAPS)
def test_the_field_of_every_layer_is_the_pixels_that_move_it(layer_type):
    rng = np.random.default_rng(41)
    more = {"axes": (2, 3)} if layer_type is layers.Mean else {}
    check(around(make(layer_type, **more), SHAPE), rng)


@pytest.mark.parametrize(
    "network",
    [
        behind(Flatten(), Linear(3)),
        behind(Conv2d(2, 3), Flatten(), ReLU()),
        behind(Flatten(), layers.Softmax()),
        behind(Flatten(), layers.Concat(), branches=("n0", "n0")),
        behind(Conv2d(2, 3), layers.Reshape((-1,))),
        behind(layers.Transpose((2, 3, 1)), Flatten(), Linear(2)),
        behind(Conv2d(2, 3, stride=2), layers.Softmax(axis=2)),
        behind(Conv2d(2, 3, stride=2), layers.LogSoftmax(axis=3)),
        behind(ReLU(), layers.Concat(axis=2), branches=(INPUT,)),
        behind(ReLU(), layers.Concat(axis=3), branches=(INPUT, "n0")),
        behind(Conv2d(2, (1, 3)), layers.Concat(axis=3), branches=(INPUT,)),
        behind(layers.Pad((0, 2, 1), (0, 0, 2)), Conv2d(1, 3)),
        behind(layers.Pad((0, 2, 1), (0, 0, 2), "reflect"), Conv2d(1, 3)),
        behind(layers.Pad((0, 2, 1), (0, 0, 2), "circular"), layers.MaxPool2d(2)),
        behind(layers.Pad((0, 2, 1), (0, 0, 2), "replicate")),
        behind(Conv2d(2, 2), layers.Mean((3,))),
        behind(Conv2d(2, 2), layers.Mean((1, 2))),
        behind(Conv2d(2, 2), layers.Mean((2, 3), keepdims=False)),
        behind(Conv2d(2, 5, padding="same"), layers.Multiply((2, 1, 1))),
        behind(layers.GlobalAvgPool2d(), layers.Multiply(), branches=(INPUT,)),
        behind(layers.Mean((2,)), layers.Subtract(), branches=(INPUT,)),
        behind(Conv2d(2, 2, stride=2), layers.GlobalMaxPool2d(), Flatten(), Linear(2)),
        behind(layers.Constant((2,)), ReLU()),
        behind(layers.MaxPool2d(2, 2, dilation=2), layers.AvgPool2d(2, 1)),
    ],
    ids=lambda network: " ".join(type(node.layer).__name__ for node in network.nodes),
)
def test_the_field_behind_several_layers_is_the_pixels_that_move_it(network):
    check(network, np.random.default_rng(42))


@dataclass(frozen=True)
class Foreign(ReLU):
    """A layer of which nothing is known."""


@pytest.mark.parametrize(
    "network",
    [
        behind(layers.Transpose((1, 3, 2))),
        behind(layers.Reshape((2, 6, 5))),
        behind(Foreign()),
        behind(Foreign(), layers.GlobalAvgPool2d()),
        behind(layers.Mean((1,), keepdims=False), layers.Reshape((1, 5, 6))),
        behind(Flatten(), layers.Reshape((2, 5, 6)), Conv2d(1, 1)),
        Network("vector", (4,), (Node("fc", Linear(2)),)),
    ],
    ids=lambda network: " ".join(type(node.layer).__name__ for node in network.nodes),
)
def test_what_cannot_be_told_in_rows_and_columns_is_not_told(network):
    last = network.nodes[-1].name
    shape = network.shapes()[last]
    assert field_of(network, last, (0,) * len(shape)) is None
    if len(shape) == 3:
        with pytest.raises(EngineError, match="cannot be told in rows and columns"):
            receptive_field(network, last, 0, 0)


def test_every_layer_with_a_window_has_the_rule_of_windows():
    for layer_type, rule in REACH.items():
        assert (rule is window) == hasattr(make(layer_type), "kernel_size")


def test_grids_that_grow_without_end_are_given_up():
    nodes, before = [], INPUT
    for i in range(7):
        read = (before,)
        nodes += [
            Node(f"a{i}", Conv2d(1, 2, padding="same", dilation=2 + i), read),
            Node(f"b{i}", Conv2d(1, 2, padding="same", dilation=9 + 2 * i), read),
            Node(f"sum{i}", layers.Add(), (f"a{i}", f"b{i}")),
        ]
        before = f"sum{i}"
    network = Network("dilated", (1, 200, 200), tuple(nodes))
    assert len(field_of(network, "sum1", (0, 100, 100)).parts) == 4
    assert field_of(network, "sum6", (0, 100, 100)) is None


@pytest.mark.parametrize("key", NETWORKS)
def test_every_number_of_every_network_has_a_field(key):
    network = NETWORKS[key]()
    shapes = network.shapes()
    for name in [INPUT, *(node.name for node in network.nodes[:: len(network.nodes) // 6])]:
        place = tuple(size // 2 for size in shapes[name])
        assert field_of(network, name, place).parts
    classes = field_of(network, network.nodes[-1].name, (0,))
    assert (classes.rows.size, classes.columns.size) == network.input_shape[1:]
