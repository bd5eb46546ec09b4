"""What `forward` writes over, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import layers as L
from playground.engine.network import Network, Node, forward, init_params, trace

CONV = Node("conv", L.Conv2d(4, 3, padding=1))
NETWORKS = {
    "a chain": (CONV, Node("norm", L.BatchNorm2d()), Node("relu", L.ReLU6())),
    "read again later": (
        CONV,
        Node("relu", L.ReLU()),
        Node("sum", L.Add(), ("conv", "relu")),
    ),
    "read by two": (
        CONV,
        Node("one", L.ReLU6()),
        Node("two", L.BatchNorm2d(), ("conv",)),
        Node("three", L.ReLU(), ("two",)),
        Node("all", L.Concat(), ("one", "three", "two")),
    ),
    "the same array passed on": (
        CONV,
        Node("drop", L.Dropout()),
        Node("relu", L.ReLU6()),
        Node("sum", L.Add(), ("conv", "relu")),
    ),
    "passed on before it is read again": (
        CONV,
        Node("drop", L.Dropout()),
        Node("relu", L.ReLU6(), ("conv",)),
        Node("sum", L.Add(), ("drop", "relu")),
    ),
    "a view of it": (
        CONV,
        Node("flatten", L.Flatten()),
        Node("relu", L.ReLU()),
        Node("again", L.Flatten(), ("conv",)),
        Node("sum", L.Add(), ("again", "relu")),
    ),
    "the picture itself": (Node("relu", L.ReLU()), Node("norm", L.BatchNorm2d())),
    "the picture passed on": (Node("drop", L.Dropout()), Node("relu", L.ReLU6())),
    "twice the same": (CONV, Node("sum", L.Add(), ("conv", "conv")), Node("relu", L.ReLU())),
}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("nodes", NETWORKS.values(), ids=NETWORKS)
def test_forward_gives_what_trace_gives_and_changes_nothing_it_was_given(nodes, dtype):
    rng = np.random.default_rng(0)
    network = Network("n", (3, 6, 7), nodes)
    params = init_params(network, rng)
    for own in params.values():
        for array in own.values():
            array[...] = rng.uniform(0.5, 2, array.shape)
            array.setflags(write=False)
    x = rng.standard_normal((2, 3, 6, 7)).astype(dtype)
    x.setflags(write=False)
    expected = trace(network, params, x)[nodes[-1].name].output
    for _ in range(2):
        found = forward(network, params, x)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


def test_trace_keeps_every_array_as_it_was():
    rng = np.random.default_rng(0)
    network = Network("n", (3, 6, 7), NETWORKS["a chain"])
    params = init_params(network, rng)
    stages = trace(network, params, rng.standard_normal((1, 3, 6, 7)).astype("f4"))
    assert stages["conv"].output.min() < 0 == stages["relu"].output.min()
    assert not any(
        np.shares_memory(a.output, b.output)
        for a in stages.values()
        for b in stages.values()
        if a is not b
    )


@pytest.mark.parametrize("layer", [L.Conv2d(3, 1), L.Conv2d(3, 3, groups=3), L.BatchNorm2d()])
def test_what_is_called_new_is_new(layer):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 3, 600, 600)).astype("f4")
    params = layer.init(x.shape[1:], rng=rng)
    output = layer.forward(params, x)
    assert layer.FRESH and output.flags.writeable
    assert not any(np.shares_memory(output, array) for array in (x, *params.values()))
