"""Where a number came from: one cell taken back to the cells and weights that made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Array, Conv2d, MaxPool2d
from playground.engine.network import Stage
from playground.engine.reach import OUTSIDE, source_cells
from playground.engine.receptive import Region, receptive_field

__all__ = [
    "OUTSIDE", "PoolWindow", "Region", "SoftmaxTerms", "Window", "conv_window", "pool_window",
    "receptive_field", "softmax_terms",
]  # fmt: skip


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
        source_cells(
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
    windows = layer.windows(x.shape)
    rows, columns = (
        _inside(
            place * windows.stride[axis]
            - windows.pads[2 * axis]
            + windows.dilation[axis] * np.arange(windows.kernel[axis]),
            x.shape[axis],
        )
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
