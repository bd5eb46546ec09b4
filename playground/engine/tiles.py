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

# Small tiles go to NumPy in stacks of this size, which stay in a core's own cache.
STACK_BYTES = 2**19


class Tile(NamedTuple):
    """A stack of equal tiles: `down` x `right` of them, each `high` rows by `wide` columns."""

    row: int
    down: int
    high: int
    column: int
    right: int
    wide: int
    picture: int
    pictures: int

    def cut(self, array: np.ndarray) -> np.ndarray:
        """View (..., rows, columns, n) as (down, right, ..., high, wide, pictures)."""
        array = array[
            ...,
            self.row : self.row + self.down * self.high,
            self.column : self.column + self.right * self.wide,
            self.picture : self.picture + self.pictures,
        ]
        lead = array.shape[:-3]
        split = (*lead, self.down, self.high, self.right, self.wide, self.pictures)
        axes = len(lead)
        order = (axes, axes + 2, *range(axes), axes + 1, axes + 3, axes + 4)
        return np.reshape(array, split, copy=False).transpose(order)

    def matrices(self, array: np.ndarray, rows: int, copy: bool | None = None) -> np.ndarray:
        """Return (down, right, groups, rows, windows) from (groups, ..., rows, columns, n).

        With ``copy=False`` it is a view, to be written to.
        """
        part = self.cut(array)
        return np.reshape(part, (*part.shape[:3], rows, -1), copy=copy)


def tiles(windows: np.ndarray, filters: int) -> Iterator[Tile]:
    """Cut windows into tiles that BLAS multiplies by `filters` filters without threads.

    Parameters
    ----------
    windows : array, (groups, depth, kh, kw, rows, columns, n)
        See `every_window`.
    filters : int
        Filters of a group.
    """
    groups, depth, kh, kw, rows, columns, n = windows.shape
    size = depth * kh * kw
    window_bytes = groups * size * windows.itemsize
    most = GEMM_UNTHREADED // (filters * size)
    if most < FEW_WINDOWS:
        most = max(n, COPY_BYTES // window_bytes)
    pictures = -(-n // -(-n // max(1, most)))  # at most that many, in equal shares
    cells = max(1, most // pictures) if pictures == n else 1
    wide = min(columns, cells)
    high = min(rows, cells // columns) if wide == columns else 1
    stack = max(1, STACK_BYTES // (window_bytes * high * wide * pictures))
    for picture, _, share in spans(n, pictures, 1):
        for row, down, height in spans(rows, high, max(1, stack // (columns // wide))):
            for column, right, width in spans(columns, wide, stack):
                yield Tile(row, down, height, column, right, width, picture, share)


def spans(total: int, size: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Cut a length into (start, count, size): at most `most` pieces of `size`, then the rest."""
    start, left = 0, total // size
    while left:
        count = min(left, most)
        yield start, count, size
        start, left = start + count * size, left - count
    if start < total:
        yield start, 1, total - start


def every_window(
    x: np.ndarray, kernel: Pair, stride: Pair, dilation: Pair, groups: int, writeable: bool = False
) -> np.ndarray:
    """View `x`, whose batch is its last axis, as (groups, depth, kh, kw, rows, columns, n).

    Parameters
    ----------
    x : array, (c, h, w, n)
        Of any strides.
    writeable : bool
        Whether the view may be written to; the same pixel is in many windows.
    """
    c, h, w, n = x.shape
    rows, columns = windows_shape((h, w), kernel, stride, dilation)
    sc, sh, sw, sn = x.strides
    depth = c // groups
    return as_strided(
        x,
        (groups, depth, *kernel, rows, columns, n),
        (sc * depth, sc, sh * dilation[0], sw * dilation[1], sh * stride[0], sw * stride[1], sn),
        writeable=writeable,
    )


def batch_last(x: np.ndarray) -> np.ndarray:
    """Return (n, c, h, w) as (c, h, w, n), copied only where it does not lie so in memory."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def windows_shape(image: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Pair:
    """Return how many windows fit in the rows and columns of a padded image."""
    spread = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return (image[0] - spread[0]) // stride[0] + 1, (image[1] - spread[1]) // stride[1] + 1
