"""The activations, and the softmax."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape


@dataclass(frozen=True)
class ReLU(Layer):
    """Negative values become zero."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``max(0, x)``."""
        return ops.relu(inputs[0])

    def overwrite(self, params: Params, x: Array) -> Array:
        """In place."""
        return ops.relu(x, out=x)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the input was positive."""
        return [ops.relu_backward(grad, inputs[0])], {}


@dataclass(frozen=True)
class ReLU6(Layer):
    """Negative values become 0, and values above 6 become 6."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``min(max(0, x), 6)``."""
        return ops.relu6(inputs[0])

    def overwrite(self, params: Params, x: Array) -> Array:
        """In place."""
        return ops.relu6(x, out=x)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the input was between 0 and 6."""
        return [ops.relu6_backward(grad, inputs[0])], {}


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """Negative values are multiplied by a small slope."""

    negative_slope: float = 0.01

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x`` where positive, ``negative_slope * x`` elsewhere."""
        return ops.leaky_relu(inputs[0], self.negative_slope)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the input was positive, scaled elsewhere."""
        return [ops.leaky_relu_backward(grad, inputs[0], self.negative_slope)], {}


@dataclass(frozen=True)
class Sigmoid(Layer):
    """Every value is squeezed between 0 and 1."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``1 / (1 + exp(-x))``."""
        return ops.sigmoid(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Times ``output * (1 - output)``."""
        return [ops.sigmoid_backward(grad, output)], {}


@dataclass(frozen=True)
class Tanh(Layer):
    """Every value is squeezed between -1 and 1."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Hyperbolic tangent."""
        return ops.tanh(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Times ``1 - output ** 2``."""
        return [ops.tanh_backward(grad, output)], {}


@dataclass(frozen=True)
class Softmax(Layer):
    """Logits to positive numbers that sum to 1, over the channels or features.

    ``axis`` is counted from 1, the axis of the channels.
    """

    axis: int = 1

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        ops.check_picture_axis(self.axis, shapes[0])
        return shapes[0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``exp(x) / sum(exp(x))`` along the axis."""
        ops.check_picture_axis(self.axis, inputs[0].shape[1:])
        return ops.softmax(inputs[0], axis=self.axis)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """``p * (grad - sum(p * grad))`` along the axis."""
        return [ops.softmax_backward(grad, output, axis=self.axis)], {}
