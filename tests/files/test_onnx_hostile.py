"""ONNX files of people who mean no good: one sentence, little time, little memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from playground.files import BadFile
from playground.files.onnx import UnknownOperator, limits, load_onnx
from tests.files.onnx_files import chain, model, tensor

MEMORY = 200 * 2**20
CONV = helper.make_node("Conv", ["x", "w"], ["y"])
RELU = helper.make_node("Relu", ["x"], ["y"])
WEIGHT = {"w": np.ones((3, 2, 3, 3), np.float32)}


def refusal(data: bytes) -> str:
    """The sentence that a file is refused with; small files must take little memory, too."""
    if watched := len(data) < 2**20:
        tracemalloc.start()
    try:
        with pytest.raises(BadFile) as caught:
            load_onnx(data)
        assert not watched or tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300
    return sentence


def elsewhere(name: str = "w") -> TensorProto:
    """A tensor whose numbers are a file of the server's."""
    outside = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[3, 2, 3, 3])
    outside.data_location = TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="../../etc/passwd")
    return outside


def with_external(where: str) -> onnx.ModelProto:
    """A model with such a tensor in one of the places where one can stand."""
    made = model([CONV] if where == "initialiser" else [RELU])
    graph = made.graph
    inner = helper.make_graph([], "inner", [], [], [elsewhere()])
    if where == "initialiser":
        graph.initializer.append(elsewhere())
    elif where == "attribute":
        graph.node.append(helper.make_node("Constant", [], ["c"], value=elsewhere()))
    elif where == "list of tensors":
        graph.node[0].attribute.append(helper.make_attribute("many", [elsewhere()]))
    elif where == "subgraph":
        graph.node.append(
            helper.make_node("If", ["x"], ["z"], then_branch=inner, else_branch=inner)
        )
    elif where == "function":
        node = helper.make_node("Constant", [], ["c"], value=elsewhere())
        made.functions.append(
            helper.make_function("own", "F", [], ["c"], [node], made.opset_import)
        )
    elif where == "sparse initialiser":
        graph.sparse_initializer.add().values.CopyFrom(elsewhere())
    elif where == "sparse indices":
        graph.sparse_initializer.add().indices.CopyFrom(elsewhere())
    elif where == "training":
        made.training_info.add().algorithm.CopyFrom(inner)
    elif where == "only its place":
        outside = tensor("w", WEIGHT["w"])
        outside.data_location = TensorProto.EXTERNAL
        graph.initializer.append(outside)
    elif where == "only its name":
        outside = tensor("w", WEIGHT["w"])
        outside.external_data.add(key="location", value="x")
        graph.initializer.append(outside)
    return made


@pytest.mark.parametrize("where", [
    "initialiser", "attribute", "list of tensors", "subgraph", "function", "sparse initialiser",
    "sparse indices", "training", "only its place", "only its name",
])  # fmt: skip
def test_numbers_kept_elsewhere_are_refused_wherever_they_stand(where):
    assert "keeps its weights in other files" in refusal(with_external(where).SerializeToString())


def bomb(weight: np.ndarray, count: int = 40) -> bytes:
    """Concat after Concat of an array with itself."""
    nodes, last = [], "w"
    for number in range(count):
        nodes.append(helper.make_node("Concat", [last, last], [f"c{number}"], axis=0))
        last = f"c{number}"
    nodes.append(helper.make_node("Add", ["x", last], ["y"]))
    return model(nodes, weights={"w": weight}).SerializeToString()


def of_shape(*sizes: int) -> bytes:
    nodes = [
        helper.make_node("ConstantOfShape", ["s"], ["c"]),
        helper.make_node("Add", ["c", "c"], ["d"]),
        helper.make_node("Add", ["x", "d"], ["y"]),
    ]
    return model(nodes, weights={"s": np.array(sizes, np.int64)}).SerializeToString()


def lying(**changes) -> bytes:
    weight = tensor("w", WEIGHT["w"])
    for key, value in changes.items():
        if key == "dims":
            del weight.dims[:]
            weight.dims.extend(value)
        else:
            setattr(weight, key, value)
    made = model([CONV])
    made.graph.initializer.append(weight)
    return made.SerializeToString()


def conv(**attributes) -> bytes:
    return chain(("Conv", ["w"], attributes), weights=WEIGHT)


def deep(levels: int) -> bytes:
    graph = helper.make_graph([RELU], "g", [], [])
    for _ in range(levels):
        graph = helper.make_graph(
            [helper.make_node("If", ["x"], ["y"], then_branch=graph)], "g", [], []
        )
    return helper.make_model(graph).SerializeToString()


LAST = helper.make_node("Relu", ["z"], ["last"])
NOTHING = helper.make_graph([], "nothing", [], [])
HOSTILE = {
    "empty": (b"", "is empty"),
    "text": (b"not a network", "not an ONNX network"),
    "nothing in it": (b"\x08\x08", "not an ONNX network"),
    "no nodes": (helper.make_model(NOTHING).SerializeToString(), "not an"),
    "doubled concats of weights": (bomb(np.ones((64, 64), np.float32)), "too "),
    "doubled concats of maps": (
        chain(*[("Concat", [f"v{i - 1}" if i else "x"], {"axis": 1}) for i in range(40)]),
        "maps has more than 16,000,000",
    ),
    "a constant of any shape": (of_shape(2**20, 2**20), "too many numbers"),
    "a constant that is calculated with": (of_shape(2**13, 2**13), "too much memory"),
    "a constant of less than nothing": (of_shape(-3, 4), "fewer than 0"),
    "more axes than arrays have": (of_shape(*[1] * 20), "damaged"),
    "a circle": (
        model([helper.make_node("Add", ["x", "y"], ["a"]), helper.make_node("Relu", ["a"], ["y"])])
        .SerializeToString(),
        "no step before it has computed",
    ),
    "reading itself": (
        model([helper.make_node("Add", ["x", "y"], ["y"])]).SerializeToString(), "no step before it"
    ),
    "the same name twice": (model([RELU, RELU]).SerializeToString(), "same name"),
    "the name of the input": (
        model([RELU, helper.make_node("Relu", ["y"], ["x"])]).SerializeToString(), "same name"
    ),
    "more numbers than it has": (lying(dims=[300, 2, 3, 3]), "not as many numbers"),
    "a size beyond all memory": (lying(dims=[2**40, 2**40]), "too many numbers"),
    "a negative size": (lying(dims=[-3, 2, 3, 3]), "fewer than 0"),
    "negative sizes with a positive product": (lying(dims=[-3, -2, 3, 3]), "fewer than 0"),
    "half of its numbers": (lying(raw_data=b"\0" * 100), "not as many numbers"),
    "weights that are texts": (lying(data_type=TensorProto.STRING), "of a type"),
    "weights of no type": (lying(data_type=77), "of a type"),
    "weights that are not numbers": (lying(raw_data=b"\xff" * 216), "not all numbers"),
    "a stride of nothing": (conv(strides=[0, 1]), "must be from 1"),
    "a stride backwards": (conv(strides=[-1, 1]), "must be from 1"),
    "a huge stride": (conv(strides=[2**40, 1]), "must be from 1"),
    "a huge dilation": (conv(dilations=[60000, 1]), "larger than what it slides over"),
    "a huge padding": (conv(pads=[2**31, 0, 0, 0]), "must be from 0 to 4,096"),
    "a large padding on all sides": (conv(pads=[4000] * 4), "more than 16,000,000 numbers"),
    "a padding of less than nothing": (conv(pads=[-1, 0, 0, 0]), "must be from 0"),
    "groups that do not fit": (conv(group=3), "reads 6 channels, and its input has 2"),
    "no groups": (conv(group=0), "impossible number of groups"),
    "an unknown automatic padding": (conv(auto_pad="EVIL"), "unknown automatic padding"),
    "a setting of another type": (conv(strides=1.5), "is damaged"),
    "a setting that is not a number": (chain(("Elu", [], {"alpha": float("nan")})), "is damaged"),
    "a border that is not a number": (
        chain(("Pad", [], {"pads": [0] * 8, "value": float("inf")}), opset=6), "is damaged"
    ),
    "a constant that is no array": (
        model([helper.make_node("Constant", [], ["c"], value=1.5),
               helper.make_node("Add", ["x", "c"], ["y"])]).SerializeToString(), "with value"
    ),
    "another kernel than its weights": (conv(kernel_shape=[1, 1]), "another size than it says"),
    "a kernel larger than the picture": (
        chain(("MaxPool", [], {"kernel_shape": [9, 9]})), "larger than what it slides over"
    ),
    "a huge border": (chain(("Pad", ["p"], {}), weights={"p": np.eye(8)[6] * 2**40}), "is damaged"),
    "a huge border of whole numbers": (
        chain(("Pad", ["p"], {}), weights={"p": np.eye(8, dtype=int)[6] * 2**40}), "pads with"
    ),
    "a reshape to too much": (
        chain(("Reshape", ["s"], {}), weights={"s": np.array([1, 2**30, -1])}), "another size"
    ),
    "an axis that is not there": (chain(("Softmax", [], {"axis": 9})), "works on axis 9"),
    "a negative picture": (model([RELU], (1, -3, 8, 8)).SerializeToString(), "impossible size"),
    "a huge picture": (model([RELU], (1, 3, 60000, 60000)).SerializeToString(), "16,000,000"),
    "an endless picture": (model([RELU], (1, 3, 2**40, 8)).SerializeToString(), "impossible size"),
    "a number instead of a picture": (model([RELU], ()).SerializeToString(), "no picture"),
    "many steps": (chain(*[("Relu", [], {})] * 5001), "more than 5,000 steps"),
    "much to compute": (
        chain(*[("Conv", ["w"], {"pads": [1] * 4})] * 300, shape=(1, 64, 224, 224),
              weights={"w": np.ones((64, 64, 3, 3), np.float32)}),
        "one picture would take minutes",
    ),
    "deep subgraphs": (deep(30), "nested too deeply"),
    "an old opset": (model([RELU], opset=5).SerializeToString(), "opset 5"),
    "a new opset": (model([RELU], opset=99).SerializeToString(), "opset 99"),
    "a million empty steps": (b"\x3a\x80\x89\x7a" + b"\x0a\x00" * 1_000_000, "5,000 steps"),
    "a million empty weights": (b"\x3a\x80\x89\x7a" + b"\x2a\x00" * 1_000_000, "too many pieces"),
    "many bytes of small numbers": (
        b"\x3a\x88\x80\x80\x0a\x2a\x83\x80\x80\x0a\x3a\xfe\xff\xff\x09" + b"\1" * (20 * 2**20 - 2),
        "too many whole numbers",
    ),
    "a number without an end": (b"\x08" + b"\xff" * 40, "not an ONNX network"),
    "a length beyond the file": (b"\x3a\xff\xff\x03\x0a", "not an ONNX network"),
    "groups of protocol buffers": (b"\x3b\x3b\x3c\x3c", "not an ONNX network"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(data, sentence):
    assert sentence in refusal(data)


def test_a_file_that_is_too_large_is_refused_by_its_size_alone():
    with pytest.raises(BadFile, match="larger than 1 MB"):
        load_onnx(bytes(2**20 + 1), max_bytes=2**20)
    assert limits.MAX_BYTES == 300 * 2**20


def test_two_inputs_or_whole_numbers_are_refused():
    made = model([RELU])
    made.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1]))
    assert "takes 2 inputs" in refusal(made.SerializeToString())
    made = model([RELU])
    made.graph.input[0].type.tensor_type.elem_type = TensorProto.INT64
    assert "no array of real numbers" in refusal(made.SerializeToString())


@pytest.mark.parametrize(("kind", "domain"), [("Evil", ""), ("Conv", "com.evil"), ("If", "")])
def test_what_stands_before_an_unknown_operator_is_kept(kind, domain):
    nodes = [RELU, helper.make_node(kind, ["y"], ["z"], domain=domain), LAST]
    with pytest.raises(UnknownOperator, match=f"does not know the operator “{kind}”\\.$") as caught:
        load_onnx(model(nodes).SerializeToString())
    assert caught.value.operator == kind
    assert [node.name for node in caught.value.network.nodes] == ["relu1"]
    assert caught.value.network.input_shape == (2, 6, 6)
    assert caught.value.params == {"relu1": {}}


def test_the_name_of_an_unknown_operator_is_one_short_line():
    nodes = [helper.make_node("Evil\n<script>" + "x" * 10_000, ["x"], ["y"])]
    assert "“Evil <script>xx" in refusal(model(nodes).SerializeToString())


GOOD = conv(pads=[1, 1, 1, 1])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_sentence(data):
    with pytest.raises(BadFile):
        load_onnx(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_changed_or_truncated_file_is_read_or_refused_in_a_sentence(place, byte, cut):
    data = GOOD[:place] if cut else GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    try:
        network, params = load_onnx(data)
    except BadFile as error:
        assert str(error).endswith(".")
    else:
        assert params.keys() == {node.name for node in network.nodes}
