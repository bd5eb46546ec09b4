"""How windows are reduced to one number each: the machinery under the pooling operators."""

from __future__ import annotations

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
        When a setting is invalid, the padding exceeds half the kernel (a window could then see
        padding alone), or the kernel does not fit.
    """
    kernel = pair(kernel_size, "kernel size")
    steps = kernel if stride is None else pair(stride, "stride")
    gaps = pair(dilation, "dilation")
    pads = resolve_padding(padding, kernel, steps, gaps)
    for size, most in ((kernel[0], max(pads[:2])), (kernel[1], max(pads[2:]))):
        if most > size // 2:
            raise EngineError(
                f"Pooling takes padding of at most half its window: {most} is too much for a "
                f"window of {size}."
            )
    count = output_sizes(image, kernel, steps, pads, gaps, bool(ceil_mode), "window")
    return Windows(kernel, steps, gaps, pads, count)


def reduce_windows(x: np.ndarray, windows: Windows, combine: np.ufunc, fill: float) -> np.ndarray:
    """Combine the pixels of every window with `np.maximum` or `np.add`; padding holds `fill`.

    Both are separable: the rows of a window are combined first, then the columns of the result,
    so that a k x k window costs 2k steps and not k * k. Each step takes one shifted and strided
    view of all planes.
    """
    rows, columns = (
        (windows.count[i] - 1) * windows.stride[i]
        + windows.dilation[i] * (windows.kernel[i] - 1)
        + 1
        for i in (0, 1)
    )
    top, _, left, _ = windows.pads
    # With ceil_mode the last window may need more than the padding, and without it less.
    bottom = max(0, rows - top - x.shape[2])
    right = max(0, columns - left - x.shape[3])
    if top or bottom or left or right:
        x = surround(x, (top, bottom, left, right), fill)
    for axis in (0, 1):
        step, gap = windows.stride[axis], windows.dilation[axis]
        length = (windows.count[axis] - 1) * step + 1
        shifted = []
        for tap in range(windows.kernel[axis]):
            span = slice(tap * gap, tap * gap + length, step)
            shifted.append(x[:, :, span] if axis == 0 else x[:, :, :, span])
        x = shifted[0].copy() if len(shifted) == 1 else combine(shifted[0], shifted[1])
        for view in shifted[2:]:
            combine(x, view, out=x)
    return x


def window_areas(image: Pair, windows: Windows, count_include_pad: bool) -> np.ndarray:
    """Return by how many pixels each window's sum is divided for an average, (rows, columns).

    Where a window hangs over the end (`ceil_mode`), the pixels beyond the padding never count;
    padding counts only with `count_include_pad`.
    """
    lengths = []
    for axis in (0, 1):
        before, after = windows.pads[2 * axis : 2 * axis + 2]
        start = np.arange(windows.count[axis]) * windows.stride[axis] - before
        end = np.minimum(start + windows.kernel[axis], image[axis] + after)
        if not count_include_pad:
            start, end = np.maximum(start, 0), np.minimum(end, image[axis])
        lengths.append(end - start)
    return np.outer(*lengths)
