"""Layers that put numbers into another order or shape, surround or average them."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape


@dataclass(frozen=True)
class Reshape(Layer):
    """The numbers of a picture in the same order and another shape; -1 is what is left."""

    shape: Shape = (1, -1)

    def output_shape(self, *shapes: Shape) -> Shape:
        """``shape`` with the -1 filled in."""
        return ops.reshape_to(shapes[0], self.shape)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, ...)`` to ``(n, *shape)``."""
        return ops.reshape(inputs[0], self.shape)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In the shape of the input again."""
        return [grad.reshape(inputs[0].shape)], {}


@dataclass(frozen=True)
class Transpose(Layer):
    """The axes of a picture, counted from 1, in another order; () turns it around."""

    axes: Shape = ()

    def output_shape(self, *shapes: Shape) -> Shape:
        """The same sizes in that order."""
        return tuple(shapes[0][a - 1] for a in ops.transposed_axes(shapes[0], self.axes)[1:])

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(2, 3, 1)`` brings the channels to the end."""
        return ops.transpose(inputs[0], self.axes)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In the order of the input again."""
        return [ops.transpose_backward(grad, self.axes)], {}


@dataclass(frozen=True)
class Pad(Layer):
    """A border along each axis of a picture: of one value, or of what `pad2d`'s modes repeat."""

    before: Shape = (0, 1, 1)
    after: Shape = (0, 1, 1)
    padding_mode: str = "zeros"
    value: float = 0.0

    def output_shape(self, *shapes: Shape) -> Shape:
        """Larger by the border."""
        return ops.padded_shape(shapes[0], self.before, self.after, self.padding_mode)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """The picture with its border."""
        return ops.pad(inputs[0], self.before, self.after, self.padding_mode, self.value)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """That of the border to the numbers that it repeated."""
        return [ops.pad_backward(grad, self.before, self.after, self.padding_mode)], {}


@dataclass(frozen=True)
class Mean(Layer):
    """The average along some axes of a picture, counted from 1."""

    axes: Shape = (1,)
    keepdims: bool = True

    def output_shape(self, *shapes: Shape) -> Shape:
        """1 along these axes, which are left out without ``keepdims``."""
        return ops.mean_shape(shapes[0], self.axes, self.keepdims)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """The averages."""
        return ops.mean(inputs[0], self.axes, self.keepdims)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """In equal shares to all that were averaged."""
        return [ops.mean_backward(grad, inputs[0].shape, self.axes)], {}
