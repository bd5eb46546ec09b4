"""Pooling and its backwards: one number for each window, or for each plane."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_planes
from playground.engine.pooling import (
    first_winners,
    place_windows,
    reduce_windows,
    spread_windows,
    window_areas,
)


def max_pool2d(
    x, kernel_size, stride=None, padding=0, *, dilation=1, ceil_mode=False
) -> np.ndarray:
    """Keep the largest value of every window; the padding never wins, and NaN always does.

    Parameters
    ----------
    x : array, (n, c, h, w)
    kernel_size : int or (rows, columns)
    stride : int or (rows, columns), optional
        The kernel size by default, so that the windows tile the image.
    padding : int, (rows, columns), (top, bottom, left, right), "valid" or "same"
        Smaller than the window.
    dilation : int or (rows, columns)
    ceil_mode : bool
        Allow a last window that hangs over the end; see `output_size`.

    Returns
    -------
    array, (n, c, rows, columns)

    Raises
    ------
    EngineError
        When settings or shapes are invalid or do not fit each other.
    """
    x = as_planes(x)
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    return reduce_windows(x, windows, np.maximum, -np.inf)


def max_pool2d_backward(
    grad, x, output, kernel_size, stride=None, padding=0, *, dilation=1, ceil_mode=False
) -> np.ndarray:
    """Hand each window's gradient to the pixel that won it, the first one in reading order.

    Parameters
    ----------
    grad : array, (n, c, rows, columns)
        Of the loss with respect to the output.
    x, output : array
        What `max_pool2d` received and returned with these settings.

    Returns
    -------
    array of the shape of x
    """
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    return first_winners(grad, x, output, windows)


def sum_pool2d(x, kernel_size, stride=None, padding=0, *, ceil_mode=False) -> np.ndarray:
    """Add up every window; padding adds nothing. Arguments as in `max_pool2d`."""
    x = as_planes(x)
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    with np.errstate(invalid="ignore", over="ignore"):
        return reduce_windows(x, windows, np.add, 0)


@np.errstate(invalid="ignore", over="ignore")
def sum_pool2d_backward(
    grad, shape, kernel_size, stride=None, padding=0, *, ceil_mode=False
) -> np.ndarray:
    """Hand each window's gradient to all its pixels; `shape` is that of the input."""
    windows = place_windows(shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    return spread_windows(grad, shape, windows)


def avg_pool2d(
    x, kernel_size, stride=None, padding=0, *, dilation=1, ceil_mode=False, count_include_pad=True
) -> np.ndarray:
    """Average every window. Arguments as in `max_pool2d`, and one more.

    Parameters
    ----------
    count_include_pad : bool
        Whether zeros of the padding count as pixels of the window. What hangs over the end of
        the padding in `ceil_mode` never counts.
    """
    x = as_planes(x)
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    areas = window_areas(x.shape[2:], windows, count_include_pad)
    with np.errstate(invalid="ignore", over="ignore"):
        out = reduce_windows(x, windows, np.add, 0)
        out /= areas.astype(x.dtype)
    return out


@np.errstate(invalid="ignore", over="ignore")
def avg_pool2d_backward(
    grad,
    shape,
    kernel_size,
    stride=None,
    padding=0,
    *,
    dilation=1,
    ceil_mode=False,
    count_include_pad=True,
) -> np.ndarray:
    """Share each window's gradient among its pixels; `shape` is that of the input."""
    windows = place_windows(shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    areas = window_areas(shape[2:], windows, count_include_pad)
    return spread_windows(grad / areas.astype(grad.dtype), shape, windows)


def global_avg_pool2d(x) -> np.ndarray:
    """Average each whole plane: (n, c, h, w) becomes (n, c, 1, 1)."""
    with np.errstate(invalid="ignore", over="ignore"):
        return as_planes(x).mean(axis=(2, 3), keepdims=True)


def global_avg_pool2d_backward(grad, shape) -> np.ndarray:
    """Share each plane's gradient among its pixels; `shape` is that of the input."""
    share = grad / grad.dtype.type(shape[2] * shape[3])
    return np.broadcast_to(share, shape).copy()


def global_max_pool2d(x) -> np.ndarray:
    """Keep the largest value of each whole plane: (n, c, h, w) becomes (n, c, 1, 1)."""
    return as_planes(x).max(axis=(2, 3), keepdims=True)


def global_max_pool2d_backward(grad, x) -> np.ndarray:
    """Hand each plane's gradient to its largest pixel, the first one in reading order."""
    planes = x.reshape(*x.shape[:2], -1)
    grad_x = np.zeros_like(planes)
    winners = planes.argmax(axis=2)[..., None]
    np.put_along_axis(grad_x, winners, grad.reshape(*winners.shape), axis=2)
    return grad_x.reshape(x.shape)
