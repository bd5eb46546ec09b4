"""Receptive fields: which pixels an output sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.explain import receptive_field
from playground.engine.layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    SumPool2d,
)
from playground.engine.network import Network, Node, forward, init_params
from playground.engine.padding import NUMPY_MODES

POOLS = (MaxPool2d, AvgPool2d, SumPool2d)


def random_chain(rng):
    """Draw one to four layers that fit a small picture, with linear or monotone layers only."""
    while True:
        nodes = []
        for i in range(int(rng.integers(1, 5))):
            kind = rng.integers(6)
            if kind <= 2:
                layer = Conv2d(
                    2,
                    tuple(map(int, rng.integers(1, 4, 2))),
                    tuple(map(int, rng.integers(1, 3, 2))),
                    tuple(map(int, rng.integers(0, 3, 4))),
                    [*NUMPY_MODES][rng.integers(4)],
                    tuple(map(int, rng.integers(1, 3, 2))),
                )
            elif kind <= 4:
                pool = [*POOLS][rng.integers(3)]
                layer = pool(
                    int(rng.integers(2, 4)),
                    [None, 1, 2][rng.integers(3)],
                    int(rng.integers(2)),
                    bool(rng.random() < 0.5),
                )
            else:
                layer = LeakyReLU(0.1)
            nodes.append(Node(f"n{i}", layer))
        if rng.random() < 0.1:
            nodes.append(Node("mean", GlobalAvgPool2d()))
        network = Network("chain", (2, *map(int, rng.integers(5, 12, 2))), tuple(nodes))
        try:
            network.shapes()
        except EngineError:
            continue
        return network


def positive_params(network, rng):
    """Draw weights that are all positive: then no two changes cancel."""
    params = init_params(network, rng)
    return {
        name: {k: np.abs(v).astype(np.float64) + 0.1 for k, v in own.items()}
        for name, own in params.items()
    }


def pixels_that_move(network, row, column, rng):
    """Change the pixels one by one, and see which of them move the last node's cell."""
    params = positive_params(network, rng)
    channels, rows, columns = network.input_shape
    x = rng.random(network.input_shape)
    # Far above all else, so that the changed pixel also wins every pool that it takes part in.
    batch = np.repeat(x[None], rows * columns + 1, axis=0)
    for i in range(rows * columns):
        batch[i, :, i // columns, i % columns] += 1e6
    out = forward(network, params, batch)[:, 0, row, column]
    return (np.abs(out[:-1] - out[-1]) > 1e-9).reshape(rows, columns)


def test_the_receptive_field_is_the_set_of_pixels_that_move_the_output():
    rng = np.random.default_rng(16)
    layers = set()
    for _ in range(150):
        network = random_chain(rng)
        layers |= {(type(n.layer), getattr(n.layer, "padding_mode", "")) for n in network.nodes}
        name = network.nodes[-1].name
        _, rows, columns = network.shapes()[name]
        for row, column in {(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3)}:
            field = receptive_field(network, name, row, column)
            seen = np.zeros(network.input_shape[1:], bool)
            seen[np.ix_(field.rows, field.columns)] = True
            assert np.array_equal(seen, pixels_that_move(network, row, column, rng))
            assert list(field.rows) == sorted(set(field.rows))
    assert len(layers) == 9


@dataclass(frozen=True)
class Sum(Layer):
    """A join, as a test needs one."""

    def forward(self, params, *inputs):
        return sum(inputs)


def test_where_branches_join_the_field_holds_all_that_either_sees():
    rng = np.random.default_rng(17)
    for k1, k2, d1 in [(3, 1, 1), (3, 3, 2), (1, 5, 1), (3, 5, 3)]:
        network = Network(
            "branches",
            (1, 13, 12),
            (
                Node("a", Conv2d(2, k1, padding="same", dilation=d1)),
                Node("b", Conv2d(2, k2, padding="same"), ("input",)),
                Node("join", Sum(), ("a", "b")),
                Node("pool", MaxPool2d(2)),
            ),
        )
        for row, column in [(0, 0), (3, 2), (5, 5)]:
            field = receptive_field(network, "pool", row, column)
            moved_rows, moved_columns = np.nonzero(pixels_that_move(network, row, column, rng))
            assert set(moved_rows) <= set(field.rows)
            assert set(moved_columns) <= set(field.columns)
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
