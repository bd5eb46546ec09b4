"""Two ways to slide kernels over padded planes, and the rule that picks the faster one.

Both give the same numbers. `shift_and_add` copies nothing, and suits a plane with its own kernel;
`matrix_product` lets every window serve all filters at once, and suits everything else.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.lib.stride_tricks import as_strided

Pair = tuple[int, int]

# OpenBLAS, the BLAS in the wheels of NumPy and SciPy, wakes a second thread for longer vectors
# (its interface/axpy.c) and for more multiply-adds (interface/gemm.c). For the little work of one
# picture that gains next to nothing, and when a browser keeps the other core busy, every call
# waits a time slice for it: 8 ms instead of 0.01 ms. So small work is cut into pieces this large.
AXPY_UNTHREADED = 10_000
GEMM_UNTHREADED = 262_144

# When fewer windows than this fit an unthreaded product, threads are worth their price, and work
# is cut only to bound the memory that the copied windows take.
FEW_WINDOWS = 32
COPY_BYTES = 8 * 2**20

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
    the image; it is made and used up piece by piece.

    References
    ----------
    .. [1] Chellapilla, Puri & Simard, "High performance convolutional neural networks for
       document processing", 2006, https://inria.hal.science/inria-00112631
    """
    n, c, h, w = x.shape
    filters, depth, kh, kw = weight.shape
    rows, columns = windows_shape((h, w), (kh, kw), stride, dilation)
    sn, sc, sh, sw = x.strides
    down, right = sh * stride[0], sw * stride[1]
    windows = as_strided(
        x,
        (groups, depth, kh, kw, n, rows, columns),
        (sc * depth, sc, sh * dilation[0], sw * dilation[1], sn, down, right),
        writeable=False,
    )
    size = depth * kh * kw
    matrices = weight.reshape(groups, filters // groups, size)
    out = np.empty((n, filters, rows, columns), x.dtype)
    maps = out.reshape(n, groups, -1, rows, columns).transpose(1, 2, 0, 3, 4)
    images, high, wide = piece_shape(maps.shape, size, x.itemsize)
    for image in range(0, n, images):
        for row in range(0, rows, high):
            for column in range(0, columns, wide):
                part = np.s_[..., image : image + images, row : row + high, column : column + wide]
                matrix = windows[part].reshape(groups, size, -1)
                target = maps[part]
                target[...] = np.matmul(matrices, matrix).reshape(target.shape)
    return out


def piece_shape(shape: tuple[int, ...], size: int, itemsize: int) -> tuple[int, int, int]:
    """Return how many images, rows and columns of windows to multiply at a time.

    Parameters
    ----------
    shape : (groups, filters of a group, images, rows, columns)
        Of the result.
    size : int
        Weights of a filter.
    itemsize : int
        Bytes of a number.
    """
    groups, filters, n, rows, columns = shape
    windows = GEMM_UNTHREADED // (filters * size)
    if windows < FEW_WINDOWS:
        windows = max(columns, COPY_BYTES // (groups * size * itemsize))
    if windows >= rows * columns:
        return min(n, windows // (rows * columns)), rows, columns
    if windows >= columns:
        return 1, windows // columns, columns
    return 1, 1, windows


def windows_shape(image: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Pair:
    """Return how many windows fit in the rows and columns of a padded image."""
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return (image[0] - spans[0]) // stride[0] + 1, (image[1] - spans[1]) // stride[1] + 1
