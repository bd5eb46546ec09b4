"""Layers that hand numbers on as they are: in another order, behind each other, with a border."""

from __future__ import annotations

from itertools import accumulate
from math import prod

import numpy as np

from playground.engine.opened.cell import Cell
from playground.engine.opened.parts import Opened


def same(cell: Cell) -> Opened:
    """The number at the same place."""
    return _copy(cell, 0, cell.place)


def flatten(cell: Cell) -> Opened:
    """The number that has this place when all are counted from the first map's corner."""
    place = np.unravel_index(cell.place[0], cell.inputs[0].shape)
    return _copy(cell, 0, tuple(map(int, place)))


def concat(cell: Cell) -> Opened:
    """The number in the branch whose share this is."""
    axis = cell.layer.axis - 1
    ends = list(accumulate(branch.shape[axis] for branch in cell.inputs))
    source = next(i for i, end in enumerate(ends) if cell.place[axis] < end)
    place = list(cell.place)
    place[axis] -= ends[source] - cell.inputs[source].shape[axis]
    return _copy(cell, source, tuple(place))


def moved(cell: Cell) -> Opened:
    """Wherever the layer takes the number from, if anywhere: a border has its own.

    The layer is asked itself: it is given its input's places instead of numbers, counted once up
    from 1 and once down from -1, and what it copied differs between the two.
    """
    shape = cell.inputs[0].shape
    places = np.arange(1.0, prod(shape) + 1).reshape(1, *shape)
    up, down = (cell.layer.forward({}, x)[(0, *cell.place)] for x in (places, -places))
    if up == down:
        value = cell.layer.forward({}, cell.inputs[0][None])[(0, *cell.place)]
        return cell.opened("copy", value, "a border of {value}")
    return _copy(cell, 0, tuple(map(int, np.unravel_index(int(up) - 1, shape))))


def _copy(cell: Cell, source: int, place: tuple[int, ...]) -> Opened:
    part = cell.part(place, source)
    return cell.opened("copy", part.value, "{value}, as it is", parts=(part,))
