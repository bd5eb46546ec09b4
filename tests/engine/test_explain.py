"""Where a number came from: windows, their arithmetic, and receptive fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from playground.engine.errors import EngineError
from playground.engine.explain import (
    OUTSIDE,
    conv_window,
    pool_window,
    receptive_field,
    softmax_terms,
)
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
from playground.engine.network import Network, Node, forward, init_params, trace
from playground.engine.padding import NUMPY_MODES

POOLS = {MaxPool2d: np.max, AvgPool2d: np.mean, SumPool2d: np.sum}


def some_cells(shape, rng, count=8):
    """Draw cells of a (channel, row, column) array, its two far corners among them."""
    drawn = [tuple(int(rng.integers(n)) for n in shape) for _ in range(count)]
    return [(0, 0, 0), tuple(n - 1 for n in shape), *drawn]


def stage_of(layer, x, rng):
    """Run one layer, with random weights and biases, over a batch."""
    network = Network("one layer", x.shape[1:], (Node("it", layer),))
    params = init_params(network, rng)
    for array in params["it"].values():
        array[...] = rng.standard_normal(array.shape)
    return trace(network, params, x)["it"]


def random_conv(rng):
    """Draw a convolution and a batch that fits it."""
    groups, depth, each = (int(n) for n in rng.integers(1, 4, 3))
    kernel, dilation, stride = (tuple(map(int, rng.integers(1, m, 2))) for m in (5, 4, 4))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    image = [s + int(rng.integers(6)) for s in spans]
    mode = [*NUMPY_MODES][rng.integers(4)]
    pads = tuple(int(rng.integers(min(4, image[i]))) for i in (0, 0, 1, 1))
    padding = "same" if max(stride) == 1 and mode == "zeros" and rng.random() < 0.3 else pads
    layer = Conv2d(
        groups * each, kernel, stride, padding, mode, dilation, groups, bool(rng.random() < 0.7)
    )
    x = rng.standard_normal((2, groups * depth, *image)).astype(np.float32)
    return layer, x


def test_a_conv_window_gives_the_value_of_its_cell_whatever_the_settings():
    rng = np.random.default_rng(11)
    seen = set()
    for _ in range(400):
        layer, x = random_conv(rng)
        stage = stage_of(layer, x, rng)
        seen.add((layer.padding_mode, layer.padding == "same"))
        for cell in some_cells(stage.output.shape[1:], rng, 3):
            window = conv_window(stage, *cell, item=1)
            assert window.value == pytest.approx(float(stage.output[1][cell]), abs=1e-4)
            assert np.array_equal(window.products, window.patch * window.weight)
            assert np.allclose(window.channel_sums, window.products.sum((1, 2)), atol=1e-5)
            assert window.value == pytest.approx(window.channel_sums.sum() + window.bias, abs=1e-4)
    assert len(seen) == 5


def test_a_conv_window_is_a_slice_of_the_padded_picture():
    rng = np.random.default_rng(12)
    for _ in range(200):
        layer, x = random_conv(rng)
        stage = stage_of(layer, x, rng)
        top, bottom, left, right = layer.pads()
        padded = np.pad(
            x[0], ((0, 0), (top, bottom), (left, right)), NUMPY_MODES[layer.padding_mode]
        )
        for channel, row, column in some_cells(stage.output.shape[1:], rng, 3):
            window = conv_window(stage, channel, row, column)
            depth, kh, kw = window.weight.shape
            first = channel // (layer.filters // layer.groups) * depth
            r, c = row * layer.stride[0], column * layer.stride[1]
            expected = padded[
                first : first + depth,
                r : r + layer.dilation[0] * (kh - 1) + 1 : layer.dilation[0],
                c : c + layer.dilation[1] * (kw - 1) + 1 : layer.dilation[1],
            ]
            assert np.array_equal(window.patch, expected)
            assert np.array_equal(window.weight, stage.params["weight"][channel])


def test_rows_and_columns_of_a_window_point_at_the_cells_of_its_patch():
    rng = np.random.default_rng(13)
    for _ in range(200):
        layer, x = random_conv(rng)
        stage = stage_of(layer, x, rng)
        for cell in some_cells(stage.output.shape[1:], rng, 2):
            window = conv_window(stage, *cell)
            first = cell[0] // (layer.filters // layer.groups) * len(window.weight)
            for (i, r), (j, c) in (
                (a, b) for a in enumerate(window.rows) for b in enumerate(window.columns)
            ):
                inside = r != OUTSIDE and c != OUTSIDE
                assert inside or layer.padding_mode == "zeros"
                for channel, plane in enumerate(window.patch):
                    assert plane[i, j] == (x[0, first + channel, r, c] if inside else 0)


def test_a_convolution_without_bias_has_a_bias_of_zero_in_its_window():
    x = np.ones((1, 1, 3, 3), np.float32)
    stage = stage_of(Conv2d(1, 3, bias=False), x, np.random.default_rng(0))
    assert conv_window(stage, 0, 0, 0).bias == 0


def test_explaining_changes_nothing():
    rng = np.random.default_rng(14)
    layer, x = random_conv(rng)
    stage = stage_of(layer, x, rng)
    before = x.copy(), {k: v.copy() for k, v in stage.params.items()}
    window = conv_window(stage, 0, 0, 0)
    window.patch[...] = 7
    assert np.array_equal(x, before[0])
    assert all(np.array_equal(stage.params[k], v) for k, v in before[1].items())


def random_pool(rng, layer_type):
    kernel, stride = (tuple(map(int, rng.integers(1, m, 2))) for m in (5, 4))
    stride = None if rng.random() < 0.3 else stride
    padding = tuple(int(rng.integers(k // 2 + 1)) for k in kernel)
    more = {"count_include_pad": False} if layer_type is AvgPool2d else {}
    layer = layer_type(kernel, stride, padding, bool(rng.random() < 0.5), **more)
    image = [k + int(rng.integers(6)) for k in kernel]
    return layer, rng.standard_normal((2, 3, *image)).astype(np.float32)


@pytest.mark.parametrize("layer_type", POOLS)
def test_a_pool_window_reduces_to_the_value_of_its_cell(layer_type):
    rng = np.random.default_rng(15)
    for _ in range(150):
        layer, x = random_pool(rng, layer_type)
        stage = stage_of(layer, x, rng)
        for cell in some_cells(stage.output.shape[1:], rng, 3):
            window = pool_window(stage, *cell, item=1)
            value = POOLS[layer_type](window.patch)
            assert value == pytest.approx(float(stage.output[1][cell]), abs=1e-4)
            plane = x[1, cell[0]]
            assert np.array_equal(window.patch, plane[np.ix_(window.rows, window.columns)])
            if layer_type is MaxPool2d:
                assert plane[window.winner] == stage.output[1][cell]
            else:
                assert window.winner is None


def test_of_equal_values_the_first_in_reading_order_wins_the_pool():
    stage = stage_of(MaxPool2d(2), np.zeros((1, 1, 4, 4), np.float32), np.random.default_rng(0))
    assert pool_window(stage, 0, 1, 1).winner == (2, 2)


@pytest.mark.parametrize("cell", [(2, 0, 0), (0, 3, 0), (0, 0, 3), (-1, 0, 0), (0, -1, 0)])
def test_a_cell_that_does_not_exist_is_refused(cell):
    x = np.zeros((1, 2, 4, 4), np.float32)
    rng = np.random.default_rng(0)
    with pytest.raises(EngineError, match="no cell in channel"):
        conv_window(stage_of(Conv2d(2, 2), x, rng), *cell)
    with pytest.raises(EngineError, match="no cell in channel"):
        pool_window(stage_of(MaxPool2d(2, 1), x, rng), *cell)


@pytest.mark.parametrize("item", [-1, 2])
def test_a_picture_outside_the_batch_is_refused(item):
    stage = stage_of(Conv2d(1, 2), np.zeros((2, 1, 4, 4), np.float32), np.random.default_rng(0))
    with pytest.raises(EngineError, match="in a batch of 2"):
        conv_window(stage, 0, 0, 0, item)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8),
    st.floats(0.01, 100),
)
def test_softmax_terms_add_up(scores, temperature):
    terms = softmax_terms(np.array(scores), temperature)
    assert terms.exponentials.max() == 1
    assert terms.total == pytest.approx(terms.exponentials.sum())
    assert np.allclose(terms.probabilities, terms.exponentials / terms.total)
    assert terms.probabilities.sum() == pytest.approx(1)
    assert np.allclose(terms.probabilities, special.softmax(np.array(scores) / temperature))


def test_a_high_temperature_evens_out_and_a_low_one_decides():
    scores = np.array([1.0, 2.0, 3.0])
    assert np.allclose(softmax_terms(scores, 1e6).probabilities, 1 / 3, atol=1e-5)
    assert np.allclose(softmax_terms(scores, 0.01).probabilities, [0, 0, 1])


@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf])
def test_a_temperature_must_be_positive(temperature):
    with pytest.raises(EngineError, match="positive"):
        softmax_terms(np.ones(3), temperature)


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
