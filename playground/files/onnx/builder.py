"""A network of the engine as it grows, node by node, with its limits."""

from __future__ import annotations

import re

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Constant, Layer, Params, Shape
from playground.engine.network import INPUT, Node
from playground.files.errors import BadFile
from playground.files.onnx.limits import Budget
from playground.files.onnx.values import CannotDo, Maps, Operation, Value


class Builder:
    """What has been made of the graph so far.

    Attributes
    ----------
    lead : int
        1 where the first axis of the file's arrays is that of the batch; 0 where they have none.
    batch : int
        How many pictures the file's own shapes are for.
    nodes : list of Node
    params : dict of str to Params
    """

    def __init__(self, shape: Shape, lead: int, batch: int) -> None:
        self.lead, self.batch = lead, batch
        self.nodes: list[Node] = []
        self.params: dict[str, Params] = {}
        self.budget = Budget()
        self.picture = Maps(INPUT, shape)
        self._taken = {INPUT}
        self._counts: dict[str, int] = {}

    def full(self, maps: Maps) -> Shape:
        """The shape that the file gives these maps, the batch included."""
        return (self.batch, *maps.shape) if self.lead else maps.shape

    def axis(self, axis: int) -> int:
        """An axis of the file, counted from the front, as one of a picture, counted from 1."""
        if self.lead and axis == 0:
            raise CannotDo("across the pictures of a batch")
        return axis + 1 - self.lead

    def of_picture(self, shape: Shape) -> Shape:
        """A shape of the file as that of one picture."""
        if not self.lead:
            return shape
        if not shape or shape[0] != self.batch:
            raise CannotDo("across the pictures of a batch")
        return shape[1:]

    def constant_for(self, array: np.ndarray, maps: Maps) -> np.ndarray:
        """A constant that is stretched over maps, as an array over one picture."""
        if self.lead and array.ndim > len(maps.shape):
            if array.shape[0] != 1 or array.ndim > len(maps.shape) + 1:
                raise CannotDo("across the pictures of a batch")
            array = array[0]
        return array

    def add(
        self, op: Operation, layer: Layer, *inputs: Maps, part: str = "", **params: np.ndarray
    ) -> Maps:
        """Put a layer behind these inputs; `part` names one of several made of one operator.

        Raises
        ------
        BadFile
            If it does not fit its inputs or the limits, or a weight is not a number.
        """
        shapes = [maps.shape for maps in inputs]
        try:
            output = layer.output_shape(*shapes)
            self.budget.add(layer, shapes, output)
        except EngineError as error:
            raise BadFile(f"The step {op.kind} of this network does not fit: {error}") from None
        name = self._name(op, part)
        self.nodes.append(Node(name, layer, tuple(maps.source for maps in inputs)))
        self.params[name] = {key: _weights(array) for key, array in params.items()}
        return Maps(name, output)

    def as_maps(self, op: Operation, value: Value) -> Maps:
        """A value as maps; a constant becomes a node that says it for every picture."""
        if isinstance(value, Maps):
            return value
        if value is None:
            raise CannotDo("without all of its inputs")
        if self.lead:
            if not value.ndim or value.shape[0] != 1:
                raise CannotDo("with a constant across the pictures of a batch")
            value = value[0]
        return self.add(op, Constant(value.shape), self.picture, part="constant", value=value)

    def _name(self, op: Operation, part: str) -> str:
        """A name that can stand in an address: the file's own where it has one."""
        pieces: list[str] = []
        for piece in op.name[:400].strip("/").split("/"):
            if pieces and piece.startswith(f"{pieces[-1]}."):
                pieces.pop()  # PyTorch writes /layer1/layer1.0/conv1
            pieces.append(piece)
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", ".".join(pieces)).lstrip(".")
        name = name.removeprefix("node_")  # PyTorch's newer exporter has this before every name
        if not name:
            self._counts[op.kind] = self._counts.get(op.kind, 0) + 1
            kind = re.sub(r"[^a-z0-9]", "", op.kind.lower())[:20] or "step"
            name = f"{kind}{self._counts[op.kind]}"
        if part:
            name = f"{name[-45:].lstrip('.')}_{part}"
        stem, number = name[-50:].lstrip(".") or "step", 1
        name = name if len(name) <= 60 else stem
        while name in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._taken.add(name)
        return name


def _weights(array: np.ndarray) -> np.ndarray:
    """Numbers as float32, without a copy where they are; a repeated number stays one."""
    steps = [step for step, size in zip(array.strides, array.shape, strict=True) if size > 1]
    if array.size > 1 and not any(steps):
        return np.broadcast_to(_weights(np.array([array.flat[0]]))[0], array.shape)
    if array.dtype.kind not in "fiu":
        raise BadFile("The weights of this network are no numbers.")
    with np.errstate(over="ignore"):
        array = array.astype(np.float32, copy=False)
    if not np.isfinite(array).all():
        raise BadFile("The weights of this network are not all numbers.")
    return array
