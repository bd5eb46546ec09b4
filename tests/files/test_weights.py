"""Weights and their network go to a file and come back as they were, bit for bit."""

from __future__ import annotations

import io
import json
from dataclasses import fields, replace

import numpy as np
import pytest

from playground.engine import layers as L
from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS
from playground.engine.network import Network, Node, forward, init_params
from playground.files import BadFile
from playground.files.descriptions import RULES, describe, network_from
from playground.files.weights import load_weights, read_weights, save_weights
from playground.networks.lenet import lenet5

EVERY_LAYER = Network(
    "every layer",
    (2, 12, 10),
    (
        Node("conv", L.Conv2d(4, (3, 2), 1, (1, 1, 0, 1), "reflect", (1, 1), 2)),
        Node("leaky", L.LeakyReLU(0.2)),
        Node("same", L.Conv2d(4, 3, padding="same", bias=False), ("leaky",)),
        Node("sum", L.Add(), ("leaky", "same")),
        Node("both", L.Concat(), ("sum", "conv")),
        Node("max", L.MaxPool2d(2, 1, (1, 0))),
        Node("response", L.LocalResponseNorm(3, 0.1, 0.5, 2.0)),
        Node("norm", L.BatchNorm2d(1e-3)),
        Node("relu6", L.ReLU6()),
        Node("tanh", L.Tanh()),
        Node("average", L.AvgPool2d((2, 3), None, 1, True, False)),
        Node("sums", L.SumPool2d(2)),
        Node("sigmoid", L.Sigmoid()),
        Node("global", L.GlobalAvgPool2d()),
        Node("elu", L.ELU(0.5)),
        Node("selu", L.SELU()),
        Node("softplus", L.Softplus()),
        Node("hard", L.HardSigmoid(0.3, 0.4)),
        Node("swish", L.HardSwish()),
        Node("clip", L.Clip(-1.0, None)),
        Node("prelu", L.PReLU()),
        Node("scale", L.Multiply((8, 1, 1))),
        Node("less", L.Subtract((1,), True)),
        Node("over", L.Divide()),
        Node("shift", L.BroadcastAdd(), ("over", "scale")),
        Node("border", L.Pad((0, 1, 0), (0, 0, 1), "replicate")),
        Node("turned", L.Transpose((2, 1, 3))),
        Node("lines", L.Reshape((2, -1, 2))),
        Node("table", L.Constant((2, 2, 3))),
        Node("matrices", L.MatMul(), ("lines", "table")),
        Node("mean", L.Mean((3,))),
        Node("back", L.Transpose((2, 1, 3))),
        Node("largest", L.GlobalMaxPool2d()),
        Node("logarithm", L.LogSoftmax()),
        Node("flatten", L.Flatten()),
        Node("drop", L.Dropout(0.25)),
        Node("units", L.Linear(3, bias=False)),
        Node("relu", L.ReLU()),
        Node("softmax", L.Softmax()),
    ),
    ("yes", "no", "perhaps"),
)
MADE = {"lenet5": lenet5(), "every layer": EVERY_LAYER}


def drawn(network: Network) -> dict:
    return init_params(network, np.random.default_rng(3))


@pytest.mark.parametrize("network", MADE.values(), ids=MADE)
def test_a_network_comes_back_from_its_description(network):
    text = json.dumps(describe(network), allow_nan=False)
    assert network_from(json.loads(text)) == network


@pytest.mark.parametrize("network", MADE.values(), ids=MADE)
def test_weights_come_back_bit_for_bit(network):
    params = drawn(network)
    next(iter(params.values()))["weight"].flat[:3] = -0.0, 1e-42, 3.4e38
    data = save_weights(network, params, note=" seed 3,\nten epochs ")
    saved = read_weights(data)
    assert saved.network == network and saved.note == "seed 3, ten epochs"
    for back in (saved.params, load_weights(data, network)):
        assert back.keys() == params.keys()
        for node, own in params.items():
            assert back[node].keys() == own.keys()
            for name, array in own.items():
                assert back[node][name].dtype == np.float32
                assert back[node][name].shape == array.shape
                assert back[node][name].tobytes() == array.tobytes()
    assert save_weights(saved.network, saved.params, note=saved.note) == data


def test_every_layer_is_among_those_tried_and_every_setting_has_a_rule():
    assert {type(node.layer) for node in EVERY_LAYER.nodes} == set(LAYERS)
    for layer in LAYERS:
        for field in fields(layer):
            assert set(str(field.type).split(" | ")) <= RULES.keys(), (layer, field.name)


def test_the_file_opens_in_plain_numpy_without_pickle():
    network = MADE["lenet5"]
    params = drawn(network)
    with np.load(io.BytesIO(save_weights(network, params)), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["conv2.weight"], params["conv2"]["weight"])
        content = json.loads(arrays["description"].tobytes())
    assert content["version"] == 1 and content["network"]["nodes"][0]["layer"] == "Conv2d"


def test_weights_that_numpy_changed_and_saved_again_are_read():
    network = EVERY_LAYER
    with np.load(io.BytesIO(save_weights(network, drawn(network)))) as arrays:
        arrays = dict(arrays)
    arrays["units.weight"] = 2 * arrays["units.weight"]
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, **arrays)
        saved = read_weights(file.getvalue())
        assert np.array_equal(saved.params["units"]["weight"], arrays["units.weight"])


def test_what_was_loaded_computes_the_same():
    params = drawn(EVERY_LAYER)
    x = np.random.default_rng(1).random((2, 2, 12, 10), np.float32)
    back = load_weights(save_weights(EVERY_LAYER, params), EVERY_LAYER)
    assert np.array_equal(forward(EVERY_LAYER, params, x), forward(EVERY_LAYER, back, x))


def test_labels_may_be_given_and_other_labels_and_names_do_not_make_another_network():
    data = save_weights(EVERY_LAYER, drawn(EVERY_LAYER), labels=["a", "b", "c"])
    assert read_weights(data).network.labels == ("a", "b", "c")
    renamed = replace(EVERY_LAYER, name="mine", labels=())
    assert load_weights(data, renamed).keys() == drawn(EVERY_LAYER).keys()


@pytest.mark.parametrize(
    "other",
    [
        MADE["lenet5"],
        replace(EVERY_LAYER, nodes=EVERY_LAYER.nodes[:-1]),
        replace(EVERY_LAYER, input_shape=(2, 12, 11)),
    ],
)
def test_weights_of_another_network_are_refused(other):
    with pytest.raises(BadFile, match="belong to another network, “every layer”"):
        load_weights(save_weights(EVERY_LAYER, drawn(EVERY_LAYER)), other)


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (np.zeros((3, 9), np.float32), "of shape"),
        (np.zeros((3, 8)), "float32"),
        ([[0.0] * 8] * 3, "float32"),
        (None, "float32"),
        (np.full((3, 8), np.nan, np.float32), "not a number"),
        (np.full((3, 8), -np.inf, np.float32), "not a number"),
    ],
)
def test_weights_that_could_not_be_read_again_are_not_saved(weight, sentence):
    params = drawn(EVERY_LAYER) | {"units": {"weight": weight}}
    with pytest.raises(EngineError, match=sentence):
        save_weights(EVERY_LAYER, params)


def test_a_network_that_could_not_be_read_again_is_not_saved():
    with pytest.raises(EngineError, match="one label for each output"):
        save_weights(EVERY_LAYER, drawn(EVERY_LAYER), labels=["a"])
    slash = Network("slash", (1, 4, 4), (Node("a/b", L.ReLU()),))
    with pytest.raises(EngineError, match="damaged"):
        save_weights(slash, {})
