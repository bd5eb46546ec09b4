"""Every window of many pictures at once, and how they are cut into matrices that BLAS likes.

The batch is the last axis here: (channel, row, column, picture). So the same pixel of all
pictures is one stretch of memory, and so is a step of a kernel along a whole row: windows are
copied in stretches of hundreds of numbers, whatever their stride.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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

# Rows of so many windows are multiplied one by one, even if BLAS could take more.
LONG_ROW = 1024

# Fewer pictures than this are convolved one by one, and stay planes in memory: stretches of so few
# numbers are no gain, and what draws a map, or adds it up, wants it in one piece.
FEW_PICTURES = 8

# Small work is copied this much at a time, for one picture and for a large batch. The C library
# hands larger arrays back to the system each time, and getting them anew takes longer than the
# work on one picture; training, whose arrays are large in any case, makes it keep them.
CACHE_BYTES = 2**18
BATCH_CACHE_BYTES = 2**21


class Slab(NamedTuple):
    """Some rows of windows, copied into matrices with a column for each window.

    Attributes
    ----------
    rows : slice
        Of all rows of windows.
    matrices : array, (parts, groups, size, windows)
    kernel_rows_first : bool
        Whether the pixels of a window are in the order kernel row, channel, kernel column, and
        not, as weights are, channel, kernel row, kernel column.
    width : int
        How many windows BLAS should multiply at a time.
    """

    rows: slice
    matrices: np.ndarray
    kernel_rows_first: bool
    width: int

    def beside(self, maps: np.ndarray) -> np.ndarray:
        """View the same part of (groups, filters, rows, columns, n) in the same order."""
        part = maps[:, :, self.rows]
        flat = (*part.shape[:2], len(self.matrices), -1)
        return part.reshape(flat, copy=False).transpose(2, 0, 1, 3)


def slabs(
    x: np.ndarray, kernel: Pair, stride: Pair, dilation: Pair, groups: int, filters: int
) -> Iterator[Slab]:
    """Cut the windows of an image, whose batch is its last axis, into slabs of rows.

    Where the windows of one row are enough for a product, pixels are copied only once for each
    column of the kernel, and not for each row as well: kernel rows then lie behind each other in
    memory, as image rows do, and a window's pixels begin one image row after those of the window
    above it.

    Parameters
    ----------
    x : array, (c, h, w, n)
    filters : int
        Filters of a group.
    """
    c, h, w, n = x.shape
    depth, (kh, kw) = c // groups, kernel
    rows, columns = windows_shape((h, w), kernel, stride, dilation)
    size, row_size = kh * depth * kw, columns * n
    width, by_row = GEMM_UNTHREADED // (filters * size), False
    room = CACHE_BYTES if n < FEW_PICTURES else BATCH_CACHE_BYTES
    if width < FEW_WINDOWS:
        width, room = rows * row_size, COPY_BYTES
    else:
        width -= width % ALIGNED if width > ALIGNED else 0
        by_row = kh > 1 and row_size >= min(width, LONG_ROW)
    copies = groups * depth * kw * row_size * x.itemsize
    height = max(1, room // (copies * stride[0] if by_row else copies * kh))
    sc, sh, sw, sn = x.strides
    down, right, along = sh * stride[0], sw * stride[1], sw * dilation[1]
    if not by_row:
        shape = (groups, depth, kh, kw, rows, columns, n)
        strides = (sc * depth, sc, sh * dilation[0], along, down, right, sn)
        windows = as_strided(x, shape, strides, writeable=False)
    for row in range(0, rows, height):
        high = min(height, rows - row)
        if by_row:
            start = x[:, row * stride[0] :]
            lines = (high - 1) * stride[0] + (kh - 1) * dilation[0] + 1
            shape = (groups, lines, depth, kw, columns, n)
            strides = (sc * depth, sh, sc, along, right, sn)
            wide = as_strided(start, shape, strides, writeable=False).copy()
            group, line, one = wide.strides[0], wide.strides[1], wide.strides[3]
            shape = (groups, high, kh, depth * kw, row_size)
            strides = (group, line * stride[0], line * dilation[0], one, x.itemsize)
            matrices = as_strided(wide, shape, strides, writeable=False)
            matrices = matrices.reshape(groups, high, size, row_size).transpose(1, 0, 2, 3)
        else:
            matrices = windows[..., row : row + high, :, :].reshape(1, groups, size, -1)
        yield Slab(slice(row, row + high), matrices, by_row, width)


def split(matrices: np.ndarray, width: int) -> Iterator[np.ndarray]:
    """View (parts, groups, rows, windows) as stacks of (groups, rows, width).

    What is left over is a second, narrower stack.
    """
    parts, groups, rows, windows = matrices.shape
    if windows <= width:
        yield matrices[:, None]
        return
    whole = windows - windows % width
    stack = matrices[..., :whole].reshape((parts, groups, rows, -1, width), copy=False)
    yield stack.transpose(0, 3, 1, 2, 4)
    if whole < windows:
        yield matrices[:, None, :, :, whole:]


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
    for part, target in zip(
        split(b[None, None], width), split(out[None, None], width), strict=True
    ):
        np.matmul(a, part, out=target)
    return out


def batch_last(x: np.ndarray) -> np.ndarray:
    """Return (n, c, h, w) as (c, h, w, n), copied only where it does not lie so in memory."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def laid_out(x: np.ndarray) -> np.ndarray:
    """Return (n, c, h, w) unchanged, but with a large batch last in memory, as products want it."""
    return x if x.shape[0] < FEW_PICTURES else batch_last(x).transpose(3, 0, 1, 2)


def windows_shape(image: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Pair:
    """Return how many windows fit in the rows and columns of a padded image."""
    spread = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return (image[0] - spread[0]) // stride[0] + 1, (image[1] - spread[1]) // stride[1] + 1
