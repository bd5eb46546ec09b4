"""Networks: the order of the nodes, how they are joined, and the counts of a summary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
    Tanh,
)
from playground.engine.network import (
    Network,
    Node,
    Row,
    forward,
    init_params,
    summary,
    trace,
)


@dataclass(frozen=True)
class Sum(Layer):
    """A join, as a test needs one: all inputs added."""

    def forward(self, params, *inputs):
        return sum(inputs[1:], inputs[0])


CHAIN = Network(
    "chain",
    (1, 8, 8),
    (
        Node("convolution", Conv2d(2)),
        Node("activation", ReLU()),
        Node("pooling", MaxPool2d()),
        Node("flat", Flatten()),
        Node("logits", Linear(3)),
        Node("softmax", Softmax()),
    ),
)
BRANCHES = Network(
    "branches",
    (2, 6, 6),
    (
        Node("a", Conv2d(2, padding=1)),
        Node("b", Tanh(), ("input",)),
        Node("c", Conv2d(2, 1), ("a",)),
        Node("join", Sum(), ("c", "b", "input", "b")),
        Node("score", GlobalAvgPool2d()),
    ),
)
# Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998, section II.B,
# with all maps of layer C3 joined to all of S2, as later copies of LeNet-5 have it.
LENET = Network(
    "LeNet-like",
    (1, 32, 32),
    (
        Node("c1", Conv2d(6, 5)),
        Node("s2", AvgPool2d(2)),
        Node("c3", Conv2d(16, 5)),
        Node("s4", AvgPool2d(2)),
        Node("c5", Conv2d(120, 5)),
        Node("flat", Flatten()),
        Node("f6", Linear(84)),
        Node("output", Linear(10)),
    ),
)
NETWORKS = [CHAIN, BRANCHES, LENET]


def picture(network, n=2, seed=0):
    shape = (n, *network.input_shape)
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.fixture(params=NETWORKS, ids=lambda n: n.name)
def network(request):
    return request.param


@pytest.fixture
def params(network):
    return init_params(network, np.random.default_rng(3))


def test_trace_keeps_the_order_of_the_nodes(network, params):
    stages = trace(network, params, picture(network))
    assert list(stages) == [node.name for node in network.nodes]
    assert all(name == stage.name for name, stage in stages.items())
    assert [s.layer for s in stages.values()] == [node.layer for node in network.nodes]


def test_every_stage_receives_what_the_nodes_it_reads_produced(network, params):
    x = picture(network)
    outputs = {"input": x}
    stages = trace(network, params, x)
    for node, sources in network.wiring():
        stage = stages[node.name]
        assert len(stage.inputs) == len(sources)
        assert all(i is outputs[s] for i, s in zip(stage.inputs, sources, strict=True))
        assert np.array_equal(stage.output, node.layer.forward(stage.params, *stage.inputs))
        outputs[node.name] = stage.output


def test_every_stage_has_the_shape_that_the_network_promises(network, params):
    shapes = network.shapes()
    for name, stage in trace(network, params, picture(network)).items():
        assert stage.output.shape == (2, *shapes[name])


def test_forward_is_the_last_output_of_trace(network, params):
    x = picture(network)
    assert np.array_equal(
        forward(network, params, x), [*trace(network, params, x).values()][-1].output
    )


def test_a_batch_is_its_pictures_one_by_one(network, params):
    x = picture(network, n=3)
    alone = np.concatenate([forward(network, params, x[i : i + 1]) for i in range(3)])
    assert np.allclose(forward(network, params, x), alone, atol=1e-5)


def test_summary_counts_the_parameters_that_init_makes(network, params):
    rows = summary(network)
    assert [row.name for row in rows] == [node.name for node in network.nodes]
    for row in rows:
        assert row.parameters == sum(a.size for a in params[row.name].values())
        assert row.output_shape == network.shapes()[row.name]


def test_init_repeats_with_the_same_seed(network, params):
    again = init_params(network, np.random.default_rng(3))
    assert params.keys() == again.keys()
    assert all(np.array_equal(params[n][k], again[n][k]) for n in params for k in params[n])


def test_every_layer_s_weights_come_from_the_initialiser(network):
    def ones(rng, shape, fan_in, fan_out):
        return np.ones(shape, np.float32)

    params = init_params(network, np.random.default_rng(3), ones)
    assert {a for own in params.values() for a in np.unique(own.get("weight", 1))} == {1}


def test_lenet_has_its_published_counts():
    # Weights and biases: 6 (25 + 1) = 156; 16 (6 * 25 + 1) = 2416; 120 (16 * 25 + 1) = 48120, as
    # in the paper; 84 (120 + 1) = 10164, as in the paper; 10 (84 + 1) = 850.
    # Multiply-adds: cells of the output times the weights that each reads, so
    # 6 * 28 * 28 * 25 = 117600; 16 * 10 * 10 * 150 = 240000; 120 * 400 = 48000; 120 * 84 = 10080.
    assert summary(LENET) == [
        Row("c1", (6, 28, 28), 156, 117_600),
        Row("s2", (6, 14, 14), 0, 0),
        Row("c3", (16, 10, 10), 2416, 240_000),
        Row("s4", (16, 5, 5), 0, 0),
        Row("c5", (120, 1, 1), 48_120, 48_000),
        Row("flat", (120,), 0, 0),
        Row("f6", (84,), 10_164, 10_080),
        Row("output", (10,), 850, 840),
    ]


def test_a_node_that_names_no_input_reads_the_one_before():
    assert [sources for _, sources in CHAIN.wiring()] == [
        ("input",), ("convolution",), ("activation",), ("pooling",), ("flat",), ("logits",)
    ]  # fmt: skip


def test_a_join_reads_its_branches_in_the_order_they_are_named():
    x = picture(BRANCHES)
    params = init_params(BRANCHES, np.random.default_rng(0))
    stages = trace(BRANCHES, params, x)
    expected = stages["c"].output + 2 * np.tanh(x) + x
    assert np.allclose(stages["join"].output, expected, atol=1e-6)


def test_nodes_of_the_same_name_are_refused():
    with pytest.raises(EngineError, match="Two nodes of the network are called “a”"):
        Network("n", (1, 4, 4), (Node("a", ReLU()), Node("a", Tanh())))
    with pytest.raises(EngineError, match="called “input”"):
        Network("n", (1, 4, 4), (Node("input", ReLU()),))


@pytest.mark.parametrize("source", ["later", "itself", "nowhere"])
def test_a_node_can_only_read_nodes_before_it(source):
    nodes = (Node("itself", ReLU(), (source,)), Node("later", Tanh()))
    with pytest.raises(EngineError, match=f"“itself” reads “{source}”"):
        Network("n", (1, 4, 4), nodes)


def test_a_layer_that_does_not_fit_is_found_before_anything_is_computed():
    network = Network("n", (1, 8, 8), (Node("a", MaxPool2d(4)), Node("b", Conv2d(1, 3))))
    for look in (network.shapes, lambda: summary(network)):
        with pytest.raises(EngineError, match="3 x 3 kernel does not fit a 2 x 2 image"):
            look()
    with pytest.raises(EngineError, match="does not fit"):
        init_params(network, np.random.default_rng(0))


@pytest.mark.parametrize("run", [trace, forward])
@pytest.mark.parametrize("shape", [(1, 1, 8, 9), (1, 3, 8, 8), (1, 8, 8), (8,), ()])
def test_a_picture_of_another_shape_is_refused(run, shape):
    with pytest.raises(EngineError, match=r"takes pictures of shape \(1, 8, 8\)"):
        run(CHAIN, init_params(CHAIN, np.random.default_rng(0)), np.zeros(shape, np.float32))


def test_nodes_without_parameters_may_be_left_out():
    x = picture(CHAIN)
    params = init_params(CHAIN, np.random.default_rng(0))
    needed = {name: own for name, own in params.items() if own}
    assert len(needed) == 2
    assert np.array_equal(forward(CHAIN, params, x), forward(CHAIN, needed, x))


def test_networks_are_values():
    copy = Network(CHAIN.name, CHAIN.input_shape, tuple(Node(n.name, n.layer) for n in CHAIN.nodes))
    assert copy == CHAIN and hash(copy) == hash(CHAIN)


def test_a_network_without_nodes_returns_the_picture():
    empty = Network("empty", (1, 2, 2), ())
    x = picture(empty)
    assert forward(empty, {}, x) is x and trace(empty, {}, x) == {} and summary(empty) == []
