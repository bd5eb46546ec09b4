"""The layers: each a few settings over one operator of `ops`."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.checks import whole
from playground.engine.errors import EngineError
from playground.engine.layer import Array, Layer, Params, Shape, he_normal, maps_shape
from playground.engine.pooling import place_windows


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
        channels = maps_shape(shape, "convolution")[0]
        filters = whole(self.filters, "number of filters", 1)
        groups = whole(self.groups, "number of groups", 1)
        if channels % groups or filters % groups:
            raise EngineError(
                f"{channels} channels and {filters} filters cannot both be split into "
                f"{groups} equal groups."
            )
        return (self.filters, channels // self.groups, *ops.pair(self.kernel_size))

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(filters, rows, columns)`` by the size formula of `ops.output_size`."""
        filters, _, *kernel = self.weight_shape(shapes[0])
        image, (top, bottom, left, right) = shapes[0][1:], self.pads()
        stride, dilation = ops.pair(self.stride, "stride"), ops.pair(self.dilation, "dilation")
        sizes = ops.output_sizes(image, kernel, stride, (top, bottom, left, right), dilation)
        # Padding has rules of its own; a strip of one column, and one of one row, obey the same.
        ops.pad2d(np.empty((1, 1, image[0], 1)), (top, bottom, 0, 0), self.padding_mode)
        ops.pad2d(np.empty((1, 1, 1, image[1])), (0, 0, left, right), self.padding_mode)
        return (filters, *sizes)

    def init(self, *shapes: Shape, rng: np.random.Generator) -> Params:
        """He initialisation: normal with variance 2 / fan-in (He et al. 2015, equation 10)."""
        shape = self.weight_shape(shapes[0])
        params = {"weight": he_normal(rng, shape, fan_in=prod(shape[1:]))}
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
    padding: int | tuple[int, ...] | str = 0
    ceil_mode: bool = False

    def pads(self) -> tuple[int, int, int, int]:
        """Padding in cells: top, bottom, left, right."""
        stride = self.kernel_size if self.stride is None else self.stride
        return ops.resolve_padding(self.padding, self.kernel_size, stride)

    def output_shape(self, *shapes: Shape) -> Shape:
        """Channels stay; rows and columns by the size formula."""
        channels, *image = maps_shape(shapes[0], "pooling")
        windows = place_windows(
            tuple(image), self.kernel_size, self.stride, self.padding, ceil_mode=self.ceil_mode
        )
        return (channels, *windows.count)


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
        return (maps_shape(shapes[0], "global average pooling")[0], 1, 1)

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
        params = {"weight": he_normal(rng, (self.units, shapes[0][0]), fan_in=shapes[0][0])}
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
