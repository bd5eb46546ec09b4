"""The ways to slide kernels over padded planes, the rule that picks one, and the gradients.

All give the same numbers. `shift_and_add` copies nothing, and suits a few large planes with a
kernel each; `depthwise` suits many of them, `pointwise` kernels of one pixel, and `rows_first` few
filters over many large planes; `matrix_product` lets every window serve all filters at once, and
suits everything else.
"""

from __future__ import annotations

from math import prod

import numpy as np
import scipy

from playground.engine.channels_last import depthwise, is_depthwise, is_pointwise, pointwise
from playground.engine.rows_first import is_for_rows_first, rows_first
from playground.engine.tiles import (
    FEW_PICTURES,
    Pair,
    batch_last,
    slabs,
    split,
    windows_shape,
)

# OpenBLAS, the BLAS in the wheels of NumPy and SciPy, wakes a second thread for longer vectors
# (its interface/axpy.c); `tiles` says why that does not pay.
AXPY_UNTHREADED = 10_000

# A shorter plane spends more on calling BLAS than on its arithmetic.
SHORT_PLANE = 2_000


def correlate(
    x: np.ndarray, weight: np.ndarray, stride: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    """Slide `weight` over `x`, which is already padded, and sum over the channels of each group.

    Parameters
    ----------
    x : array, (n, c, h, w)
    weight : array of the same dtype, (filters, c / groups, kh, kw)

    Returns
    -------
    array, (n, filters, rows, columns)
    """
    if is_pointwise(x, weight, stride, groups):
        return pointwise(x, weight)
    if is_depthwise(x, weight, groups):
        return depthwise(x, weight, stride, dilation)
    if is_for_rows_first(x, weight, stride, dilation, groups):
        return rows_first(x, weight, stride, dilation, groups)
    long_plane = x.shape[2] * x.shape[3] >= SHORT_PLANE
    one_kernel_a_plane = weight.shape[1] == 1 and weight.shape[0] == x.shape[1]
    if (
        (stride == (1, 1) and one_kernel_a_plane and long_plane)
        # BLAS skips a weight of 0, but 0 x NaN and 0 x infinity are NaN.
        and (weight.all() or np.isfinite(x).all())
    ):
        return shift_and_add(x, weight, dilation)
    return matrix_product(x, weight, stride, dilation, groups)


def shift_and_add(x: np.ndarray, weight: np.ndarray, dilation: Pair) -> np.ndarray:
    """Add up shifted copies of each plane, one for every weight of the plane's own kernel.

    Read row after row, a plane is one long vector, in which the pixel `i` rows down and `j`
    columns right is always `i * w + j` further on. So all windows at once get the contribution
    of one weight in a single BLAS call, ``sums += weight * plane[shift:]``. The positions where
    a window would run over the right edge hold meaningless sums, which are cut off at the end.
    """
    n, c, h, w = x.shape
    kh, kw = weight.shape[2:]
    rows, columns = windows_shape((h, w), (kh, kw), (1, 1), dilation)
    # SciPy loads its parts when they are first used, and a page without such planes needs none.
    blas = scipy.linalg.blas
    axpy = blas.saxpy if x.dtype == np.float32 else blas.daxpy
    source = np.ascontiguousarray(x).reshape(-1)
    sums = np.zeros((n, c, rows, w), x.dtype)
    target = sums.reshape(-1)
    shifts = [i * dilation[0] * w + j * dilation[1] for i in range(kh) for j in range(kw)]
    kernels = weight.reshape(c, kh * kw).tolist()
    length = (rows - 1) * w + columns
    for plane in range(n * c):
        taps = list(zip(shifts, kernels[plane % c], strict=True))
        for start in range(0, length, AXPY_UNTHREADED):
            count = min(AXPY_UNTHREADED, length - start)
            read, write = plane * h * w + start, plane * rows * w + start
            for shift, value in taps:
                axpy(source, target, count, value, read + shift, 1, write, 1)
    return np.ascontiguousarray(sums[..., :columns])


def matrix_product(
    x: np.ndarray, weight: np.ndarray, stride: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    """Write every window as a column of a matrix, and multiply by the filters as rows.

    The step is known as im2col [1]_. Windows overlap, so the matrix is kh * kw times as large as
    the image; it is made and used up slab by slab.

    References
    ----------
    .. [1] Chellapilla, Puri & Simard, "High performance convolutional neural networks for
       document processing", 2006, https://inria.hal.science/inria-00112631
    """
    n, filters, kernel = len(x), len(weight), weight.shape[2:]
    rows, columns = windows_shape(x.shape[2:], kernel, stride, dilation)
    if n < FEW_PICTURES:
        out = np.empty((n, filters, rows, columns), x.dtype)
        parts = zip(x[..., None], out[..., None], strict=True)
    else:
        maps = np.empty((filters, rows, columns, n), x.dtype)
        out = maps.transpose(3, 0, 1, 2)
        parts = [(batch_last(x), maps)]
    matrix = None
    for pictures, maps in parts:
        maps = maps.reshape(groups, filters // groups, *maps.shape[1:])
        for slab in slabs(pictures, kernel, stride, dilation, groups, filters // groups):
            if matrix is None:
                matrix = weight.transpose(0, 2, 1, 3) if slab.kernel_rows_first else weight
                matrix = matrix.reshape(groups, filters // groups, -1)
            targets = split(slab.beside(maps), slab.width)
            for windows, target in zip(split(slab.matrices, slab.width), targets, strict=True):
                np.matmul(matrix, windows, out=target)
    return out


def weight_gradient(
    grad: np.ndarray,
    x: np.ndarray,
    shape: tuple[int, ...],
    stride: Pair,
    dilation: Pair,
    groups: int,
) -> np.ndarray:
    """Sum, for each weight, the pixels that it met times the gradients there.

    Parameters
    ----------
    grad : array, (n, filters, rows, columns)
    x : array of the same dtype, (n, c, h, w), already padded
    shape : (filters, c / groups, kh, kw)
        Of the weight.
    """
    filters, depth, *kernel = shape
    count = filters // groups
    grad = batch_last(grad)
    maps = grad.reshape(groups, count, *grad.shape[1:])
    total = np.zeros((groups, depth * prod(kernel), count), x.dtype)
    for slab in slabs(batch_last(x), kernel, stride, dilation, groups, count):
        parts = split(slab.beside(maps), slab.width)
        for columns, part in zip(split(slab.matrices, slab.width), parts, strict=True):
            total += np.matmul(columns, part.swapaxes(-1, -2)).sum(axis=(0, 1))
    if slab.kernel_rows_first:
        total = total.reshape(groups, kernel[0], depth, -1).swapaxes(1, 2)
    total = total.reshape(groups, -1, count).swapaxes(1, 2)
    return np.ascontiguousarray(total).reshape(shape)


def input_gradient(
    grad: np.ndarray,
    shape: tuple[int, ...],
    weight: np.ndarray,
    stride: Pair,
    dilation: Pair,
    groups: int,
) -> np.ndarray:
    """Hand every pixel the gradients of its windows, times the weight that it met in each.

    Along a row this is a correlation with the mirrored weights, of gradients spread as far apart
    as the windows are. So one product gives, for every row of windows and every row of the kernel,
    a whole row of the image, and what is left is to add these rows where they belong.

    Parameters
    ----------
    grad : array, (n, filters, rows, columns)
    shape : (n, c, h, w)
        Of the padded input.
    weight : array of the same dtype, (filters, c / groups, kh, kw)
    """
    n, c, h, w = shape
    count, (_, depth, kh, kw) = weight.shape[0] // groups, weight.shape
    grad = batch_last(grad)
    rows, columns = grad.shape[1:3]
    margin = (kw - 1) * dilation[1]
    spread = np.zeros((len(weight), rows, margin + w, n), grad.dtype)
    spread[:, :, margin : margin + columns * stride[1] : stride[1]] = grad
    filters = weight.reshape(groups, count, depth, kh, kw)[..., ::-1].transpose(0, 2, 3, 1, 4)
    filters = filters.reshape(groups, depth * kh, count * kw)
    image = np.zeros((groups, depth, h, w, n), grad.dtype)
    for slab in slabs(spread, (1, kw), (1, 1), (1, dilation[1]), groups, depth * kh):
        found = np.empty((1, groups, depth * kh, slab.matrices.shape[3]), grad.dtype)
        targets = split(found, slab.width)
        for columns, target in zip(split(slab.matrices, slab.width), targets, strict=True):
            np.matmul(filters, columns, out=target)
        found = found.reshape(groups, depth, kh, -1, w, n)
        for i in range(kh):
            first = i * dilation[0] + slab.rows.start * stride[0]
            last = first + found.shape[3] * stride[0]
            image[:, :, first : last : stride[0]] += found[:, :, i]
    return image.reshape(c, h, w, n).transpose(3, 0, 1, 2)
