"""A stage step by step: which input cells every output cell reads, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.explain import pool_window
from playground.engine.layers import (
    AvgPool2d,
    Conv2d,
    LeakyReLU,
    MaxPool2d,
    ReLU,
    Sigmoid,
    SumPool2d,
    Tanh,
)
from playground.engine.network import Stage
from playground.engine.ops import pair
from playground.engine.padding import pad2d

MAX_STEPS = 144
POINTWISE = {ReLU: "ReLU", LeakyReLU: "Leaky ReLU", Sigmoid: "Sigmoid", Tanh: "Tanh"}
POOLING = {MaxPool2d: "Max pooling", AvgPool2d: "Average pooling", SumPool2d: "Sum pooling"}

Box = tuple[int, int, int, int]  # top, left, bottom, right; the last two are one past the end


@dataclass(frozen=True)
class Clip:
    """Which part of the process is shown.

    Attributes
    ----------
    stage : str
        The name of a convolution, an activation or a pooling stage.
    filter : int
        Whose map fills in.
    channel : int or None
        Where each channel goes through the network as a picture of its own (a batch), which one.
        Where the channels are added up, the one whose values are drawn; ``None`` draws a picture
        of three channels in its colours.
    rows, columns : (int, int)
        First, and one past the last, of the output cells; what lies beyond the map is left out.
    decimals : int
        How many are written of a number that is not whole.
    """

    stage: str
    filter: int
    channel: int | None
    rows: tuple[int, int]
    columns: tuple[int, int]
    decimals: int


@dataclass(frozen=True)
class Slide:
    """A clip with everything that it reads and makes.

    Attributes
    ----------
    stage : Stage
    item, filter : int
        Which picture of the batch, and which map of the output.
    channel : int or None
        Which channel of the input is drawn, counted from the first that the filter reads;
        ``None`` if three are drawn as colours.
    output : Box
        The output cells.
    source : Box
        The cells that they read, padding included: row -1 is padding above the first row. At the
        map's end it goes on to the padded input's, so that cells that no window reaches are seen.
    """

    stage: Stage
    item: int
    filter: int
    channel: int | None
    output: Box
    source: Box

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the output cells."""
        top, left, bottom, right = self.output
        return bottom - top, right - left

    @property
    def steps(self) -> int:
        """How many output cells there are."""
        return self.shape[0] * self.shape[1]

    def cell(self, step: int) -> tuple[int, int]:
        """Row and column, in the map, of the output cell that a step makes."""
        if not 0 <= step < self.steps:
            raise EngineError(f"There is no step {step + 1}: this part has {self.steps}.")
        row, column = divmod(step, self.shape[1])
        return self.output[0] + row, self.output[1] + column

    def window(self, step: int) -> Box:
        """The input cells that a step's window spans, gaps of its dilation included."""
        row, column = self.cell(step)
        layer = self.stage.layer
        if isinstance(layer, Conv2d):
            return _reach(layer, (row, column, row + 1, column + 1))
        if type(layer) in POINTWISE:
            return row, column, row + 1, column + 1
        window = pool_window(self.stage, self.filter, row, column, self.item)
        ends = window.rows[-1] + 1, window.columns[-1] + 1
        return tuple(int(n) for n in (window.rows[0], window.columns[0], *ends))

    def winner(self, step: int) -> tuple[int, int] | None:
        """Row and column of the input cell that won a step's max pooling; None for other stages."""
        if not isinstance(self.stage.layer, MaxPool2d):
            return None
        return pool_window(self.stage, self.filter, *self.cell(step), self.item).winner

    @cached_property
    def values(self) -> np.ndarray:
        """The cells of ``source``, shape (channels, rows, columns), with what padding puts there.

        Three channels if they are drawn as colours, else one.
        """
        x = self.stage.inputs[0][self.item : self.item + 1]
        layer, above, before = self.stage.layer, 0, 0
        if isinstance(layer, Conv2d):
            above, _, before, _ = layer.pads()
            per_group = x.shape[1] // layer.groups
            first = self.filter // (layer.filters // layer.groups) * per_group
            drawn = slice(first, first + per_group)
            if self.channel is not None:
                drawn = slice(first + self.channel, first + self.channel + 1)
            x = pad2d(x[:, drawn], layer.pads(), layer.padding_mode)
        else:
            x = x[:, self.filter : self.filter + 1]
        top, left, bottom, right = self.source
        return x[0, :, top + above : bottom + above, left + before : right + before]

    @cached_property
    def padding(self) -> np.ndarray:
        """Which cells of ``source`` lie outside of the input, bool, shape (rows, columns)."""
        top, left, bottom, right = self.source
        length, width = self.stage.inputs[0].shape[2:]
        rows, columns = np.arange(top, bottom), np.arange(left, right)
        outside = (rows < 0) | (rows >= length)
        return outside[:, None] | (columns < 0) | (columns >= width)

    @cached_property
    def made(self) -> np.ndarray:
        """The output cells, shape (rows, columns)."""
        top, left, bottom, right = self.output
        return self.stage.output[self.item, self.filter, top:bottom, left:right]

    @cached_property
    def weight(self) -> np.ndarray | None:
        """The kernel as it can be written into the cells, or None where there is no single one."""
        if not isinstance(self.stage.layer, Conv2d):
            return None
        weight = self.stage.params["weight"][self.filter]
        if self.channel is not None:
            return weight[self.channel]
        return weight[0] if (weight == weight[0]).all() else None


def slide_of(stages: dict[str, Stage], clip: Clip) -> Slide:
    """What a clip reads and makes.

    Raises
    ------
    EngineError
        If there is no such stage, filter, channel or cell, the stage does not work cell by cell,
        or the part has more than `MAX_STEPS` cells.
    """
    if clip.stage not in stages:
        raise EngineError(f"There is no stage called “{clip.stage[:40]}” here.")
    stage = stages[clip.stage]
    layer = stage.layer
    if not isinstance(layer, Conv2d) and type(layer) not in {**POINTWISE, **POOLING}:
        raise EngineError(f"“{clip.stage}” does not fill a map cell by cell.")
    items, filters, *size = stage.output.shape
    if not 0 <= clip.filter < filters:
        raise EngineError(f"There is no filter {clip.filter + 1}: there are {filters}.")
    output = []
    for (first, last), length, axis in zip(
        (clip.rows, clip.columns), size, ("row", "column"), strict=True
    ):
        first, last = max(0, first), min(length, last)
        if first >= last:
            raise EngineError(f"This part holds no {axis} of the map, which has {length}.")
        output.append((first, last))
    (top, bottom), (left, right) = output
    if (bottom - top) * (right - left) > MAX_STEPS:
        raise EngineError(
            f"A part of {bottom - top} × {right - left} cells has more than {MAX_STEPS} steps; "
            "choose a smaller one."
        )
    output = (top, left, bottom, right)
    channel = _drawn_channel(clip, stage, items)
    item = clip.channel if items > 1 else 0
    return Slide(stage, item, clip.filter, channel, output, _source(stage, output))


def _drawn_channel(clip: Clip, stage: Stage, items: int) -> int | None:
    channels = stage.inputs[0].shape[1]
    if isinstance(stage.layer, Conv2d):
        channels //= stage.layer.groups
    if items > 1:
        if clip.channel is None or not 0 <= clip.channel < items:
            raise EngineError(f"Each channel has a map of its own here; choose one of {items}.")
        return 0
    if clip.channel is None or not isinstance(stage.layer, Conv2d):
        return None if channels == 3 and isinstance(stage.layer, Conv2d) else 0
    if not 0 <= clip.channel < channels:
        raise EngineError(f"There is no channel {clip.channel + 1}: there are {channels}.")
    return clip.channel


def _reach(layer, output: Box) -> Box:
    """The input cells that some output cells read, padding included."""
    kernel, pads = pair(layer.kernel_size), layer.pads()
    stride = kernel if layer.stride is None else pair(layer.stride)
    dilation = pair(getattr(layer, "dilation", 1))
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    first = (output[i] * stride[i] - pads[2 * i] for i in (0, 1))
    last = ((output[2 + i] - 1) * stride[i] - pads[2 * i] + reach[i] for i in (0, 1))
    return (*first, *last)


def _source(stage: Stage, output: Box) -> Box:
    layer, rows, columns = stage.layer, *stage.inputs[0].shape[2:]
    if type(layer) in POINTWISE:
        return output
    top, left, bottom, right = _reach(layer, output)
    below, beyond = 0, 0
    if isinstance(layer, Conv2d):
        _, below, _, beyond = layer.pads()
    else:
        # What a pool puts around its input is no value: its windows are cut off at the edge.
        top, left, bottom, right = max(0, top), max(0, left), min(rows, bottom), min(columns, right)
    if output[2] == stage.output.shape[2]:
        bottom = rows + below
    if output[3] == stage.output.shape[3]:
        right = columns + beyond
    return top, left, bottom, right
