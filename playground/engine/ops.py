"""The operators of a CNN as pure functions on (batch, channel, row, column) arrays.

Names, arguments and results are those of ``torch.nn.functional``. Whole numbers are computed as
float32; float64 stays float64. No operator changes the arrays it is given. Input that does not
fit raises `EngineError` with one sentence that says why.
"""

from __future__ import annotations

import numpy as np
import scipy

from playground.engine.checks import (
    as_floats,
    as_planes,
    common_dtype,
    pair,
    real,
    shape_text,
    whole,
)
from playground.engine.correlate import correlate
from playground.engine.errors import EngineError
from playground.engine.padding import (
    PADDING_MODES,
    output_size,
    output_sizes,
    pad2d,
    resolve_padding,
)
from playground.engine.pooling import place_windows, reduce_windows, window_areas

__all__ = [
    "PADDING_MODES", "avg_pool2d", "conv2d", "global_avg_pool2d", "leaky_relu", "linear",
    "log_softmax", "max_pool2d", "output_size", "output_sizes", "pad2d", "pair", "relu",
    "resolve_padding", "sigmoid", "softmax", "sum_pool2d", "tanh",
]  # fmt: skip


def conv2d(
    x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"
) -> np.ndarray:
    """Slide filters over an image: at each place, multiply, sum, and add the filter's bias.

    As everywhere in deep learning this is cross-correlation; the convolution of mathematics
    flips the kernel first: ``conv2d(x, weight[:, :, ::-1, ::-1])``.

    Parameters
    ----------
    x : array, (n, c, h, w)
    weight : array, (filters, c / groups, kh, kw)
    bias : array, (filters,), optional
    stride : int or (rows, columns)
        Steps from one window to the next.
    padding : int, (rows, columns), (top, bottom, left, right), "valid" or "same"
        Pixels added around the image; see `resolve_padding`.
    dilation : int or (rows, columns)
        Steps from one pixel of a window to the next.
    groups : int
        The channels are split into this many groups, each with its own share of the filters;
        ``groups=c`` is the depthwise convolution.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the added pixels hold; see `pad2d`.

    Returns
    -------
    array, (n, filters, rows, columns)
        ``rows = (h + top + bottom - dilation * (kh - 1) - 1) // stride + 1``, columns alike.

    Raises
    ------
    EngineError
        When settings or shapes are invalid or do not fit each other.
    """
    x, weight = as_planes(x), as_planes(weight, "weight")
    bias = None if bias is None else as_floats(bias, "bias")
    x, weight, bias = common_dtype(x, weight, bias)
    stride, dilation = pair(stride, "stride"), pair(dilation, "dilation")
    groups = whole(groups, "number of groups", 1)
    channels, filters = x.shape[1], weight.shape[0]
    if channels % groups or filters % groups:
        raise EngineError(
            f"{channels} channels and {filters} filters cannot both be split into "
            f"{groups} equal groups."
        )
    if weight.shape[1] * groups != channels:
        raise EngineError(
            f"The filters expect {weight.shape[1] * groups} channels, but the input has {channels}."
        )
    check_bias(bias, filters)
    kernel = weight.shape[2:]
    pads = resolve_padding(padding, kernel, stride, dilation)
    output_sizes(x.shape[2:], kernel, stride, pads, dilation)
    with np.errstate(invalid="ignore", over="ignore"):
        out = correlate(pad2d(x, pads, padding_mode), weight, stride, dilation, groups)
        if bias is not None:
            out += bias[:, None, None]
    return out


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
        At most half the window.
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


def sum_pool2d(x, kernel_size, stride=None, padding=0, *, ceil_mode=False) -> np.ndarray:
    """Add up every window; padding adds nothing. Arguments as in `max_pool2d`."""
    x = as_planes(x)
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    with np.errstate(invalid="ignore", over="ignore"):
        return reduce_windows(x, windows, np.add, 0)


def avg_pool2d(
    x, kernel_size, stride=None, padding=0, *, ceil_mode=False, count_include_pad=True
) -> np.ndarray:
    """Average every window. Arguments as in `max_pool2d`, and one more.

    Parameters
    ----------
    count_include_pad : bool
        Whether zeros of the padding count as pixels of the window. What hangs over the end of
        the padding in `ceil_mode` never counts.
    """
    x = as_planes(x)
    windows = place_windows(x.shape[2:], kernel_size, stride, padding, 1, ceil_mode)
    areas = window_areas(x.shape[2:], windows, count_include_pad)
    with np.errstate(invalid="ignore", over="ignore"):
        out = reduce_windows(x, windows, np.add, 0)
        out /= areas.astype(x.dtype)
    return out


def global_avg_pool2d(x) -> np.ndarray:
    """Average each whole plane: (n, c, h, w) becomes (n, c, 1, 1)."""
    with np.errstate(invalid="ignore", over="ignore"):
        return as_planes(x).mean(axis=(2, 3), keepdims=True)


def relu(x) -> np.ndarray:
    """Return max(0, x): negative values become 0. Any shape; NaN stays NaN."""
    x = as_floats(x, "input")
    return np.maximum(x, 0)


def leaky_relu(x, negative_slope=0.01) -> np.ndarray:
    """Return x where it is positive, `negative_slope` * x elsewhere. Any shape."""
    x = as_floats(x, "input")
    slope = x.dtype.type(real(negative_slope, "negative slope"))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.maximum(x, 0) + slope * np.minimum(x, 0)


def sigmoid(x) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), between 0 and 1. Any shape."""
    # SciPy's expit works number by number; NumPy's exp is vectorised, and several times faster.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-as_floats(x, "input")))


def tanh(x) -> np.ndarray:
    """Return the hyperbolic tangent, between -1 and 1. Any shape."""
    return np.tanh(as_floats(x, "input"))


def linear(x, weight, bias=None) -> np.ndarray:
    """Return x @ weight.T + bias: every output is a weighted sum of all inputs.

    Parameters
    ----------
    x : array, (..., inputs)
    weight : array, (outputs, inputs)
    bias : array, (outputs,), optional

    Returns
    -------
    array, (..., outputs)

    Raises
    ------
    EngineError
        When the shapes do not fit each other.
    """
    x, weight = as_floats(x, "input"), as_floats(weight, "weight")
    bias = None if bias is None else as_floats(bias, "bias")
    x, weight, bias = common_dtype(x, weight, bias)
    if weight.ndim != 2:
        raise EngineError(
            f"The weight must have two axes (outputs, inputs), "
            f"but its shape is {shape_text(weight.shape)}."
        )
    if x.ndim == 0 or x.shape[-1] != weight.shape[1]:
        raise EngineError(
            f"The weight expects {weight.shape[1]} inputs, "
            f"but the input's shape is {shape_text(x.shape)}."
        )
    check_bias(bias, weight.shape[0])
    with np.errstate(invalid="ignore", over="ignore"):
        out = x @ weight.T
        return out if bias is None else out + bias


def softmax(x, axis=-1) -> np.ndarray:
    """Return exp(x) / sum(exp(x)) along `axis`: positive numbers that sum to 1."""
    x = as_floats(x, "input")
    axis = check_axis(axis, x)
    # As fast as SciPy's, whose import would hold up the first page by a quarter of a second.
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)


def log_softmax(x, axis=-1) -> np.ndarray:
    """Return the logarithm of `softmax`, exact even where the softmax rounds to 0."""
    x = as_floats(x, "input")
    with np.errstate(invalid="ignore"):
        return scipy.special.log_softmax(x, axis=check_axis(axis, x))


def check_bias(bias: np.ndarray | None, outputs: int) -> None:
    """Refuse a bias that is not one number for each of the outputs."""
    if bias is not None and bias.shape != (outputs,):
        raise EngineError(
            f"The bias must be {outputs} numbers, one for each output, "
            f"but its shape is {shape_text(bias.shape)}."
        )


def check_axis(axis, x: np.ndarray) -> int:
    """Return `axis` if `x` has such an axis."""
    axis = whole(axis, "axis", -x.ndim)
    if axis >= x.ndim:
        raise EngineError(f"The input has {x.ndim} axes, counted from 0, so none is number {axis}.")
    return axis
