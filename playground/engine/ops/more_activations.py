"""Activations that uploaded networks use: every number on its own, and their backwards."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_floats, real, shape_text
from playground.engine.errors import EngineError
from playground.engine.ops.activations import sigmoid

SELU_ALPHA, SELU_GAMMA = 1.67326319217681884765625, 1.05070102214813232421875


def elu(x, alpha=1.0) -> np.ndarray:
    """Return x where it is positive, alpha * (exp(x) - 1) elsewhere. Any shape.

    References
    ----------
    D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and Accurate Deep Network Learning by
    Exponential Linear Units", equation 15, https://arxiv.org/abs/1511.07289
    """
    x = as_floats(x, "input")
    alpha = x.dtype.type(real(alpha, "alpha"))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@np.errstate(invalid="ignore", over="ignore")
def elu_backward(grad, x, alpha=1.0) -> np.ndarray:
    """Let the gradient through where x was positive; elsewhere times alpha * exp(x)."""
    return grad * np.where(x > 0, 1, x.dtype.type(alpha) * np.exp(np.minimum(x, 0)))


def selu(x, alpha=SELU_ALPHA, gamma=SELU_GAMMA) -> np.ndarray:
    """Return gamma * elu(x, alpha): signals keep mean 0 and variance 1 through many layers.

    References
    ----------
    G. Klambauer et al., "Self-Normalizing Neural Networks", equation 2,
    https://arxiv.org/abs/1706.02515
    """
    out = elu(x, alpha)
    return out * out.dtype.type(real(gamma, "gamma"))


def selu_backward(grad, x, alpha=SELU_ALPHA, gamma=SELU_GAMMA) -> np.ndarray:
    """Return gamma times the backward of `elu`."""
    return elu_backward(grad, x, alpha) * grad.dtype.type(gamma)


def softplus(x) -> np.ndarray:
    """Return log(1 + exp(x)), a ReLU without the corner; exact for large numbers, too."""
    x = as_floats(x, "input")
    with np.errstate(invalid="ignore"):
        return np.logaddexp(x, x.dtype.type(0))


@np.errstate(invalid="ignore", over="ignore")
def softplus_backward(grad, x) -> np.ndarray:
    """Return grad * sigmoid(x)."""
    return grad * sigmoid(x)


def hard_sigmoid(x, alpha=0.2, beta=0.5) -> np.ndarray:
    """Return alpha * x + beta, cut off at 0 and at 1: a sigmoid out of three straight lines."""
    x = as_floats(x, "input")
    alpha, beta = x.dtype.type(real(alpha, "alpha")), x.dtype.type(real(beta, "beta"))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.clip(alpha * x + beta, 0, 1)


@np.errstate(invalid="ignore", over="ignore")
def hard_sigmoid_backward(grad, output, alpha=0.2) -> np.ndarray:
    """Return alpha * grad where the output was neither cut off at 0 nor at 1."""
    return grad * ((output > 0) & (output < 1)) * grad.dtype.type(alpha)


def hard_swish(x) -> np.ndarray:
    """Return x * clip(x / 6 + 1/2, 0, 1).

    References
    ----------
    A. Howard et al., "Searching for MobileNetV3", section 5.2, https://arxiv.org/abs/1905.02244
    """
    x = as_floats(x, "input")
    with np.errstate(invalid="ignore", over="ignore"):
        return x * np.clip(x / 6 + x.dtype.type(0.5), 0, 1)


@np.errstate(invalid="ignore", over="ignore")
def hard_swish_backward(grad, x) -> np.ndarray:
    """Return grad times 0 up to -3, 1 from 3 on, x / 3 + 1/2 between."""
    half = x.dtype.type(0.5)
    return grad * np.where(np.abs(x) < 3, x / 3 + half, x > 0).astype(x.dtype)


def clip(x, low=None, high=None) -> np.ndarray:
    """Raise what is below `low`, then lower what is above `high`; None is no bound. Any shape."""
    x = as_floats(x, "input")
    if low is not None:
        x = np.maximum(x, x.dtype.type(real(low, "lower bound")))
    if high is not None:
        x = np.minimum(x, x.dtype.type(real(high, "upper bound")))
    return x


@np.errstate(invalid="ignore", over="ignore")
def clip_backward(grad, x, low=None, high=None) -> np.ndarray:
    """Let the gradient through where x was between the bounds, the bounds included."""
    inside = np.ones_like(x, bool)
    if low is not None:
        inside &= x >= low
    if high is not None:
        inside &= x <= high
    return grad * inside


def prelu(x, slope) -> np.ndarray:
    """Return x where it is positive, slope * x elsewhere, with slopes that are learned.

    Parameters
    ----------
    x : array, (n, ...)
    slope : array
        Of a shape that fits one picture, ``(channels, 1, 1)`` for a slope a channel.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", equation 1,
    https://arxiv.org/abs/1502.01852
    """
    x, slope = as_floats(x, "input"), as_floats(slope, "slope")
    prelu_shape(x.shape[1:], slope.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.maximum(x, 0) + slope * np.minimum(x, 0)


@np.errstate(invalid="ignore", over="ignore")
def prelu_backward(grad, x, slope) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the input and of the slopes."""
    grad_x = grad * np.where(x > 0, x.dtype.type(1), slope)
    grad_slope = grad * np.minimum(x, 0)
    grad_slope = grad_slope.sum(axis=tuple(range(x.ndim - slope.ndim)))
    stretched = tuple(i for i, size in enumerate(slope.shape) if size == 1)
    return grad_x, grad_slope.sum(axis=stretched, keepdims=True)


def prelu_shape(shape: tuple[int, ...], slopes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a picture if slopes of that shape fit it; raises `EngineError` if not."""
    tail = shape[len(shape) - len(slopes) :] if len(slopes) <= len(shape) else None
    if tail is None or any(s not in (1, size) for s, size in zip(slopes, tail, strict=True)):
        raise EngineError(
            f"Slopes of shape {shape_text(slopes)} do not fit an input of {shape_text(shape)}."
        )
    return shape
