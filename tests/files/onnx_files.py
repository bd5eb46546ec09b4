"""Small ONNX files, made with the `onnx` package."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def tensor(name: str, array) -> TensorProto:
    """An initialiser."""
    return numpy_helper.from_array(np.asarray(array), name)


def model(
    nodes: list, shape: tuple = (1, 2, 6, 6), weights: dict | None = None, opset: int = 17
) -> onnx.ModelProto:
    """A model from the input ``x`` to the output of the last node; a size may be a name."""
    graph = helper.make_graph(
        nodes,
        "tested",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)],
        [tensor(name, array) for name, array in (weights or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def chain(*steps: tuple, **settings) -> bytes:
    """A file of operators one behind the other: (kind, names of further inputs, attributes)."""
    nodes, last = [], "x"
    for number, (kind, others, attributes) in enumerate(steps):
        nodes.append(helper.make_node(kind, [last, *others], [f"v{number}"], **attributes))
        last = f"v{number}"
    return model(nodes, **settings).SerializeToString()
