"""Arithmetic between branches of a network, or of one branch with numbers that are learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from playground.engine import ops
from playground.engine.checks import whole
from playground.engine.layer import Array, Initialiser, Layer, Params, Shape, he_normal


def _sizes(shape: Shape) -> Shape:
    return tuple(whole(size, "size of a constant", 1) for size in shape)


@dataclass(frozen=True)
class _Arithmetic(Layer):
    """``constant`` is the shape of a last operand that is learned; None for none."""

    constant: Shape | None = None

    _start: ClassVar[float] = 0.0
    _first: ClassVar[bool] = False
    _op: ClassVar[Callable[..., Array]]
    _backward: ClassVar[Callable[..., list[Array]]]

    def output_shape(self, *shapes: Shape) -> Shape:
        """The shape that all operands have when the smaller ones are stretched."""
        own = [] if self.constant is None else [_sizes(self.constant)]
        return ops.broadcast_shape(*shapes, *own)

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """A constant that changes nothing."""
        if self.constant is None:
            return {}
        return {"value": np.full(self.constant, self._start, np.float32)}

    def parameter_count(self, *shapes: Shape) -> int:
        """The numbers of the constant."""
        return 0 if self.constant is None else prod(self.constant)

    def _operands(self, params: Params, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        self.output_shape(*(x.shape[1:] for x in inputs))
        if self.constant is None:
            return inputs
        own = params["value"][None]
        return (own, *inputs) if self._first else (*inputs, own)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """The operands, number by number."""
        return self._op(*self._operands(params, inputs))

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Of every input and of the constant."""
        grads = self._backward(grad, *self._operands(params, inputs))
        if self.constant is None:
            return grads, {}
        own = grads.pop(0 if self._first else -1)
        return grads, {"value": own[0]}


@dataclass(frozen=True)
class BroadcastAdd(_Arithmetic):
    """The sum of branches of different shapes, or of a branch and a constant."""

    _op, _backward = staticmethod(ops.broadcast_add), staticmethod(ops.broadcast_add_backward)


@dataclass(frozen=True)
class Multiply(_Arithmetic):
    """The product, number by number, as where one branch weighs the channels of another.

    References
    ----------
    J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", equation 4,
    https://arxiv.org/abs/1709.01507
    """

    _start = 1.0
    _op, _backward = staticmethod(ops.multiply), staticmethod(ops.multiply_backward)


@dataclass(frozen=True)
class Subtract(_Arithmetic):
    """The first branch without the others."""

    constant_first: bool = False

    _op, _backward = staticmethod(ops.subtract), staticmethod(ops.subtract_backward)

    @property
    def _first(self) -> bool:
        return self.constant_first


@dataclass(frozen=True)
class Divide(_Arithmetic):
    """The first branch divided by the others."""

    constant_first: bool = False

    _start = 1.0
    _op, _backward = staticmethod(ops.divide), staticmethod(ops.divide_backward)

    @property
    def _first(self) -> bool:
        return self.constant_first


@dataclass(frozen=True)
class MatMul(Layer):
    """The product of matrices, picture by picture."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """``(..., rows of the first, columns of the last)``."""
        return ops.matmul_shape(*shapes)

    def multiply_adds(self, *shapes: Shape) -> int:
        """None by the count of the papers: no factor is a weight of this layer."""
        return 0

    def forward(self, params: Params, *inputs: Array) -> Array:
        """``a @ b``."""
        return ops.matmul(*inputs)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """``grad @ b.T`` and ``a.T @ grad``."""
        return ops.matmul_backward(grad, *inputs), {}


@dataclass(frozen=True)
class Constant(Layer):
    """The same learned numbers for every picture, whatever comes in."""

    shape: Shape = (1,)

    def output_shape(self, *shapes: Shape) -> Shape:
        """That of the numbers."""
        return _sizes(self.shape)

    def init(
        self, *shapes: Shape, rng: np.random.Generator, draw: Initialiser = he_normal
    ) -> Params:
        """Zeros."""
        return {"value": np.zeros(self.shape, np.float32)}

    def parameter_count(self, *shapes: Shape) -> int:
        """All of them."""
        return prod(self.shape)

    def forward(self, params: Params, *inputs: Array) -> Array:
        """The numbers, once for each picture of the batch."""
        _sizes(self.shape)
        value = params["value"].astype(np.result_type(params["value"], inputs[0]), copy=False)
        return np.broadcast_to(value, (len(inputs[0]), *value.shape))

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        """Nothing to the input; the sum over the batch to the numbers."""
        return [np.zeros_like(inputs[0])], {"value": grad.sum(axis=0)}
