"""Where a number came from: one cell taken back to the cells and weights that made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Array, Conv2d, GlobalAvgPool2d, MaxPool2d
from playground.engine.network import INPUT, Network, Stage

OUTSIDE = -1


@dataclass(frozen=True)
class Window:
    """The cells that one output cell reads, and the sum that they make.

    Attributes
    ----------
    rows, columns : ndarray of int, shape (kernel rows,), (kernel columns,)
        Where in the input each window row and column lies. Padding that repeats the picture points
        at the cell it repeats; padding with zeros is `OUTSIDE`.
    patch, weight, products : ndarray, shape (channels, kernel rows, kernel columns)
    channel_sums : ndarray, shape (channels,)
    bias, value : float
        ``value`` is the sum of all products plus the bias.
    """

    rows: Array
    columns: Array
    patch: Array
    weight: Array
    products: Array
    channel_sums: Array
    bias: float
    value: float


@dataclass(frozen=True)
class PoolWindow:
    """The cells that one pooled cell reads.

    Attributes
    ----------
    rows, columns : ndarray of int
        Where in the input they lie; windows that hang over the edge are cut off there.
    patch : ndarray, shape (rows, columns)
    winner : (int, int) or None
        Input row and column of the largest value, the first one in reading order; ``None`` for a
        pooling that has no winner.
    """

    rows: Array
    columns: Array
    patch: Array
    winner: tuple[int, int] | None


@dataclass(frozen=True)
class SoftmaxTerms:
    """Softmax term by term: ``probabilities = exponentials / total``."""

    scores: Array
    exponentials: Array
    total: float
    probabilities: Array


@dataclass(frozen=True)
class Region:
    """What one cell can see: the cells in both ``rows`` and ``columns`` of the picture.

    Attributes
    ----------
    rows, columns : ndarray of int
        In ascending order, cut off at the picture's edge; with dilation they have gaps.
    size : (int, int)
        Rows and columns of the uncut field, gaps included.
    step : (int, int)
        How far the field moves in the picture from one cell to the next.
    """

    rows: Array
    columns: Array
    size: tuple[int, int]
    step: tuple[int, int]


def conv_window(stage: Stage, channel: int, row: int, column: int, item: int = 0) -> Window:
    """The window behind ``stage.output[item, channel, row, column]`` of a convolution.

    Raises
    ------
    EngineError
        If there is no such cell.
    """
    layer: Conv2d = stage.layer
    _check_cell(stage.output, item, channel, row, column)
    x = stage.inputs[0][item]
    weight = stage.params["weight"][channel]
    per_group = weight.shape[0]
    first = channel // (layer.filters // layer.groups) * per_group
    stride, dilation, pads = ops.pair(layer.stride), ops.pair(layer.dilation), layer.pads()
    rows, columns = (
        _source(
            place * stride[axis]
            - pads[2 * axis]
            + dilation[axis] * np.arange(weight.shape[1 + axis]),
            x.shape[1 + axis],
            layer.padding_mode,
        )
        for axis, place in ((0, row), (1, column))
    )
    patch = x[first : first + per_group][:, rows[:, None], columns]
    patch = np.where((rows[:, None] == OUTSIDE) | (columns == OUTSIDE), 0, patch)
    products = patch * weight
    channel_sums = products.sum(axis=(1, 2))
    bias = float(stage.params["bias"][channel]) if "bias" in stage.params else 0.0
    value = float(channel_sums.sum() + bias)
    return Window(rows, columns, patch, weight, products, channel_sums, bias, value)


def pool_window(stage: Stage, channel: int, row: int, column: int, item: int = 0) -> PoolWindow:
    """The window behind ``stage.output[item, channel, row, column]`` of a pooling layer.

    Raises
    ------
    EngineError
        If there is no such cell.
    """
    layer = stage.layer
    _check_cell(stage.output, item, channel, row, column)
    x = stage.inputs[0][item, channel]
    kernel, pads = ops.pair(layer.kernel_size), layer.pads()
    stride = kernel if layer.stride is None else ops.pair(layer.stride)
    rows, columns = (
        _inside(place * stride[axis] - pads[2 * axis] + np.arange(kernel[axis]), x.shape[axis])
        for axis, place in ((0, row), (1, column))
    )
    patch = x[rows[:, None], columns]
    winner = None
    if isinstance(layer, MaxPool2d):
        r, c = np.unravel_index(np.argmax(patch), patch.shape)
        winner = (int(rows[r]), int(columns[c]))
    return PoolWindow(rows, columns, patch, winner)


def softmax_terms(scores: Array, temperature: float = 1.0) -> SoftmaxTerms:
    """Softmax of ``scores / temperature`` with its terms.

    The exponentials are of the differences to the largest score, which leaves the result as it is
    and keeps ``exp`` from overflowing (Goodfellow et al., Deep Learning, 2016, section 4.1).

    Raises
    ------
    EngineError
        If the temperature is not a positive number.
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise EngineError("The temperature of a softmax must be a positive number.")
    scaled = np.asarray(scores, np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max())
    return SoftmaxTerms(
        np.asarray(scores), exponentials, float(exponentials.sum()), ops.softmax(scaled)
    )


def receptive_field(network: Network, name: str, row: int, column: int) -> Region:
    """The part of the picture that one cell of a node's output can see.

    Going back through a layer with kernel k, dilation d, stride s and padding p, cell i reads the
    cells ``i s - p + d j`` for j = 0 ... k - 1, so a field of r cells grows to
    ``(r - 1) s + d (k - 1) + 1`` (Araujo, Norris, Sim, Computing Receptive Fields of Convolutional
    Neural Networks, Distill 2019, section 2). Padding that repeats the picture adds the cells it
    repeats. Where branches join, rows and columns are those of all branches together.

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
    down = _axis_field(network, shapes, name, row, axis=0)
    across = _axis_field(network, shapes, name, column, axis=1)
    return Region(down[0], across[0], (down[1], across[1]), (down[2], across[2]))


def _axis_field(network, shapes, name, place, axis) -> tuple[Array, int, int]:
    # What is still to be taken back: places, uncut size and step for each node reached so far.
    reached = {name: (np.array([place]), 1, 1)}
    for node, sources in reversed(list(network.wiring())):
        if node.name not in reached:
            continue
        here = reached.pop(node.name)
        for source in sources:
            places, size, step = _back(node.layer, *here, shapes[source][1 + axis], axis)
            if source in reached:
                others, other_size, other_step = reached[source]
                places = np.union1d(places, others)
                size, step = max(size, other_size), max(step, other_step)
            reached[source] = (places, size, step)
    return reached[INPUT]


def _back(layer, places, size, step, length, axis) -> tuple[Array, int, int]:
    if isinstance(layer, GlobalAvgPool2d):
        return np.arange(length), length, length
    if not hasattr(layer, "kernel_size"):
        return places, size, step
    kernel = ops.pair(layer.kernel_size)[axis]
    stride = ops.pair(layer.kernel_size if layer.stride is None else layer.stride)[axis]
    dilation = ops.pair(getattr(layer, "dilation", 1))[axis]
    taps = dilation * np.arange(kernel) - layer.pads()[2 * axis]
    read = _source(
        (places[:, None] * stride + taps).ravel(), length, getattr(layer, "padding_mode", "zeros")
    )
    size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return np.unique(read[read != OUTSIDE]), size, step * stride


def _source(places: Array, length: int, mode: str) -> Array:
    """Where padded places lie in the picture: the rule of each padding mode, for one axis."""
    if mode == "reflect":
        places = np.abs(places)
        return np.where(places >= length, 2 * (length - 1) - places, places)
    if mode == "replicate":
        return np.clip(places, 0, length - 1)
    if mode == "circular":
        return places % length
    return np.where((places < 0) | (places >= length), OUTSIDE, places)


def _inside(places: Array, length: int) -> Array:
    return places[(places >= 0) & (places < length)]


def _check_cell(output: Array, item: int, channel: int, row: int, column: int) -> None:
    items, channels, rows, columns = output.shape
    if not 0 <= item < items:
        raise EngineError(f"There is no picture {item} in a batch of {items}.")
    if not (0 <= channel < channels and 0 <= row < rows and 0 <= column < columns):
        raise EngineError(
            f"There is no cell in channel {channel}, row {row}, column {column} of "
            f"{channels} maps of {rows} × {columns} cells."
        )
