"""An ONNX graph as it is written, operator by operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Array, Layer, Params, Shape
from playground.engine.network import INPUT

_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class Writer:
    """The nodes and weights of an ONNX graph as they are written.

    Attributes
    ----------
    model : onnx.ModelProto
    names : dict of str to str
        What the output of each node of the network is called in the file.
    inputs : list of str
        Those of the layer that is being written.
    """

    def __init__(self, opset: int) -> None:
        from onnx import ModelProto, TensorProto, helper

        self.opset = opset
        # Everything is made in its place: a message that is put into another is copied.
        self.model = ModelProto()
        self.names = {INPUT: INPUT}
        self.inputs: list[str] = []
        self._node, self._types = helper.make_node, TensorProto
        self._taken, self._name, self._parts, self._out = {INPUT}, "", 0, ""

    def start(self, name: str, inputs: list[str]) -> None:
        """Begin the node of this name, which reads these outputs."""
        self.inputs, self._name, self._parts, self._out = inputs, name, 0, ""

    def finish(self) -> None:
        """End the node: the output of its last operator is its own."""
        self.names[self._name] = self._out

    def weight(self, array: Array, what: str) -> str:
        """Write an array down, float32 or int64, and return its name."""
        array = np.asarray(array)
        kind = np.int64 if array.dtype.kind in "iu" else np.float32
        if kind is np.float32 and not np.isfinite(array).all():
            raise EngineError(f"The {what} of “{self._name}” holds what is not a number.")
        name = self._free(f"{self._name}.{what}")
        tensor = self.model.graph.initializer.add()
        tensor.name = name
        tensor.data_type = self._types.INT64 if kind is np.int64 else self._types.FLOAT
        tensor.dims.extend(array.shape)
        tensor.raw_data = array.astype(np.dtype(kind).newbyteorder("<")).tobytes()
        return name

    def node(self, kind: str, *inputs: str, last: bool = True, **attributes: Any) -> str:
        """Write an operator, and return the name of its output; the last has the node's own."""
        name = self._name if last else f"{self._name}_{self._parts}"
        self._parts += 1
        self._out = self._free(f"{name}_out")
        inputs = inputs or tuple(self.inputs)
        node = self._node(kind, inputs, [self._out], name=name, **attributes)
        self.model.graph.node.append(node)
        return self._out

    def _free(self, name: str) -> str:
        number, free = 1, name
        while free in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        return free

    def border(
        self, source: str, before: Shape, after: Shape, mode: str, value: float, last: bool
    ) -> str:
        """Write a border around each picture down, along all of its axes."""
        sides = self.weight(np.array([0, *before, 0, *after], np.int64), "pads")
        fill = [self.weight(np.array(value, np.float32), "fill")] if mode == "zeros" else []
        return self.node("Pad", source, sides, *fill, last=last, mode=_MODES[mode])

    def shaped(self, source: str, shape: Shape, last: bool) -> str:
        """Write down that each picture gets this shape."""
        target = self.weight(np.array([-1, *shape], np.int64), "shape")
        return self.node("Reshape", source, target, last=last)

    def deeper(self, source: str, shape: Shape, depth: int) -> str:
        """ONNX aligns whole arrays, the batch included; so axes of 1 are put behind the batch."""
        if len(shape) == depth:
            return source
        axes = self.weight(np.arange(1, 1 + depth - len(shape)), "axes")
        return self.node("Unsqueeze", source, axes, last=False)


Shapes = tuple[Shape, ...]
Write = Callable[[Writer, Layer, Shapes, Params], None]
