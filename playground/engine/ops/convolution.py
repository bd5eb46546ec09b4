"""The convolution and its backward."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import (
    as_floats,
    as_planes,
    check_bias,
    common_dtype,
    pair,
    whole,
)
from playground.engine.correlate import correlate, input_gradient, weight_gradient
from playground.engine.errors import EngineError
from playground.engine.padding import output_sizes, pad2d, pad2d_backward, resolve_padding
from playground.engine.tiles import laid_out


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
        out = correlate(pad2d(laid_out(x), pads, padding_mode), weight, stride, dilation, groups)
        if bias is not None:
            out += bias[:, None, None]
    return out


@np.errstate(invalid="ignore", over="ignore")
def conv2d_backward(
    grad,
    x,
    weight,
    *,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    padding_mode="zeros",
    input_grad=True,
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:
    """Return the gradients of the input, the weight and the bias of `conv2d`.

    Each weight met one pixel of every window, so its gradient sums pixel times gradient over all
    windows. Each pixel met a weight of every window over it, so its gradient sums weight times
    gradient over those windows; what falls on the padding goes to the pixels it repeated.

    Parameters
    ----------
    grad : array, (n, filters, rows, columns)
        Of the loss with respect to the output.
    x, weight, stride, padding, dilation, groups, padding_mode
        As the forward received them.
    input_grad : bool
        Whether the gradient of the input is wanted; without, None takes its place, in half the
        time.

    Returns
    -------
    grad_x : array, (n, c, h, w), or None
    grad_weight : array, (filters, c / groups, kh, kw)
    grad_bias : array, (filters,)
    """
    grad, x, weight = common_dtype(grad, x, weight)
    stride, dilation = pair(stride, "stride"), pair(dilation, "dilation")
    pads = resolve_padding(padding, weight.shape[2:], stride, dilation)
    padded = pad2d(laid_out(x), pads, padding_mode)
    grad_weight = weight_gradient(grad, padded, weight.shape, stride, dilation, groups)
    grad_x = None
    if input_grad:
        grad_x = input_gradient(grad, padded.shape, weight, stride, dilation, groups)
        grad_x = pad2d_backward(grad_x, pads, padding_mode)
    return grad_x, grad_weight, grad.sum(axis=(0, 2, 3))
