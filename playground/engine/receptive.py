"""Receptive fields: what one cell at any depth of a network can see of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Array, GlobalAvgPool2d
from playground.engine.network import INPUT, Network

OUTSIDE = -1


@dataclass(frozen=True)
class Region:
    """What one cell can see of the picture.

    Attributes
    ----------
    rows, columns : ndarray of int
        Where something is seen, in ascending order, cut off at the picture's edge; with dilation
        they have gaps. In a chain of layers all cells in both of them are seen.
    size : (int, int)
        Rows and columns of the uncut field, gaps included.
    step : (int, int)
        How far the field moves in the picture from one cell to the next.
    parts : tuple of (ndarray, ndarray)
        Rows and columns of grids of cells that together are the field. Where branches join there
        may be several, none within another.
    """

    rows: Array
    columns: Array
    size: tuple[int, int]
    step: tuple[int, int]
    parts: tuple[tuple[Array, Array], ...]

    def mask(self, rows: int, columns: int) -> Array:
        """Which pixels of a picture of this size are seen, as booleans (rows, columns)."""
        seen = np.zeros((rows, columns), bool)
        for part in self.parts:
            seen[np.ix_(*part)] = True
        return seen


def receptive_field(network: Network, name: str, row: int, column: int) -> Region:
    """The part of the picture that one cell of a node's output can see.

    Going back through a layer with kernel k, dilation d, stride s and padding p, cell i reads the
    cells ``i s - p + d j`` for j = 0 ... k - 1, so a field of r cells grows to
    ``(r - 1) s + d (k - 1) + 1`` (Araujo, Norris, Sim, Computing Receptive Fields of Convolutional
    Neural Networks, Distill 2019, section 2). Padding that repeats the picture adds the cells it
    repeats. Where branches join, the field is what any of them sees, and the step the longest.

    Raises
    ------
    EngineError
        If the network has no such node or the node no such cell.
    """
    shapes = network.shapes()
    if name not in shapes:
        raise EngineError(f"The network has no node called “{name}”.")
    shape = shapes[name]
    if len(shape) != 3 or not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise EngineError(f"“{name}” has no cell in row {row}, column {column}.")
    place = (row, column)
    # What is still to be taken back, for each node reached so far.
    reached = {name: _Field([tuple(np.array([p]) for p in place)], place, place, (1, 1))}
    for node, sources in reversed(list(network.wiring())):
        if node.name not in reached:
            continue
        here = reached.pop(node.name)
        for source in sources:
            field = _back(node.layer, here, shapes[source][1:])
            reached[source] = _joined(field, reached.get(source))
    found, first, last, step = reached[INPUT]
    parts = tuple(part for part in found if all(places.size for places in part))
    nothing = np.array([], int)
    rows, columns = (np.unique(np.concatenate([nothing, *(p[a] for p in parts)])) for a in (0, 1))
    size = (last[0] - first[0] + 1, last[1] - first[1] + 1)
    return Region(rows, columns, size, step, parts)


class _Field(NamedTuple):
    parts: list[tuple[Array, Array]]
    first: tuple[int, int]  # of the uncut rows and columns
    last: tuple[int, int]
    step: tuple[int, int]


def _back(layer, field: _Field, lengths) -> _Field:
    """The field in a layer's input; ``lengths`` are the input's rows and columns."""
    if isinstance(layer, GlobalAvgPool2d):
        whole = tuple(np.arange(n) for n in lengths)
        return _Field([whole], (0, 0), tuple(n - 1 for n in lengths), tuple(lengths))
    if not hasattr(layer, "kernel_size"):
        return field
    kernel, pads = ops.pair(layer.kernel_size), layer.pads()[::2]
    stride = ops.pair(layer.kernel_size if layer.stride is None else layer.stride)
    dilation = ops.pair(getattr(layer, "dilation", 1))
    mode = getattr(layer, "padding_mode", "zeros")

    def read(places: Array, axis: int) -> Array:
        taps = dilation[axis] * np.arange(kernel[axis]) - pads[axis]
        found = source_cells((places[:, None] * stride[axis] + taps).ravel(), lengths[axis], mode)
        return np.unique(found[found != OUTSIDE])

    return _Field(
        [(read(rows, 0), read(columns, 1)) for rows, columns in field.parts],
        tuple(field.first[a] * stride[a] - pads[a] for a in (0, 1)),
        tuple(field.last[a] * stride[a] - pads[a] + dilation[a] * (kernel[a] - 1) for a in (0, 1)),
        tuple(field.step[a] * stride[a] for a in (0, 1)),
    )


def _joined(one: _Field, other: _Field | None) -> _Field:
    """What either of two branches sees; a grid of cells within another is left out."""
    if other is None:
        return one
    parts: list[tuple[Array, Array]] = []
    # A grid can only lie within one that has at least as many cells.
    for part in sorted([*one.parts, *other.parts], key=lambda p: -p[0].size * p[1].size):
        if not any(np.isin(part[0], p[0]).all() and np.isin(part[1], p[1]).all() for p in parts):
            parts.append(part)
    return _Field(
        parts,
        tuple(map(min, one.first, other.first)),
        tuple(map(max, one.last, other.last)),
        tuple(map(max, one.step, other.step)),
    )


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
