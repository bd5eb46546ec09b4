"""How maps of one picture differ: which of their cells belong together, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Array, GlobalAvgPool2d
from playground.engine.network import INPUT, Network


@dataclass(frozen=True)
class Alignment:
    """The cells of several maps whose windows lie at the same places of the picture.

    Attributes
    ----------
    cells : list of ndarray of int, shape (n,) each
        One row of places a map: its cell ``cells[m][i]`` belongs to ``cells[k][i]`` of another.
    distance : float
        How far apart the centres of windows that belong together are at most, in pixels.
    """

    cells: list[Array]
    distance: float


@dataclass(frozen=True)
class Difference:
    """What a map has more, or less, than the map that it is compared with.

    Attributes
    ----------
    values : ndarray, shape (..., rows, columns)
        ``second - first`` of the cells that belong together.
    minimum, maximum : float
    mean : float
        Of the absolute differences.
    share : float
        Of the cells that differ, from 0 to 1.
    """

    values: Array
    minimum: float
    maximum: float
    mean: float
    share: float


def centres(network: Network, name: str) -> tuple[Array, Array]:
    """Where in the picture the windows behind each row and each column of a map are centred.

    Through a layer with kernel k, dilation d, stride s and padding p, cell i is centred on
    ``i s - p + d (k - 1) / 2`` of the layer's input (Araujo, Norris, Sim, Computing Receptive
    Fields of Convolutional Neural Networks, Distill 2019, section 3). Even windows are centred
    between two pixels. Where branches join, the first of them counts.

    Parameters
    ----------
    network : Network
    name : str
        A node whose output is maps.

    Returns
    -------
    rows, columns : ndarray of float64, shape (rows,), (columns,)
        In pixels, counted from the centre of the first; padding may be their centre too.

    Raises
    ------
    EngineError
        If the network has no such node, or its output is no map.
    """
    shapes = network.shapes()
    if name not in shapes:
        raise EngineError(f"The network has no node called “{name}”.")
    if len(shapes[name]) != 3:
        raise EngineError(f"“{name}” has no rows and columns that lie anywhere in the picture.")
    places = [np.arange(n, dtype=np.float64) for n in shapes[name][1:]]
    layers = {node.name: (node.layer, sources) for node, sources in network.wiring()}
    while name != INPUT:
        layer, sources = layers[name]
        name = sources[0]
        places = [_back(layer, places[axis], shapes[name][1 + axis], axis) for axis in (0, 1)]
    return places[0], places[1]


def _back(layer, places: Array, length: int, axis: int) -> Array:
    if isinstance(layer, GlobalAvgPool2d):
        return places * length + (length - 1) / 2
    if not hasattr(layer, "kernel_size"):
        return places
    kernel = ops.pair(layer.kernel_size)[axis]
    stride = ops.pair(layer.kernel_size if layer.stride is None else layer.stride)[axis]
    dilation = ops.pair(getattr(layer, "dilation", 1))[axis]
    return places * stride - layer.pads()[2 * axis] + dilation * (kernel - 1) / 2


def align(places: Sequence[Array]) -> Alignment:
    """Find the cells of several maps that belong together, along one axis.

    Each cell of the smallest map (the first of them, if several have as few cells) belongs with the
    cell of every other map that is centred nearest to it; the first, if two are as near.

    Parameters
    ----------
    places : sequence of ndarray, shape (cells,) each
        Where the windows of each map are centred, in ascending order: see `centres`.
    """
    smallest = min(places, key=len)
    cells, distance = [], 0.0
    for each in places:
        after = np.clip(np.searchsorted(each, smallest), 0, len(each) - 1)
        before = np.maximum(after - 1, 0)
        nearest = np.where(smallest - each[before] <= each[after] - smallest, before, after)
        cells.append(nearest)
        distance = max(distance, float(np.abs(each[nearest] - smallest).max()))
    return Alignment(cells, distance)


def difference(
    first: Array,
    second: Array,
    rows: tuple[Array, Array],
    columns: tuple[Array, Array],
    tolerance: float = 0.0,
) -> Difference:
    """Subtract one map from another, cell by cell.

    Parameters
    ----------
    first, second : ndarray, shape (..., rows, columns)
    rows, columns : (ndarray of int, ndarray of int)
        Which rows and columns of the first and of the second map belong together: see `align`.
    tolerance : float
        Values this close count as equal: a sum of floats depends on the order of its terms.
    """
    one = first[..., rows[0][:, None], columns[0]]
    other = second[..., rows[1][:, None], columns[1]]
    values = other - one
    values[np.abs(values) <= tolerance] = 0
    size = np.abs(values)
    return Difference(
        values,
        float(values.min()),
        float(values.max()),
        float(size.mean(dtype=np.float64)),
        float(np.count_nonzero(size) / size.size),
    )
