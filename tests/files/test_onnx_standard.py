"""The ONNX standard's own operator tests, through the reader and the engine."""

from __future__ import annotations

import importlib
from collections import Counter
from functools import cache

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case import node as standard
from onnx.reference.ops import op_pool_common

from playground.engine.network import forward
from playground.files import BadFile
from playground.files.onnx import UnknownOperator, load_onnx

OPERATORS = (
    "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Gemm", "MatMul",
    "BatchNormalization", "LRN", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Softplus", "Sigmoid",
    "HardSigmoid", "HardSwish", "Tanh", "Clip", "Softmax", "LogSoftmax", "Add", "Sub", "Mul", "Div",
    "Concat", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Pad", "ReduceMean",
    "Dropout", "Identity", "Constant", "ConstantOfShape", "Shape", "Gather", "Slice",
)  # fmt: skip
SHAPES = ("Constant", "ConstantOfShape", "Shape", "Gather", "Slice")
FLOAT = TensorProto.FLOAT


@cache
def cases() -> list:
    """The cases of the operators above, each with one node."""
    pool = op_pool_common.pool

    def flat_pool(padded, shape, *others, **settings):
        """The three-dimensional results, which nobody looks at here, take ten seconds."""
        flat = len(shape) == 4
        return pool(padded, shape, *others, **settings) if flat else np.zeros(1, np.float32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(op_pool_common, "pool", flat_pool)
        for operator in OPERATORS:  # all modules together would take a quarter of a minute
            module = "batch_normalization" if operator == "BatchNormalization" else operator.lower()
            importlib.import_module(f"{standard.__name__}.{module}")
    return [
        case
        for case in standard._NodeTestCases
        if len(case.model.graph.node) == 1
        and case.model.graph.node[0].op_type in OPERATORS
        and "_expanded" not in case.name
    ]


def skipped(case) -> str | None:
    """Why a case does not concern a network that looks at pictures."""
    (node,) = case.model.graph.node
    inputs, outputs = case.data_sets[0]
    kinds = [value.type.tensor_type.elem_type for value in case.model.graph.input]
    if not all(isinstance(array, np.ndarray | np.generic) for array in [*inputs, *outputs]):
        return "no arrays"
    if node.op_type not in (*SHAPES, "Pad") and FLOAT not in kinds:
        return "no float"
    if any(np.size(array) == 0 for array in [*inputs[:1], outputs[0]]):
        return "empty arrays"
    settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    training = {v.name: x for v, x in zip(case.model.graph.input, inputs, strict=True)}.get("t")
    if settings.get("training_mode") or training:
        return "training"
    if len(settings.get("kernel_shape", (1, 1))) != 2:
        return "one or three dimensions"
    return None


def with_picture(case) -> tuple[bytes, np.ndarray]:
    """The case as a file of one input, the other inputs being weights, and that input."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph, inputs = model.graph, case.data_sets[0][0]
    picture = next(
        (i for i, value in enumerate(graph.input) if value.type.tensor_type.elem_type == FLOAT), 0
    )
    if graph.node[0].op_type in SHAPES:
        picture = None
    kept = []
    for number, (value, array) in enumerate(zip(graph.input, inputs, strict=True)):
        if number == picture:
            kept.append(value)
        else:
            graph.initializer.append(numpy_helper.from_array(np.asarray(array), value.name))
    x = np.ones(1, np.float32)
    if picture is None:  # the folded result, times a picture of the one number 1
        kept = [helper.make_tensor_value_info("picture", FLOAT, (1,))]
        result = graph.output[0].name
        graph.node.append(helper.make_node("Cast", [result], ["real"], to=FLOAT))
        graph.node.append(helper.make_node("Mul", ["picture", "real"], ["shown"]))
        graph.output[0].name = "shown"
    else:
        x = inputs[picture].astype(np.float32)
    kept = [helper.make_tensor_value_info(v.name, FLOAT, [d.dim_value for d in
            v.type.tensor_type.shape.dim]) for v in kept]  # fmt: skip
    del graph.input[:]
    graph.input.extend(kept)
    return model.SerializeToString(), x


def test_every_case_of_the_operators_gives_what_the_standard_says():
    ran, left_out = Counter(), Counter()
    for case in cases():
        if why := skipped(case):
            left_out[why] += 1
            continue
        data, x = with_picture(case)
        network, params = load_onnx(data)
        batch = network.input_shape == x.shape[1:] and network.input_shape != x.shape
        found = forward(network, params, x if batch else x[None])
        expected = np.asarray(case.data_sets[0][1][0])
        found = found if batch else found[0]
        assert found.shape == expected.shape, case.name
        np.testing.assert_allclose(
            found, expected.astype(np.float32), case.rtol, case.atol, err_msg=case.name
        )
        ran[case.model.graph.node[0].op_type] += 1
    assert set(ran) == set(OPERATORS)
    assert left_out == {
        "no float": 29,
        "one or three dimensions": 12,
        "training": 8,
        "empty arrays": 4,
        "no arrays": 2,
    }
    assert sum(ran.values()) == 205


@pytest.mark.parametrize("operator", ["AveragePool", "MaxPool"])
def test_pools_of_one_or_three_dimensions_are_named(operator):
    wanted = [c for c in cases() if c.name == f"test_{operator.lower()}_3d_default"]
    with pytest.raises(UnknownOperator, match=f"“{operator}” in other than two dimensions"):
        load_onnx(with_picture(wanted[0])[0])


def test_no_case_ends_in_anything_but_a_result_or_a_sentence():
    for case in cases():
        if skipped(case) == "no arrays":
            continue
        data, _ = with_picture(case)
        try:
            load_onnx(data)
        except BadFile as error:
            assert str(error).endswith(".") and "\n" not in str(error)
