"""What one cell of a layer's output reads of its inputs: the steps that receptive fields take back.

A new layer needs one line in `REACH`: its class, and a function from the layer, the field in its
output, the shapes of its inputs and the output's to the field in each input. `same` fits layers
that read only the cell's own place. A layer that is not there has cells of which it is not known
what they see.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from playground.engine import layers, ops
from playground.engine.layers import Array, Layer, Shape

OUTSIDE = -1


class Extent(Enum):
    """All of an input, whatever its shape; or none of it."""

    ALL = "all"
    NOTHING = "nothing"


ALL, NOTHING = Extent


class Field(NamedTuple):
    """Cells of maps; which of the channels is not kept."""

    parts: list[tuple[Array, Array]]
    first: tuple[int, int]  # of the uncut rows and columns
    last: tuple[int, int]
    step: tuple[int, int]


Reached = Field | int | Extent  # cells of maps, or one feature of a vector
Rule = Callable[[Layer, Reached, tuple[Shape, ...], Shape], list[Reached]]


class UnknownReach(Exception):
    """What a cell sees cannot be said in rows and columns."""


def cell(row: int, column: int) -> Field:
    """One cell of maps."""
    place = (row, column)
    return Field([(np.array([row]), np.array([column]))], place, place, (1, 1))


def everything(shape: Shape) -> Field:
    """Every cell of maps of this shape."""
    lengths = shape[1:]
    parts = [tuple(np.arange(n) for n in lengths)]
    return Field(parts, (0, 0), tuple(n - 1 for n in lengths), tuple(lengths))


def same(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """The same place of every input."""
    return [field] * len(shapes)


def whole(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """All of every input."""
    return [ALL] * len(shapes)


def nothing(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """No cell of any input."""
    return [NOTHING] * len(shapes)


def shuffled(
    layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape
) -> list[Reached]:
    """All of every input for all of the output; of less it cannot be said."""
    if field is not ALL:
        raise UnknownReach
    return [ALL] * len(shapes)


def unknown(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """The rule of a layer that has none."""
    raise UnknownReach


def window(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """The cells under the windows of a convolution or a pool."""
    if field is ALL:
        field = everything(shape)
    kernel, pads = ops.pair(layer.kernel_size), layer.pads()[::2]
    stride = ops.pair(layer.kernel_size if layer.stride is None else layer.stride)
    dilation = ops.pair(getattr(layer, "dilation", 1))
    mode = getattr(layer, "padding_mode", "zeros")

    def read(places: Array, axis: int) -> Array:
        size, gap, step = kernel[axis], dilation[axis], stride[axis]
        length = shapes[0][1 + axis]
        if size == step == 1 and not pads[axis] and places.size and places[-1] < length:
            return places
        if mode == "zeros" and gap == 1 and _gapless(places) and step <= size:
            first = places[0] * step - pads[axis]
            end = places[-1] * step - pads[axis] + size
            return np.arange(max(0, first), min(length, end))
        taps = gap * np.arange(size) - pads[axis]
        found = source_cells((places[:, None] * step + taps).ravel(), length, mode)
        return np.unique(found[found != OUTSIDE])

    return [
        Field(
            [(read(rows, 0), read(columns, 1)) for rows, columns in field.parts],
            tuple(field.first[a] * stride[a] - pads[a] for a in (0, 1)),
            tuple(
                field.last[a] * stride[a] - pads[a] + dilation[a] * (kernel[a] - 1) for a in (0, 1)
            ),
            tuple(field.step[a] * stride[a] for a in (0, 1)),
        )
    ]


def along(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """All numbers along the layer's axis: channels at the same place, or a whole row or column."""
    if field is ALL or len(shape) == 1:
        return [ALL]
    return [_widened(field, shape, {layer.axis - 1})]


def laid_out(
    layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape
) -> list[Reached]:
    """The number at the same place when all are counted, of maps or of a vector."""
    if field is ALL or shapes[0] == shape:
        return [field]
    if not isinstance(field, int) or len(shapes[0]) != 3:
        raise UnknownReach
    _, row, column = np.unravel_index(field, shapes[0])
    return [cell(int(row), int(column))]


def joined(layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape) -> list[Reached]:
    """Branches behind each other: all of them, or those whose share it is."""
    axis = layer.axis - 1
    starts = [0, *accumulate(each[axis] for each in shapes)]
    shares = list(zip(starts, [each[axis] for each in shapes], strict=False))
    if isinstance(field, int):
        return [field - start if 0 <= field - start < n else NOTHING for start, n in shares]
    if field is ALL or axis == 0:
        return [field] * len(shapes)
    return [_moved(field, axis - 1, -start, n) for start, n in shares]


def stretched(
    layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape
) -> list[Reached]:
    """The same place of every branch, or the one row or column that stands for all."""
    return [_unstretched(field, each, shape) for each in shapes]


def bordered(
    layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape
) -> list[Reached]:
    """The place without the border, or what the border repeats."""
    if isinstance(field, int):
        raise UnknownReach
    if field is not ALL:
        for axis in (0, 1):
            length = shapes[0][1 + axis]
            field = _moved(field, axis, -layer.before[1 + axis], length, layer.padding_mode)
    return [field]


def averaged(
    layer: Layer, field: Reached, shapes: tuple[Shape, ...], shape: Shape
) -> list[Reached]:
    """All along the averaged axes, and the same place along the others."""
    axes = {axis - 1 for axis in layer.axes}
    if field is ALL or (len(shapes[0]) == 3 and axes >= {1, 2}):
        return [ALL]
    if isinstance(field, int) or not layer.keepdims:
        raise UnknownReach
    return [_widened(field, shapes[0], axes)]


def source_cells(places: Array, length: int, mode: str) -> Array:
    """Where padded places lie in the picture: the rule of each padding mode, for one axis."""
    if mode == "reflect":
        places = np.abs(places)
        return np.where(places >= length, 2 * (length - 1) - places, places)
    if mode == "replicate":
        return np.clip(places, 0, length - 1)
    if mode == "circular":
        return places % length
    return np.where((places < 0) | (places >= length), OUTSIDE, places)


def _gapless(places: Array) -> bool:
    return places.size > 0 and places[-1] - places[0] == places.size - 1


def _unstretched(field: Reached, shape: Shape, common: Shape) -> Reached:
    """Where a place of the common shape lies in a branch of this shape."""
    if field is ALL or shape == common:
        return field
    if isinstance(field, int) and shape == (1,):
        return 0
    if isinstance(field, int) or len(shape) != 3:
        raise UnknownReach
    return _widened(field, shape, {axis for axis in (1, 2) if shape[axis] != common[axis]})


def _widened(field: Field, shape: Shape, axes: set[int]) -> Field:
    """A field that has all rows (axis 1) or columns (axis 2) of maps of this shape."""
    every = everything(shape)
    for axis in (0, 1):
        if axis + 1 in axes:
            field = Field(
                [_with(part, axis, every.parts[0][axis]) for part in field.parts],
                *(_with(a, axis, b[axis]) for a, b in zip(field[1:], every[1:], strict=True)),
            )
    return field


def _moved(field: Field, axis: int, by: int, length: int, mode: str = "zeros") -> Field:
    """A field moved along rows or columns into maps that are so long there."""

    def move(places: Array) -> Array:
        found = source_cells(places + by, length, mode)
        return np.unique(found[found != OUTSIDE])

    return Field(
        [_with(part, axis, move(part[axis])) for part in field.parts],
        *(_with(place, axis, place[axis] + by) for place in (field.first, field.last)),
        field.step,
    )


def _with(both: tuple, axis: int, new) -> tuple:
    """A pair (of rows, of columns) with one of them replaced."""
    return (new, both[1]) if axis == 0 else (both[0], new)


REACH: dict[type[Layer], Rule] = {
    **dict.fromkeys(
        [
            layers.ReLU, layers.ReLU6, layers.LeakyReLU, layers.ELU, layers.SELU, layers.PReLU,
            layers.Sigmoid, layers.Tanh, layers.Softplus, layers.HardSigmoid, layers.HardSwish,
            layers.Clip, layers.Dropout, layers.BatchNorm2d, layers.LocalResponseNorm, layers.Add,
        ],
        same,
    ),
    **dict.fromkeys([layers.Conv2d, layers.MaxPool2d, layers.AvgPool2d, layers.SumPool2d], window),
    **dict.fromkeys([layers.GlobalAvgPool2d, layers.GlobalMaxPool2d, layers.Linear], whole),
    **dict.fromkeys([layers.Softmax, layers.LogSoftmax], along),
    **dict.fromkeys([layers.Flatten, layers.Reshape], laid_out),
    **dict.fromkeys(
        [layers.BroadcastAdd, layers.Subtract, layers.Multiply, layers.Divide], stretched
    ),
    **dict.fromkeys([layers.Transpose, layers.MatMul], shuffled),
    layers.Concat: joined,
    layers.Pad: bordered,
    layers.Mean: averaged,
    layers.Constant: nothing,
}  # fmt: skip
