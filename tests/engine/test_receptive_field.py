"""Receptive fields: which pixels an output sees."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.explain import receptive_field
from playground.engine.layers import (
    Add,
    AvgPool2d,
    Concat,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    LeakyReLU,
    Linear,
    MaxPool2d,
    SumPool2d,
)
from playground.engine.network import Network, Node, forward, init_params
from playground.engine.padding import NUMPY_MODES

POOLS = (MaxPool2d, AvgPool2d, SumPool2d)


def random_layer(rng):
    """Draw a convolution, a pool or an activation; all of them linear or monotone."""
    kind = rng.integers(6)
    if kind <= 2:
        return Conv2d(
            2,
            tuple(map(int, rng.integers(1, 4, 2))),
            tuple(map(int, rng.choice([1, 1, 1, 2], 2))),
            tuple(map(int, rng.integers(0, 3, 4))),
            [*NUMPY_MODES][rng.integers(4)],
            tuple(map(int, rng.integers(1, 3, 2))),
        )
    if kind <= 4:
        pool = POOLS[rng.integers(3)]
        size, stride = int(rng.integers(2, 4)), [None, 1, 2][rng.integers(3)]
        return pool(size, stride, int(rng.integers(2)), bool(rng.random() < 0.5))
    return LeakyReLU(0.1)


def random_chain(rng, stages, least=5, most=12):
    """Draw a network of so many stages on a small picture; what no longer fits is drawn again."""
    shape = (2, *map(int, rng.integers(least, most + 1, 2)))
    nodes = []
    while len(nodes) < stages:
        node = Node(f"n{len(nodes)}", random_layer(rng))
        network = Network("chain", shape, (*nodes, node))
        try:
            network.shapes()
        except EngineError:
            continue
        nodes.append(node)
    if rng.random() < 0.1:
        network = Network("chain", shape, (*nodes, Node("mean", GlobalAvgPool2d())))
    return network


def positive_params(network, rng):
    """Draw weights that are all positive: then no two changes cancel."""
    params = init_params(network, rng)
    return {
        name: {k: np.abs(v).astype(np.float64) + 0.1 for k, v in own.items()}
        for name, own in params.items()
    }


def pixels_that_move(network, cells, rng):
    """Change the pixels one by one, and see which of them move these cells of the last node."""
    params = positive_params(network, rng)
    _, rows, columns = network.input_shape
    # Far above all else, so that the changed pixel also wins every pool that it takes part in.
    changes = 1e6 * np.eye(rows * columns).reshape(-1, 1, rows, columns)
    picture = rng.random(network.input_shape)
    out = forward(network, params, np.concatenate([picture[None], picture + changes]))[:, 0]
    moved = np.abs(out[1:] - out[0]) > 1e-9 * np.abs(out[0])
    return [moved[:, row, column].reshape(rows, columns) for row, column in cells]


def check_against_perturbing(network, rng):
    name = network.nodes[-1].name
    _, rows, columns = network.shapes()[name]
    cells = sorted({(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3)})
    for cell, moved in zip(cells, pixels_that_move(network, cells, rng), strict=True):
        field = receptive_field(network, name, *cell)
        seen = field.mask(*network.input_shape[1:])
        assert np.array_equal(seen, moved)
        assert field.rows.tolist() == np.flatnonzero(seen.any(axis=1)).tolist()
        assert field.columns.tolist() == np.flatnonzero(seen.any(axis=0)).tolist()
        yield field


def test_the_receptive_field_is_the_set_of_pixels_that_move_the_output():
    rng = np.random.default_rng(16)
    layers, depths = set(), set()
    for number in range(96):
        network = random_chain(rng, 1 + number % 12, *((16, 24) if number % 4 == 3 else (5, 12)))
        layers |= {(type(n.layer), getattr(n.layer, "padding_mode", "")) for n in network.nodes}
        depths.add(len(network.nodes))
        for field in check_against_perturbing(network, rng):
            assert len(field.parts) == (1 if field.rows.size else 0)
    assert len(layers) == 9
    assert depths >= set(range(1, 13))


def drawn_branches(rng):
    """Draw a network that splits into two or three branches, up to three times."""
    layers = [Conv2d(2, 1), LeakyReLU(0.1)]
    for size, dilation in [(2, 1), (3, 1), (3, 2), (3, 3), (5, 1)]:
        layers += [Conv2d(2, size, 1, "same", m, dilation) for m in NUMPY_MODES]
    layers += [pool(3, 1, 1) for pool in POOLS]
    nodes, before = [], "input"
    for block in range(int(rng.integers(1, 4))):
        ends = []
        for branch in range(int(rng.integers(2, 4))):
            end = before
            for depth in range(int(rng.integers(0 if block and not branch else 1, 3))):
                node = Node(f"b{block}{branch}{depth}", layers[rng.integers(len(layers))], (end,))
                nodes.append(node)
                end = node.name
            ends.append(end)
        before = f"join{block}"
        nodes.append(Node(before, [Add(), Concat()][rng.integers(2)], tuple(ends)))
        if rng.random() < 0.4:
            nodes.append(Node(f"pool{block}", POOLS[rng.integers(3)](2)))
        # Makes the channels two again, and sees both branches of a Concat in each of them.
        nodes.append(Node(f"end{block}", Conv2d(2, 1)))
        before = nodes[-1].name
    return Network("branches", (2, *map(int, rng.integers(8, 17, 2))), tuple(nodes))


def random_branches(rng):
    """Draw such a network until one fits its picture."""
    while True:
        network = drawn_branches(rng)
        with suppress(EngineError):
            network.shapes()
            return network


def test_where_branches_join_the_field_is_what_any_of_them_sees():
    rng = np.random.default_rng(17)
    several = 0
    for _ in range(60):
        several += any(
            len(f.parts) > 1 for f in check_against_perturbing(random_branches(rng), rng)
        )
    assert several > 5


def test_branches_of_different_reach_have_the_field_of_the_widest():
    for k1, k2, d1 in [(3, 1, 1), (3, 3, 2), (1, 5, 1), (3, 5, 3)]:
        network = Network(
            "branches",
            (1, 13, 12),
            (
                Node("a", Conv2d(2, k1, padding="same", dilation=d1)),
                Node("b", Conv2d(2, k2, padding="same"), ("input",)),
                Node("join", Add(), ("a", "b")),
                Node("pool", MaxPool2d(2)),
            ),
        )
        field = receptive_field(network, "pool", 3, 2)
        assert field.size == (max(d1 * (k1 - 1), k2 - 1) + 2,) * 2
        assert field.step == (2, 2)


def test_field_sizes_are_those_of_the_published_recursion():
    # VGG-16's first ten layers: Araujo, Norris, Sim, Distill 2019, and by hand
    # 1 + 2 + 2 + 1 + 4 + 4 + 2 + 8 + 8 + 8 = 40, then the third pool adds 4.
    nodes = []
    for block, depth in enumerate((2, 2, 3)):
        nodes += [Node(f"c{block}{i}", Conv2d(1, 3, padding=1)) for i in range(depth)]
        nodes.append(Node(f"p{block}", MaxPool2d()))
    network = Network("VGG begins", (1, 224, 224), tuple(nodes))
    expected = {"c00": 3, "c01": 5, "p0": 6, "c10": 10, "c11": 14, "p1": 16, "c22": 40, "p2": 44}
    for name, size in expected.items():
        field = receptive_field(network, name, 10, 12)
        assert field.size == (size, size)
        assert len(field.rows) == size and len(field.columns) == size
    assert receptive_field(network, "p2", 0, 0).step == (8, 8)


def test_dilation_leaves_gaps_in_the_field():
    network = Network("gaps", (1, 9, 9), (Node("a", Conv2d(1, 3, dilation=3)),))
    field = receptive_field(network, "a", 1, 2)
    assert field.rows.tolist() == [1, 4, 7] and field.columns.tolist() == [2, 5, 8]
    assert field.size == (7, 7)


def test_the_input_sees_itself():
    network = Network("empty", (1, 4, 4), ())
    field = receptive_field(network, "input", 2, 3)
    assert (field.rows.tolist(), field.columns.tolist()) == ([2], [3])
    assert field.size == field.step == (1, 1)


def test_only_cells_of_maps_have_a_field():
    network = Network("n", (1, 4, 4), (Node("a", Flatten()), Node("b", Linear(2))))
    with pytest.raises(EngineError, match="no node called “c”"):
        receptive_field(network, "c", 0, 0)
    with pytest.raises(EngineError, match="“b” has no cell"):
        receptive_field(network, "b", 0, 0)
    with pytest.raises(EngineError, match="“input” has no cell in row 4"):
        receptive_field(network, "input", 4, 0)
