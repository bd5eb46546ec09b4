"""Networks as ONNX files: accepted by the checker, and the same numbers everywhere."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import onnx
import pytest

from playground.engine import layers as L
from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS
from playground.engine.network import Network, Node, forward, init_params
from playground.files.onnx import load_onnx
from playground.files.onnx.writing import WRITERS
from playground.files.onnx_export import onnx_bytes
from playground.networks import NETWORKS
from playground.networks.lenet import lenet5
from playground.networks.shipped import shipped
from playground.networks.small import POOLS, small_network
from tests.files.test_weights import EVERY_LAYER

onnxruntime = pytest.importorskip("onnxruntime")
SIZE = (3, 13, 12)
UNEVEN = (1, 0, 0, 1)
MODES = ("zeros", "reflect", "replicate", "circular")


def alone(layer: L.Layer, shape: tuple = SIZE) -> Network:
    return Network("one layer", shape, (Node("it", layer),))


def drawn(network: Network) -> dict:
    """Parameters none of which is 0 or 1, so that each of them matters."""
    rng = np.random.default_rng(5)
    return {
        node: {k: (0.5 + a + 0.3 * rng.random(a.shape)).astype("f4") for k, a in own.items()}
        for node, own in init_params(network, rng).items()
    }


def in_runtime(data: bytes, x: np.ndarray) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, {"input": x})[0]


def agree(network: Network, params: dict, batch: int = 2) -> Network:
    """Check the file against the checker, ONNX Runtime and the reader; return what was read."""
    x = np.random.default_rng(1).standard_normal((batch, *network.input_shape)).astype("f4")
    data = onnx_bytes(network, params)
    onnx.checker.check_model(onnx.load(io.BytesIO(data)), full_check=True)
    expected = forward(network, params, x)
    scale = 1e-5 * (1 + np.abs(expected).max())
    np.testing.assert_allclose(in_runtime(data, x), expected, 1e-4, scale)
    read, weights = load_onnx(data)
    assert read.input_shape == network.input_shape and read.labels == network.labels
    np.testing.assert_allclose(forward(read, weights, x), expected, 1e-5, scale)
    return read


def test_every_layer_of_the_registry_can_be_written():
    assert set(WRITERS) == set(LAYERS)


def test_a_network_of_every_layer_computes_the_same_everywhere():
    agree(EVERY_LAYER, drawn(EVERY_LAYER))


WINDOWS = [
    pool(kernel, stride, padding, ceil)
    for pool in (L.MaxPool2d, L.AvgPool2d, L.SumPool2d)
    for kernel, stride, padding in ((2, None, 0), (3, 2, 1), ((3, 2), (2, 1), UNEVEN))
    for ceil in (False, True)
]
OTHERS = [
    *(L.AvgPool2d(3, 2, 1, ceil, False) for ceil in (False, True)),
    L.MaxPool2d(3, 1, (2, 0, 1, 2), dilation=2),
    L.AvgPool2d(3, 1, (2, 0, 1, 2), count_include_pad=False, dilation=2),
    *(L.Conv2d(4, (3, 2), 2, UNEVEN, mode, 2) for mode in MODES),
    *(L.Conv2d(6, 3, padding=padding, groups=3) for padding in ("same", "valid", 2)),
    *(L.Pad((1, 2, 0), (0, 1, 3), mode, 0.5) for mode in MODES),
    L.Softmax(3), L.LogSoftmax(2), L.Mean((1, 3), False), L.Mean((2,)), L.PReLU((13, 12)),
    L.Clip(None, 0.5), L.Clip(-0.25, 0.5), L.Multiply((12,)), L.Subtract((3, 1, 1), True),
    L.Divide((1,), True), L.BroadcastAdd((13, 1)), L.LocalResponseNorm(3, 0.5, 0.6, 2.0),
]  # fmt: skip


@pytest.mark.parametrize("layer", [*WINDOWS, *OTHERS], ids=repr)
def test_a_layer_computes_the_same_everywhere(layer):
    network = alone(layer)
    agree(network, drawn(network))


def test_products_of_matrices_and_vectors_compute_the_same_everywhere():
    nodes = (
        Node("rows", L.Reshape((2, 6))),
        Node("table", L.Constant((3, 6, 4))),
        Node("product", L.MatMul(), ("rows", "table")),
        Node("vector", L.Constant((4,))),
        Node("left", L.MatMul(), ("product", "vector")),
        Node("sum", L.BroadcastAdd(), ("left", "rows", "product")),
    )
    with pytest.raises(EngineError, match="cannot be brought to one shape"):
        Network("sum", (12,), nodes).shapes()
    network = Network("products", (12,), nodes[:-1])
    agree(network, drawn(network))


def test_lenet_comes_back_node_by_node():
    network, params = shipped("lenet5")
    read = agree(network, params)
    assert read.nodes == tuple(
        replace(n, inputs=(p,)) for n, p in zip(network.nodes, ["input", *[
            n.name for n in network.nodes]], strict=False)
    )  # fmt: skip
    assert read.name == "LeNet-5"


@pytest.mark.parametrize("pool", POOLS)
def test_small_networks_compute_the_same_everywhere(pool):
    network = small_network((1, 20, 20), ("yes", "no"), pool=pool, kernel_size=3, dropout=0.5)
    agree(network, drawn(network))


def test_every_network_can_be_written_with_its_names():
    network = NETWORKS["efficientnet_lite0"]()
    small = replace(network, input_shape=(3, 64, 64), labels=())
    params = init_params(small, np.random.default_rng(3))
    read = agree(small, params, batch=1)
    assert [node.name for node in read.nodes] == [node.name for node in small.nodes]


def test_labels_that_do_not_fit_or_are_no_texts_are_left_out():
    network = replace(lenet5(), labels=())
    for labels in ('["a"]', '{"a": 1}', "[1]", "[" * 5000):
        model = onnx.load(
            io.BytesIO(onnx_bytes(network, init_params(network, np.random.default_rng(1))))
        )
        onnx.helper.set_model_props(model, {"labels": labels})
        assert load_onnx(model.SerializeToString())[0].labels == ()


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (alone(L.LocalResponseNorm(4)), "only one over an odd number"),
        (Network("empty", SIZE, ()), "without layers"),
        (alone(type("Mystery", (L.ReLU,), {})()), "Mystery"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(network, sentence):
    with pytest.raises(EngineError, match=sentence):
        onnx_bytes(network, {})


def test_weights_that_are_no_numbers_are_not_written():
    network = alone(L.Conv2d(2))
    params = drawn(network)
    params["it"]["weight"][0, 0, 0, 0] = np.nan
    with pytest.raises(EngineError, match="not a number"):
        onnx_bytes(network, params)
