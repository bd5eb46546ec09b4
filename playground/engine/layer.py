"""What a layer is: settings that know how to compute. They hold no arrays.

A layer is a frozen dataclass, so two equal layers compare equal, can stand in a link and can be
shared by every session. Its parameters are a plain dictionary of arrays that the caller keeps.
Shapes are those of one picture, without the batch: ``(channels, rows, columns)`` for a stack of
maps, ``(features,)`` for a vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError

Array = np.ndarray
Shape = tuple[int, ...]
Params = dict[str, Array]


@dataclass(frozen=True)
class Layer:
    """What every layer can say and do; a layer without weights overrides only the forward."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """Shape of the output for inputs of these shapes; raises `EngineError` if none fits."""
        return shapes[0]

    def init(self, *shapes: Shape, rng: np.random.Generator) -> Params:
        """Fresh parameters for inputs of these shapes."""
        return {}

    def parameter_count(self, *shapes: Shape) -> int:
        """Number of weights and biases for inputs of these shapes, without making them."""
        return 0

    def multiply_adds(self, *shapes: Shape) -> int:
        """Multiply-add operations for one picture, counted as the papers do: weights only."""
        return 0

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Output for a batch of inputs."""
        raise NotImplementedError


def maps_shape(shape: Shape, what: str) -> Shape:
    """Return ``shape`` if it is that of maps; raises `EngineError`, naming the layer, if not."""
    if len(shape) != 3:
        raise EngineError(f"A {what} layer needs maps with rows and columns, not a vector.")
    return shape


def he_normal(rng: np.random.Generator, shape: Shape, fan_in: int) -> Array:
    """Draw float32 weights with variance 2 / fan-in (He et al. 2015, equation 10).

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", https://arxiv.org/abs/1502.01852
    """
    return rng.normal(0.0, (2.0 / fan_in) ** 0.5, shape).astype(np.float32)
