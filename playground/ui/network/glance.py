"""A layer at a glance: what its strongest map looks like, small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.ranking import strongest_channels
from playground.render.maps import MapPicture, picture_maps

TINY, SMALL = 20, 64  # cells a side at most, in the list of layers and among the maps of one


@dataclass(frozen=True)
class Glance:
    """What one layer made of the picture.

    Attributes
    ----------
    picture : MapPicture
        Its strongest map, or all units of a vector as one row, at most `TINY` cells a side.
    channel : int
        Which map that is; -1 for a vector.
    minimum, maximum : float
        Of the whole layer.
    """

    picture: MapPicture
    channel: int
    minimum: float
    maximum: float


def glance(name: str, values: np.ndarray) -> Glance:
    """What one layer's output, without the batch, looks like.

    Raises
    ------
    EngineError
        If its numbers grew beyond what can be computed with.
    """
    lowest, highest = float(values.min()), float(values.max())
    if not np.isfinite([lowest, highest]).all():
        raise EngineError(
            f"The numbers of this network grow beyond all bounds in “{name}”: "
            "its weights are too large."
        )
    channel = int(strongest_channels(values)[0]) if values.ndim == 3 else -1
    plane = values[channel] if channel >= 0 else values.reshape(1, -1)[:, : TINY * TINY]
    return Glance(map_picture(plane, lowest < 0, TINY), channel, lowest, highest)


def map_picture(plane: np.ndarray, swings: bool, side: int | None) -> MapPicture:
    """One map, shape (rows, columns), in its own range.

    ``swings`` says whether its layer has negative numbers: zero is white then. With ``side`` it is
    averaged down to at most so many cells a side, and says the true range all the same.
    """
    minimum, maximum = float(plane.min()), float(plane.max())
    shown = plane if side is None else shrink(plane, side)
    table = "diverging" if swings else "grey"
    found = picture_maps(shown[np.newaxis, np.newaxis], "map", table, full=0)[0]
    return MapPicture(found.codes, found.low, found.high, minimum, maximum, table)


def shrink(plane: np.ndarray, side: int) -> np.ndarray:
    """A map averaged over blocks until no side is longer than `side`; the last block may be cut."""
    for axis in (0, 1):
        step = -(-plane.shape[axis] // side)
        if step > 1:
            starts = np.arange(0, plane.shape[axis], step)
            counts = np.diff(np.append(starts, plane.shape[axis])).astype(plane.dtype)
            plane = np.add.reduceat(plane, starts, axis)
            plane = plane / (counts[:, None] if axis == 0 else counts)
    return plane
