"""Layers in which branches of a network meet."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape


@dataclass(frozen=True)
class Add(Layer):
    """The sum of several branches of one shape (He et al. 2015, "Deep Residual Learning")."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """The shape that all inputs have."""
        return ops.add_shape(*shapes)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``a + b + ...``."""
        return ops.add(*inputs)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """The same to every branch."""
        return ops.add_backward(grad, len(inputs)), {}


@dataclass(frozen=True)
class Concat(Layer):
    """The channels of several branches, one behind the other (Szegedy et al. 2014).

    Another ``axis``, counted from 1, joins rows or columns.
    """

    axis: int = 1

    def output_shape(self, *shapes: Shape) -> Shape:
        """Channels add up; rows and columns must agree."""
        return ops.concat_shape(*shapes, axis=self.axis)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Joined along the axis."""
        return ops.concat(*inputs, axis=self.axis)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """To every branch its own share."""
        sizes = tuple(x.shape[self.axis] for x in inputs)
        return ops.concat_backward(grad, sizes, self.axis), {}
