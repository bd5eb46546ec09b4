"""Convolutions and pools: what lies in a cell's window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.engine.explain import conv_window
from playground.engine.layers import Array
from playground.engine.network import Stage
from playground.engine.opened.cell import Cell, group, number, plus
from playground.engine.opened.parts import Opened
from playground.engine.pooling import Windows
from playground.engine.ranking import descending
from playground.engine.reach import OUTSIDE


@np.errstate(invalid="ignore", over="ignore")
def convolution(cell: Cell) -> Opened:
    """Products of patch and weights, a group for each input channel, and the bias."""
    # Only the output's shape is looked at, to check the place.
    output = np.broadcast_to(np.float32(0), (1, *cell.shape))
    stage = Stage(cell.name, cell.layer, cell.params, (cell.inputs[0][None],), output)
    window = conv_window(stage, *cell.place)
    weight = window.weight.astype(np.float64)
    totals = (window.patch * weight).sum(axis=(1, 2))
    per_group, filters = len(weight), cell.layer.filters // cell.layer.groups
    first = cell.place[0] // filters * per_group
    shown, left = cell.strongest(totals)
    total = totals.sum()
    bias = window.bias if "bias" in cell.params else None
    return cell.opened(
        "sum",
        total + window.bias,
        f"sum of {weight.size} product{'s' if weight.size > 1 else ''}"
        + (f" + bias: {number(total)} {plus(bias)}" if bias is not None else "")
        + " = {value}",
        groups=tuple(
            group(cell, 0, first + int(i), window.patch[i], weight[i], window.rows, window.columns)
            for i in shown
        ),
        more=len(left),
        rest=float(totals[left].sum()),
        bias=bias,
    )


def average_pool(cell: Cell) -> Opened:
    """Every cell of the window in equal shares."""
    windows, image = cell.layer.windows(cell.inputs[0].shape[1:]), cell.inputs[0].shape[1:]
    counted = image
    if cell.layer.count_include_pad:
        counted = tuple(image[axis] + windows.pads[2 * axis + 1] for axis in (0, 1))
    rows, columns = _places(cell, windows, counted, cell.layer.count_include_pad)
    return _average(cell, rows, columns)


def global_average(cell: Cell) -> Opened:
    """Every cell of the map in equal shares."""
    return _average(cell, *map(np.arange, cell.inputs[0].shape[1:]))


def sum_pool(cell: Cell) -> Opened:
    """Every cell of the window in full."""
    rows, columns = _places(
        cell, cell.layer.windows(cell.inputs[0].shape[1:]), cell.inputs[0].shape[1:]
    )
    only = group(cell, 0, cell.place[0], _patch(cell, rows, columns), None, rows, columns)
    formula = f"sum of {only.patch.size} cells = {{value}}"
    return cell.opened("sum", only.total, formula, groups=(only,))


def max_pool(cell: Cell) -> Opened:
    """The largest cell of the window; padding never wins."""
    return _winner(
        cell, *_places(cell, cell.layer.windows(cell.inputs[0].shape[1:]), cell.inputs[0].shape[1:])
    )


def global_max(cell: Cell) -> Opened:
    """The largest cell of the map."""
    return _winner(cell, *map(np.arange, cell.inputs[0].shape[1:]))


@np.errstate(invalid="ignore", over="ignore")
def _average(cell: Cell, rows: Array, columns: Array) -> Opened:
    patch = _patch(cell, rows, columns)
    weight = np.full(patch.shape, 1 / patch.size)
    only = group(cell, 0, cell.place[0], patch, weight, rows, columns)
    total = patch.sum(dtype=np.float64)
    formula = (
        f"sum of {patch.size} cells / {patch.size}: {number(total)} / {patch.size} = {{value}}"
    )
    return cell.opened("sum", only.total, formula, groups=(only,))


def _winner(cell: Cell, rows: Array, columns: Array) -> Opened:
    channel = cell.place[0]
    patch = _patch(cell, rows, columns)
    first = int(np.argmax(patch))  # a NaN wins, as in the pool
    others = [int(i) for i in descending(patch.ravel()) if i != first]
    shown, left = [first, *others[: cell.most - 1]], others[cell.most - 1 :]
    spots = [
        (int(rows[r]), int(columns[c])) for r, c in map(divmod, shown, [len(columns)] * len(shown))
    ]
    found = group(cell, 0, channel, patch, None, rows, columns)
    value = float(patch.ravel()[first])
    return cell.opened(
        "winner",
        value,
        f"largest of {patch.size} cell{'s' if patch.size > 1 else ''} = {{value}}",
        groups=(replace(found, total=value),),
        parts=tuple(
            cell.part((channel, *spot), counts=i == first)
            for i, spot in zip(shown, spots, strict=True)
        ),
        more=len(left),
    )


def _places(
    cell: Cell, windows: Windows, ends: tuple[int, int], outside: bool = False
) -> tuple[Array, Array]:
    """Input rows and columns of the cell's window, up to `ends`; what lies outside as `OUTSIDE`."""
    found = []
    for axis in (0, 1):
        start = cell.place[1 + axis] * windows.stride[axis] - windows.pads[2 * axis]
        places = start + windows.dilation[axis] * np.arange(windows.kernel[axis])
        places = places[places < ends[axis]]
        length = cell.inputs[0].shape[1 + axis]
        inside = (places >= 0) & (places < length)
        found.append(np.where(inside, places, OUTSIDE) if outside else places[inside])
    return found[0], found[1]


def _patch(cell: Cell, rows: Array, columns: Array) -> Array:
    patch = cell.inputs[0][cell.place[0]][np.ix_(rows, columns)]
    return np.where((rows[:, None] == OUTSIDE) | (columns == OUTSIDE), 0, patch)
