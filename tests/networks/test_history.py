"""The history beside the networks: what it says is what they are."""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np
import pytest

from playground.engine.layers import Concat
from playground.engine.network import forward
from playground.networks import NETWORKS
from playground.networks.history import HISTORY, TEN, weight_layers
from playground.networks.random_weights import RandomWeights

BLOCKS = {f"{s.name}, {b.__name__}": b for s in HISTORY for b in s.blocks}
# Layers with weights, from the names and abstracts of the papers.
DEPTHS = {
    "lenet5": 5, "alexnet": 8, "zfnet": 8, "googlenet": 22, "vgg16": 16, "vgg19": 19,
    "resnet18": 18, "resnet34": 34, "resnet50": 50, "densenet121": 121,
}  # fmt: skip


def test_the_seven_stand_in_order_of_time_and_each_says_what_changed():
    names = ["LeNet-5", "AlexNet", "ZF Net", "GoogLeNet", "VGGNet", "ResNet", "DenseNet"]
    assert [system.name for system in HISTORY] == names
    assert [system.year for system in HISTORY] == [1998, 2012, 2013, 2014, 2014, 2015, 2016]
    assert [bool(system.what_changed) for system in HISTORY] == [False] + [True] * 6
    for system in HISTORY:
        assert urlsplit(system.url).scheme == "https" and system.authors and system.title
        texts = [system.novelty, system.what_changed] if system.what_changed else [system.novelty]
        assert all(text.endswith(".") and "  " not in text and len(text) > 200 for text in texts)


def test_every_network_from_lenet_to_densenet_is_in_it_as_deep_as_published():
    found = {key: weight_layers(NETWORKS[key]()) for system in HISTORY for key in system.keys}
    assert found == DEPTHS
    assert all(system.depth == DEPTHS[system.keys[0]] for system in HISTORY)


def test_errors_that_are_compared_were_measured_alike_and_fall_from_year_to_year():
    alone = [system.error_of(system.keys[0]) for system in HISTORY]
    assert alone[0] is None  # LeNet never saw a photograph.
    assert {(e.networks, e.views, e.pictures) for e in alone[1:]} == {(1, TEN, "validation")}
    ranked = sorted(alone[1:], key=lambda error: -error.percent)
    # GoogLeNet and VGGNet are of one year.
    assert [e.key for e in ranked] == [
        "alexnet", "zfnet", "vgg16", "googlenet", "resnet50", "densenet121",
    ]  # fmt: skip


def test_every_error_says_whose_it_is_and_where_it_stands():
    for system in HISTORY:
        for error in system.errors:
            assert 0 < error.percent < 20 and "table" in error.source
            assert error.pictures in ("validation", "test")
            assert (error.networks == 1) == (error.key in system.keys)


@pytest.mark.parametrize("shape", [(3, 40, 48), (1, 28, 28)])
@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_block_runs_on_a_picture_with_weights_by_lot(block, shape):
    network = block(shape)
    assert network.input_shape == shape
    x = np.random.default_rng(0).random((1, *shape), np.float32)
    output = forward(network, RandomWeights(network), x)
    assert np.isfinite(output).all() and output.std() > 0.01
    assert max(shape[0] for shape in network.shapes().values()) <= 32


def test_the_blocks_branch_as_the_originals_do():
    joins = {
        name: [type(node.layer).__name__ for node in block((3, 32, 32)).nodes if node.inputs]
        for name, block in BLOCKS.items()
    }
    assert joins["GoogLeNet, inception"].count("Concat") == 1
    assert joins["ResNet, residual"].count("Add") == 1
    assert joins["ResNet, residual_bottleneck"].count("Add") == 1
    assert joins["DenseNet, dense"].count("Concat") == 3
    inception = BLOCKS["GoogLeNet, inception"]((3, 32, 32))
    assert len(next(n.inputs for n in inception.nodes if isinstance(n.layer, Concat))) == 4
