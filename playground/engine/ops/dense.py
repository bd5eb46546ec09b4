"""Fully connected: a vector for each picture, a weighted sum for each output, and backwards."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_floats, check_bias, common_dtype, shape_text
from playground.engine.errors import EngineError
from playground.engine.row_blocks import RowBlocks
from playground.engine.tiles import product


def linear(x, weight, bias=None) -> np.ndarray:
    """Return x @ weight.T + bias: every output is a weighted sum of all inputs.

    Parameters
    ----------
    x : array, (..., inputs)
    weight : array or RowBlocks, (outputs, inputs)
    bias : array, (outputs,), optional

    Returns
    -------
    array, (..., outputs)

    Raises
    ------
    EngineError
        When the shapes do not fit each other.
    """
    x = as_floats(x, "input")
    bias = None if bias is None else as_floats(bias, "bias")
    if isinstance(weight, RowBlocks):
        x, bias = common_dtype(x, bias)
    else:
        x, weight, bias = common_dtype(x, as_floats(weight, "weight"), bias)
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
        rows = x.reshape(-1, x.shape[-1])
        if isinstance(weight, RowBlocks):
            out = np.empty((len(rows), weight.shape[0]), x.dtype)
            for part, block in weight.blocks():
                out[:, part] = rows @ block.T
        else:
            out = product(rows, weight.T)
        out = out.reshape(*x.shape[:-1], weight.shape[0])
        if bias is not None:
            out += bias
        return out


@np.errstate(invalid="ignore", over="ignore")
def linear_backward(
    grad, x, weight, *, input_grad=True
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:
    """Return the gradients of the input, the weight and the bias of `linear`.

    Parameters
    ----------
    grad : array, (..., outputs)
    x, weight : array, (..., inputs), (outputs, inputs)
        As the forward received them.
    input_grad : bool
        Whether the gradient of the input is wanted; without, None takes its place.
    """
    rows, vectors = grad.reshape(-1, grad.shape[-1]), x.reshape(-1, x.shape[-1])
    grad_x = None
    if input_grad:
        # In the order of the input's numbers, which the layers before have, too.
        grad_x = product(rows, weight, np.empty_like(vectors, np.result_type(grad, weight)))
        grad_x = grad_x.reshape(x.shape)
    return grad_x, product(rows.T, vectors), rows.sum(axis=0)


def flatten(x) -> np.ndarray:
    """Lay all maps of a picture end to end: (n, c, h, w) becomes (n, c * h * w)."""
    x = as_floats(x, "input")
    return x.reshape(x.shape[0], -1)


def flatten_backward(grad, shape: tuple[int, ...]) -> np.ndarray:
    """Cut the vectors into maps again: `shape` is that of the input of `flatten`."""
    return grad.reshape(shape)
