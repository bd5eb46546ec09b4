"""The convolutional layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.checks import whole
from playground.engine.errors import EngineError
from playground.engine.layer import (
    Array,
    Initialiser,
    Layer,
    Params,
    Shape,
    he_normal,
    init_weights,
    maps_shape,
)


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

    FRESH = True

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

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Weights from `draw`, He initialisation by default; biases of zero."""
        return init_weights(self.weight_shape(shapes[0]), self.bias, draw, rng, self.groups)

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

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Of the input, the weights and the biases."""
        grad_x, *own = ops.conv2d_backward(
            grad,
            inputs[0],
            params["weight"],
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            padding_mode=self.padding_mode,
            input_grad=input_grads,
        )
        own = zip(("weight", "bias"), own, strict=True)
        return [grad_x], {name: array for name, array in own if name in params}
