"""The convolutions that go pixel by pixel: the same numbers as SciPy's, in any order of memory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from playground.engine import ops
from playground.engine.channels_last import (
    FEW_CHANNELS,
    depthwise,
    is_depthwise,
    is_pointwise,
    lies_by_pixel,
    pointwise,
)
from playground.engine.correlate import matrix_product


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def by_pixel(x):
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def by_plane(x, weight, stride, dilation):
    """Each channel with its own kernel, by SciPy."""
    kh, kw = weight.shape[2:]
    spread = np.zeros((*weight.shape[:2], dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1))
    spread[:, :, :: dilation[0], :: dilation[1]] = weight
    return np.array(
        [[correlate2d(plane, kernel[0], "valid")[:: stride[0], :: stride[1]]
          for plane, kernel in zip(picture, spread, strict=True)] for picture in x]
    )  # fmt: skip


@pytest.mark.parametrize("order", [np.ascontiguousarray, by_pixel])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2), (1, 3), (2, 1)])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 1), (1, 3)])
@pytest.mark.parametrize("kernel", [(3, 3), (1, 5), (2, 1), (1, 1)])
def test_a_depthwise_convolution_is_one_correlation_a_channel(order, stride, dilation, kernel, rng):
    for n, channels, h, w in ((1, FEW_CHANNELS, 12, 15), (3, 33, 7, 13)):
        x = rng.standard_normal((n, channels, h, w))
        weight = rng.standard_normal((channels, 1, *kernel))
        assert is_depthwise(x, weight, channels)
        found = depthwise(order(x), weight, stride, dilation)
        np.testing.assert_allclose(found, by_plane(x, weight, stride, dilation), atol=1e-12)
        assert lies_by_pixel(found) or 1 in found.shape[2:]


@pytest.mark.parametrize("shape", [(1, 8, 1, 1), (1, 8, 1, 9), (2, 9, 9, 1), (1, 2000, 3, 3)])
def test_axes_of_length_one_and_many_channels_are_no_exception(shape, rng):
    # NumPy may give an axis of length 1 any stride at all.
    x = np.asfortranarray(rng.standard_normal(shape).astype("f4"))
    weight = rng.standard_normal((shape[1], 1, 1, 1)).astype("f4")
    np.testing.assert_allclose(depthwise(x, weight, (1, 1), (1, 1)), x * weight[:, 0], rtol=1e-6)
    filters = rng.standard_normal((5, shape[1], 1, 1)).astype("f4")
    expected = np.einsum("nchw,fc->nfhw", x, filters[:, :, 0, 0])
    for order in (np.ascontiguousarray, by_pixel):
        np.testing.assert_allclose(pointwise(order(x), filters), expected, atol=1e-3)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_pointwise_convolution_keeps_the_order_it_finds(n, rng):
    x = rng.standard_normal((n, 24, 60, 50)).astype("f4")
    weight = rng.standard_normal((48, 24, 1, 1)).astype("f4")
    assert is_pointwise(x, weight, (1, 1), 1)
    expected = matrix_product(x, weight, (1, 1), (1, 1), 1)
    planes, pixels = pointwise(x, weight), pointwise(by_pixel(x), weight)
    assert planes.flags.c_contiguous and lies_by_pixel(pixels)
    for found in (planes, pixels):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("shape", "filters"),
    [
        ((1, 16, 112, 112), 96),  # all channels in a block
        ((1, 1152, 7, 7), 192),  # channels in blocks, too
        ((2, 480, 14, 14), 80),
        ((1, 131, 13, 29), 61),  # a length that cannot be cut well
        ((1, 1153, 7, 7), 192),  # one that cannot be cut at all
        ((1, 64, 80, 80), 256),  # large enough for two threads
    ],
)
def test_products_in_blocks_are_the_product(shape, filters, rng):
    x = by_pixel(rng.standard_normal(shape))
    weight = rng.standard_normal((filters, shape[1], 1, 1))
    found = pointwise(x, weight)
    expected = np.tensordot(weight[:, :, 0, 0], x, (1, 1)).swapaxes(0, 1)
    np.testing.assert_allclose(found, expected, atol=1e-10)
    assert found.shape == expected.shape and lies_by_pixel(found)


def test_small_work_large_batches_and_few_channels_go_the_other_ways(rng):
    wide, ones = np.ones((4, 3, 1, 1)), np.ones((8, 1, 3, 3))
    assert not is_pointwise(np.ones((1, 3, 64, 64)), wide, (1, 1), 1)
    assert not is_pointwise(np.ones((8, 3, 640, 640)), wide, (1, 1), 1)
    assert not is_pointwise(np.ones((1, 3, 640, 640)), wide, (2, 2), 1)
    assert not is_pointwise(np.ones((1, 3, 640, 640)), np.ones((4, 3, 1, 2)), (1, 1), 1)
    assert not is_depthwise(np.ones((8, 8, 9, 9)), ones, 8)
    assert not is_depthwise(np.ones((1, 7, 9, 9)), ones[:7], 7)
    assert not is_depthwise(np.ones((1, 4, 9, 9)), ones, 4)  # two kernels a channel


def test_nothing_is_lost_where_a_weight_is_zero(rng):
    # 0 x NaN and 0 x infinity are NaN.
    x = np.ones((1, 8, 6, 6), np.float32)
    x[0, 2, 3, 3], x[0, 4, 0, 0] = np.nan, np.inf
    found = ops.conv2d(x, np.zeros((8, 1, 3, 3)), padding=1, groups=8)
    assert np.isnan(found[0, 2]).sum() == 9 and np.isnan(found[0, 4]).sum() == 4
    assert np.isnan(found).sum() == 13


def test_padding_keeps_the_order_so_that_a_network_changes_it_once(rng):
    x = by_pixel(rng.standard_normal((1, 16, 40, 40)).astype("f4"))
    depth, wide = rng.standard_normal((16, 1, 3, 3)), rng.standard_normal((96, 16, 1, 1))
    maps = ops.conv2d(x, depth.astype("f4"), np.ones(16, "f4"), padding=(0, 1, 1, 1), groups=16)
    assert lies_by_pixel(maps) and lies_by_pixel(ops.relu6(maps))
    assert lies_by_pixel(ops.conv2d(ops.relu6(maps), wide.astype("f4"), np.zeros(96, "f4")))
    assert lies_by_pixel(ops.add(maps, ops.relu6(maps)))
