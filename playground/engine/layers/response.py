"""Normalisation across neighbouring channels."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ops
from playground.engine.layer import Array, Layer, Params, Shape, maps_shape


@dataclass(frozen=True)
class LocalResponseNorm(Layer):
    """Each value is divided by what the channels beside it have at the same place.

    A large value so inhibits its neighbours, as active neurons do (Krizhevsky et al. 2012,
    section 3.3). ``alpha`` is divided by ``size``, as in PyTorch and Caffe and unlike the paper.
    """

    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        ops.check_response(self.size, self.alpha, self.beta, self.k)
        return maps_shape(shapes[0], "local response norm")

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x / (k + alpha / size * sum of squares) ** beta``."""
        return ops.local_response_norm(inputs[0], self.size, self.alpha, self.beta, self.k)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through the value itself, less what it did to its neighbours."""
        return [
            ops.local_response_norm_backward(
                grad, inputs[0], self.size, self.alpha, self.beta, self.k
            )
        ], {}
