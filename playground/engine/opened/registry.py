"""Which opener takes which layer apart.

A new layer needs one line in `OPENERS`: its class, and a function from a `Cell` (the place, and
the layer with its parameters and inputs) to an `Opened`. Most fit one that is there:
`functions.function` with the formula's text where each number is computed from one other,
`copies.same` where numbers stay in their places, `copies.moved` where they are copied from
elsewhere. One of its own ends with ``cell.opened(kind, value, formula, ...)``, where the value is
computed in float64 from the parts that are shown, never taken from the output. The tests try
every layer of `LAYERS` against what its forward computes.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.engine import layers
from playground.engine.layers import Layer
from playground.engine.opened import copies, functions, sums, windows
from playground.engine.opened.cell import Cell, factor, number
from playground.engine.opened.parts import Opened


def _leaky(layer: layers.LeakyReLU, x: float) -> str:
    return (
        f"{number(layer.negative_slope)} × {factor(x)}" if x < 0 else f"not negative: {number(x)}"
    )


OPENERS: dict[type[Layer], Callable[[Cell], Opened]] = {
    layers.Conv2d: windows.convolution,
    layers.MaxPool2d: windows.max_pool,
    layers.AvgPool2d: windows.average_pool,
    layers.SumPool2d: windows.sum_pool,
    layers.GlobalAvgPool2d: windows.global_average,
    layers.Linear: sums.linear,
    layers.Add: sums.add,
    layers.ReLU: functions.function(lambda _, x: f"max(0, {number(x)})"),
    layers.ReLU6: functions.function(lambda _, x: f"min(max(0, {number(x)}), 6)"),
    layers.LeakyReLU: functions.function(_leaky),
    layers.Sigmoid: functions.function(lambda _, x: f"1 / (1 + exp({number(-x)}))"),
    layers.Tanh: functions.function(lambda _, x: f"tanh({number(x)})"),
    layers.Softmax: functions.softmax,
    layers.BatchNorm2d: functions.batch_norm,
    layers.LocalResponseNorm: functions.response_norm,
    layers.Flatten: copies.flatten,
    layers.Dropout: copies.same,
    layers.Concat: copies.concat,
}
