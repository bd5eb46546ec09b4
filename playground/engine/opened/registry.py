"""Which opener takes which layer apart.

A new layer needs one line in `OPENERS`: its class, and a function from a `Cell` (the place, and
the layer with its parameters and inputs) to an `Opened`. Most fit one that is there:
`functions.function` with the formula's text where each number is computed from one other,
`copies.same` where numbers stay in their places, `copies.moved` where they are copied from
elsewhere. One of its own ends with ``cell.opened(kind, value, formula, ...)``, where the value is
computed in float64 from the parts that are shown, never taken from the output. The tests try
every layer of `LAYERS` against what its forward computes. What a cell of the new layer can see of
the picture is another line, in `reach.REACH`.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.engine import layers
from playground.engine.layers import Layer
from playground.engine.opened import arithmetic, copies, functions, sums, windows
from playground.engine.opened.cell import Cell, factor, number, plus
from playground.engine.opened.parts import Opened


def _leaky(layer: layers.LeakyReLU, x: float) -> str:
    return (
        f"{number(layer.negative_slope)} × {factor(x)}" if x < 0 else f"not negative: {number(x)}"
    )


def _elu(layer: layers.ELU | layers.SELU, x: float, inside: bool = False) -> str:
    if x < 0:
        return f"{number(layer.alpha)} × (exp({number(x)}) − 1)"
    return factor(x) if inside else f"not negative: {number(x)}"


def _selu(layer: layers.SELU, x: float) -> str:
    return f"{number(layer.gamma)} × {_elu(layer, x, inside=True)}"


def _hard_sigmoid(layer: layers.HardSigmoid, x: float) -> str:
    return f"({number(layer.alpha)} × {factor(x)} {plus(layer.beta)}) between 0 and 1"


def _clip(layer: layers.Clip, x: float) -> str:
    low, high = (None if b is None else number(b) for b in (layer.low, layer.high))
    bounds = [f"not below {low}"] * (low is not None) + [f"not above {high}"] * (high is not None)
    return ", ".join([number(x), *bounds])


OPENERS: dict[type[Layer], Callable[[Cell], Opened]] = {
    layers.Conv2d: windows.convolution,
    layers.MaxPool2d: windows.max_pool,
    layers.AvgPool2d: windows.average_pool,
    layers.SumPool2d: windows.sum_pool,
    layers.GlobalAvgPool2d: windows.global_average,
    layers.GlobalMaxPool2d: windows.global_max,
    layers.Linear: sums.linear,
    layers.Add: sums.add,
    layers.ReLU: functions.function(lambda _, x: f"max(0, {number(x)})"),
    layers.ReLU6: functions.function(lambda _, x: f"min(max(0, {number(x)}), 6)"),
    layers.LeakyReLU: functions.function(_leaky),
    layers.Sigmoid: functions.function(lambda _, x: f"1 / (1 + exp({number(-x)}))"),
    layers.Tanh: functions.function(lambda _, x: f"tanh({number(x)})"),
    layers.ELU: functions.function(_elu),
    layers.SELU: functions.function(_selu),
    layers.Softplus: functions.function(lambda _, x: f"log(1 + exp({number(x)}))"),
    layers.HardSigmoid: functions.function(_hard_sigmoid),
    layers.HardSwish: functions.function(
        lambda _, x: f"{number(x)} × (({number(x)} / 6 + 0.5) between 0 and 1)"
    ),
    layers.Clip: functions.function(_clip),
    layers.PReLU: functions.prelu,
    layers.Softmax: functions.softmax,
    layers.LogSoftmax: functions.log_softmax,
    layers.BatchNorm2d: functions.batch_norm,
    layers.LocalResponseNorm: functions.response_norm,
    layers.BroadcastAdd: arithmetic.difference,
    layers.Subtract: arithmetic.difference,
    layers.Multiply: arithmetic.quotient,
    layers.Divide: arithmetic.quotient,
    layers.MatMul: arithmetic.matrix_product,
    layers.Mean: arithmetic.mean,
    layers.Constant: arithmetic.constant,
    layers.Reshape: copies.moved,
    layers.Transpose: copies.moved,
    layers.Pad: copies.moved,
    layers.Flatten: copies.flatten,
    layers.Dropout: copies.same,
    layers.Concat: copies.concat,
}
