"""Networks out of ONNX files: what exporters write, in the words of every opset."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnx.shape_inference import infer_shapes

from playground.engine import layers as L
from playground.engine.network import forward, summary
from playground.files import BadFile
from playground.files.onnx import UnknownOperator, load_onnx
from playground.files.onnx.cutting import without_weights
from tests.files.onnx_files import chain, model

ROOT = Path(__file__).parents[2]
LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
X = np.random.default_rng(2).standard_normal((1, 2, 6, 6)).astype("f4")


def run(data: bytes, x: np.ndarray = X) -> np.ndarray:
    return forward(*load_onnx(data), x)


# Parameters without those that only one file's exporter gives twice are the papers'; DenseNet and
# Inception v2 here have a learned scale and shift behind each batch norm's own.
@pytest.mark.parametrize(
    ("name", "parameters", "multiply_adds", "output"),
    [
        ("bvlc_alexnet", 60_965_224, 654_560_384, (1000,)),
        ("zfnet512", 87_250_536, 1_481_727_008, (1000,)),
        ("inception_v1", 6_998_552, 1_431_556_352, (1000,)),
        ("inception_v2", 11_214_888, 2_018_851_840, (1000,)),
        ("vgg19", 143_667_240, 19_632_062_464, (1000,)),
        ("resnet50", 25_557_032, 4_089_184_256, (1000,)),
        ("densenet121", 8_062_504, 2_834_161_664, (1000, 1, 1)),
        ("squeezenet", 1_235_496, 349_151_936, (1000, 1, 1)),
        ("shufflenet", 1_393_320, 124_664_528, (1000,)),
    ],
)
def test_the_standards_light_models_load_with_the_shapes_that_onnx_infers(
    name, parameters, multiply_adds, output
):
    data = (LIGHT / f"light_{name}.onnx").read_bytes()
    network, params = load_onnx(data)
    rows = summary(network)
    assert network.input_shape == (3, 224, 224) and rows[-1].output_shape == output
    assert sum(row.parameters for row in rows) == parameters
    assert sum(row.multiply_adds for row in rows) == multiply_adds
    # Weights that repeat one number take no memory, however many they are.
    assert sum(a.nbytes for p in params.values() for a in p.values() if any(a.strides)) < 5 * 2**20
    inferred = infer_shapes(onnx.load_from_string(data)).graph
    sizes = {
        value.name: tuple(d.dim_value for d in value.type.tensor_type.shape.dim[1:])
        for value in [*inferred.value_info, *inferred.output]
    }
    ours = {row.name: row.output_shape for row in rows}
    same = [node for node in inferred.node if node.name in ours]
    assert len(same) >= len(ours) - 1
    for node in same:
        assert ours[node.name] == sizes[node.output[0]], node.name


def test_shufflenet_runs_and_gives_what_the_standard_says():
    data = (LIGHT / "light_shufflenet.onnx").read_bytes()
    stored = onnx.TensorProto.FromString((LIGHT / "light_shufflenet_output_0.pb").read_bytes())
    found = run(data, np.ones((1, 3, 224, 224), np.float32))
    np.testing.assert_allclose(found, onnx.numpy_helper.to_array(stored), 1e-3, 1e-6)


def test_shapes_that_an_exporter_computes_step_by_step_are_folded():
    make = helper.make_node
    nodes = [
        make("Shape", ["x"], ["shape"]),
        make("Constant", [], ["zero"], value_int=0),
        make("Gather", ["shape", "zero"], ["batch"]),
        make("Constant", [], ["axis"], value_ints=[0]),
        make("Unsqueeze", ["batch", "axis"], ["first"]),
        make("Constant", [], ["rest"], value_ints=[-1]),
        make("Concat", ["first", "rest"], ["target"], axis=0),
        make("Reshape", ["x", "target"], ["y"]),
    ]
    for shape in ((1, 2, 6, 6), ("batch", 2, 6, 6), (8, 2, 6, 6)):
        network, params = load_onnx(model(nodes, shape).SerializeToString())
        assert [node.layer for node in network.nodes] == [L.Flatten()]
        x = np.repeat(X, 3, 0)
        assert np.array_equal(forward(network, params, x), x.reshape(3, -1))


def test_sizes_that_the_file_leaves_open_are_taken_to_be_224():
    relu = helper.make_node("Relu", ["x"], ["y"])
    assert load_onnx(model([relu], ("n", 3, "h", "w")).SerializeToString())[0].input_shape == (
        3, 224, 224,
    )  # fmt: skip
    with pytest.raises(BadFile, match="no fixed size"):
        load_onnx(model([relu], ("n", "features")).SerializeToString())


def test_a_network_with_channels_last_keeps_its_own_order():
    data = chain(
        ("Transpose", [], {"perm": [0, 3, 1, 2]}),
        ("Conv", ["w"], {}),
        ("Transpose", [], {"perm": [0, 2, 3, 1]}),
        shape=("n", 6, 6, 2),
        weights={"w": np.ones((4, 2, 3, 3), np.float32)},
    )
    network, params = load_onnx(data)
    assert network.input_shape == (6, 6, 2) and network.shapes()["transpose2"] == (4, 4, 4)
    found = forward(network, params, X.transpose(0, 2, 3, 1))
    expected = L.Conv2d(4, bias=False).forward(params["conv1"], X)
    np.testing.assert_allclose(found, expected.transpose(0, 2, 3, 1), 1e-5)


OLD = [
    (chain(("Clip", [], {"min": -0.5, "max": 0.5}), opset=6), np.clip(X, -0.5, 0.5)),
    (chain(("Clip", [], {}), opset=6), X),
    (
        chain(("Pad", [], {"pads": [0, 0, 1, 2, 0, 0, 0, 1], "value": 3.0}), opset=6),
        np.pad(X, ((0, 0), (0, 0), (1, 0), (2, 1)), constant_values=3),
    ),
    (chain(("Dropout", [], {"ratio": 0.25}), opset=6), X),
    (chain(("ReduceMean", [], {"axes": [-1], "keepdims": 0}), opset=6), X.mean(-1)),
    (chain(("ReduceMean", [], {"axes": [2, 3], "keepdims": 0}), opset=13), X.mean((2, 3))),
    (
        chain(("Add", ["w"], {"broadcast": 1, "axis": 1}), opset=6,
              weights={"w": np.array([3, 4], np.float32)}),
        X + np.array([3, 4])[:, None, None],
    ),
    (
        chain(("PRelu", ["w"], {}), opset=6, weights={"w": np.array([3, 4], np.float32)}),
        np.where(X > 0, X, X * np.array([3, 4])[:, None, None]),
    ),
    (
        chain(("BatchNormalization", ["w", "b", "m", "v"], {"is_test": 1, "epsilon": 1.0}), opset=6,
              weights={k: np.array([i, i + 1], np.float32) for i, k in enumerate("wbmv", 1)}),
        (X - np.array([3, 4])[:, None, None]) / np.sqrt([[[5]], [[6]]])
        * np.array([1, 2])[:, None, None] + np.array([2, 3])[:, None, None],
    ),
    (chain(("Unsqueeze", [], {"axes": [2]}), ("Squeeze", [], {"axes": [2]}), opset=11), X),
    (chain(("Softmax", [], {}), opset=11),
     (np.exp(X) / np.exp(X).sum((1, 2, 3), keepdims=True))),
    (chain(("Softmax", [], {}), opset=13), np.exp(X) / np.exp(X).sum(3, keepdims=True)),
    (chain(("Sum", ["x", "x"], {}), opset=8), 3 * X),
    (chain(("Cast", [], {"to": TensorProto.DOUBLE}), ("Relu", [], {})), np.maximum(X, 0)),
    (chain(("Identity", [], {})), X),
    (chain(("Flatten", [], {"axis": 3})), None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), OLD, ids=range(len(OLD)))
def test_old_and_new_words_mean_the_same(data, expected):
    if expected is None:  # rows of the matrix are not pictures, so it is read without a batch
        network, _ = load_onnx(data)
        assert network.input_shape == (1, 2, 6, 6) and network.shapes()["flatten1"] == (12, 6)
        return
    np.testing.assert_allclose(run(data), expected, 1e-5, 1e-6)


@pytest.mark.parametrize("automatic", ["SAME_UPPER", "SAME_LOWER", "VALID"])
def test_automatic_padding_becomes_the_padding_that_it_is(automatic):
    network, _ = load_onnx(
        chain(("MaxPool", [], {"kernel_shape": [2, 3], "strides": [1, 2], "auto_pad": automatic}))
    )
    pads = {"SAME_UPPER": (0, 1, 0, 1), "SAME_LOWER": (1, 0, 1, 0), "VALID": (0, 0, 0, 0)}
    assert network.nodes[0].layer.pads() == pads[automatic]
    assert network.shapes()["maxpool1"] == ((2, 5, 2) if automatic == "VALID" else (2, 6, 3))


def test_weights_of_sixteen_bits_or_listed_one_by_one_are_read():
    weight = np.random.default_rng(1).standard_normal((3, 2, 3, 3)).astype("f2")
    expected = L.Conv2d(3, bias=False).forward({"weight": weight.astype("f4")}, X)
    conv = helper.make_node("Conv", ["x", "w"], ["y"])
    half = model([conv], weights={"w": weight})
    listed = model([conv])
    listed.graph.initializer.append(
        helper.make_tensor("w", TensorProto.FLOAT, weight.shape, weight.astype("f4").ravel())
    )
    bits = model([conv])
    bits.graph.initializer.append(
        helper.make_tensor("w", TensorProto.FLOAT16, weight.shape, weight.ravel())
    )
    for made in (half, listed, bits):
        np.testing.assert_allclose(run(made.SerializeToString()), expected, 1e-5, 1e-5)


def test_large_weights_are_those_that_the_parser_would_give():
    rng = np.random.default_rng(6)
    weights = {
        f"w{i}": rng.standard_normal((64, channels, 5, 5)).astype("f4")
        for i, channels in enumerate((2, 64, 64))
    }
    weights["b"] = rng.standard_normal(64).astype("f4")
    steps = [("Conv", [f"w{i}", "b"], {"pads": [2] * 4}) for i in range(3)]
    data = chain(*steps, weights=weights)
    skeleton, places = without_weights(data)
    assert len(skeleton) < 20_000 + weights["w0"].nbytes and list(places) == [1, 2]
    for number, place in places.items():
        assert data[slice(*place)] == weights[f"w{number}"].tobytes()
    _, params = load_onnx(data)
    for number, node in enumerate(("conv1", "conv2", "conv3")):
        assert np.array_equal(params[node]["weight"], weights[f"w{number}"])
        assert np.array_equal(params[node]["bias"], weights["b"])
        assert params[node]["weight"].flags.aligned
    twice = onnx.load_from_string(data)
    twice.graph.initializer[1].raw_data = twice.graph.initializer[1].raw_data[:-4]
    with pytest.raises(BadFile, match="not as many numbers"):
        load_onnx(twice.SerializeToString())
    assert without_weights(data + data) == (data + data, {})


def test_names_are_the_files_own_cleaned_and_apart():
    names = [
        "/layer1/layer1.0/conv/Relu",
        "/layer1/layer1.0/conv/Relu",
        "",
        "a b/ü",
        "input",
        "x" * 99,
    ]
    nodes, last = [], "x"
    for number, name in enumerate(names):
        nodes.append(helper.make_node("Relu", [last], [f"v{number}"], name=name))
        last = f"v{number}"
    network, _ = load_onnx(model(nodes).SerializeToString())
    assert [node.name for node in network.nodes] == [
        "layer1.0.conv.Relu", "layer1.0.conv.Relu_2", "relu1", "a_b._", "input_2", "x" * 50,
    ]  # fmt: skip


def test_the_parser_is_imported_only_when_a_file_is_read():
    program = (
        "import sys, playground.files.onnx, playground.files.onnx_export\n"
        "sys.exit(bool({'onnx', 'google.protobuf'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


def test_what_the_first_output_does_not_need_is_left_out():
    make = helper.make_node
    made = model(
        [make("Relu", ["x"], ["y"]), make("Evil", ["x"], ["z"]), make("Tanh", ["y"], ["w"])]
    )
    network, _ = load_onnx(made.SerializeToString())
    assert [type(node.layer) for node in network.nodes] == [L.ReLU, L.Tanh]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (chain(("Transpose", [], {"perm": [1, 0, 2, 3]}), ("Conv", ["w"], {}),
               weights={"w": np.ones((3, 2, 3, 3), np.float32)}), "across the pictures of a batch"),
        (chain(("Gather", ["i"], {}), weights={"i": np.array([0])}), "“Gather” on maps"),
        (chain(("Conv", ["x"], {})), "“Conv” with weights that change"),
        (chain(("LRN", [], {"size": 4})), "“LRN” over an even number"),
        (chain(("BatchNormalization", ["w"] * 4, {"training_mode": 1}),
               weights={"w": np.ones(2, np.float32)}), "as in training"),
        (chain(("Cast", [], {"to": TensorProto.INT64})), "“Cast” to whole numbers"),
        (model([helper.make_node("MaxPool", ["x"], ["y", "i"], kernel_shape=[2, 2]),
                helper.make_node("Relu", ["i"], ["z"])]).SerializeToString(), "on a second result"),
    ],
)  # fmt: skip
def test_settings_that_are_not_known_are_named_with_their_operator(data, sentence):
    with pytest.raises(UnknownOperator, match=sentence):
        load_onnx(data)
