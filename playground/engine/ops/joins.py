"""Where branches of a network meet: added number by number, or one behind the other."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from playground.engine.checks import as_floats, shape_text
from playground.engine.errors import EngineError
from playground.engine.ops.softmax import check_picture_axis

Shape = tuple[int, ...]


def add(*inputs) -> np.ndarray:
    """Add arrays of one shape: the shortcut of a residual network.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", equation 1,
    https://arxiv.org/abs/1512.03385

    Raises
    ------
    EngineError
        When the shapes differ, or there is nothing to add.
    """
    arrays = [as_floats(array, "input") for array in inputs]
    add_shape(*(array.shape for array in arrays))
    with np.errstate(invalid="ignore", over="ignore"):
        return sum(arrays[1:], arrays[0])


def add_backward(grad, count: int) -> list[np.ndarray]:
    """Hand the gradient to each of the `count` inputs unchanged."""
    return [grad] * count


def add_shape(*shapes: Shape) -> Shape:
    """Return the shape that all inputs of a sum have; raises `EngineError` if they differ."""
    first = _first(shapes)
    for shape in shapes:
        if shape != first:
            raise EngineError(
                f"Only arrays of the same shape can be added, not {shape_text(first)} and "
                f"{shape_text(shape)}."
            )
    return first


def concat(*inputs, axis=1) -> np.ndarray:
    """Put the channels of all inputs one behind the other, or what else the axis counts.

    References
    ----------
    C. Szegedy et al., "Going Deeper with Convolutions", section 4, figure 2,
    https://arxiv.org/abs/1409.4842

    Raises
    ------
    EngineError
        When anything but the number of channels differs, or there is nothing to join.
    """
    arrays = [as_floats(array, "input") for array in inputs]
    concat_shape(*(array.shape[1:] for array in arrays), axis=axis)
    return np.concatenate(arrays, axis=axis)


def concat_backward(grad, sizes: tuple[int, ...], axis=1) -> list[np.ndarray]:
    """Cut the gradient into the shares of the inputs, which had these sizes along the axis."""
    return np.split(grad, list(accumulate(sizes))[:-1], axis=axis)


def concat_shape(*shapes: Shape, axis=1) -> Shape:
    """Return the shape of inputs put behind each other; raises `EngineError` if none fits.

    Shapes are those of one picture, whose axes are counted from 1.
    """
    first = _first(shapes)
    place = check_picture_axis(axis, first) - 1
    for shape in shapes:
        if len(shape) != len(first) or _without(shape, place) != _without(first, place):
            raise EngineError(
                f"Only maps of the same size can be put behind each other, not "
                f"{shape_text(first)} and {shape_text(shape)}."
            )
    return (*first[:place], sum(shape[place] for shape in shapes), *first[place + 1 :])


def _without(shape: Shape, place: int) -> Shape:
    return (*shape[:place], *shape[place + 1 :])


def _first(shapes: tuple[Shape, ...]) -> Shape:
    if not shapes:
        raise EngineError("A join needs at least one input.")
    return shapes[0]
