"""Layers: settings that know how to compute. They hold no arrays.

A layer is a frozen dataclass, so two equal layers compare equal, can stand in a link and can be
shared by every session. Its parameters are a plain dictionary of arrays that the caller keeps.
Shapes are those of one picture, without the batch: ``(channels, rows, columns)`` for a stack of
maps, ``(features,)`` for a vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError

Array = np.ndarray
Shape = tuple[int, ...]
Params = dict[str, Array]


@dataclass(frozen=True)
class Layer:
    """What every layer can say and do; a layer without weights overrides only the forward."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """Shape of the output for inputs of these shapes; raises `EngineError` if none fits."""
        return shapes[0]

    def init(self, *shapes: Shape, rng: np.random.Generator) -> Params:
        """Fresh parameters for inputs of these shapes."""
        return {}

    def parameter_count(self, *shapes: Shape) -> int:
        """Number of weights and biases for inputs of these shapes, without making them."""
        return 0

    def multiply_adds(self, *shapes: Shape) -> int:
        """Multiply-add operations for one picture, counted as the papers do: weights only."""
        return 0

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Output for a batch of inputs."""
        raise NotImplementedError


@dataclass(frozen=True)
class Conv2d(Layer):
    """Cross-correlation of every filter with the padded input, plus one bias a filter.

    Weights have the shape ``(filters, channels / groups, kernel rows, kernel columns)``.
    """

    filters: int
    kernel_size: int | tuple[int, int] = 3
    stride: int | tuple[int, int] = 1
    padding: int | tuple[int, ...] | str = 0
    padding_mode: str = "zeros"
    dilation: int | tuple[int, int] = 1
    groups: int = 1
    bias: bool = True

    def pads(self) -> tuple[int, int, int, int]:
        """Padding in cells: top, bottom, left, right."""
        return ops.resolve_padding(self.padding, self.kernel_size, self.stride, self.dilation)

    def weight_shape(self, shape: Shape) -> Shape:
        """Shape of the weight array for an input of this shape."""
        channels = _maps(shape, "convolution")[0]
        if channels % self.groups or self.filters % self.groups:
            raise EngineError(
                f"{channels} channels and {self.filters} filters cannot be split into "
                f"{self.groups} equal groups."
            )
        return (self.filters, channels // self.groups, *ops.pair(self.kernel_size))

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(filters, rows, columns)`` by the size formula of `ops.output_size`."""
        self.weight_shape(shapes[0])
        return (self.filters, *_window_output(shapes[0], self, self.pads(), self.dilation))

    def init(self, *shapes: Shape, rng: np.random.Generator) -> Params:
        """He initialisation: normal with variance 2 / fan-in (He et al. 2015, equation 10)."""
        shape = self.weight_shape(shapes[0])
        params = {"weight": _he(rng, shape, fan_in=prod(shape[1:]))}
        if self.bias:
            params["bias"] = np.zeros(self.filters, np.float32)
        return params

    def parameter_count(self, *shapes: Shape) -> int:
        """Weights, and a bias a filter."""
        return prod(self.weight_shape(shapes[0])) + (self.filters if self.bias else 0)

    def multiply_adds(self, *shapes: Shape) -> int:
        """One for each weight of the filter at each output cell."""
        return prod(self.output_shape(*shapes)) * prod(self.weight_shape(shapes[0])[1:])

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, channels, rows, columns)`` to ``(n, filters, rows, columns)``."""
        return ops.conv2d(
            inputs[0],
            params["weight"],
            params.get("bias"),
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            padding_mode=self.padding_mode,
        )


@dataclass(frozen=True)
class _Pool2d(Layer):
    kernel_size: int | tuple[int, int] = 2
    stride: int | tuple[int, int] | None = None
    padding: int | tuple[int, int] = 0
    ceil_mode: bool = False

    def pads(self) -> tuple[int, int, int, int]:
        """Padding in cells: top, bottom, left, right."""
        rows, columns = ops.pair(self.padding)
        return rows, rows, columns, columns

    def output_shape(self, *shapes: Shape) -> Shape:
        """Channels stay; rows and columns by the size formula."""
        channels = _maps(shapes[0], "pooling")[0]
        return (channels, *_window_output(shapes[0], self, self.pads(), 1, self.ceil_mode))


@dataclass(frozen=True)
class MaxPool2d(_Pool2d):
    """The largest value of every window."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Maximum over each window."""
        return ops.max_pool2d(
            inputs[0], self.kernel_size, self.stride, self.padding, ceil_mode=self.ceil_mode
        )


@dataclass(frozen=True)
class AvgPool2d(_Pool2d):
    """The mean of every window."""

    count_include_pad: bool = True

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Mean over each window."""
        return ops.avg_pool2d(
            inputs[0],
            self.kernel_size,
            self.stride,
            self.padding,
            ceil_mode=self.ceil_mode,
            count_include_pad=self.count_include_pad,
        )


@dataclass(frozen=True)
class SumPool2d(_Pool2d):
    """The sum of every window."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Sum over each window."""
        return ops.sum_pool2d(
            inputs[0], self.kernel_size, self.stride, self.padding, ceil_mode=self.ceil_mode
        )


@dataclass(frozen=True)
class GlobalAvgPool2d(Layer):
    """The mean of every map: one number a channel (Lin et al. 2013, section 3.2)."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(channels, 1, 1)``."""
        return (_maps(shapes[0], "global average pooling")[0], 1, 1)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Mean over rows and columns."""
        return ops.global_avg_pool2d(inputs[0])


@dataclass(frozen=True)
class ReLU(Layer):
    """Negative values become zero."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``max(0, x)``."""
        return ops.relu(inputs[0])


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """Negative values are multiplied by a small slope."""

    negative_slope: float = 0.01

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x`` where positive, ``negative_slope * x`` elsewhere."""
        return ops.leaky_relu(inputs[0], self.negative_slope)


@dataclass(frozen=True)
class Sigmoid(Layer):
    """Every value is squeezed between 0 and 1."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``1 / (1 + exp(-x))``."""
        return ops.sigmoid(inputs[0])


@dataclass(frozen=True)
class Tanh(Layer):
    """Every value is squeezed between -1 and 1."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Hyperbolic tangent."""
        return ops.tanh(inputs[0])


@dataclass(frozen=True)
class Flatten(Layer):
    """All maps end to end as one vector."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(channels * rows * columns,)``."""
        return (prod(shapes[0]),)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, ...)`` to ``(n, features)``."""
        return inputs[0].reshape(inputs[0].shape[0], -1)


@dataclass(frozen=True)
class Linear(Layer):
    """Fully connected: every unit sees every feature. Weights are ``(units, features)``."""

    units: int
    bias: bool = True

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(units,)``."""
        if len(shapes[0]) != 1:
            raise EngineError("A fully connected layer needs a vector; put a Flatten before it.")
        return (self.units,)

    def init(self, *shapes: Shape, rng: np.random.Generator) -> Params:
        """He initialisation: normal with variance 2 / features."""
        self.output_shape(*shapes)
        params = {"weight": _he(rng, (self.units, shapes[0][0]), fan_in=shapes[0][0])}
        if self.bias:
            params["bias"] = np.zeros(self.units, np.float32)
        return params

    def parameter_count(self, *shapes: Shape) -> int:
        """Weights, and a bias a unit."""
        return self.units * (shapes[0][0] + (1 if self.bias else 0))

    def multiply_adds(self, *shapes: Shape) -> int:
        """One a weight."""
        return self.units * shapes[0][0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, features)`` to ``(n, units)``."""
        return ops.linear(inputs[0], params["weight"], params.get("bias"))


@dataclass(frozen=True)
class Softmax(Layer):
    """Logits to positive numbers that sum to 1, over the channels or features."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``exp(x) / sum(exp(x))`` along axis 1."""
        return ops.softmax(inputs[0], axis=1)


LAYERS: tuple[type[Layer], ...] = (
    Conv2d,
    MaxPool2d,
    AvgPool2d,
    SumPool2d,
    GlobalAvgPool2d,
    ReLU,
    LeakyReLU,
    Sigmoid,
    Tanh,
    Flatten,
    Linear,
    Softmax,
)


def _maps(shape: Shape, what: str) -> Shape:
    if len(shape) != 3:
        raise EngineError(f"A {what} layer needs maps with rows and columns, not a vector.")
    return shape


def _window_output(shape, layer, pads, dilation, ceil_mode=False) -> tuple[int, int]:
    kernel = ops.pair(layer.kernel_size)
    stride = kernel if layer.stride is None else ops.pair(layer.stride)
    dilation = ops.pair(dilation)
    return tuple(
        ops.output_size(
            shape[1 + axis],
            kernel[axis],
            stride[axis],
            pads[2 * axis],
            pads[2 * axis + 1],
            dilation[axis],
            ceil_mode,
        )
        for axis in (0, 1)
    )


def _he(rng: np.random.Generator, shape: Shape, fan_in: int) -> Array:
    return rng.normal(0.0, (2.0 / fan_in) ** 0.5, shape).astype(np.float32)
