"""Damaged ONNX files: most are protocol buffers in order, whose content makes no sense."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.files.onnx_files import chain, model, tensor
from tests.fuzz.mutation import TOKENS, changed_text, mutated, number

_OPERATORS = (
    "Conv", "Relu", "MaxPool", "AveragePool", "Gemm", "MatMul", "Reshape", "Flatten",
    "Add", "Concat",
    "Pad", "Resize", "Slice", "Transpose", "Softmax", "BatchNormalization", "LRN", "ReduceMean",
    "Constant", "ConstantOfShape", "Shape", "Gather", "Squeeze", "Unsqueeze", "Cast", "Clip",
    "Identity",
    "Expand", "Tile", "Range", "Loop", "If", "Dropout", "Split", "Mul", "Sub", "Div", "Pow", "Sqrt",
)  # fmt: skip


@cache
def _samples() -> tuple[bytes, ...]:
    weights = {
        "w": np.ones((3, 2, 3, 3), np.float32),
        "b": np.zeros(3, np.float32),
        "s": np.array([1, -1], np.int64),
        "g": np.ones((4, 12), np.float32),
        "p": np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64),
    }
    return (
        chain(("Conv", ["w", "b"], {"pads": [1, 1, 1, 1], "strides": [2, 2]}), ("Relu", [], {}),
              ("MaxPool", [], {"kernel_shape": [2, 2], "ceil_mode": 1}), ("Flatten", [], {}),
              weights=weights),
        chain(("Conv", ["w"], {"auto_pad": "SAME_UPPER"}), ("BatchNormalization", ["b"] * 4, {}),
              ("Clip", [], {}), ("GlobalAveragePool", [], {}), ("Softmax", [], {"axis": 1}),
              weights=weights),
        chain(("Pad", ["p"], {"mode": "reflect"}), ("AveragePool", [], {"kernel_shape": [3, 3]}),
              ("Transpose", [], {"perm": [0, 2, 3, 1]}), ("Reshape", ["s"], {}), weights=weights),
        chain(("LRN", [], {"size": 3}), ("Resize", ["", "", "r"], {"mode": "nearest"}),
              ("ReduceMean", [], {"axes": [2, 3], "keepdims": 0}),
              weights={"r": np.array([1, 1, 2, 2], np.int64)}),
        model([
            helper.make_node("Shape", ["x"], ["shape"]),
            helper.make_node("Constant", [], ["i"], value=tensor("", np.int64(0))),
            helper.make_node("Gather", ["shape", "i"], ["n"]),
            helper.make_node("Unsqueeze", ["n", "z"], ["n1"]),
            helper.make_node("Concat", ["n1", "m"], ["to"], axis=0),
            helper.make_node("Reshape", ["x", "to"], ["flat"]),
            helper.make_node("Gemm", ["flat", "h", "c"], ["y"], transB=1, alpha=0.5),
            helper.make_node("Add", ["y", "c"], ["out"]),
        ], weights={
            "z": np.array([0], np.int64), "m": np.array([-1], np.int64),
            "h": np.ones((5, 72), np.float32), "c": np.zeros(5, np.float32),
        }).SerializeToString(),
    )  # fmt: skip


def damaged(source: Random) -> bytes:
    """An ONNX file with something wrong with it."""
    data = source.choice(_samples())
    if not source.randrange(3):
        return mutated(data, source, _samples())
    made = onnx.ModelProto.FromString(data)
    for _ in range(source.choice((1, 1, 2, 3, 6))):
        _change(made, source)
    return made.SerializeToString()


def _change(made: onnx.ModelProto, source: Random) -> None:
    graph = made.graph
    match source.randrange(10):
        case 0:
            graph.node.append(source.choice(_nodes()))
        case 1 if graph.node:
            source.choice(graph.node).op_type = source.choice(_OPERATORS)
        case 2 if graph.node:
            node, other = source.choice(graph.node), source.choice(graph.node)
            names = [
                *node.input,
                *other.output,
                *(each.name for each in graph.initializer),
                "x",
                "",
            ]
            if node.input:
                node.input[source.randrange(len(node.input))] = source.choice(names)
        case 3 if graph.initializer:
            _lie(source.choice(graph.initializer), source)
        case 4 if graph.node:
            node = source.choice(graph.node)
            node.attribute.append(source.choice(_attributes(source)))
        case 5 if len(graph.node) > 1:
            graph.node.insert(source.randrange(len(graph.node)), graph.node.pop())
        case _:
            _anywhere(made, source)


@cache
def _nodes() -> list[onnx.NodeProto]:
    return [node for data in _samples() for node in onnx.ModelProto.FromString(data).graph.node]


def _attributes(source: Random) -> list[onnx.AttributeProto]:
    sizes = [number(source) % 2**40 for _ in range(source.choice((1, 2, 4, 9)))]
    names = (
        "kernel_shape",
        "pads",
        "strides",
        "dilations",
        "axes",
        "axis",
        "group",
        "perm",
        "mode",
        "value",
    )
    return [
        helper.make_attribute(source.choice(names), sizes),
        helper.make_attribute(source.choice(names), sizes[0]),
        helper.make_attribute(
            source.choice(names), source.choice(TOKENS).encode("utf-8", "replace")
        ),
        helper.make_attribute(source.choice(names), source.choice((np.nan, 1e38, -1.0))),
    ]


def _lie(weights: TensorProto, source: Random) -> None:
    match source.randrange(4):
        case 0:
            weights.dims[:] = [number(source) % 2**62 for _ in range(source.randrange(10))]
        case 1:
            weights.data_type = source.randrange(30)
        case 2:
            weights.raw_data = mutated(weights.raw_data or b"\0", source)
        case _:
            wide = np.dtype(np.float32).itemsize * (1 + source.randrange(6))
            weights.raw_data = b"\xff\xff\x7f\x7f" * wide


def _anywhere(message: Any, source: Random) -> None:
    """One field of one message, wherever it stands, gets something else."""
    while True:
        fields = message.ListFields()
        if not fields:
            return
        field, value = source.choice(fields)
        inside = field.message_type is not None
        if field.is_repeated:
            place = source.randrange(len(value))
            if not inside:
                value[place] = _other(value[place], source)
                return
            if not source.randrange(5):
                value.add().CopyFrom(value[place]) if source.randrange(2) else value.pop(place)
                return
            value = value[place]
        if not inside:
            changed = _other(value, source)
            try:
                setattr(message, field.name, changed)
            except ValueError:  # another enumeration, or a number that is too long
                message.ClearField(field.name)
            return
        message = value


def _other(value: Any, source: Random) -> Any:
    if isinstance(value, bytes):
        return mutated(value, source) if value else source.randbytes(5)
    if isinstance(value, str):
        return changed_text(value, source).encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return source.choice((np.nan, np.inf, -1.0, 0.0, 1e30))
    return number(source) % 2**31
