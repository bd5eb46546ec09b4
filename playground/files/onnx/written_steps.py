"""Arithmetic and changes of shape as the ONNX operators that compute the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine import layers as L
from playground.engine.layers import Params
from playground.files.onnx.writer import Shapes, Write, Writer


def arithmetic(kind: str) -> Write:
    """An operator between two operands, as often as there are more of them."""

    def write(w: Writer, layer: Any, shapes: Shapes, params: Params) -> None:
        depth = max(len(s) for s in (*shapes, layer.constant or ()))
        operands = [w.deeper(x, s, depth) for x, s in zip(w.inputs, shapes, strict=True)]
        if layer.constant is not None:
            place = 0 if getattr(layer, "constant_first", False) else len(operands)
            operands.insert(place, w.weight(params["value"], "value"))
        if len(operands) == 1:
            w.node("Identity", operands[0])
            return
        left = operands[0]
        for number, right in enumerate(operands[1:], 1):
            left = w.node(kind, left, right, last=number == len(operands) - 1)

    return write


def matmul(w: Writer, layer: L.MatMul, shapes: Shapes, params: Params) -> None:
    """Products of matrices; a vector is a row on the left and a column on the right."""
    left, shape = w.inputs[0], shapes[0]
    if len(w.inputs) == 1:
        w.node("Identity", left)
    for number, (right, other) in enumerate(zip(w.inputs[1:], shapes[1:], strict=True), 1):
        last = number == len(w.inputs) - 1
        vectors = len(shape) < 2 or len(other) < 2
        depth = max(len(shape), len(other), 2)
        rows = shape if len(shape) > 1 else (1, *shape)
        columns = other if len(other) > 1 else (*other, 1)
        a = left if rows == shape else w.shaped(left, rows, False)
        b = right if columns == other else w.shaped(right, columns, False)
        a, b = w.deeper(a, rows, depth), w.deeper(b, columns, depth)
        shape = layer.output_shape(shape, other)
        left = w.node("MatMul", a, b, last=last and not vectors)
        if vectors:
            left = w.shaped(left, shape, last)


def constant(w: Writer, layer: L.Constant, shapes: Shapes, params: Params) -> None:
    """The numbers, stretched to the batch: plus zeros made of the picture."""
    axes = tuple(range(1, len(shapes[0]) + 1))
    mean = w.node("ReduceMean", w.inputs[0], last=False, axes=axes, keepdims=0)
    zero = w.node("Mul", mean, w.weight(np.zeros((), np.float32), "zero"), last=False)
    line = w.shaped(zero, (1,) * len(layer.shape), False)
    w.node("Add", line, w.weight(params["value"][None], "value"))


def reshape(w: Writer, layer: L.Reshape, shapes: Shapes, params: Params) -> None:
    """To a shape behind the batch."""
    w.shaped(w.inputs[0], layer.output_shape(*shapes), True)


def transpose(w: Writer, layer: L.Transpose, shapes: Shapes, params: Params) -> None:
    """All axes, the batch first."""
    w.node("Transpose", perm=[0, *(layer.axes or range(len(shapes[0]), 0, -1))])


def pad(w: Writer, layer: L.Pad, shapes: Shapes, params: Params) -> None:
    """A border, none along the batch."""
    w.border(w.inputs[0], layer.before, layer.after, layer.padding_mode, layer.value, True)


def mean(w: Writer, layer: L.Mean, shapes: Shapes, params: Params) -> None:
    """Averages along axes."""
    w.node("ReduceMean", axes=sorted(set(layer.axes)), keepdims=int(layer.keepdims))
