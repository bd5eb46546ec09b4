"""Any network of the engine as an ONNX file, which other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import AvgPool2d, Params
from playground.engine.network import INPUT, Network
from playground.files.onnx.reading import LABELS
from playground.files.onnx.writer import Writer
from playground.files.onnx.writing import WRITERS

OPSET, NEWER_OPSET = 17, 19  # the newer only where the older has no word for something
IR_VERSION = 8  # the one that came with opset 17
MAX_BYTES = 2**31 - 2**20  # a protocol buffer cannot be larger


def check_exportable(network: Network) -> None:
    """Raise EngineError if a layer of the network cannot be written as ONNX."""
    for node in network.nodes:
        if type(node.layer) not in WRITERS:
            kind = type(node.layer).__name__
            raise EngineError(f"The layer {kind} cannot be written as ONNX yet.")
    if not network.nodes:
        raise EngineError("A network without layers cannot be written as ONNX.")


def onnx_bytes(network: Network, params: Mapping[str, Params]) -> bytes:
    """Write a network and its weights down as ONNX, for batches of any size.

    Every layer becomes the operators that compute the same; names of nodes and the labels, as
    JSON in the metadata, come along. `load_onnx` reads it back.

    Parameters
    ----------
    network : Network
    params : mapping of str to Params
        By node; each is looked up once.

    Returns
    -------
    bytes
        Opset 17, or 19 where a layer needs it; ``onnx.checker`` accepts it.

    Raises
    ------
    EngineError
        If a layer cannot be written down, does not fit, or the file would be too large.
    """
    from onnx import helper

    check_exportable(network)
    shapes = network.shapes()
    newer = any(
        getattr(node.layer, "padding_mode", "") == "circular"
        or (isinstance(node.layer, AvgPool2d) and node.layer.dilation not in (1, (1, 1)))
        for node in network.nodes
    )
    writer = Writer(NEWER_OPSET if newer else OPSET)
    size = 0
    for node, sources in network.wiring():
        own = {key: np.asarray(array) for key, array in params.get(node.name, {}).items()}
        size += sum(array.size * 4 for array in own.values())
        if size > MAX_BYTES:
            raise EngineError("These weights are too large for one ONNX file, which has 2 GB.")
        given = tuple(shapes[source] for source in sources)
        writer.start(node.name, [writer.names[source] for source in sources])
        WRITERS[type(node.layer)](writer, node.layer, given, own)
        writer.finish()
    last = network.nodes[-1].name
    model, graph = writer.model, writer.model.graph
    model.ir_version, model.producer_name = IR_VERSION, "CNN Playground"
    model.opset_import.append(helper.make_opsetid("", writer.opset))
    graph.name = network.name or "network"
    graph.input.append(_value(INPUT, shapes[INPUT]))
    graph.output.append(_value(writer.names[last], shapes[last]))
    if network.labels:
        helper.set_model_props(model, {LABELS: json.dumps(list(network.labels))})
    return model.SerializeToString()


def _value(name: str, shape: tuple[int, ...]):
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])
