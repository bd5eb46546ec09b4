"""Normalisation of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.layer import Array, Initialiser, Layer, Params, Shape, he_normal, maps_shape


@dataclass(frozen=True)
class BatchNorm2d(Layer):
    """Each channel is brought to mean 0 and variance 1, then scaled and moved as was learned.

    The form of a network that is used (Ioffe & Szegedy 2015): the mean and variance are fixed
    ones, ``running_mean`` and ``running_var``, in training as well, so the layer never measures a
    batch. They are statistics, not weights, and are not counted as parameters.
    """

    eps: float = 1e-5

    FRESH = True
    STATISTICS = frozenset({"running_mean", "running_var"})

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        ops.check_eps(self.eps)
        return maps_shape(shapes[0], "batch norm")

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Nothing is changed yet: weights and variances of 1, biases and means of 0."""
        channels = self.output_shape(*shapes)[0]
        ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        return {
            "weight": ones,
            "bias": zeros,
            "running_mean": zeros.copy(),
            "running_var": ones.copy(),
        }

    def parameter_count(self, *shapes: Shape) -> int:
        """A weight and a bias a channel."""
        return 2 * self.output_shape(*shapes)[0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``(x - mean) / sqrt(var + eps) * weight + bias``."""
        mean, var = params["running_mean"], params["running_var"]
        return ops.batch_norm(inputs[0], mean, var, params["weight"], params["bias"], self.eps)

    def overwrite(self, params: Params, x: Array) -> Array:
        """In place."""
        mean, var = params["running_mean"], params["running_var"]
        return ops.batch_norm(x, mean, var, params["weight"], params["bias"], self.eps, out=x)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Of the input, the weights and the biases; the statistics are fixed."""
        mean, var = params["running_mean"], params["running_var"]
        grad_x, weight, bias = ops.batch_norm_backward(
            grad, inputs[0], mean, var, params["weight"], self.eps
        )
        return [grad_x], {"weight": weight, "bias": bias}
