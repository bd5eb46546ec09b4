"""Operators number by number, and those that change shapes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.engine.layers import (
    ELU,
    SELU,
    Add,
    BroadcastAdd,
    Clip,
    Concat,
    Divide,
    Dropout,
    Flatten,
    HardSigmoid,
    HardSwish,
    Layer,
    LeakyReLU,
    LogSoftmax,
    Multiply,
    Pad,
    PReLU,
    ReLU,
    ReLU6,
    Reshape,
    Sigmoid,
    Softmax,
    Softplus,
    Subtract,
    Tanh,
    Transpose,
)
from playground.engine.ops import SELU_ALPHA, SELU_GAMMA
from playground.files.errors import BadFile
from playground.files.onnx.builder import Builder
from playground.files.onnx.constants import permutation, squeezed, target_shape, unsqueezed
from playground.files.onnx.limits import MAX_AXES
from playground.files.onnx.scan import DAMAGED
from playground.files.onnx.values import FLOATS, CannotDo, Maps, Operation, axis_of

Operator = Callable[[Builder, Operation], Maps]
LARGEST = float(np.finfo(np.float32).max)
PAD_MODES = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def activation(make: Callable[..., Layer], **settings: float) -> Operator:
    """An operator on every number, whose attributes and their defaults are those given."""

    def operator(b: Builder, op: Operation) -> Maps:
        return b.add(op, make(*(float(op.get(n, d)) for n, d in settings.items())), op.maps(0))

    return operator


def clip(b: Builder, op: Operation) -> Maps:
    """Clip; from 0 to 6 it is a ReLU6, and from 0 a ReLU."""
    bounds: list[float | None] = []
    for number, name in ((1, "min"), (2, "max")):
        if op.opset < 11:
            bound = op.attributes.get(name)
        else:
            bound = None if op.value(number) is None else op.array(number, "a bound")
        if bound is not None:
            if not isinstance(bound, np.ndarray | float | int) or np.size(bound) != 1:
                raise BadFile(DAMAGED)
            bound = float(np.reshape(bound, ()))
            # Exporters write the largest float where there is no bound.
            bound = None if abs(bound) >= LARGEST else bound
        bounds.append(bound)
    layer = {(0, 6): ReLU6(), (0, None): ReLU()}.get(tuple(bounds), Clip(*bounds))
    return b.add(op, layer, op.maps(0))


def prelu(b: Builder, op: Operation) -> Maps:
    """PRelu; before opset 7 its slopes were one a channel."""
    x, slope = op.maps(0), op.array(1, "slopes")
    if op.opset < 7 and slope.ndim == 1 and slope.size > 1:
        slope = slope.reshape(-1, *[1] * (len(x.shape) - 1))
    slope = b.constant_for(slope, x)
    return b.add(op, PReLU(slope.shape), x, slope=slope)


def softmax(make: type[Softmax] | type[LogSoftmax]) -> Operator:
    """Softmax or LogSoftmax; before opset 13 over all axes from the one given on."""

    def operator(b: Builder, op: Operation) -> Maps:
        x = op.maps(0)
        full = b.full(x)
        if op.opset >= 13:
            return b.add(op, make(b.axis(axis_of(op.get("axis", -1), len(full)))), x)
        axis = axis_of(op.get("axis", 1), len(full))
        if all(size == 1 for size in full[axis + 1 :]):
            return b.add(op, make(b.axis(axis)), x)
        first = b.axis(axis) - 1
        lines = b.add(op, Reshape((*x.shape[:first], -1)), x, part="flat")
        probabilities = b.add(op, make(first + 1), lines)
        return b.add(op, Reshape(x.shape), probabilities, part="shape")

    return operator


def arithmetic(make: type[BroadcastAdd]) -> Operator:
    """Add, Sub, Mul, Div and Sum, of maps and at most one constant."""

    def operator(b: Builder, op: Operation) -> Maps:
        if not op.inputs or any(value is None for value in op.inputs):
            raise BadFile(DAMAGED)
        values = [_old_broadcast(op, i) for i in range(len(op.inputs))]
        maps = [v for v in values if isinstance(v, Maps)]
        constants = [v for v in values if not isinstance(v, Maps)]
        deepest = max(maps, key=lambda m: len(m.shape))
        if b.lead and any(len(m.shape) != len(deepest.shape) for m in maps):
            raise CannotDo("across the pictures of a batch")
        if not constants:
            if make is BroadcastAdd and len({m.shape for m in maps}) == 1:
                return b.add(op, Add(), *maps)
            return b.add(op, make(), *maps)
        constant = b.constant_for(constants[0], deepest)
        if len(constants) > 1:
            raise CannotDo("with several constants")
        first = make in (Subtract, Divide) and not isinstance(values[0], Maps)
        layer = make(constant.shape, True) if first else make(constant.shape)
        return b.add(op, layer, *maps, value=constant)

    return operator


def _old_broadcast(op: Operation, number: int) -> Maps | np.ndarray:
    """An operand; before opset 7 the second was aligned at an axis that is an attribute."""
    value, axis = op.inputs[number], op.get("axis", -1)
    if op.opset < 7 and number == 1 and isinstance(value, np.ndarray) and axis >= 0:
        first = op.maps(0)
        behind = len(first.shape) + 1 - axis - value.ndim
        if not 0 <= behind <= MAX_AXES:
            raise BadFile(DAMAGED)
        return value.reshape(*value.shape, *[1] * behind)
    return value


def concat(b: Builder, op: Operation) -> Maps:
    """Concat."""
    inputs = [b.as_maps(op, value) for value in op.inputs]
    return b.add(op, Concat(b.axis(axis_of(op.get("axis", 1), len(b.full(inputs[0]))))), *inputs)


def flatten(b: Builder, op: Operation) -> Maps:
    """Flatten to a matrix; the rows before the axis, the columns from it on."""
    x = op.maps(0)
    full = b.full(x)
    axis = axis_of(op.get("axis", 1), len(full), more=1)
    if b.lead and axis == 1:
        return b.add(op, Flatten(), x)
    rows = int(np.prod(full[:axis]))
    return b.add(op, Reshape(b.of_picture((rows, int(np.prod(full[axis:]))))), x)


def reshape(b: Builder, op: Operation) -> Maps:
    """Reshape; to one vector a picture it is a Flatten."""
    x = op.maps(0)
    shape = b.of_picture(target_shape(op, b.full(x)))
    return _laid_out(b, op, x, shape)


def squeeze(b: Builder, op: Operation) -> Maps:
    """Squeeze."""
    x = op.maps(0)
    full = b.full(x)
    if b.lead and op.numbers(1, "axes", 13) is None:
        gone = tuple(axis for axis, size in enumerate(full) if size == 1 and axis)
    else:
        gone = squeezed(op, full)
    shape = tuple(size for axis, size in enumerate(full) if axis not in gone)
    if b.lead and 0 in gone:
        raise CannotDo("across the pictures of a batch")
    return _laid_out(b, op, x, b.of_picture(shape))


def unsqueeze(b: Builder, op: Operation) -> Maps:
    """Unsqueeze."""
    x = op.maps(0)
    shape = list(b.full(x))
    new = unsqueezed(op, len(shape))
    for axis in new:
        shape.insert(axis, 1)
    if b.lead and 0 in new:
        raise CannotDo("across the pictures of a batch")
    return _laid_out(b, op, x, b.of_picture(tuple(shape)))


def _laid_out(b: Builder, op: Operation, x: Maps, shape: tuple[int, ...]) -> Maps:
    flat = len(shape) == 1 and len(x.shape) > 1
    return b.add(op, Flatten() if flat else Reshape(shape), x)


def transpose(b: Builder, op: Operation) -> Maps:
    """Transpose; the batch stays in front."""
    x = op.maps(0)
    order = permutation(op, len(b.full(x)))
    if b.lead and order[0] != 0:
        raise CannotDo("across the pictures of a batch")
    return b.add(op, Transpose(tuple(axis + 1 - b.lead for axis in order[b.lead :])), x)


def pad(b: Builder, op: Operation) -> Maps:
    """Pad, in every mode."""
    x = op.maps(0)
    full, mode = b.full(x), op.get("mode", "constant")
    pads, axes = op.numbers(1, "pads", 11), range(len(full))
    if op.opset >= 18 and op.value(3) is not None:
        axes = [axis_of(axis, len(full)) for axis in op.numbers(3, "axes", 18) or ()]
    if mode not in PAD_MODES or pads is None or len(pads) != 2 * len(axes):
        raise BadFile(DAMAGED)
    if min(pads, default=0) < 0:
        raise CannotDo("with less than no padding")
    value = op.get("value", 0.0) if op.opset < 11 else op.value(2)
    if value is not None and (isinstance(value, Maps) or np.size(value) != 1):
        raise CannotDo("with values that change")
    before, after = [0] * len(full), [0] * len(full)
    for i, axis in enumerate(axes):
        before[axis], after[axis] = pads[i], pads[i + len(axes)]
    if b.lead and (before[0] or after[0]):
        raise CannotDo("across the pictures of a batch")
    before, after = before[b.lead :], after[b.lead :]
    sides = tuple(side for pair in zip(before, after, strict=True) for side in pair)
    b.budget.surround(x.shape, sides)
    number = 0.0 if value is None else float(np.reshape(value, ()))
    if number != number:
        raise BadFile(DAMAGED)
    number = min(max(number, -LARGEST), LARGEST)  # behind a border for a max pool, minus infinity
    return b.add(op, Pad(tuple(before), tuple(after), PAD_MODES[mode], number), x)


def dropout(b: Builder, op: Operation) -> Maps:
    """Dropout, which does nothing while a network is used."""
    rate = op.get("ratio", 0.5) if op.opset < 12 or op.value(1) is None else op.array(1, "a rate")
    training = None if op.value(2) is None else op.array(2, "a mode")
    if training is not None and training.any():
        raise CannotDo("as in training")
    number = float(np.reshape(rate, -1)[0]) if np.size(rate) else 0.5
    if not 0 <= number < 1:
        raise BadFile("A dropout of this network has an impossible rate.")
    return b.add(op, Dropout(number), op.maps(0))


def identity(b: Builder, op: Operation) -> Maps:
    """Identity, which is no step of its own but where it is the first."""
    x = op.maps(0)
    return b.add(op, Reshape(x.shape), x) if x == b.picture else x


def cast(b: Builder, op: Operation) -> Maps:
    """Cast between kinds of real numbers, which are all one here."""
    if op.get("to", 0) not in FLOATS:
        raise CannotDo("to whole numbers")
    return op.maps(0)


STEPS: dict[str, Operator] = {
    "Relu": activation(ReLU),
    "LeakyRelu": activation(LeakyReLU, alpha=0.01),
    "Elu": activation(ELU, alpha=1.0),
    "Selu": activation(SELU, alpha=SELU_ALPHA, gamma=SELU_GAMMA),
    "Softplus": activation(Softplus),
    "Sigmoid": activation(Sigmoid),
    "HardSigmoid": activation(HardSigmoid, alpha=0.2, beta=0.5),
    "HardSwish": activation(HardSwish),
    "Tanh": activation(Tanh),
    "Clip": clip,
    "PRelu": prelu,
    "Softmax": softmax(Softmax),
    "LogSoftmax": softmax(LogSoftmax),
    "Add": arithmetic(BroadcastAdd),
    "Sum": arithmetic(BroadcastAdd),
    "Sub": arithmetic(Subtract),
    "Mul": arithmetic(Multiply),
    "Div": arithmetic(Divide),
    "Concat": concat,
    "Flatten": flatten,
    "Reshape": reshape,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Transpose": transpose,
    "Pad": pad,
    "Dropout": dropout,
    "Identity": identity,
    "Cast": cast,
}
