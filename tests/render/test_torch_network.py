"""The network as a PyTorch program: it holds no foreign code, and computes what the engine does."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from playground.engine import layers
from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS
from playground.engine.network import Network, Node, forward, init_params
from playground.files.images import encode_png, from_bytes
from playground.files.preparation import Preparation
from playground.files.weights import save_weights
from playground.networks.lenet import lenet5
from playground.networks.shipped import shipped
from playground.networks.small import POOLS, small_network
from playground.render.torch_layers import CALLS
from playground.render.torch_network import torch_program

HOSTILE = [
    '"""\nimport os; os._exit(9)\n', "'); raise SystemExit('", "\\", "\\'", "\r1/0", "\u20281/0",
    "{}", "%s", "\u202e evil", "#", "é×日本🙂", "conv1\n1/0",
]  # fmt: skip
TORCH = find_spec("torch") is not None


def branching() -> Network:
    """Every kind of layer once, in a graph, with names that are no names in Python."""
    conv = layers.Conv2d
    uneven = (0, 1, 1, 0)
    nodes = (
        Node("train", conv(4, 3, padding="same", padding_mode="reflect")),
        Node("1-b", conv(4, (2, 3), padding=(1, 0, 2, 1), padding_mode="circular"), ("input",)),
        Node("sum.", layers.Add(), ("train", "train")),
        Node("self", layers.LeakyReLU(0.2)),
        Node("local", layers.LocalResponseNorm(3, 0.5, 0.6, 2.0)),
        Node("class", layers.MaxPool2d(2, 1, uneven)),
        Node("return", layers.AvgPool2d(2, 2, uneven, True, False), ("self",)),
        Node("x", layers.SumPool2d(3, 2, 1, True), ("self",)),
        Node("np", layers.AvgPool2d(3, 2, 1, True), ("self",)),
        Node("torch", layers.AvgPool2d(2, 2, uneven, False, True), ("self",)),
        Node("F", layers.MaxPool2d((3, 2), (2, 1), (1, 1), True), ("self",)),
        Node("nn", layers.Sigmoid(), ("class",)),
        Node("g1", layers.GlobalAvgPool2d()),
        Node("g2", layers.GlobalAvgPool2d(), ("return",)),
        Node("g3", layers.GlobalAvgPool2d(), ("x",)),
        Node("g4", layers.GlobalAvgPool2d(), ("np",)),
        Node("g5", layers.GlobalAvgPool2d(), ("torch",)),
        Node("g6", layers.GlobalAvgPool2d(), ("F",)),
        Node("even", conv(8, 2, stride=2, dilation=2, groups=4, bias=False), ("train",)),
        Node("odd", conv(4, 4, padding="same", padding_mode="replicate")),
        Node("norm", layers.BatchNorm2d(0.01)),
        Node("six", layers.ReLU6()),
        Node("tanh", layers.Tanh()),
        Node("g7", layers.GlobalAvgPool2d()),
        Node("g8", layers.GlobalAvgPool2d(), ("1-b",)),
        Node("joined", layers.Concat(), ("g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8")),
        Node("relu", layers.ReLU()),
        Node("elu", layers.ELU(0.5)),
        Node("selu", layers.SELU()),
        Node("plus", layers.Softplus()),
        Node("hard", layers.HardSigmoid(0.3, 0.4)),
        Node("swish", layers.HardSwish()),
        Node("clip", layers.Clip(0.05, 0.5)),
        Node("prelu", layers.PReLU()),
        Node("largest", layers.GlobalMaxPool2d()),
        Node("scale", layers.Multiply((1, 1))),
        Node("less", layers.Subtract((1,), True), ("prelu",)),
        Node("over", layers.Divide(), ("scale", "swish")),
        Node("shift", layers.BroadcastAdd(), ("over", "less")),
        Node("wide", layers.AvgPool2d(2, 1, (1, 0, 0, 1), False, False, 2), ("self",)),
        Node("far", layers.MaxPool2d(2, 1, 1, False, 3), ("wide",)),
        Node("border", layers.Pad((1, 2, 0), (0, 1, 1), "zeros", 0.5)),
        Node("mirror", layers.Pad((1, 2, 0), (0, 1, 1), "reflect")),
        Node("turned", layers.Transpose((3, 1, 2))),
        Node("average", layers.Mean((3, 1))),
        Node("row", layers.Reshape((1, -1))),
        Node("table", layers.Constant((2, 6, 3))),
        Node("vector", layers.Flatten(), ("row",)),
        Node("matrices", layers.MatMul(), ("vector", "table")),
        Node("logarithm", layers.LogSoftmax()),
        Node("flat", layers.Flatten()),
        Node("first", layers.Flatten(), ("shift",)),
        Node("model", layers.Concat(1), ("first", "flat")),
        Node("drop", layers.Dropout(0.25)),
        Node("LABELS", layers.Linear(5, bias=False)),
        Node("softmax", layers.Softmax()),
    )
    return Network("all of them", (3, 13, 12), nodes, tuple("abcde"))


NETWORKS = {
    "lenet5": lenet5(),
    **{
        f"small, {pool} pool": small_network(
            (1, 28, 28), ("a", "b", "c"), pool=pool, kernel_size=size, dropout=0.5
        )
        for pool, size in zip(POOLS, (3, 4, 5), strict=True)
    },
    "in colour": small_network((3, 32, 32), ("a", "b"), blocks=1, hidden=0),
    "all layers": branching(),
}


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_the_program_can_be_read(network):
    ast.parse(torch_program(network))


def test_every_layer_of_the_registry_can_be_written():
    assert set(CALLS) == set(LAYERS)
    used = {type(node.layer) for node in branching().nodes}
    assert used == set(LAYERS)


def test_a_layer_that_is_not_known_is_named_in_a_sentence():
    class Mystery(layers.ReLU):
        pass

    with pytest.raises(EngineError, match="Mystery"):
        torch_program(Network("n", (1, 4, 4), (Node("relu", Mystery()),)))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text):
    plain = replace(NETWORKS["in colour"], name="plain", labels=("a", "b"))
    evil = replace(plain, name=text, labels=(text, "b"))
    first, *rest = plain.nodes
    evil = replace(evil, nodes=(replace(first, name=text), *rest))
    tree = ast.parse(torch_program(evil, weights=text))
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert strings.count(text) >= 3
    own = names_in(tree) - names_in(ast.parse(torch_program(plain)))
    assert all(name == "NAMES" or name in ("node", "parameter") or name.startswith("layer1")
               for name in own)  # fmt: skip


def test_the_program_asks_for_the_arrays_that_the_file_of_weights_has():
    network, params = shipped("lenet5")
    text = torch_program(network)
    for name, own in params.items():
        assert (f"self.{name} = nn." in text) == bool(own)


@pytest.mark.skipif(not TORCH, reason="PyTorch is not installed")
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_pytorch_computes_what_the_engine_computes(network, tmp_path):
    rng = np.random.default_rng(7)
    params = shipped("lenet5")[1] if network == lenet5() else init_params(network, rng)
    for own in params.values():
        if "bias" in own and own["bias"].flags.writeable:
            own["bias"] = rng.normal(0, 0.3, own["bias"].shape).astype(np.float32)
        if "running_var" in own:
            own["running_mean"] = rng.normal(0, 0.3, own["bias"].shape).astype(np.float32)
            own["running_var"] = rng.uniform(0.5, 2, own["bias"].shape).astype(np.float32)
    picture = from_bytes(rng.integers(0, 256, network.input_shape, dtype=np.uint8))
    (tmp_path / "picture.png").write_bytes(encode_png(picture))
    network = replace(network, labels=tuple(f"label {k}" for k in range(len(network.labels))))
    (tmp_path / "weights.npz").write_bytes(save_weights(network, params))
    (tmp_path / "program.py").write_text(torch_program(network), "utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    says, *lines = done.stdout.splitlines()
    assert says == f"{network.name} says:"
    found = [float(line.rpartition(" ")[2]) for line in lines]
    np.testing.assert_allclose(found, forward(network, params, picture[None])[0], atol=2e-6)


def prepared(order: str) -> tuple[Network, tuple]:
    """A network that answers with its input, and numbers that a picture becomes before it."""
    network = Network("prepared", (3, 4, 5), (Node("flatten", layers.Flatten()),))
    return network, (255.0, (100.0, 120.0, 140.0), (50.0, 60.0, 70.0), order)


@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_the_program_prepares_the_picture_with_the_numbers_that_it_is_given(order):
    network, numbers = prepared(order)
    text = torch_program(network, numbers=numbers)
    ast.parse(text)
    assert "mean = torch.tensor([100.0, 120.0, 140.0])" in text
    assert "std = torch.tensor([50.0, 60.0, 70.0])" in text
    assert "x = (x * 255.0 - mean) / std" in text
    assert ("x = x.flip(1)" in text) == (order == "bgr")
    assert "mean" not in torch_program(network)


@pytest.mark.skipif(not TORCH, reason="PyTorch is not installed")
@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_pytorch_prepares_a_picture_as_the_playground_does(order, tmp_path):
    network, (scale, mean, std, _) = prepared(order)
    pixels = np.random.default_rng(3).integers(0, 256, network.input_shape, dtype=np.uint8)
    (tmp_path / "picture.png").write_bytes(encode_png(from_bytes(pixels)))
    (tmp_path / "weights.npz").write_bytes(save_weights(network, {"flatten": {}}))
    program = torch_program(network, numbers=(scale, mean, std, order))
    (tmp_path / "program.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = [float(line.rpartition(" ")[2]) for line in done.stdout.splitlines()[1:]]
    preparation = Preparation(4, 5, scale=scale, mean=mean, std=std, order=order)
    expected = preparation.normalise(from_bytes(pixels))
    np.testing.assert_allclose(found, expected.ravel(), atol=1e-4)
