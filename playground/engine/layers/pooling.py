"""The pooling layers."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape, maps_shape
from playground.engine.pooling import Windows, place_windows


@dataclass(frozen=True)
class _Pool2d(Layer):
    kernel_size: int | tuple[int, int] = 2
    stride: int | tuple[int, int] | None = None
    padding: int | tuple[int, ...] | str = 0
    ceil_mode: bool = False

    def gaps(self) -> int | tuple[int, int]:
        """Steps from one pixel of a window to the next."""
        return getattr(self, "dilation", 1)

    def pads(self) -> tuple[int, int, int, int]:
        """Padding in cells: top, bottom, left, right."""
        stride = self.kernel_size if self.stride is None else self.stride
        return ops.resolve_padding(self.padding, self.kernel_size, stride, self.gaps())

    def windows(self, image: tuple[int, int]) -> Windows:
        """Where the windows are in maps of so many rows and columns."""
        return place_windows(
            image, self.kernel_size, self.stride, self.padding, self.gaps(), self.ceil_mode
        )

    def output_shape(self, *shapes: Shape) -> Shape:
        """Channels stay; rows and columns by the size formula."""
        channels, *image = maps_shape(shapes[0], "pooling")
        return (channels, *self.windows(tuple(image)).count)


@dataclass(frozen=True)
class MaxPool2d(_Pool2d):
    """The largest value of every window."""

    dilation: int | tuple[int, int] = 1

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Maximum over each window."""
        return ops.max_pool2d(
            inputs[0],
            self.kernel_size,
            self.stride,
            self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
        )

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """To the winner of each window, the first in reading order."""
        grad_x = ops.max_pool2d_backward(
            grad,
            inputs[0],
            output,
            self.kernel_size,
            self.stride,
            self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
        )
        return [grad_x], {}


@dataclass(frozen=True)
class AvgPool2d(_Pool2d):
    """The mean of every window."""

    count_include_pad: bool = True
    dilation: int | tuple[int, int] = 1

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Mean over each window."""
        return ops.avg_pool2d(
            inputs[0],
            self.kernel_size,
            self.stride,
            self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
            count_include_pad=self.count_include_pad,
        )

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In equal shares to all pixels of each window."""
        grad_x = ops.avg_pool2d_backward(
            grad,
            inputs[0].shape,
            self.kernel_size,
            self.stride,
            self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
            count_include_pad=self.count_include_pad,
        )
        return [grad_x], {}


@dataclass(frozen=True)
class SumPool2d(_Pool2d):
    """The sum of every window."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Sum over each window."""
        return ops.sum_pool2d(
            inputs[0], self.kernel_size, self.stride, self.padding, ceil_mode=self.ceil_mode
        )

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In full to all pixels of each window."""
        grad_x = ops.sum_pool2d_backward(
            grad,
            inputs[0].shape,
            self.kernel_size,
            self.stride,
            self.padding,
            ceil_mode=self.ceil_mode,
        )
        return [grad_x], {}


@dataclass(frozen=True)
class GlobalAvgPool2d(Layer):
    """The mean of every map: one number a channel (Lin et al. 2013, section 3.2)."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(channels, 1, 1)``."""
        return (maps_shape(shapes[0], "global average pooling")[0], 1, 1)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Mean over rows and columns."""
        return ops.global_avg_pool2d(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In equal shares to all pixels of each map."""
        return [ops.global_avg_pool2d_backward(grad, inputs[0].shape)], {}


@dataclass(frozen=True)
class GlobalMaxPool2d(Layer):
    """The largest value of every map: one number a channel."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(channels, 1, 1)``."""
        return (maps_shape(shapes[0], "global max pooling")[0], 1, 1)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Maximum over rows and columns."""
        return ops.global_max_pool2d(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """To the winner of each map, the first in reading order."""
        return [ops.global_max_pool2d_backward(grad, inputs[0])], {}
