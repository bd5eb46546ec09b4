"""The softmax, its logarithm, and their backwards."""

from __future__ import annotations

import numpy as np
import scipy

from playground.engine.checks import as_floats, shape_text, whole
from playground.engine.errors import EngineError


def softmax(x, axis=-1) -> np.ndarray:
    """Return exp(x) / sum(exp(x)) along `axis`: positive numbers that sum to 1."""
    x = as_floats(x, "input")
    axis = check_axis(axis, x)
    # As fast as SciPy's, whose import would hold up the first page by a quarter of a second.
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)


@np.errstate(invalid="ignore", over="ignore")
def softmax_backward(grad, output, axis=-1) -> np.ndarray:
    """Return p * (grad - sum(p * grad)), where p is the output of `softmax`.

    A logit raises its own probability and takes from all others: the derivative of p_i by the
    logit j is ``p_i * ((i == j) - p_j)``.
    """
    return output * (grad - (output * grad).sum(axis=axis, keepdims=True))


def log_softmax(x, axis=-1) -> np.ndarray:
    """Return the logarithm of `softmax`, exact even where the softmax rounds to 0."""
    x = as_floats(x, "input")
    with np.errstate(invalid="ignore"):
        return scipy.special.log_softmax(x, axis=check_axis(axis, x))


@np.errstate(invalid="ignore", over="ignore")
def log_softmax_backward(grad, output, axis=-1) -> np.ndarray:
    """Return grad - p * sum(grad), where p is exp of the output of `log_softmax`."""
    return grad - np.exp(output) * grad.sum(axis=axis, keepdims=True)


def check_picture_axis(axis, shape: tuple[int, ...]) -> int:
    """Return `axis` if pictures of this shape have it, the axis 0 being that of the batch."""
    axis = whole(axis, "axis", 1)
    if axis > len(shape):
        raise EngineError(
            f"A picture of {shape_text(shape)} has {len(shape)} axes, counted from 1, so none is "
            f"number {axis}."
        )
    return axis


def check_axis(axis, x: np.ndarray) -> int:
    """Return `axis` if `x` has such an axis."""
    axis = whole(axis, "axis", -x.ndim)
    if axis >= x.ndim:
        raise EngineError(f"The input has {x.ndim} axes, counted from 0, so none is number {axis}.")
    return axis
