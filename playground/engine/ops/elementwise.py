"""Arithmetic between arrays number by number, small ones stretched to fit, and matrix products.

The first axis is the batch. Shapes of one picture are aligned at their last axis and stretched
where they are 1, as NumPy does: https://numpy.org/doc/stable/user/basics.broadcasting.html
"""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_floats, shape_text
from playground.engine.errors import EngineError

Shape = tuple[int, ...]


def broadcast_shape(*shapes: Shape) -> Shape:
    """Return the common shape of pictures; raises `EngineError` when they do not fit."""
    if not shapes:
        raise EngineError("A calculation needs at least one input.")
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        named = " and ".join(shape_text(shape) for shape in shapes)
        raise EngineError(f"Arrays of {named} cannot be brought to one shape.") from None


@np.errstate(invalid="ignore", over="ignore")
def broadcast_add(*inputs) -> np.ndarray:
    """Add all inputs, each stretched to the common shape."""
    first, *others = _aligned(inputs)
    return sum(others, first)


def broadcast_add_backward(grad, *inputs) -> list[np.ndarray]:
    """Hand the gradient to each input, summed over what it was stretched along."""
    return [_shrunk(grad, x.shape) for x in inputs]


@np.errstate(invalid="ignore", over="ignore")
def subtract(*inputs) -> np.ndarray:
    """Subtract all other inputs from the first."""
    first, *others = _aligned(inputs)
    for other in others:
        first = first - other
    return first


def subtract_backward(grad, *inputs) -> list[np.ndarray]:
    """Hand the gradient to the first input, and its negative to the others."""
    return [_shrunk(-grad if i else grad, x.shape) for i, x in enumerate(inputs)]


@np.errstate(invalid="ignore", over="ignore")
def multiply(*inputs) -> np.ndarray:
    """Multiply all inputs, number by number."""
    return _product(_aligned(inputs))


@np.errstate(invalid="ignore", over="ignore")
def multiply_backward(grad, *inputs) -> list[np.ndarray]:
    """Hand each input the gradient times all the others."""
    arrays = _aligned(inputs)
    return [
        _shrunk(_product([grad, *arrays[:i], *arrays[i + 1 :]]), x.shape)
        for i, x in enumerate(inputs)
    ]


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def divide(*inputs) -> np.ndarray:
    """Divide the first input by all others."""
    first, *others = _aligned(inputs)
    return first / _product(others) if others else first


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def divide_backward(grad, *inputs) -> list[np.ndarray]:
    """Return grad / b for the first input a, and -grad * a / (b * b) for a divisor b."""
    first, *others = _aligned(inputs)
    below = grad / _product(others) if others else grad
    grads = [below, *(-below * first / other for other in others)]
    return [_shrunk(g, x.shape) for g, x in zip(grads, inputs, strict=True)]


def matmul_shape(*shapes: Shape) -> Shape:
    """Return the shape of the matrix product of pictures, as `numpy.matmul` has it."""
    if not shapes:
        raise EngineError("A calculation needs at least one input.")
    left, *rest = shapes
    for right in rest:
        if not left or not right or left[-1] != right[-2 if len(right) > 1 else 0]:
            raise EngineError(
                f"Matrices of {shape_text(left)} and {shape_text(right)} cannot be multiplied: "
                "a row of the first must be as long as a column of the second."
            )
        stack = broadcast_shape(left[:-2], right[:-2])
        left = (*stack, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))
    return left


@np.errstate(invalid="ignore", over="ignore")
def matmul(*inputs) -> np.ndarray:
    """Multiply matrices, picture by picture, from the first to the last."""
    left, *rest = [as_floats(x, "input") for x in inputs]
    matmul_shape(left.shape[1:], *(x.shape[1:] for x in rest))
    for right in rest:
        shape = (max(len(left), len(right)), *matmul_shape(left.shape[1:], right.shape[1:]))
        left = np.matmul(*_matrices(left, right)).reshape(shape)
    return left


@np.errstate(invalid="ignore", over="ignore")
def matmul_backward(grad, *inputs) -> list[np.ndarray]:
    """Return grad @ b.T for a and a.T @ grad for b, for each product a @ b."""
    if len(inputs) == 1:
        return [grad]
    *firsts, last = inputs
    before = matmul(*firsts)
    a, b = _matrices(before, last)
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    grad = grad.reshape(*stack, a.shape[-2], b.shape[-1])
    grad_a = _shrunk(np.matmul(grad, b.swapaxes(-1, -2)), a.shape).reshape(before.shape)
    grad_b = _shrunk(np.matmul(a.swapaxes(-1, -2), grad), b.shape).reshape(last.shape)
    return [*matmul_backward(grad_a, *firsts), grad_b]


def _aligned(inputs) -> list[np.ndarray]:
    """Give all inputs as many axes, the missing ones right behind the batch."""
    arrays = [as_floats(x, "input") for x in inputs]
    broadcast_shape(*(x.shape[1:] for x in arrays))
    return [_deeper(x, max(x.ndim for x in arrays)) for x in arrays]


def _deeper(x: np.ndarray, axes: int) -> np.ndarray:
    return x.reshape(len(x), *[1] * (axes - x.ndim), *x.shape[1:])


def _product(arrays: list[np.ndarray]) -> np.ndarray:
    result = arrays[0]
    for array in arrays[1:]:
        result = result * array
    return result


def _shrunk(grad: np.ndarray, shape: Shape) -> np.ndarray:
    """Sum over the axes along which an input of this shape was stretched."""
    deep = (shape[0], *[1] * (grad.ndim - len(shape)), *shape[1:])
    axes = tuple(i for i, size in enumerate(deep) if size == 1 and grad.shape[i] != 1)
    return (grad.sum(axis=axes, keepdims=True) if axes else grad).reshape(shape)


def _matrices(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors as rows on the left and as columns on the right, both with as many axes."""
    left = left[:, None] if left.ndim == 2 else left
    right = right[:, :, None] if right.ndim == 2 else right
    axes = max(left.ndim, right.ndim)
    return _deeper(left, axes), _deeper(right, axes)
