"""Batch normalisation as a trained network uses it, and its backward."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_floats, as_planes, common_dtype, real, shape_text
from playground.engine.errors import EngineError


def batch_norm(x, mean, var, weight, bias, eps=1e-5, out=None) -> np.ndarray:
    """Return ``(x - mean) / sqrt(var + eps) * weight + bias``, channel by channel.

    The mean and the variance are those that were collected while the network was trained, so that
    a picture's result does not depend on the other pictures of its batch [1]_.

    Parameters
    ----------
    x : array, (n, c, h, w)
    mean, var, weight, bias : array, (c,)
    eps : float
        Above 0; keeps a channel that never changed from being divided by 0.
    out : array of the shape of x, optional
        Receives the result if its type is the result's; may be x itself.

    Returns
    -------
    array of the shape of x

    Raises
    ------
    EngineError
        When a setting is invalid, or there is not one number of each kind for each channel.

    References
    ----------
    .. [1] S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
       Reducing Internal Covariate Shift", 2015, section 3.1, https://arxiv.org/abs/1502.03167
    """
    x, eps = as_planes(x), check_eps(eps)
    names = ("mean", "variance", "weight", "bias")
    own = [as_floats(a, name) for a, name in zip((mean, var, weight, bias), names, strict=True)]
    for array, name in zip(own, names, strict=True):
        if array.shape != (x.shape[1],):
            raise EngineError(
                f"The {name} of a batch norm must be {x.shape[1]} numbers, one for each channel, "
                f"but its shape is {shape_text(array.shape)}."
            )
    x, mean, var, weight, bias = common_dtype(x, *own)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        scale = weight / _deviation(var, eps)
        out = out if out is not None and out.dtype == x.dtype else None
        out = np.multiply(x, scale[:, None, None], out=out)
        out += (bias - mean * scale)[:, None, None]
    return out


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def batch_norm_backward(grad, x, mean, var, weight, eps=1e-5) -> tuple[np.ndarray, ...]:
    """Return the gradients of the input, the weight and the bias of `batch_norm`.

    The mean and the variance are fixed numbers here, not functions of the batch: none of the
    gradient goes through them.
    """
    grad, x, mean, var, weight = common_dtype(grad, x, mean, var, weight)
    deviation = _deviation(var, eps)
    normal = (x - mean[:, None, None]) / deviation[:, None, None]
    grad_x = grad * (weight / deviation)[:, None, None]
    return grad_x, (grad * normal).sum(axis=(0, 2, 3)), grad.sum(axis=(0, 2, 3))


def check_eps(eps) -> float:
    """Return what is added to a variance, if it is above 0."""
    number = real(eps, "epsilon of the batch norm")
    if number <= 0:
        raise EngineError(f"The epsilon of a batch norm must be above 0, not {number:g}.")
    return number


def _deviation(var: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(var + var.dtype.type(eps))
