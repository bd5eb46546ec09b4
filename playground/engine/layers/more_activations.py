"""Activations that uploaded networks use."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.checks import real
from playground.engine.layer import Array, Initialiser, Layer, Params, Shape, he_normal


@dataclass(frozen=True)
class ELU(Layer):
    """Negative values bend towards -alpha (Clevert, Unterthiner & Hochreiter 2015)."""

    alpha: float = 1.0

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x`` where positive, ``alpha * (exp(x) - 1)`` elsewhere."""
        return ops.elu(inputs[0], self.alpha)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the input was positive, times ``alpha * exp(x)`` elsewhere."""
        return [ops.elu_backward(grad, inputs[0], self.alpha)], {}


@dataclass(frozen=True)
class SELU(Layer):
    """An ELU scaled so that signals keep their size (Klambauer et al. 2017)."""

    alpha: float = ops.SELU_ALPHA
    gamma: float = ops.SELU_GAMMA

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``gamma * elu(x, alpha)``."""
        return ops.selu(inputs[0], self.alpha, self.gamma)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """``gamma`` times that of the ELU."""
        return [ops.selu_backward(grad, inputs[0], self.alpha, self.gamma)], {}


@dataclass(frozen=True)
class Softplus(Layer):
    """A ReLU without its corner."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``log(1 + exp(x))``."""
        return ops.softplus(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Times the sigmoid of the input."""
        return [ops.softplus_backward(grad, inputs[0])], {}


@dataclass(frozen=True)
class HardSigmoid(Layer):
    """A sigmoid out of three straight lines."""

    alpha: float = 0.2
    beta: float = 0.5

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``alpha * x + beta``, cut off at 0 and 1."""
        return ops.hard_sigmoid(inputs[0], self.alpha, self.beta)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Times ``alpha`` where nothing was cut off."""
        return [ops.hard_sigmoid_backward(grad, output, self.alpha)], {}


@dataclass(frozen=True)
class HardSwish(Layer):
    """Every value times a hard sigmoid of itself (Howard et al. 2019)."""

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x * clip(x / 6 + 1/2, 0, 1)``."""
        return ops.hard_swish(inputs[0])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Times ``x / 3 + 1/2`` between -3 and 3."""
        return [ops.hard_swish_backward(grad, inputs[0])], {}


@dataclass(frozen=True)
class Clip(Layer):
    """No value below the one bound or above the other."""

    low: float | None = None
    high: float | None = None

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        for bound in (self.low, self.high):
            real(0 if bound is None else bound, "bound")
        return shapes[0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``min(max(x, low), high)``."""
        return ops.clip(inputs[0], self.low, self.high)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Through where the input was between the bounds."""
        return [ops.clip_backward(grad, inputs[0], self.low, self.high)], {}


@dataclass(frozen=True)
class PReLU(Layer):
    """Negative values are multiplied by a slope that is learned (He et al. 2015).

    ``slopes`` is the shape of the slopes, which is stretched over a picture; without it there is
    one a channel.
    """

    slopes: Shape | None = None

    def slope_shape(self, shape: Shape) -> Shape:
        """Shape of the slopes for an input of this shape."""
        own = (*shape[:1], *[1] * len(shape[1:])) if self.slopes is None else self.slopes
        ops.prelu_shape(shape, own)
        return own

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        self.slope_shape(shapes[0])
        return shapes[0]

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Slopes of 0.25, where the paper starts."""
        return {"slope": np.full(self.slope_shape(shapes[0]), 0.25, np.float32)}

    def parameter_count(self, *shapes: Shape) -> int:
        """The slopes."""
        return prod(self.slope_shape(shapes[0]))

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x`` where positive, ``slope * x`` elsewhere."""
        self.slope_shape(inputs[0].shape[1:])
        return ops.prelu(inputs[0], params["slope"])

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Of the input and of the slopes."""
        grad_x, slope = ops.prelu_backward(grad, inputs[0], params["slope"])
        return [grad_x], {"slope": slope}


@dataclass(frozen=True)
class LogSoftmax(Layer):
    """The logarithm of a softmax, along one axis."""

    axis: int = 1

    def output_shape(self, *shapes: Shape) -> Shape:
        """As the input's."""
        ops.check_picture_axis(self.axis, shapes[0])
        return shapes[0]

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``x - log(sum(exp(x)))``."""
        ops.check_picture_axis(self.axis, inputs[0].shape[1:])
        return ops.log_softmax(inputs[0], axis=self.axis)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """``grad - p * sum(grad)``, where p is the softmax."""
        return [ops.log_softmax_backward(grad, output, axis=self.axis)], {}
