"""Operators on arrays that are known: computed once, while the file is read.

Exporters compute the shape for a Reshape step by step, and old files make whole weights this way.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from playground.files.errors import BadFile
from playground.files.onnx.limits import MAX_AXES, Budget, check_constant
from playground.files.onnx.scan import DAMAGED
from playground.files.onnx.values import TYPES, CannotDo, Operation, array_of, axis_of


def constant(op: Operation, budget: Budget) -> np.ndarray:
    """Constant, in any of its forms."""
    if len(op.attributes) != 1:
        raise BadFile(DAMAGED)
    ((name, value),) = op.attributes.items()
    if name == "value" and not isinstance(value, bytes | str | int | float | tuple):
        return array_of(value)
    if name in ("value_int", "value_ints") and isinstance(value, int | tuple):
        return np.array(value, np.int64)
    if name in ("value_float", "value_floats") and isinstance(value, float | tuple):
        return np.array(value, np.float32)
    raise CannotDo(f"with {name}")


def constant_of_shape(op: Operation, budget: Budget) -> np.ndarray:
    """ConstantOfShape: one number, seen as an array of any size, which takes no memory."""
    sizes = _sizes(op.array(0, "a shape"), low=0)
    check_constant(sizes)
    tensor = op.attributes.get("value")
    value = np.zeros(1, np.float32) if tensor is None else array_of(tensor)
    if value.size != 1:
        raise BadFile(DAMAGED)
    return np.broadcast_to(value.reshape(()), sizes)


def gather(op: Operation, budget: Budget) -> np.ndarray:
    """Gather: some entries along one axis."""
    array, indices = op.array(0, "entries"), op.array(1, "indices")
    if indices.dtype.kind not in "iu" or not array.ndim:
        raise BadFile(DAMAGED)
    axis = axis_of(op.get("axis", 0), array.ndim)
    budget.fold((*array.shape[:axis], *indices.shape, *array.shape[axis + 1 :]))
    if (
        indices.size
        and not -array.shape[axis] <= indices.min() <= indices.max() < array.shape[axis]
    ):
        raise BadFile("A step of this network reads behind the end of an array.")
    return np.take(array, indices, axis)


def sliced(op: Operation, budget: Budget) -> np.ndarray:
    """Slice: a part along some axes."""
    array = op.array(0, "an array")
    starts, ends = (op.numbers(i, name, 10) for i, name in ((1, "starts"), (2, "ends")))
    if starts is None or ends is None:
        raise BadFile(DAMAGED)
    axes = op.numbers(3, "axes", 10) or tuple(range(len(starts)))
    steps = op.numbers(4, "steps", 10) or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise BadFile(DAMAGED)
    parts = [slice(None)] * array.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = axis_of(axis, array.ndim)
        before_first = step < 0 and end < -array.shape[place]
        parts[place] = slice(start, None if before_first else end, step)
    return array[tuple(parts)]


def concat(op: Operation, budget: Budget) -> np.ndarray:
    """Concat."""
    arrays = [op.array(i, "arrays") for i in range(len(op.inputs))]
    axis = axis_of(op.get("axis", 0), arrays[0].ndim)
    others = {(a.dtype, *a.shape[:axis], None, *a.shape[axis + 1 :]) for a in arrays}
    if len(others) != 1:
        raise BadFile("A step of this network puts arrays behind each other that do not fit.")
    budget.fold(
        (sum(a.shape[axis] for a in arrays), *arrays[0].shape[:axis], *arrays[0].shape[axis + 1 :])
    )
    return np.concatenate(arrays, axis)


def reshape(op: Operation, budget: Budget) -> np.ndarray:
    """Reshape."""
    array = op.array(0, "an array")
    target = target_shape(op, array.shape)
    if _one_number(array):
        return np.broadcast_to(array.flat[0], target)
    if not array.flags.c_contiguous:
        budget.fold(array.shape)
    return array.reshape(target)


def target_shape(op: Operation, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What a Reshape makes of an array of this shape; 0 keeps a size, -1 is what is left."""
    wanted = op.numbers(1, "shape", 5)
    if wanted is None:
        raise BadFile(DAMAGED)
    sizes = list(wanted)
    if not op.get("allowzero", 0):
        for i, size in enumerate(sizes):
            if size == 0:
                sizes[i] = shape[i] if i < len(shape) else -2
    if len(sizes) > MAX_AXES or min(sizes, default=0) < -1 or sizes.count(-1) > 1:
        raise BadFile("A step of this network reshapes an array to an impossible shape.")
    if -1 in sizes:
        rest = prod(size for size in sizes if size != -1)
        sizes[sizes.index(-1)] = prod(shape) // rest if rest else 0
    if prod(sizes) != prod(shape):
        raise BadFile("A step of this network reshapes an array to a shape of another size.")
    return tuple(sizes)


def unsqueeze(op: Operation, budget: Budget) -> np.ndarray:
    """Unsqueeze."""
    array = op.array(0, "an array")
    check_constant((1,) * (array.ndim + len(op.numbers(1, "axes", 13) or ())))
    return np.expand_dims(array, unsqueezed(op, array.ndim))


def unsqueezed(op: Operation, axes: int) -> tuple[int, ...]:
    """Which axes of the result of an Unsqueeze are new."""
    new = op.numbers(1, "axes", 13) or ()
    found = tuple(sorted(axis_of(axis, axes + len(new)) for axis in new))
    if len(set(found)) != len(found) or axes + len(new) > MAX_AXES:
        raise BadFile(DAMAGED)
    return found


def squeeze(op: Operation, budget: Budget) -> np.ndarray:
    """Squeeze."""
    array = op.array(0, "an array")
    return np.squeeze(array, squeezed(op, array.shape))


def squeezed(op: Operation, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Which axes a Squeeze takes away."""
    axes = op.numbers(1, "axes", 13)
    if axes is None:
        return tuple(axis for axis, size in enumerate(shape) if size == 1)
    found = tuple({axis_of(axis, len(shape)) for axis in axes})
    if any(shape[axis] != 1 for axis in found):
        raise BadFile("A step of this network takes an axis away that is longer than 1.")
    return found


def transpose(op: Operation, budget: Budget) -> np.ndarray:
    """Transpose."""
    array = op.array(0, "an array")
    return array.transpose(permutation(op, array.ndim))


def permutation(op: Operation, axes: int) -> tuple[int, ...]:
    """The order of axes that a Transpose asks for."""
    order = op.get("perm", ()) or tuple(range(axes))[::-1]
    if sorted(order) != list(range(axes)):
        raise BadFile(DAMAGED)
    return order


def cast(op: Operation, budget: Budget) -> np.ndarray:
    """Cast."""
    array = op.array(0, "an array")
    if op.get("to", 0) not in TYPES:
        raise CannotDo("to a type that the playground does not know")
    budget.fold(array.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        return array.astype(TYPES[op.get("to", 0)])


def arithmetic(calculate: Callable[..., np.ndarray]) -> Callable[[Operation, Budget], np.ndarray]:
    """Add, Sub, Mul and Div."""

    def fold(op: Operation, budget: Budget) -> np.ndarray:
        arrays = [op.array(i, "arrays") for i in range(len(op.inputs))]
        try:
            budget.fold(np.broadcast_shapes(*(a.shape for a in arrays)))
            with np.errstate(all="ignore"):
                result = arrays[0]
                for other in arrays[1:]:
                    result = calculate(result, other)
                return np.asarray(result)
        except (ValueError, TypeError):
            raise BadFile(
                "A step of this network calculates with arrays that do not fit."
            ) from None

    return fold


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind == "f":
        return a / b
    if not b.all():
        raise BadFile("A step of this network divides a whole number by 0.")
    return np.trunc(a / b).astype(a.dtype)  # towards 0, as the standard has it


def _sizes(array: np.ndarray, low: int) -> tuple[int, ...]:
    if array.dtype.kind not in "iu" or array.ndim != 1 or array.size > MAX_AXES:
        raise BadFile(DAMAGED)
    sizes = tuple(int(size) for size in array)
    if min(sizes, default=low) < low:
        raise BadFile("An array in this network has fewer than 0 rows.")
    return sizes


def _one_number(array: np.ndarray) -> bool:
    """Whether all entries are the same place in memory."""
    return array.size > 0 and not any(array.strides)


FOLDED: dict[str, Callable[[Operation, Budget], np.ndarray]] = {
    "Constant": constant,
    "ConstantOfShape": constant_of_shape,
    "Gather": gather,
    "Slice": sliced,
    "Concat": concat,
    "Reshape": reshape,
    "Unsqueeze": unsqueeze,
    "Squeeze": squeeze,
    "Transpose": transpose,
    "Cast": cast,
    "Identity": lambda op, budget: op.array(0, "an array"),
    "Add": arithmetic(np.add),
    "Sum": arithmetic(np.add),
    "Sub": arithmetic(np.subtract),
    "Mul": arithmetic(np.multiply),
    "Div": arithmetic(_divide),
}
