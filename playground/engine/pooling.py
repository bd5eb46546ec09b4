"""How windows are reduced to one number each: the machinery under the pooling operators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from playground.engine.checks import pair
from playground.engine.errors import EngineError
from playground.engine.padding import Pads, output_sizes, resolve_padding, surround

Pair = tuple[int, int]


class Windows(NamedTuple):
    """Where the windows of a pool are: settings in pairs (rows, columns), and how many fit."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    pads: Pads
    count: Pair


def place_windows(
    image: Pair, kernel_size, stride, padding, dilation=1, ceil_mode: bool = False
) -> Windows:
    """Check the settings of a pool and find its windows in an image of this size.

    Raises
    ------
    EngineError
        When a setting is invalid, the padding is so large that a window begins and ends outside
        of the image, or the window does not fit.
    """
    kernel = pair(kernel_size, "kernel size")
    steps = kernel if stride is None else pair(stride, "stride")
    gaps = pair(dilation, "dilation")
    pads = resolve_padding(padding, kernel, steps, gaps)
    count = output_sizes(image, kernel, steps, pads, gaps, bool(ceil_mode), "window")
    for axis in (0, 1):
        before, after = pads[2 * axis : 2 * axis + 2]
        size = gaps[axis] * (kernel[axis] - 1) + 1
        beyond = (count[axis] - 1) * steps[axis] >= image[axis] + before
        if before >= size or beyond:
            raise EngineError(
                f"Pooling takes padding smaller than its window: "
                f"{before if before >= size else after} is too much for a window of {size}."
            )
    return Windows(kernel, steps, gaps, pads, count)


def reduce_windows(x: np.ndarray, windows: Windows, combine: np.ufunc, fill: float) -> np.ndarray:
    """Combine the pixels of every window with `np.maximum` or `np.add`; padding holds `fill`.

    Both are separable: the rows of a window are combined first, then the columns of the result,
    so that a k x k window costs 2k steps and not k * k. Each step takes one shifted and strided
    view of all planes.
    """
    pads = _pads_that_count(x.shape, windows)
    if any(pads):
        x = surround(x, pads, fill)
    for axis in (0, 1):
        spans = [span for (span,) in taps(windows, (axis,))]
        shifted = [x[:, :, span] if axis == 0 else x[:, :, :, span] for span in spans]
        x = shifted[0].copy("K") if len(shifted) == 1 else combine(shifted[0], shifted[1])
        for view in shifted[2:]:
            combine(x, view, out=x)
    return x


def taps(windows: Windows, axes: tuple[int, ...] = (0, 1)) -> Iterator[tuple[slice, ...]]:
    """Yield, for every place in a window, in reading order, where all windows have it.

    The slices, one for each of the axes (0 for rows, 1 for columns), count from the first pixel
    of the padding.
    """
    spans = []
    for axis in axes:
        step, gap = windows.stride[axis], windows.dilation[axis]
        length = (windows.count[axis] - 1) * step + 1
        starts = range(0, windows.kernel[axis] * gap, gap)
        spans.append([slice(start, start + length, step) for start in starts])
    return product(*spans)


def spread_windows(grad: np.ndarray, shape: tuple[int, ...], windows: Windows) -> np.ndarray:
    """Add every window's number to all its pixels: the backward of a sum.

    Separable, as `reduce_windows` is: along the columns first, then along the rows.

    Parameters
    ----------
    grad : array, (n, c, rows, columns)
    shape : (n, c, h, w)
        Of the result.
    """
    top, bottom, left, right = _pads_that_count(shape, windows)
    n, c, h, w = shape
    wide = np.zeros_like(grad, shape=(n, c, grad.shape[2], left + w + right))
    for (span,) in taps(windows, (1,)):
        wide[:, :, :, span] += grad
    full = np.zeros_like(grad, shape=(n, c, top + h + bottom, left + w + right))
    for (span,) in taps(windows, (0,)):
        full[:, :, span] += wide
    return full[:, :, top : top + h, left : left + w]


@np.errstate(invalid="ignore", over="ignore")
def first_winners(
    grad: np.ndarray, x: np.ndarray, output: np.ndarray, windows: Windows
) -> np.ndarray:
    """Add every window's number to its largest pixel, the first in reading order.

    Parameters
    ----------
    grad, output : array, (n, c, rows, columns)
        The numbers, and the largest value of each window.
    x : array, (n, c, h, w)
    """
    pads = top, _, left, _ = _pads_that_count(x.shape, windows)
    # The padding must not win, and NaN equals nothing; but a NaN in the window has won.
    padded = surround(x, pads, np.nan) if any(pads) else x
    lost = np.isnan(output)
    nans = surround(np.isnan(x), pads, False) if lost.any() else None
    grad_x = np.zeros_like(padded, grad.dtype)
    waiting = np.ones_like(output, bool)
    apart = all(windows.stride[i] >= windows.kernel[i] for i in (0, 1))
    for rows, columns in taps(windows):
        won = padded[:, :, rows, columns] == output
        if nans is not None:
            won |= nans[:, :, rows, columns] & lost
        won &= waiting
        waiting ^= won
        if apart and windows.dilation == (1, 1):
            # No pixel is in two windows, so there is nothing to add to.
            np.multiply(grad, won, out=grad_x[:, :, rows, columns])
        else:
            grad_x[:, :, rows, columns] += grad * won
    return grad_x[:, :, top : top + x.shape[2], left : left + x.shape[3]]


def _pads_that_count(shape: tuple[int, ...], windows: Windows) -> Pads:
    """Return how far the windows reach beyond planes of this shape on each side.

    With `ceil_mode` the last window may need more than the padding, and without it less.
    """
    rows, columns = (
        (windows.count[i] - 1) * windows.stride[i]
        + windows.dilation[i] * (windows.kernel[i] - 1)
        + 1
        for i in (0, 1)
    )
    top, _, left, _ = windows.pads
    return top, max(0, rows - top - shape[2]), left, max(0, columns - left - shape[3])


def window_areas(image: Pair, windows: Windows, count_include_pad: bool) -> np.ndarray:
    """Return by how many pixels each window's sum is divided for an average, (rows, columns).

    Where a window hangs over the end (`ceil_mode`), the pixels beyond the padding never count;
    padding counts only with `count_include_pad`.
    """
    lengths = []
    for axis in (0, 1):
        before, after = windows.pads[2 * axis : 2 * axis + 2]
        start = np.arange(windows.count[axis]) * windows.stride[axis] - before
        places = start[:, None] + np.arange(windows.kernel[axis]) * windows.dilation[axis]
        if count_include_pad:
            counted = places < image[axis] + after
        else:
            counted = (places >= 0) & (places < image[axis])
        lengths.append(counted.sum(axis=1))
    return np.outer(*lengths)
