"""From maps to vectors, and from vectors to vectors."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layer import (
    Array,
    Initialiser,
    Layer,
    Params,
    Shape,
    he_normal,
    init_weights,
)


@dataclass(frozen=True)
class Flatten(Layer):
    """All maps end to end as one vector."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(channels * rows * columns,)``."""
        return (prod(shapes[0]),)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, ...)`` to ``(n, features)``."""
        return ops.flatten(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Cut into maps again."""
        return [ops.flatten_backward(grad, inputs[0].shape)], {}


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

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Weights from `draw`, He initialisation by default; biases of zero."""
        self.output_shape(*shapes)
        return init_weights((self.units, shapes[0][0]), self.bias, draw, rng)

    def parameter_count(self, *shapes: Shape) -> int:
        """Weights, and a bias a unit."""
        return self.units * (shapes[0][0] + (1 if self.bias else 0))

    def multiply_adds(self, *shapes: Shape) -> int:
        """One a weight."""
        return self.units * shapes[0][0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(n, features)`` to ``(n, units)``."""
        return ops.linear(inputs[0], params["weight"], params.get("bias"))

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Of the input, the weights and the biases."""
        grad_x, *own = ops.linear_backward(
            grad, inputs[0], params["weight"], input_grad=input_grads
        )
        own = zip(("weight", "bias"), own, strict=True)
        return [grad_x], {name: array for name, array in own if name in params}
