"""Pooling against a loop over the windows as they are defined, and input that cannot work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine import ops
from playground.engine.errors import EngineError


def windows_of(size, kernel, stride, before, after, dilation, ceil_mode):
    """List, for each window of one axis, its pixels in the image and how many places it has.

    A place is a pixel of the image or of the padding; what hangs over the end is none.
    """
    found, start, last = [], -before, None
    while True:
        taps = [start + i * dilation for i in range(kernel)]
        complete = taps[-1] < size + after
        # An incomplete window needs pixels that no window before it reached, and must not
        # begin in the padding behind the image.
        hangs_over = ceil_mode and start < size and (last is None or last < size + after - 1)
        if not complete and not hangs_over:
            return found
        found.append(([t for t in taps if 0 <= t < size], sum(t < size + after for t in taps)))
        if not complete:
            return found
        start, last = start + stride, taps[-1]


def pool_by_loop(x, kernel, stride, pads, dilation, ceil_mode, value_of):
    """Fill the result window by window with value_of(pixels, places)."""
    rows, columns = (
        windows_of(
            x.shape[2 + axis], kernel[axis], stride[axis], *pads[2 * axis : 2 * axis + 2],
            dilation[axis], ceil_mode,
        )
        for axis in (0, 1)
    )  # fmt: skip
    out = np.empty((*x.shape[:2], len(rows), len(columns)), x.dtype)
    for i, (row_taps, row_places) in enumerate(rows):
        for j, (column_taps, column_places) in enumerate(columns):
            pixels = x[:, :, row_taps][:, :, :, column_taps]
            out[:, :, i, j] = value_of(pixels, row_places * column_places)
    return out


@st.composite
def pools(draw):
    """Draw an array and the settings of a pool that fits."""
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    stride = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    pads = tuple(draw(st.integers(0, kernel[axis] // 2)) for axis in (0, 0, 1, 1))
    image = [draw(st.integers(d * (k - 1) + 1, 14)) for k, d in zip(kernel, dilation, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    x = rng.standard_normal((2, 2, *image)).astype(dtype)
    return x, kernel, stride, pads, dilation, draw(st.booleans())


@settings(max_examples=150, deadline=None)
@given(pools())
def test_max_pool2d_keeps_the_largest_pixel_of_every_window(case):
    x, kernel, stride, pads, dilation, ceil_mode = case
    out = ops.max_pool2d(x, kernel, stride, pads, dilation=dilation, ceil_mode=ceil_mode)
    expected = pool_by_loop(*case, lambda pixels, places: pixels.max(axis=(2, 3), initial=-np.inf))
    assert out.dtype == x.dtype
    np.testing.assert_array_equal(out, expected)


@settings(max_examples=150, deadline=None)
@given(pools(), st.booleans())
def test_avg_and_sum_pool2d_add_up_every_window(case, count_include_pad):
    x, kernel, stride, pads, _, ceil_mode = case
    case = (x, kernel, stride, pads, (1, 1), ceil_mode)
    close = dict(rtol=1e-4, atol=1e-5) if x.dtype == np.float32 else dict(rtol=1e-11, atol=1e-12)

    def average(pixels, places):
        count = places if count_include_pad else pixels.shape[2] * pixels.shape[3]
        return pixels.sum(axis=(2, 3)) / count

    sums = ops.sum_pool2d(x, kernel, stride, pads, ceil_mode=ceil_mode)
    expected = pool_by_loop(*case, lambda pixels, places: pixels.sum(axis=(2, 3)))
    np.testing.assert_allclose(sums, expected, **close)
    averages = ops.avg_pool2d(
        x, kernel, stride, pads, ceil_mode=ceil_mode, count_include_pad=count_include_pad
    )
    assert sums.dtype == averages.dtype == x.dtype
    np.testing.assert_allclose(averages, pool_by_loop(*case, average), **close)


@pytest.mark.parametrize(
    "size, kernel, stride, before, after, ceil_mode, expected",
    [
        (6, 3, 2, 0, 0, False, 2),
        (6, 3, 2, 0, 0, True, 3),
        (5, 3, 2, 0, 0, True, 2),
        (5, 2, 2, 1, 1, True, 3),  # a fourth window would begin in the padding on the right
        (2, 2, 5, 0, 0, True, 1),
        (3, 4, 1, 0, 0, False, 0),
        (3, 9, 2, 0, 0, False, 0),
    ],
)
def test_the_last_window_of_ceil_mode_begins_inside_the_image(
    size, kernel, stride, before, after, ceil_mode, expected
):
    assert ops.output_size(size, kernel, stride, before, after, 1, ceil_mode) == expected


def test_windows_tile_the_image_unless_a_stride_is_given():
    x = np.arange(36.0).reshape(1, 1, 6, 6)
    assert ops.max_pool2d(x, 2).tolist() == [[[[7, 9, 11], [19, 21, 23], [31, 33, 35]]]]
    assert ops.max_pool2d(x, (3, 2)).shape == (1, 1, 2, 3)
    assert ops.max_pool2d(x, 3, 1, "same").shape == x.shape


def test_zeros_of_the_padding_count_in_an_average_unless_told_otherwise():
    ones = np.ones((1, 1, 2, 2), np.float32)
    assert ops.avg_pool2d(ones, 2, 2, 1).ravel().tolist() == [0.25] * 4
    assert ops.avg_pool2d(ones, 2, 2, 1, count_include_pad=False).ravel().tolist() == [1] * 4


def test_padding_never_wins_a_max_pool():
    out = ops.max_pool2d(np.full((1, 1, 3, 3), -5.0), 3, 1, 1)
    assert (out == -5).all()


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d, ops.sum_pool2d])
def test_nan_spreads_to_exactly_the_windows_that_see_it(pool):
    x = np.zeros((1, 1, 6, 6))
    x[0, 0, 3, 4] = np.nan
    expected = np.zeros((3, 3), bool)
    expected[1, 2] = True
    np.testing.assert_array_equal(np.isnan(pool(x, 2)[0, 0]), expected)


def test_avg_pool2d_over_the_whole_image_is_global_avg_pool2d():
    x = np.random.default_rng(6).standard_normal((2, 3, 5, 7))
    out = ops.global_avg_pool2d(x)
    assert out.shape == (2, 3, 1, 1)
    np.testing.assert_allclose(out, ops.avg_pool2d(x, (5, 7)))
    assert ops.global_avg_pool2d(x.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d, ops.sum_pool2d])
@pytest.mark.parametrize("kernel, stride", [(1, 1), (2, 2), (3, 2), ((1, 2), 1)])
def test_inputs_are_not_changed_and_need_not_be_contiguous(pool, kernel, stride):
    base = np.random.default_rng(7).standard_normal((9, 8, 2, 3))
    base.flags.writeable = False
    x = base.transpose(3, 2, 1, 0)[:, :, ::-1]
    kept = x.copy()
    out = pool(x, kernel, stride)
    assert not np.shares_memory(out, base)
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(out, pool(kept, kernel, stride))


X = np.ones((1, 2, 5, 5))
BAD_CALLS = [
    ((X, 7), "A 7 x 7 window does not fit a 5 x 5 image"),
    ((X, (2, 6)), "A 2 x 6 window does not fit a 5 x 5 image"),
    ((X, 2, 2, 2), "smaller than its window: 2 is too much for a window of 2"),
    ((X, 3, 1, (0, 0, 0, 3)), "3 is too much for a window of 3"),
    ((X, 3, 2, "same"), "a stride of 2 cannot do"),
    ((X, 3, None, "same"), "a stride of 3 cannot do"),
    ((X, 0), "kernel size must be at least 1"),
    ((X, None), "kernel size must be a whole number"),
    ((X, 2.0), "kernel size must be a whole number"),
    ((X, 2, 0), "stride must be at least 1"),
    ((X, 2, False), "stride must be a whole number"),
    ((X, 2, 2, -1), "padding must be at least 0"),
    ((X[0], 2), "four axes"),
    ((X[:, :0], 2), "input is empty"),
    ((X * 1j, 2), "real numbers"),
]


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d, ops.sum_pool2d])
@pytest.mark.parametrize("args, sentence", BAD_CALLS)
def test_pools_refuse_what_cannot_work_in_one_sentence(pool, args, sentence):
    with pytest.raises(EngineError) as caught:
        pool(*args)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("dilation", [0, True, 1.5])
def test_max_pool2d_refuses_a_bad_dilation(dilation):
    with pytest.raises(EngineError, match="dilation"):
        ops.max_pool2d(X, 2, dilation=dilation)
    with pytest.raises(EngineError, match="spread to 7 x 7"):
        ops.max_pool2d(X, 3, dilation=3)
