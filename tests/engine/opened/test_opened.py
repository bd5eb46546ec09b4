"""Opened numbers: what is shown makes the engine's number, for every layer and setting."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import (
    LAYERS,
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Constant,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Softmax,
    SumPool2d,
)
from playground.engine.network import INPUT, Network, Node
from playground.engine.opened import KINDS, OPENERS, open_cell
from playground.engine.padding import PADDING_MODES
from playground.engine.row_blocks import RowBlocks
from tests.engine.opened.together import OWN, around, check, lively, ran, read_from, some_places
from tests.engine.registry import accepted, make

POOLS = (MaxPool2d, AvgPool2d, SumPool2d)


def test_every_layer_has_an_opener():
    assert set(OPENERS) == set(LAYERS)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_the_parts_of_every_layer_make_its_numbers(layer_type):
    rng = np.random.default_rng(21)
    layer = make(layer_type)
    for shape in accepted(around_input(layer)):
        network = around(layer, shape)
        params = lively(network, rng)
        outputs = ran(network, params, rng)
        for place in some_places(outputs[OWN].shape[1:], rng, 2):
            for most in (64, 2):
                opened = check(network, params, outputs, OWN, place, most)
                assert opened.kind in KINDS
                assert opened.formula and "{" not in opened.formula


def around_input(layer):
    """Take `accepted`'s question to a layer that may read several inputs."""

    class Asked:
        def output_shape(self, shape):
            return around(layer, shape).shapes()[OWN]

    return Asked()


@pytest.mark.parametrize("layer_type", LAYERS)
def test_nothing_that_moves_the_number_is_left_out(layer_type):
    rng = np.random.default_rng(22)
    layer, found = make(layer_type), 0
    for shape in accepted(around_input(layer))[:2]:
        network = around(layer, shape)
        params = lively(network, rng)
        outputs = ran(network, params, rng)
        sources = [f"in{i}" for i in range(len(network.nodes) - 1)]
        inputs = [outputs[source] for source in sources]
        for place in some_places(outputs[OWN].shape[1:], rng, 1)[:2]:
            shown = read_from(open_cell(network, params, outputs, OWN, place, 10_000))
            moved = set()
            for source, x in enumerate(inputs):
                flat = x.reshape(-1)
                for index in range(flat.size):
                    other = np.stack([flat, flat])
                    other[:, index] = flat[index] + [-50, 50]
                    fed = [np.repeat(each, 2, axis=0) for each in inputs]
                    fed[source] = other.reshape(2, *x.shape[1:])
                    out = layer.forward(params[OWN], *fed)[(slice(None), *place)]
                    if (out != outputs[OWN][(0, *place)]).any():
                        spot = np.unravel_index(index, x.shape[1:])
                        moved.add((source, tuple(map(int, spot))))
            assert moved <= shown
            found += len(moved)
    assert found or layer_type is Constant


def drawn_layer(rng, channels):
    """Draw a layer with drawn settings, of all that are computed from maps."""
    pick = rng.integers(9)
    if pick < 4:
        groups = int(rng.choice([g for g in (1, 2, 3, channels) if channels % g == 0]))
        return Conv2d(
            groups * int(rng.integers(1, 4)),
            tuple(map(int, rng.integers(1, 5, 2))),
            tuple(map(int, rng.integers(1, 4, 2))),
            tuple(map(int, rng.integers(0, 4, 4))),
            str(rng.choice(PADDING_MODES)),
            tuple(map(int, rng.integers(1, 4, 2))),
            groups,
            bool(rng.random() < 0.7),
        )
    if pick < 7:
        kernel = tuple(map(int, rng.integers(2, 5, 2)))
        stride = [None, 1, 2, 3][rng.integers(4)]
        more = {"count_include_pad": bool(rng.random() < 0.5)} if pick == 5 else {}
        pads = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel for _ in range(2))
        return POOLS[pick - 4](kernel, stride, pads, bool(rng.random() < 0.5), **more)
    return [LeakyReLU(0.2), BatchNorm2d(), LocalResponseNorm(3, 0.5), ReLU()][rng.integers(4)]


def drawn_network(rng):
    """Draw a network that may branch and join, with a vector at its end."""
    shape = (int(rng.integers(1, 7)), *map(int, rng.integers(8, 20, 2)))
    nodes, channels = [], shape[0]
    while len(nodes) < 5:
        node = Node(f"n{len(nodes)}", drawn_layer(rng, channels))
        with suppress(EngineError):
            channels = [*Network("drawn", shape, (*nodes, node)).shapes().values()][-1][0]
            nodes.append(node)
    last = nodes[-1].name
    nodes += [
        Node("one", Conv2d(2 * channels, 1, groups=channels), (last,)),
        Node("two", Conv2d(2 * channels, 3, padding="same"), (last,)),
        Node("sum", Add(), ("one", "two", "one")),
        Node("join", Concat(), ("two", last, "sum")),
        Node("mean", GlobalAvgPool2d()),
        Node("maps", Softmax(), ("join",)),
        Node("drop", Dropout(), ("mean",)),
        Node("flat", Flatten()),
        Node("fc", Linear(5, bool(rng.random() < 0.5))),
        Node("softmax", Softmax()),
    ]
    return Network("drawn", shape, tuple(nodes))


@pytest.mark.parametrize("seed", range(12))
def test_the_parts_make_the_numbers_of_drawn_networks(seed):
    rng = np.random.default_rng([23, seed])
    network = drawn_network(rng)
    params = lively(network, rng)
    outputs = ran(network, params, rng)
    for node in network.nodes:
        for place in some_places(outputs[node.name].shape[1:], rng, 3):
            check(network, params, outputs, node.name, place, int(rng.integers(1, 20)))


def test_the_strongest_channels_of_a_convolution_come_first_and_the_rest_is_summed():
    rng = np.random.default_rng(24)
    network = Network("wide", (300, 4, 4), (Node("conv", Conv2d(2, 3)),))
    params = lively(network, rng)
    outputs = ran(network, params, rng)
    opened = check(network, params, outputs, "conv", (1, 1, 0))
    assert len(opened.groups) == 64 and opened.more == 236 and opened.rest != 0
    assert opened.formula.startswith("sum of 2700 products + bias: ")
    everything = check(network, params, outputs, "conv", (1, 1, 0), 300)
    left = sorted(abs(g.total) for g in everything.groups)[:236]
    assert max(left) <= min(abs(g.total) for g in opened.groups)
    assert everything.more == 0 and everything.rest == 0


def test_a_unit_says_where_in_the_maps_each_feature_was():
    rng = np.random.default_rng(25)
    nodes = (
        Node("conv", Conv2d(3, 2)),
        Node("flat", Flatten()),
        Node("drop", Dropout()),
        Node("fc", Linear(4)),
        Node("fc2", Linear(2)),
    )
    network = Network("units", (1, 5, 6), nodes)
    params = lively(network, rng)
    outputs = ran(network, params, rng)
    opened = check(network, params, outputs, "fc", (2,), 10)
    assert opened.origin == "conv" and len(opened.parts) == 10 and opened.more == 3 * 4 * 5 - 10
    for part in opened.parts:
        assert outputs["conv"][0][part.origin] == part.value
    products = [abs(part.product) for part in opened.parts]
    assert products == sorted(products, reverse=True)
    second = check(network, params, outputs, "fc2", (1,))
    assert second.origin is None and second.parts[0].origin is None


class Counted(RowBlocks):
    """A matrix of which it is written down which rows were made."""

    def __init__(self, whole):
        self.whole, self.shape, self.made = whole, whole.shape, []

    def blocks(self, start=0, stop=None):
        self.made.append((start, stop))
        yield slice(start, stop), self.whole[start:stop]


def test_a_unit_needs_one_row_of_weights_that_are_never_whole():
    rng = np.random.default_rng(27)
    network = Network("large", (9,), (Node("fc", Linear(6)),))
    params = lively(network, rng)
    outputs = ran(network, params, rng)
    rows = Counted(params["fc"]["weight"])
    opened = open_cell(network, {"fc": params["fc"] | {"weight": rows}}, outputs, "fc", (4,))
    assert opened == open_cell(network, params, outputs, "fc", (4,))
    assert rows.made == [(4, 5)]


def test_formulas_have_the_numbers_filled_in():
    def formula(layer, values, place=None, **own):
        values = np.array(values, np.float32)
        values = values.reshape(1, -1, 1, 1) if place is None or len(place) == 3 else values[None]
        network = Network("one", values.shape[1:], (Node("it", layer),))
        return open_cell(network, {"it": own}, {INPUT: values}, "it", place or (0, 0, 0)).formula

    assert formula(ReLU(), [-0.31]) == "max(0, −0.31) = 0"
    assert formula(LeakyReLU(0.1), [-2.0]) == "0.1 × (−2) = −0.2"
    assert formula(Softmax(), [1.0, 3.0], (1,)) == "exp(3 − 3) / sum of 2: 1 / 1.135 = 0.8808"
    one = {"running_mean": 2.0, "running_var": 4.0, "weight": -3.0, "bias": 1.0}
    one = {key: np.array([value], np.float32) for key, value in one.items()}
    assert formula(BatchNorm2d(eps=1e-5), [6.0], **one) == ("(6 − 2) / √(4 + 1e−5) × (−3) + 1 = −5")
    weight = {"weight": np.array([[2.0, 1.0]], np.float32), "bias": np.array([-1], np.float32)}
    assert formula(Linear(1), [3.0, 4.0], (0,), **weight) == (
        "sum of 2 products + bias: 10 − 1 = 9"
    )


def test_of_equal_cells_the_first_one_wins_and_nan_wins_over_all():
    network = Network("pool", (1, 2, 3), (Node("pool", MaxPool2d((2, 3))),))
    for values, winner in [([1, 5, 5, 5, 0, 2], (0, 0, 1)), ([1, 5, 5, np.nan, 0, 2], (0, 1, 0))]:
        x = np.array(values, np.float32).reshape(1, 1, 2, 3)
        opened = open_cell(network, {}, {INPUT: x}, "pool", (0, 0, 0))
        [counts] = [part.place for part in opened.parts if part.counts]
        assert counts == winner and len(opened.parts) == 6


def test_the_picture_is_opened_as_itself():
    x = np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3)
    opened = open_cell(Network("none", (1, 2, 3), ()), {}, {INPUT: x}, INPUT, (0, 1, 2))
    assert opened.kind == "input" and opened.value == 5


def test_what_cannot_be_opened_is_said():
    network = Network("n", (1, 4, 4), (Node("a", ReLU()), Node("b", Conv2d(1, 3))))
    x = np.zeros((1, 1, 4, 4), np.float32)
    with pytest.raises(EngineError, match="no node called “c”"):
        open_cell(network, {}, {INPUT: x}, "c", (0, 0, 0))
    with pytest.raises(EngineError, match="“a”, which “b” needs, is not there"):
        open_cell(network, {}, {INPUT: x}, "b", (0, 0, 0))
    for place in [(0, 4, 0), (0, -1, 0), (0, 0), (), (0, 0, 1.0)]:
        with pytest.raises(EngineError, match="“a” has no number at .*; its output is 1 × 4 × 4"):
            open_cell(network, {}, {INPUT: x}, "a", place)
    with pytest.raises(EngineError, match="one picture, not for 2"):
        open_cell(network, {}, {INPUT: np.zeros((2, 1, 4, 4))}, "a", (0, 0, 0))
    with pytest.raises(EngineError, match="at least 1"):
        open_cell(network, {}, {INPUT: x}, "a", (0, 0, 0), 0)
