"""Layers that do their work while the network trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape


@dataclass(frozen=True)
class Dropout(Layer):
    """While training, each value becomes 0 with this probability, and the rest is scaled up.

    Without the mask that `chance` draws, as when the network is used, values pass unchanged.
    """

    rate: float = 0.5

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        ops.check_rate(self.rate)
        return shapes[0]

    def chance(self, *inputs: Array, rng: np.random.Generator) -> Params:
        """``{"mask": ...}``: 0 or ``1 / (1 - rate)`` for every value."""
        return {"mask": ops.dropout_mask(inputs[0], self.rate, rng)}

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x * mask``."""
        return ops.dropout(inputs[0], params.get("mask"))

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the value was kept."""
        return [ops.dropout_backward(grad, params.get("mask"))], {}
