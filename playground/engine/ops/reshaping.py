"""The same numbers in another order or shape, with a border around, or averaged along axes."""

from __future__ import annotations

from math import prod

import numpy as np

from playground.engine.checks import as_floats, real, shape_text, shorten, whole
from playground.engine.errors import EngineError
from playground.engine.padding import NUMPY_MODES, fold

Shape = tuple[int, ...]


def reshape_to(shape: Shape, target: Shape) -> Shape:
    """Return the shape of a picture after `reshape`, the one -1 filled in.

    Raises
    ------
    EngineError
        When the target does not hold as many numbers.
    """
    sizes = [whole(size, "size", -1) for size in _several(target, "shape")]
    rest = prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and rest and prod(shape) % rest == 0:
        sizes[sizes.index(-1)] = prod(shape) // rest
    if -1 in sizes or prod(sizes) != prod(shape):
        raise EngineError(
            f"{shape_text(shape)} numbers cannot be laid out as {shape_text(tuple(target))}."
        )
    return tuple(sizes)


def reshape(x, shape: Shape) -> np.ndarray:
    """Lay the numbers of each picture out anew, in the order in which they are."""
    x = as_floats(x, "input")
    return x.reshape(len(x), *reshape_to(x.shape[1:], shape))


def transposed_axes(shape: Shape, axes: Shape) -> Shape:
    """Return the order of all axes, the batch first; raises `EngineError` if it is none."""
    order = [whole(axis, "axis", 1) for axis in _several(axes, "axes")]
    order = order or list(range(len(shape), 0, -1))
    if sorted(order) != list(range(1, len(shape) + 1)):
        raise EngineError(
            f"A picture of {shape_text(shape)} has the axes 1 to {len(shape)}, each of which must "
            f"stand once in {shorten(axes)}."
        )
    return (0, *order)


def transpose(x, axes: Shape = ()) -> np.ndarray:
    """Put the axes of each picture, counted from 1, into another order; () turns it around."""
    x = as_floats(x, "input")
    return x.transpose(transposed_axes(x.shape[1:], axes))


def transpose_backward(grad, axes: Shape = ()) -> np.ndarray:
    """Put the axes back."""
    return grad.transpose(np.argsort(transposed_axes(grad.shape[1:], axes)))


def padded_shape(shape: Shape, before: Shape, after: Shape, mode: str) -> Shape:
    """Return the shape of a picture after `pad`; raises `EngineError` if it cannot be padded."""
    if mode not in NUMPY_MODES:
        names = ", ".join(NUMPY_MODES)
        raise EngineError(f"The padding mode must be one of {names}, not {str(mode)[:40]!r}.")
    starts = [whole(size, "padding", 0) for size in _several(before, "padding")]
    ends = [whole(size, "padding", 0) for size in _several(after, "padding")]
    if not len(starts) == len(ends) == len(shape):
        raise EngineError(
            f"A picture of {shape_text(shape)} has {len(shape)} axes, and the padding is given "
            f"for {len(starts)} and {len(ends)}."
        )
    most = {"reflect": -1, "circular": 0}.get(mode)
    for start, end, size in zip(starts, ends, shape, strict=True):
        if most is not None and max(start, end) > max(0, size + most):
            raise EngineError(f"{mode.capitalize()} padding of {max(start, end)} needs more than "
                              f"the {size} that the picture has along this axis.")  # fmt: skip
    return tuple(a + size + b for a, size, b in zip(starts, shape, ends, strict=True))


def pad(x, before: Shape, after: Shape, mode: str = "zeros", value: float = 0.0) -> np.ndarray:
    """Put a border around each picture, along each of its axes.

    Parameters
    ----------
    x : array, (n, ...)
    before, after : tuple of int
        Along each axis but that of the batch.
    mode : {"zeros", "reflect", "replicate", "circular"}
        As in `pad2d`; with "zeros" the border holds `value`.
    """
    x = as_floats(x, "input")
    padded_shape(x.shape[1:], before, after, mode)
    sides = [(0, 0), *zip(before, after, strict=True)]
    more = {"constant_values": real(value, "value")} if mode == "zeros" else {}
    return np.pad(x, sides, mode=NUMPY_MODES[mode], **more)


def pad_backward(grad, before: Shape, after: Shape, mode: str = "zeros") -> np.ndarray:
    """Fold the gradient of the border back onto the numbers that it repeated."""
    for axis, (start, end) in enumerate(zip(before, after, strict=True), 1):
        if start or end:
            grad = np.moveaxis(fold(np.moveaxis(grad, axis, 0), start, end, mode), 0, axis)
    return grad


def mean_shape(shape: Shape, axes: Shape, keepdims: bool) -> Shape:
    """Return the shape of a picture after `mean`; raises `EngineError` for axes it has not."""
    chosen = {whole(axis, "axis", 1) for axis in _several(axes, "axes")}
    if not chosen or max(chosen) > len(shape):
        raise EngineError(
            f"A picture of {shape_text(shape)} has the axes 1 to {len(shape)}; it cannot be "
            f"averaged along {shorten(axes)}."
        )
    sizes = [1 if axis in chosen else size for axis, size in enumerate(shape, 1)]
    return tuple(size for axis, size in enumerate(sizes, 1) if keepdims or axis not in chosen)


def mean(x, axes: Shape, keepdims: bool = True) -> np.ndarray:
    """Average each picture along these axes, counted from 1."""
    x = as_floats(x, "input")
    mean_shape(x.shape[1:], axes, keepdims)
    with np.errstate(invalid="ignore", over="ignore"):
        return x.mean(axis=tuple(set(axes)), keepdims=bool(keepdims))


def mean_backward(grad, shape: Shape, axes: Shape) -> np.ndarray:
    """Share the gradient among what was averaged; `shape` is that of the input."""
    kept = tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    count = prod(shape[axis] for axis in set(axes))
    return np.broadcast_to(grad.reshape(kept) / grad.dtype.type(count), shape).copy()


def _several(values, name: str) -> tuple:
    if not isinstance(values, tuple | list):
        raise EngineError(f"The {name} must be several numbers, not {shorten(values)}.")
    return tuple(values)
