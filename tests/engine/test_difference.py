"""Maps of different settings: which cells belong together, and that they are subtracted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.difference import align, centres, difference
from playground.engine.errors import EngineError
from playground.engine.explain import receptive_field
from playground.engine.layers import Concat, Conv2d, Flatten, GlobalAvgPool2d, MaxPool2d, ReLU
from playground.engine.network import Network, Node, init_params, trace

SHAPE = (1, 24, 19)


def chain(rng: np.random.Generator, depth: int) -> Network:
    """Random convolutions, activations and pools, one after the other."""
    nodes = []
    for i in range(depth):
        layer = (
            Conv2d(
                1,
                int(rng.choice([1, 2, 3])),
                stride=int(rng.integers(1, 3)),
                padding=int(rng.integers(0, 3)),
                dilation=int(rng.integers(1, 3)),
            ),
            MaxPool2d(2, int(rng.integers(1, 3))),
            ReLU(),
        )[int(rng.integers(3))]
        nodes.append(Node(f"{i}", layer))
    return Network("chain", SHAPE, tuple(nodes))


def fitting_chains(seed: int, count: int):
    rng = np.random.default_rng(seed)
    while count:
        network = chain(rng, int(rng.integers(1, 5)))
        try:
            network.shapes()
        except EngineError:
            continue
        count -= 1
        yield network


@pytest.mark.parametrize("seed", range(3))
def test_a_cell_is_centred_in_the_middle_of_what_it_sees(seed):
    checked = 0
    for network in fitting_chains(seed, 20):
        name = network.nodes[-1].name
        rows, columns = network.shapes()[name][1:]
        down, across = centres(network, name)
        assert (len(down), len(across)) == (rows, columns)
        for row in range(rows):
            column = min(row, columns - 1)
            region = receptive_field(network, name, row, column)
            for seen, size, place in (
                (region.rows, region.size[0], down[row]),
                (region.columns, region.size[1], across[column]),
            ):
                # At the picture's edge the field is cut off, and its middle is another.
                if len(seen) and seen[-1] - seen[0] + 1 == size:
                    assert place == (seen[0] + seen[-1]) / 2
                    checked += 1
    assert checked > 100


def test_a_map_that_is_one_mean_is_centred_on_the_picture():
    network = Network("mean", SHAPE, (Node("mean", GlobalAvgPool2d()),))
    assert [list(each) for each in centres(network, "mean")] == [[11.5], [9.0]]


def test_where_branches_join_the_first_counts():
    nodes = (
        Node("one", Conv2d(1, 3), ("input",)),
        Node("other", Conv2d(1, 4, padding=(0, 1, 0, 1)), ("input",)),
        Node("both", Concat(), ("one", "other")),
    )
    network = Network("branches", SHAPE, nodes)
    for joined, one in zip(centres(network, "both"), centres(network, "one"), strict=True):
        assert (joined == one).all() and joined[0] == 1


def test_what_has_no_rows_and_columns_has_no_centres():
    network = Network("flat", SHAPE, (Node("flat", Flatten()),))
    with pytest.raises(EngineError, match="“flat” has no rows"):
        centres(network, "flat")
    with pytest.raises(EngineError, match="no node called “nothing”"):
        centres(network, "nothing")


PLACES = st.tuples(
    st.integers(1, 9), st.integers(-6, 6), st.sampled_from([0.5, 1, 1.5, 2, 3, 4])
).map(lambda each: each[1] / 2 + each[2] * np.arange(each[0]))


@given(st.lists(PLACES, min_size=2, max_size=3))
def test_each_cell_of_the_smallest_map_gets_the_nearest_of_the_others(places):
    found = align(places)
    least = min(len(each) for each in places)
    base = next(each for each in places if len(each) == least)
    worst = 0.0
    for each, cells in zip(places, found.cells, strict=True):
        assert len(cells) == least
        for place, cell in zip(base, cells, strict=True):
            distances = [abs(other - place) for other in each]
            assert cell == distances.index(min(distances))
            worst = max(worst, min(distances))
    assert found.distance == worst


@pytest.mark.parametrize("seed", range(2))
def test_the_same_settings_differ_nowhere(seed):
    rng = np.random.default_rng(seed)
    for network in fitting_chains(seed, 8):
        name = network.nodes[-1].name
        x = rng.random((1, *SHAPE), np.float32)
        values = trace(network, init_params(network, rng), x)[name].output[0]
        places = centres(network, name)
        rows, columns = (align([each, each]) for each in places)
        found = difference(values, values, tuple(rows.cells), tuple(columns.cells))
        assert found.values.shape == values.shape and not found.values.any()
        assert (found.minimum, found.maximum, found.mean, found.share) == (0, 0, 0, 0)
        assert rows.distance == columns.distance == 0


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_every_second_cell_of_stride_1_is_stride_2(padding):
    rng = np.random.default_rng(padding)
    x = rng.integers(0, 9, (1, *SHAPE)).astype(np.float64)
    weight = rng.integers(-3, 4, (1, 1, 3, 3)).astype(np.float64)
    params = {"map": {"weight": weight, "bias": np.zeros(1)}}
    outputs, places = [], []
    for stride in (1, 2):
        network = Network("one", SHAPE, (Node("map", Conv2d(1, 3, stride, padding)),))
        outputs.append(trace(network, params, x)["map"].output[0])
        places.append(centres(network, "map"))
    rows, columns = (align([each[axis] for each in places]) for axis in (0, 1))
    found = difference(*outputs, tuple(rows.cells), tuple(columns.cells))
    assert found.values.shape == outputs[1].shape
    assert found.share == 0 and not found.values.any()
    assert rows.distance == columns.distance == 0
    assert list(rows.cells[0]) == list(range(0, outputs[0].shape[1], 2))[: len(rows.cells[0])]
    # The comparison the other way round is the same comparison.
    back = difference(*outputs[::-1], tuple(rows.cells[::-1]), tuple(columns.cells[::-1]))
    assert back.share == 0


def test_a_difference_is_the_second_minus_the_first_and_its_facts_are_those_of_the_cells():
    first, second = np.zeros((1, 2, 3)), np.array([[[0, 1, -3], [0, 0, 2.0]]])
    both = (np.arange(2),) * 2, (np.arange(3),) * 2
    found = difference(first, second, *both)
    assert (found.values == second).all()
    assert (found.minimum, found.maximum, found.mean, found.share) == (-3, 2, 1, 0.5)
    assert (difference(second, first, *both).values == -second).all()


def test_values_that_only_rounding_tells_apart_count_as_equal():
    first = np.array([[1.0, 1.0, 1.0]], np.float32)
    second = first + np.array([[1e-6, -1e-6, 0.5]], np.float32)
    both = (np.arange(1),) * 2, (np.arange(3),) * 2
    found = difference(first, second, *both, tolerance=1e-5)
    assert found.values.tolist() == [[0, 0, 0.5]]
    assert found.share == pytest.approx(1 / 3) and found.minimum == 0
    assert difference(first, second, *both).share == 1
