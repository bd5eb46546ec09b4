"""What an ONNX graph passes around: arrays that are known at once, and maps yet to be computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, prod
from typing import Any

import numpy as np

from playground.engine.layers import Shape
from playground.files.errors import BadFile
from playground.files.onnx.limits import check_constant
from playground.files.onnx.scan import DAMAGED


@dataclass(frozen=True)
class Maps:
    """What a node of the network computes; its shape is that of one picture."""

    source: str
    shape: Shape


Value = Maps | np.ndarray | None  # None: an optional input that is not there


class CannotDo(Exception):
    """Why an operator, with these settings or inputs, is not one that the playground knows."""


@dataclass(frozen=True)
class Operation:
    """One node of the graph, its inputs looked up and its attributes read."""

    kind: str
    name: str
    opset: int
    inputs: tuple[Value, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any) -> Any:
        """An attribute; it must be of the type of the default, or of its items."""
        value = self.attributes.get(name, default)
        wanted = type(default)
        if isinstance(value, wanted) or (wanted is float and isinstance(value, int)):
            if not isinstance(value, float) or isfinite(value):
                return value
        raise BadFile(f"The setting “{name}” of {self.kind} in this network is damaged.")

    def sizes(self, name: str, count: int, default: int, low: int, high: int) -> tuple[int, ...]:
        """An attribute of so many whole numbers, each within bounds."""
        values = self.get(name, ()) or (default,) * count
        if len(values) != count or not all(isinstance(v, int) for v in values):
            raise CannotDo(f"with {len(values)} {name} instead of {count}")
        if not all(low <= v <= high for v in values):
            raise BadFile(
                f"{self.kind} in this network asks for {name} of {values}, "
                f"which must be from {low} to {high:,}."
            )
        return values

    def value(self, number: int) -> Value:
        """An input; None where there is none."""
        return self.inputs[number] if number < len(self.inputs) else None

    def maps(self, number: int) -> Maps:
        """An input that is computed from the picture."""
        value = self.value(number)
        if not isinstance(value, Maps):
            raise CannotDo("on constants alone")
        return value

    def array(self, number: int, what: str) -> np.ndarray:
        """An input that is known."""
        value = self.value(number)
        if not isinstance(value, np.ndarray):
            raise CannotDo(f"with {what} that {'is not there' if value is None else 'changes'}")
        return value

    def numbers(self, number: int, attribute: str, since: int) -> tuple[int, ...] | None:
        """Whole numbers that are an attribute before an opset, and an input from then on."""
        if self.opset < since:
            found = self.attributes.get(attribute)
            if found is None or (
                isinstance(found, tuple) and all(isinstance(n, int) for n in found)
            ):
                return found
            raise BadFile(DAMAGED)
        if self.value(number) is None:
            return None
        found = self.array(number, attribute)
        if found.dtype.kind not in "iu" or found.size > 64:
            raise BadFile(DAMAGED)
        return tuple(int(n) for n in found.reshape(-1))


def axis_of(axis: int, axes: int, more: int = 0) -> int:
    """An axis counted from the front; BadFile if there is none."""
    if not -axes <= axis < axes + more:
        raise BadFile(f"A step of this network works on axis {axis} of an array of {axes} axes.")
    return axis + axes if axis < 0 else axis


# TensorProto.DataType, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
FLOATS = {1: np.float32, 10: np.float16, 11: np.float64}
TYPES: dict[int, type] = {
    **FLOATS, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64,
    9: np.bool_, 12: np.uint32, 13: np.uint64,
}  # fmt: skip
_FIELDS = {
    1: "float_data",
    11: "double_data",
    7: "int64_data",
    12: "uint64_data",
    13: "uint64_data",
}


def array_of(tensor: Any, raw: memoryview | None = None) -> np.ndarray:
    """The numbers of a `TensorProto`, or these bytes as such.

    Raises
    ------
    BadFile
        If it says another size than it has, or has what are no numbers.
    """
    if not hasattr(tensor, "data_type"):  # an attribute of another type
        raise BadFile(DAMAGED)
    if tensor.data_type not in TYPES or tensor.HasField("segment"):
        raise BadFile("This network has weights of a type that the playground does not know.")
    dtype, shape = np.dtype(TYPES[tensor.data_type]), tuple(tensor.dims)
    if any(size < 0 for size in shape):
        raise BadFile("An array in this network has fewer than 0 rows.")
    check_constant(shape)
    if raw is not None or tensor.HasField("raw_data"):
        # In the file they begin anywhere, and BLAS wants them where a number can begin.
        numbers = np.frombuffer(tensor.raw_data if raw is None else raw, np.uint8).copy()
        if len(numbers) != prod(shape) * dtype.itemsize:
            raise BadFile("An array in this network has not as many numbers as it says.")
        return numbers.view(dtype.newbyteorder("<")).astype(dtype, copy=False).reshape(shape)
    name = _FIELDS.get(tensor.data_type, "int32_data")
    listed = getattr(tensor, name)
    if len(listed) != prod(shape):
        raise BadFile("An array in this network has not as many numbers as it says.")
    if name in ("float_data", "double_data"):
        # The parser hands numbers out one by one; written alone, they end what it writes.
        alone = type(tensor)()
        getattr(alone, name).MergeFrom(listed)
        written = alone.SerializeToString()
        start = len(written) - len(listed) * dtype.itemsize
        return np.frombuffer(written, dtype.newbyteorder("<"), len(listed), start).reshape(shape)
    numbers = np.fromiter(listed, np.uint64 if dtype == np.uint64 else np.int64, len(listed))
    if tensor.data_type == 10:  # sixteen bits in a whole number
        return numbers.astype(np.uint16).view(np.float16).reshape(shape)
    return numbers.astype(dtype).reshape(shape)
