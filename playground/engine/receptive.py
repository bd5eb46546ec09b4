"""Receptive fields: what one cell at any depth of a network can see of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.checks import check_place
from playground.engine.errors import EngineError
from playground.engine.layers import Array, Shape
from playground.engine.network import INPUT, Network
from playground.engine.reach import (
    ALL,
    NOTHING,
    REACH,
    Field,
    Reached,
    UnknownReach,
    cell,
    everything,
    unknown,
)

MOST_PARTS = 64


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
    """The part of the picture that one cell of a node's maps can see.

    Going back through a layer with kernel k, dilation d, stride s and padding p, cell i reads the
    cells ``i s - p + d j`` for j = 0 ... k - 1, so a field of r cells grows to
    ``(r - 1) s + d (k - 1) + 1`` (Araujo, Norris, Sim, Computing Receptive Fields of Convolutional
    Neural Networks, Distill 2019, section 2). Padding that repeats the picture adds the cells it
    repeats. Where branches join, the field is what any of them sees, and the step the longest.

    Raises
    ------
    EngineError
        If the network has no such node or the node no such cell, or a layer on the way moves
        numbers between rows and columns in a way that has no field.
    """
    shape = _shapes(network, name)[name]
    if len(shape) != 3 or not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise EngineError(f"“{name}” has no cell in row {row}, column {column}.")
    region = field_of(network, name, (0, row, column))
    if region is None:
        raise EngineError(f"What a cell of “{name}” sees cannot be told in rows and columns.")
    return region


def field_of(network: Network, name: str, place: tuple[int, ...]) -> Region | None:
    """The part of the picture that a number at any place of any node can see.

    Like `receptive_field`, for vectors too, and without telling channels apart.

    Returns
    -------
    Region or None
        None where it cannot be told in rows and columns: behind a layer that puts rows or columns
        into another order, or of which it is not known what it reads; or where branches of
        different dilation leave more than 64 grids of cells.

    Raises
    ------
    EngineError
        If the network has no such node or the node no such place.
    """
    shapes = _shapes(network, name)
    place = check_place(name, shapes[name], place)
    if len(network.input_shape) != 3 or len(place) not in (1, 3):
        return None
    start = cell(*place[1:]) if len(place) == 3 else place[0]
    try:
        found = _seen(network, shapes, name, start)
    except UnknownReach:
        return None
    if found is ALL:
        found = everything(network.input_shape)
    parts = () if found is NOTHING else tuple(p for p in found.parts if all(a.size for a in p))
    if found is NOTHING:
        found = Field([], (0, 0), (-1, -1), (1, 1))
    nothing = np.array([], int)
    rows, columns = (np.unique(np.concatenate([nothing, *(p[a] for p in parts)])) for a in (0, 1))
    size = tuple(found.last[a] - found.first[a] + 1 for a in (0, 1))
    return Region(rows, columns, size, found.step, parts)


def _shapes(network: Network, name: str):
    shapes = network.shapes()
    if name not in shapes:
        raise EngineError(f"The network has no node called “{name}”.")
    return shapes


def _seen(network: Network, shapes, name: str, start: Reached) -> Reached:
    # What is still to be taken back, for each node reached so far.
    reached = {name: start}
    for node, sources in reversed(list(network.wiring())):
        if node.name not in reached:
            continue
        here = reached.pop(node.name)
        rule = REACH.get(type(node.layer), unknown)
        inputs = tuple(shapes[source] for source in sources)
        fields = rule(node.layer, here, inputs, shapes[node.name])
        for source, field in zip(sources, fields, strict=True):
            if field is not NOTHING:
                reached[source] = _either(field, reached.get(source, NOTHING), shapes[source])
    return reached.get(INPUT, NOTHING)


def _either(one: Reached, other: Reached, shape: Shape) -> Reached:
    """What either of two branches sees; a grid of cells within another is left out."""
    if other is NOTHING or one is other:
        return one
    if len(shape) == 3:  # the size of the uncut field may go beyond all of the maps
        one, other = (everything(shape) if each is ALL else each for each in (one, other))
    elif ALL in (one, other):
        return ALL
    if not (isinstance(one, Field) and isinstance(other, Field)):
        if one != other:
            raise UnknownReach
        return one
    parts: list[tuple[Array, Array]] = []
    # A grid can only lie within one that has at least as many cells.
    for part in sorted([*one.parts, *other.parts], key=lambda p: -p[0].size * p[1].size):
        if not any(_within(part[0], p[0]) and _within(part[1], p[1]) for p in parts):
            parts.append(part)
    if len(parts) > MOST_PARTS:
        raise UnknownReach
    return Field(
        parts,
        tuple(map(min, one.first, other.first)),
        tuple(map(max, one.last, other.last)),
        tuple(map(max, one.step, other.step)),
    )


def _within(one: Array, other: Array) -> bool:
    """Whether all of some ascending places are among others."""
    if one is other or not one.size:
        return True
    if not other.size or one[0] < other[0] or one[-1] > other[-1]:
        return False
    return other[-1] - other[0] == other.size - 1 or bool(np.isin(one, other).all())
