"""Two convolutions that mix either the channels or the pixels, and are fast for it.

A 1 × 1 convolution is one matrix product, and a depthwise one works on every channel alike, so
it goes fastest where the numbers of all channels at a pixel are one stretch of memory: in the
order (picture, row, column, channel). Results lie in memory in this order, too, seen as (picture,
channel, row, column); a network of such layers changes the order once, at its first depthwise one.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from playground.engine.tiles import FEW_PICTURES, GEMM_UNTHREADED, Pair, windows_shape

# Fewer multiply-adds than this are left to `correlate.matrix_product`.
LARGE = 2_000_000

# From here on BLAS's second thread is worth waiting for, even by a busy processor: `tiles` says
# what it costs. Below, work is cut into blocks, small enough for one thread, of at most so many
# channels and filters, and of at least an eighth of what one thread may do.
THREADED = 25_000_000
MOST_CHANNELS, MOST_FILTERS = 128, 64

# With fewer channels the stretches are too short to change the order for them.
FEW_CHANNELS = 8

# Numbers that are multiplied in one go: pixels of a row beside each other, where channels are few.
STRETCH = 768


def is_pointwise(x: np.ndarray, weight: np.ndarray, stride: Pair, groups: int) -> bool:
    """Whether a convolution is a large 1 × 1 one of few pictures."""
    work = weight.size * x.shape[2] * x.shape[3]
    few = x.shape[0] < FEW_PICTURES and work >= LARGE
    return few and weight.shape[2:] == stride == (1, 1) and groups == 1


def pointwise(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Multiply the channels of every pixel by the filters, without copying any of them.

    Parameters
    ----------
    x : array, (n, c, h, w)
    weight : array of the same dtype, (filters, c, 1, 1)
    """
    n, c, h, w = x.shape
    matrix = weight.reshape(len(weight), c)
    if not lies_by_pixel(x):
        return np.matmul(matrix, x.reshape(n, c, h * w)).reshape(n, -1, h, w)
    pixels = x.transpose(0, 2, 3, 1).reshape(n * h * w, c)
    return _by_blocks(pixels, matrix).reshape(n, h, w, -1).transpose(0, 3, 1, 2)


def is_depthwise(x: np.ndarray, weight: np.ndarray, groups: int) -> bool:
    """Whether a convolution has one kernel for each of many channels, and few pictures."""
    one_each = weight.shape[:2] == (x.shape[1], 1) and groups == x.shape[1]
    return one_each and groups >= FEW_CHANNELS and x.shape[0] < FEW_PICTURES


def depthwise(x: np.ndarray, weight: np.ndarray, stride: Pair, dilation: Pair) -> np.ndarray:
    """Multiply and add, one pixel of the kernel after the other, all channels in one go.

    Parameters
    ----------
    x : array, (n, c, h, w), already padded
    weight : array of the same dtype, (c, 1, kh, kw)
    """
    n, c, h, w = x.shape
    kh, kw = weight.shape[2:]
    rows, columns = windows_shape((h, w), (kh, kw), stride, dilation)
    source = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    beside = _beside(columns, c) if stride[1] == 1 else 1
    kernel = np.ascontiguousarray(np.tile(weight[:, 0].transpose(1, 2, 0), (1, 1, beside)))
    # NumPy may give any stride to an axis of length 1, so they are not read off the array.
    pixel = c * x.itemsize
    row, picture = pixel * w, pixel * w * h
    shape = (n, rows, columns // beside, kh, kw, beside * c)
    along, taps = stride[1] * beside * pixel, (dilation[0] * row, dilation[1] * pixel)
    strides = (picture, stride[0] * row, along, *taps, x.itemsize)
    windows = as_strided(source, shape, strides, writeable=False)
    out = np.einsum("nrbijc,ijc->nrbc", windows, kernel)
    return out.reshape(n, rows, columns, c).transpose(0, 3, 1, 2)


def lies_by_pixel(x: np.ndarray) -> bool:
    """Whether the channels of a pixel are one stretch of memory, and planes are not."""
    return not x.flags.c_contiguous and x.transpose(0, 2, 3, 1).flags.c_contiguous


def _by_blocks(pixels: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Multiply (pixels, channels) by the transpose of (filters, channels)."""
    (count, channels), filters = pixels.shape, len(matrix)
    deep, wide = _divisor(channels, MOST_CHANNELS), _divisor(filters, MOST_FILTERS)
    high = _divisor(count, GEMM_UNTHREADED // (deep * wide))
    if count * channels * filters >= THREADED or 8 * high * deep * wide < GEMM_UNTHREADED:
        return pixels @ matrix.T
    # Axes: block of pixels, of filters, of channels; then the two of the block itself.
    left = pixels.reshape(-1, 1, high, channels // deep, deep).transpose(0, 1, 3, 2, 4)
    right = matrix.reshape(1, -1, wide, channels // deep, deep).transpose(0, 1, 3, 4, 2)
    if deep < channels:
        found = np.matmul(left, right).sum(axis=2)
        return found.transpose(0, 2, 1, 3).reshape(count, filters)
    out = np.empty((count, filters), pixels.dtype)
    targets = out.reshape(-1, high, filters // wide, wide).transpose(0, 2, 1, 3)
    np.matmul(left, right, out=targets[:, :, None])
    return out


def _divisor(number: int, most: int) -> int:
    """The largest divisor of a number that is at most `most`."""
    return next(d for d in range(min(number, most), 0, -1) if number % d == 0)


def _beside(columns: int, channels: int) -> int:
    """How many pixels of a row to take in one go, so that every row is a multiple of them."""
    return _divisor(columns, max(1, STRETCH // channels))
