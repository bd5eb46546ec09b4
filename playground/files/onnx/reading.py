"""From the graph of an ONNX file to a network of the engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.layers import Params
from playground.engine.network import Network
from playground.files.descriptions import line
from playground.files.errors import BadFile
from playground.files.onnx import windows
from playground.files.onnx.about import texts_of
from playground.files.onnx.builder import Builder
from playground.files.onnx.constants import FOLDED
from playground.files.onnx.cutting import without_weights
from playground.files.onnx.limits import (
    MAX_BYTES,
    MAX_LABELS,
    MAX_SIDE,
    UnknownOperator,
)
from playground.files.onnx.scan import DAMAGED, scan
from playground.files.onnx.steps import STEPS
from playground.files.onnx.values import FLOATS, CannotDo, Maps, Operation, Value, array_of

OPSETS = (6, 28)
GUESSED_SIDE = 224  # of pictures, where the file leaves rows and columns open
OPERATORS = {
    **STEPS,
    "Conv": windows.conv,
    "MaxPool": windows.max_pool,
    "AveragePool": windows.average_pool,
    "GlobalAveragePool": windows.global_average_pool,
    "GlobalMaxPool": windows.global_max_pool,
    "BatchNormalization": windows.batch_normalization,
    "LRN": windows.local_response_norm,
    "Gemm": windows.gemm,
    "MatMul": windows.matmul,
    "ReduceMean": windows.reduce_mean,
}
LABELS = "labels"  # the key of the metadata under which the playground writes them

# AttributeProto.AttributeType -> the field that holds it; tensors, graphs and types stand apart.
_ATTRIBUTES = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints"}


def load_onnx(
    data: bytes, max_bytes: int = MAX_BYTES, progress: Callable[[float], None] = lambda share: None
) -> tuple[Network, dict[str, Params]]:
    """Read a convolutional network that any program exported as ONNX, from anyone.

    The installed package ``onnx`` parses the file, after its pieces have been counted; shapes and
    sizes are worked out by the engine's layers before anything is computed; only operators that
    are listed are known, and nothing in the file can name another file or run anything.

    Parameters
    ----------
    data : bytes
        Opsets 6 to 28; one input of real numbers. Where the file leaves the rows and columns of
        the pictures open, they are taken to be 224.
    max_bytes : int
        The largest file that is opened.
    progress : callable
        Told the share that is done, now and then; what it raises ends the reading.

    Returns
    -------
    Network
        Up to the file's first output. `input_shape` is that of one picture, as the file has it: a
        network exported by Keras may want (rows, columns, channels). `labels` are those that the
        playground wrote into the file, if it did.
    dict of str to Params
        float32; they may be read-only, and share memory where the file repeats a number.

    Raises
    ------
    UnknownOperator
        With everything up to the operator.
    BadFile
        For everything else that is no such network.
    """
    scan(data, max_bytes)
    import onnx

    try:
        skeleton, places = without_weights(data)
        model = onnx.ModelProto.FromString(skeleton)
    except Exception:  # its class belongs to the parser's own parser
        raise BadFile(DAMAGED) from None
    opset = _opset(model)
    graph = model.graph
    if not graph.node or not graph.output or not all(isinstance(t, str) for t in texts_of(model)):
        raise BadFile(DAMAGED)
    constants = _constants(graph, data, places, progress)
    name, shape = _picture(graph, constants)
    nodes = _needed(graph)
    first_error = None
    # Most files have the batch in front. Where that cannot be, the file may have none at all.
    for lead in (1, 0) if len(shape) > 1 else (0,):
        builder = Builder(shape[lead:], lead, shape[0] if lead else 1)
        try:
            output = _build(builder, nodes, opset, {**constants, name: builder.picture}, progress)
        except BadFile as error:
            first_error = first_error or error
            continue
        network = Network(line(graph.name) or "ONNX", shape[lead:], tuple(builder.nodes))
        labels = _labels(model, output)
        return Network(network.name, network.input_shape, network.nodes, labels), builder.params
    raise first_error


def _build(
    builder: Builder,
    nodes: list[Any],
    opset: int,
    values: dict[str, Value],
    progress: Callable[[float], None],
) -> Maps:
    """Put all nodes into the builder, and return what the last one computes."""
    for number, node in enumerate(nodes):
        progress(0.5 + 0.5 * number / len(nodes))
        inputs = tuple(values.get(name) if name else None for name in node.input)
        outputs = tuple(node.output)
        op = Operation(node.op_type, node.name, opset, inputs, outputs, _attributes(node))
        try:
            if any(name and name not in values for name in node.input):
                raise CannotDo("on a second result of another operator")
            value = _value(builder, op, node)
        except CannotDo as reason:
            kind, why = line(op.kind), line(str(reason))
            sentence = f"The playground does not know the operator “{kind}” {why}."
            raise _unknown(builder, op, " ".join(sentence.replace(" .", ".").split())) from None
        values[outputs[0]] = value
    last = values[nodes[-1].output[0]]
    if not isinstance(last, Maps):
        raise BadFile("What this network computes does not depend on the picture.")
    if not builder.nodes or builder.nodes[-1].name != last.source:
        raise BadFile("This network computes nothing from the picture.")
    return last


def _value(builder: Builder, op: Operation, node: Any) -> Value:
    known = node.domain in ("", "ai.onnx")
    if known and op.kind == "Shape":
        return _shape(builder, op)
    on_maps = any(isinstance(value, Maps) for value in op.inputs)
    table = OPERATORS if on_maps else FOLDED
    if not known or op.kind not in (OPERATORS.keys() | FOLDED.keys()):
        raise CannotDo("")
    if op.kind not in table:
        raise CannotDo("on maps" if on_maps else "on constants alone")
    if on_maps:
        return OPERATORS[op.kind](builder, op)
    try:
        return np.asarray(FOLDED[op.kind](op, builder.budget))
    except (IndexError, TypeError, ValueError, ArithmeticError):
        # Each checks what it can; inputs that are missing or do not fit can still be found here.
        raise BadFile(f"The inputs of {op.kind} in this network do not fit it.") from None


def _shape(builder: Builder, op: Operation) -> np.ndarray:
    value = op.value(0)
    if value is None:
        raise BadFile(DAMAGED)
    shape = builder.full(value) if isinstance(value, Maps) else value.shape
    return np.array(shape[slice(op.get("start", 0), op.get("end", len(shape)))], np.int64)


def _unknown(builder: Builder, op: Operation, sentence: str) -> UnknownOperator:
    network = Network("ONNX", builder.picture.shape, tuple(builder.nodes))
    return UnknownOperator(sentence, line(op.kind), network, builder.params)


def _opset(model: Any) -> int:
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if len(versions) != 1:
        raise BadFile(DAMAGED)
    if not OPSETS[0] <= versions[0] <= OPSETS[1]:
        raise BadFile(
            f"This network is written in opset {versions[0]}; the playground reads "
            f"{OPSETS[0]} to {OPSETS[1]}."
        )
    return versions[0]


def _constants(
    graph: Any,
    data: bytes,
    places: dict[int, tuple[int, int]],
    progress: Callable[[float], None],
) -> dict[str, Value]:
    """The weights by their names; the bytes of some, by number, are places in the file."""
    if graph.sparse_initializer:
        raise BadFile("This network has sparse weights, which the playground does not know.")
    constants: dict[str, Value] = {}
    for number, tensor in enumerate(graph.initializer):
        if tensor.name in constants or not tensor.name:
            raise BadFile("Two arrays of weights in this network have the same name, or none.")
        progress(0.5 * number / len(graph.initializer))
        place = places.get(number)
        raw = None if place is None else memoryview(data)[slice(*place)]
        constants[tensor.name] = array_of(tensor, raw)
    return constants


def _picture(graph: Any, constants: dict[str, Value]) -> tuple[str, tuple[int, ...]]:
    """Name and shape of the one input that is no weight."""
    inputs = [value for value in graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise BadFile(
            f"This network takes {len(inputs)} inputs, and the playground has one picture for it."
        )
    kind = inputs[0].type.tensor_type
    if kind.elem_type not in FLOATS or not inputs[0].type.HasField("tensor_type"):
        raise BadFile("The input of this network is no array of real numbers.")
    sizes = []
    dimensions = kind.shape.dim
    for i, dimension in enumerate(dimensions):
        size = dimension.dim_value
        if not dimension.HasField("dim_value"):
            if i and len(dimensions) != 4:
                raise BadFile("The input of this network has no fixed size.")
            size = GUESSED_SIDE if i else 1
        if not 1 <= size <= MAX_SIDE:
            raise BadFile(f"The input of this network has an impossible size, {size:,}.")
        sizes.append(size)
    if not 1 <= len(sizes) <= 5:
        raise BadFile("The input of this network is no picture.")
    return inputs[0].name, tuple(sizes)


def _needed(graph: Any) -> list[Any]:
    """The nodes that the first output needs, in order; each reads what stands before it."""
    makers: dict[str, int] = {}
    for number, node in enumerate(graph.node):
        if not node.output or not node.output[0]:
            raise BadFile(DAMAGED)
        for name in node.output:
            if name and name in makers:
                raise BadFile("Two steps of this network call their result by the same name.")
            makers[name] = number
    given = {value.name for value in graph.input} | {tensor.name for tensor in graph.initializer}
    for number, node in enumerate(graph.node):
        for name in node.input:
            if name and name not in given and makers.get(name, number) >= number:
                raise BadFile("A step of this network reads what no step before it has computed.")
        if any(name in given for name in node.output):
            raise BadFile("Two steps of this network call their result by the same name.")
    wanted = graph.output[0].name
    if wanted not in makers:
        raise BadFile("No step of this network computes its output.")
    waiting, needed = [makers[wanted]], set()
    while waiting:
        number = waiting.pop()
        if number not in needed:
            needed.add(number)
            names = graph.node[number].input
            waiting += [makers[name] for name in names if name in makers]
    return [graph.node[number] for number in sorted(needed)]


def _attributes(node: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in node.attribute:
        if attribute.type not in _ATTRIBUTES or attribute.name in found:
            found[attribute.name] = None  # a graph or the like, which no known operator has
            continue
        value = getattr(attribute, _ATTRIBUTES[attribute.type])
        if isinstance(value, bytes):
            value = value[:80].decode("utf-8", "replace")
        found[attribute.name] = tuple(value) if attribute.type in (6, 7) else value
    return found


def _labels(model: Any, output: Maps) -> tuple[str, ...]:
    """The labels that the playground wrote, if there is one for each output."""
    for entry in model.metadata_props:
        if entry.key == LABELS and len(entry.value) <= 4 * MAX_LABELS:
            try:
                labels = json.loads(entry.value)
                if not isinstance(labels, list):
                    return ()
                found = tuple(map(line, labels))
            except (ValueError, RecursionError):
                return ()
            return found if len(found) == int(np.prod(output.shape)) else ()
    return ()
