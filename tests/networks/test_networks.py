"""Every network of the registry, and the small one: shapes that fit, counts that are published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.gradients import gradients
from playground.engine.network import forward, init_params, summary
from playground.networks import NETWORKS
from playground.networks.random_weights import RandomWeights
from playground.networks.small import POOLS, small_network

# Parameters; the modules' docstrings say where each count is from.
PUBLISHED = {
    "lenet5": 61_706,
    "alexnet": 60_965_224,
    "zfnet": 62_357_608,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "googlenet": 6_998_552,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "densenet121": 7_978_856,
    "efficientnet_lite0": 4_652_008 - 21_008,  # each batch norm's weight is folded away
}


def small(key):
    """The network on the smallest of usual pictures, on which it computes in a moment."""
    network = NETWORKS[key]()
    sides = {"lenet5": 28, "alexnet": 67, "zfnet": 64}.get(key, 32)
    return replace(network, input_shape=(network.input_shape[0], sides, sides))


@pytest.mark.parametrize("key", NETWORKS)
def test_a_picture_goes_through_to_one_probability_a_class(key):
    assert NETWORKS[key]() == NETWORKS[key]()
    network = small(key)
    x = np.random.default_rng(0).random((2, *network.input_shape), np.float32)
    output = forward(network, RandomWeights(network), x)
    assert output.shape == (2, len(network.labels))
    np.testing.assert_allclose(output.sum(axis=1), 1, rtol=1e-5)
    # Weights by lot keep the size of the signal, so no class has it all, and pictures differ.
    assert output.min() > 0 and output.max() < 0.999
    assert np.abs(output[0] - output[1]).max() > 1e-6


@pytest.mark.parametrize("key", NETWORKS)
def test_the_parameters_are_as_many_as_published(key):
    network = NETWORKS[key]()
    params = RandomWeights(network)
    counted = sum(
        array.size
        for node in network.nodes
        for name, array in params[node.name].items()
        if name not in node.layer.STATISTICS
    )
    assert sum(row.parameters for row in summary(network)) == counted == PUBLISHED[key]


def test_the_layers_of_lenet_5_have_the_shapes_and_counts_of_the_paper_s_figure():
    rows = {row.name: row for row in summary(NETWORKS["lenet5"]())}
    assert [rows[f"{kind}{i}"].output_shape for i in (1, 2) for kind in ("conv", "pool")] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5),
    ]  # fmt: skip
    counts = [rows[name].parameters for name in ("conv1", "conv2", "fc1", "fc2", "fc3")]
    assert counts == [156, 2_416, 48_120, 10_164, 850]


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("blocks", [1, 2])
@pytest.mark.parametrize("hidden", [0, 16])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_every_small_network_computes_and_has_a_gradient_at_every_weight(
    pool, blocks, hidden, dropout
):
    network = small_network(
        (3, 16, 12), ("a", "b", "c"), blocks=blocks, pool=pool, hidden=hidden, dropout=dropout
    )
    rng = np.random.default_rng(0)
    params = init_params(network, rng)
    x = rng.random((4, 3, 16, 12), np.float32)
    found = gradients(network, params, x, np.array([0, 1, 2, 0]), rng=rng)
    assert found.stages["softmax"].output.shape == (4, 3)
    assert {name for name, own in params.items() if own} == set(found.params)
    assert all(np.abs(a).max() > 0 for own in found.params.values() for a in own.values())


def test_pictures_that_are_too_small_for_another_round_are_refused_in_a_sentence():
    with pytest.raises(EngineError, match=r"\.$"):
        small_network((1, 2, 2), ("a", "b"), blocks=2).shapes()
