"""What a layer is: settings that know how to compute. They hold no arrays.

A layer is a frozen dataclass, so two equal layers compare equal, can stand in a link and can be
shared by every session. Its parameters are a plain dictionary of arrays that the caller keeps.
Shapes are those of one picture, without the batch: ``(channels, rows, columns)`` for a stack of
maps, ``(features,)`` for a vector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine.errors import EngineError

Array = np.ndarray
Shape = tuple[int, ...]
Params = dict[str, Array]
Initialiser = Callable[[np.random.Generator, Shape, int, int], Array]


def he_normal(
    rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int | None = None
) -> Array:
    """Draw float32 weights with variance 2 / fan-in (He et al. 2015, equation 10).

    It keeps the size of the signal through layers with ReLU, which lose half of it.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", https://arxiv.org/abs/1502.01852
    """
    return rng.normal(0.0, (2.0 / fan_in) ** 0.5, shape).astype(np.float32)


def glorot_uniform(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """Draw float32 weights evenly between ±sqrt(6 / (fan-in + fan-out)) (equation 16).

    Their variance, 2 / (fan-in + fan-out), keeps both the signal and its gradient alive through
    layers with tanh.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010, https://proceedings.mlr.press/v9/glorot10a.html
    """
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return rng.uniform(-limit, limit, shape).astype(np.float32)


INITIALISERS: dict[str, Initialiser] = {"he": he_normal, "glorot": glorot_uniform}


def init_weights(
    shape: Shape, bias: bool, draw: Initialiser, rng: np.random.Generator, groups: int = 1
) -> Params:
    """Draw weights of the shape (outputs, inputs, ...); the biases, one an output, are zeros."""
    cells = prod(shape[2:])
    params = {"weight": draw(rng, shape, shape[1] * cells, shape[0] // groups * cells)}
    if bias:
        params["bias"] = np.zeros(shape[0], np.float32)
    return params


@dataclass(frozen=True)
class Layer:
    """What every layer can say and do; one without weights overrides forward and backward only.

    Attributes
    ----------
    STATISTICS : frozenset of str
        Names among its parameters that nobody learns by gradients: neither counted as parameters
        nor given a gradient.
    FRESH : bool
        Whether the output is always a new array, no part of which is an input or a parameter.
    """

    STATISTICS = frozenset()  # without an annotation, so no setting of the dataclass
    FRESH = False

    def output_shape(self, *shapes: Shape) -> Shape:
        """Shape of the output for inputs of these shapes; raises `EngineError` if none fits."""
        return shapes[0]

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Fresh parameters for inputs of these shapes, their weights from `draw`."""
        return {}

    def parameter_count(self, *shapes: Shape) -> int:
        """Number of weights and biases for inputs of these shapes, without making them."""
        return 0

    def multiply_adds(self, *shapes: Shape) -> int:
        """Multiply-add operations for one picture, counted as the papers do: weights only."""
        return 0

    def chance(self, *inputs: Array, rng: np.random.Generator) -> Params:
        """What the layer leaves to chance while it trains, to be put beside its parameters.

        So the forward and the backward are functions without chance, and see the same draw.
        """
        return {}

    def forward(self, params: Params, *inputs: Array) -> Array:
        """Output for a batch of inputs."""
        raise NotImplementedError

    def overwrite(self, params: Params, x: Array) -> Array:
        """As `forward`, for an only input that nobody reads afterwards: it may be written over."""
        return self.forward(params, x)

    def backward(
        self,
        params: Params,
        inputs: tuple[Array, ...],
        output: Array,
        grad: Array,
        *,
        input_grads: bool = True,
    ) -> tuple[list[Array | None], Params]:
        """Gradients of the loss at the inputs and at the parameters.

        Parameters
        ----------
        params, inputs, output
            What the forward received and returned.
        grad : array of the shape of `output`
            Gradient of the loss at the output.
        input_grads : bool
            Whether those at the inputs are wanted; without, they may be None.

        Returns
        -------
        list of array, one for each input
        dict of array, one for each parameter
        """
        raise NotImplementedError


def maps_shape(shape: Shape, what: str) -> Shape:
    """Return ``shape`` if it is that of maps; raises `EngineError`, naming the layer, if not."""
    if len(shape) != 3:
        raise EngineError(f"A {what} layer needs maps with rows and columns, not a vector.")
    return shape
