"""A convolution with few filters: multiply by every row of the kernel first, then add the rows up.

Where filters are few, copying the windows takes as long as multiplying them. Here pixels are
copied once for each column of the kernel, and not for each row as well: one product gives what
every row of the kernel makes of every row of the image, and the kernel's rows, each shifted by
its place, add up to the result.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from playground.engine.tiles import COPY_BYTES, FEW_PICTURES, Pair, product, windows_shape

# Measured: with more filters, adding up takes longer than the copying that is saved; with fewer
# channels there is little to copy, and with fewer windows a product is too small.
MOST_FILTERS = 64
FEW_CHANNELS = 16
FEW_WINDOWS = 784


def is_for_rows_first(
    x: np.ndarray, weight: np.ndarray, stride: Pair, dilation: Pair, groups: int
) -> bool:
    """Whether a convolution of few pictures has large maps, many channels and few filters."""
    filters, depth, *kernel = weight.shape
    windows = prod(windows_shape(x.shape[2:], tuple(kernel), stride, dilation))
    few = len(x) < FEW_PICTURES and filters // groups <= MOST_FILTERS
    return few and depth >= FEW_CHANNELS and windows >= FEW_WINDOWS and kernel[0] > stride[0] == 1


def rows_first(
    x: np.ndarray, weight: np.ndarray, stride: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    """Slide `weight` over `x`, as `correlate` does, in steps of one row.

    Parameters
    ----------
    x : array, (n, c, h, w), already padded
    weight : array of the same dtype, (filters, c / groups, kh, kw), kh at least 2
    """
    n, _, h, w = x.shape
    filters, depth, kh, kw = weight.shape
    rows, columns = windows_shape((h, w), (kh, kw), stride, dilation)
    count, gap = filters // groups, dilation[0]
    matrices = weight.reshape(groups, count, depth, kh, kw).transpose(0, 3, 1, 2, 4)
    matrices = matrices.reshape(groups, kh * count, depth * kw)
    # So many rows at a time that the copied pixels and the products keep to their room.
    reach = (kh - 1) * gap
    line = columns * max(kh * count, depth * kw) * x.itemsize
    height = max(COPY_BYTES // line - reach, reach)
    _, channel, down, right = x.strides
    steps = (channel, dilation[1] * right, down, stride[1] * right)
    out = np.empty((n, filters, rows, columns), x.dtype)
    for i, group in np.ndindex(n, groups):
        planes = x[i, group * depth : (group + 1) * depth]
        maps = out[i, group * count : (group + 1) * count]
        for row in range(0, rows, height):
            high = min(height, rows - row)
            shape = (depth, kw, high + reach, columns)
            beside = as_strided(planes[:, row:], shape, steps, writeable=False)
            found = product(matrices[group], beside.reshape(depth * kw, -1))
            found = found.reshape(kh, count, high + reach, columns)
            target = maps[:, row : row + high]
            np.add(found[0, :, :high], found[1, :, gap : gap + high], out=target)
            for k in range(2, kh):
                target += found[k, :, k * gap : k * gap + high]
    return out
