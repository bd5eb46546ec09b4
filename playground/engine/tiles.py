"""Every window of many pictures at once, and how they are cut into matrices that BLAS likes.

The batch is the last axis here: (channel, row, column, picture). So the same pixel of all
pictures is one stretch of memory, and so is a step of a kernel along a whole row: windows are
copied in stretches of hundreds of numbers, whatever their stride.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

Pair = tuple[int, int]

# OpenBLAS, the BLAS in the wheels of NumPy and SciPy, wakes a second thread for more multiply-adds
# than this (its interface/gemm.c). For the little work of a picture, or of a small network's
# batch, that gains next to nothing, and when a browser keeps the other core busy, every call
# waits a time slice for it: 8 ms instead of 0.01 ms. So small work is cut into pieces this large.
GEMM_UNTHREADED = 262_144

# When fewer windows than this fit an unthreaded product, threads are worth their price, and work
# is cut only to bound the memory that the copied windows take.
FEW_WINDOWS = 32
COPY_BYTES = 8 * 2**20

# The same for matrices that are there already, in their shorter side.
FEW_COLUMNS = 8

# BLAS works on so many windows at once, and is slower with a rest.
ALIGNED = 32

# Small work is copied this much at a time, so that it stays near the core.
CACHE_BYTES = 2**21


def slabs(windows: np.ndarray, filters: int) -> Iterator[tuple[slice, int]]:
    """Cut windows into slabs of rows, to be copied one at a time, and say how to multiply each.

    Parameters
    ----------
    windows : array, (groups, depth, kh, kw, rows, columns, n)
        See `every_window`.
    filters : int
        Filters of a group.

    Yields
    ------
    rows : slice
        Of the windows.
    width : int
        How many windows of the slab BLAS multiplies at a time.
    """
    groups, depth, kh, kw, rows, columns, n = windows.shape
    size = depth * kh * kw
    width, room = GEMM_UNTHREADED // (filters * size), CACHE_BYTES
    if width < FEW_WINDOWS:
        width, room = rows * columns * n, COPY_BYTES
    elif width > ALIGNED:
        width -= width % ALIGNED
    height = max(1, room // (groups * size * columns * n * windows.itemsize))
    for row in range(0, rows, height):
        yield slice(row, row + height), width


def split(matrix: np.ndarray, width: int) -> Iterator[np.ndarray]:
    """View (groups, rows, windows) as stacks of matrices, (count, groups, rows, width).

    What is left over is a second, narrower stack.
    """
    groups, rows, windows = matrix.shape
    whole = windows - windows % width
    if whole:
        stack = np.reshape(matrix[:, :, :whole], (groups, rows, -1, width), copy=False)
        yield stack.transpose(2, 0, 1, 3)
    if whole < windows:
        yield matrix[None, :, :, whole:]


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return a @ b of two matrices, small ones without waking BLAS's threads, into `out`."""
    (rows, size), columns = a.shape, b.shape[1]
    if out is None:
        out = np.empty((rows, columns), np.result_type(a, b))
    if rows > columns:
        return product(b.T, a.T, out.T).T
    width = GEMM_UNTHREADED // (rows * size)
    if width >= columns or min(rows, width) < FEW_COLUMNS:
        return np.matmul(a, b, out=out)
    for part, target in zip(split(b[None], width), split(out[None], width), strict=True):
        np.matmul(a, part, out=target)
    return out


def every_window(
    x: np.ndarray, kernel: Pair, stride: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    """View `x`, whose batch is its last axis, as (groups, depth, kh, kw, rows, columns, n).

    Parameters
    ----------
    x : array, (c, h, w, n)
        Of any strides.
    """
    c, h, w, n = x.shape
    rows, columns = windows_shape((h, w), kernel, stride, dilation)
    sc, sh, sw, sn = x.strides
    depth = c // groups
    return as_strided(
        x,
        (groups, depth, *kernel, rows, columns, n),
        (sc * depth, sc, sh * dilation[0], sw * dilation[1], sh * stride[0], sw * stride[1], sn),
        writeable=False,
    )


def batch_last(x: np.ndarray) -> np.ndarray:
    """Return (n, c, h, w) as (c, h, w, n), copied only where it does not lie so in memory."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def laid_out(x: np.ndarray) -> np.ndarray:
    """Return (n, c, h, w) unchanged, but with its batch last in memory, as products want it."""
    return batch_last(x).transpose(3, 0, 1, 2)


def windows_shape(image: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Pair:
    """Return how many windows fit in the rows and columns of a padded image."""
    spread = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return (image[0] - spread[0]) // stride[0] + 1, (image[1] - spread[1]) // stride[1] + 1
