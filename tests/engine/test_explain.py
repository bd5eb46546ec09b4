"""Where a number came from: windows and their arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from playground.engine.errors import EngineError
from playground.engine.explain import OUTSIDE, conv_window, pool_window, softmax_terms
from playground.engine.layers import AvgPool2d, Conv2d, MaxPool2d, SumPool2d
from playground.engine.network import Network, Node, init_params, trace
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
    if hasattr(layer_type, "dilation"):
        more["dilation"] = tuple(map(int, rng.integers(1, 4, 2)))
    layer = layer_type(kernel, stride, padding, bool(rng.random() < 0.5), **more)
    gaps = more.get("dilation", (1, 1))
    image = [d * (k - 1) + 1 + int(rng.integers(6)) for k, d in zip(kernel, gaps, strict=True)]
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
