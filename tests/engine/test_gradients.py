"""Backpropagation through whole networks, with branches and joins, against differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.gradients import gradients, loss_node, predict
from playground.engine.layers import (
    Add,
    AvgPool2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
    Tanh,
)
from playground.engine.losses import LOSSES
from playground.engine.network import Network, Node, forward, init_params
from tests.engine.differences import assert_gradient

CHAIN = Network(
    "chain",
    (2, 8, 8),
    (
        Node("convolution", Conv2d(3, padding=1)),
        Node("activation", LeakyReLU(0.2)),
        Node("pooling", MaxPool2d()),
        Node("flat", Flatten()),
        Node("dropped", Dropout(0.3)),
        Node("logits", Linear(4)),
        Node("softmax", Softmax()),
    ),
)
# Split twice, joined by Add and by Concat; "stem" is read by three nodes and the picture by two.
BRANCHES = Network(
    "branches",
    (2, 6, 6),
    (
        Node("stem", Conv2d(2, padding=1, padding_mode="reflect")),
        Node("left", Conv2d(2, padding=1, groups=2)),
        Node("bent", Tanh()),
        Node("right", Conv2d(2, 1), ("stem",)),
        Node("sum", Add(), ("bent", "right", "stem", "bent")),
        Node("pooled", AvgPool2d(2), ("input",)),
        Node("small", MaxPool2d(2), ("sum",)),
        Node("joined", Concat(), ("small", "pooled", "small")),
        Node("flat", Flatten()),
        Node("logits", Linear(3)),
        Node("softmax", Softmax()),
    ),
)
NETWORKS = [CHAIN, BRANCHES]


@dataclass(frozen=True)
class Nudge(Layer):
    """Adds a parameter to its input, so that its gradient can be found by differences."""

    def forward(self, params, *inputs):
        return inputs[0] + params.get("offset", 0)

    def backward(self, params, inputs, output, grad, *, input_grads=True):
        return [grad], {"offset": grad} if "offset" in params else {}


def problem(network, n=3, seed=0):
    rng = np.random.default_rng(seed)
    params = init_params(network, rng)
    wide = {
        node: {name: rng.standard_normal(a.shape) / 3 for name, a in own.items()}
        for node, own in params.items()
    }
    classes = network.shapes()["logits"][0]
    return wide, rng.standard_normal((n, *network.input_shape)), rng.integers(0, classes, n)


def loss_of(network, params, x, target, loss):
    logits, output = predict(network, params, x)
    return LOSSES[loss].measure(logits if LOSSES[loss].on_logits else output, target).mean


def replaced(params, node, name, array):
    return params | {node: params[node] | {name: array}}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: n.name)
def test_every_gradient_is_the_slope_of_the_loss(network, loss):
    params, x, target = problem(network)
    found = gradients(network, params, x, target, loss)
    assert found.loss == pytest.approx(loss_of(network, params, x, target, loss))
    rng = np.random.default_rng(1)
    assert found.params.keys() == {node for node, own in params.items() if own}
    for node, own in found.params.items():
        assert own.keys() == params[node].keys()
        for name, grad in own.items():

            def value(array, node=node, name=name):
                changed = replaced(params, node, name, array)
                return loss_of(network, changed, x, target, loss)

            assert_gradient(value, params[node][name], grad, rng, tolerance=1e-5)
    assert_gradient(
        lambda a: loss_of(network, params, a, target, loss), x, found.outputs["input"], rng,
        tolerance=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: n.name)
def test_the_gradient_at_a_node_s_output_is_the_slope_of_moving_that_output(network):
    params, x, target = problem(network)
    found = gradients(network, params, x, target, "total_error")
    rng = np.random.default_rng(2)
    assert found.outputs.keys() == {"input", *found.stages}
    for place, node in enumerate(network.nodes[:-1]):
        # The nudge takes the node's name, so all that read the node read the nudge.
        renamed = [
            Node(n.name + "*" if n is node else n.name, n.layer, sources)
            for n, sources in network.wiring()
        ]
        renamed.insert(place + 1, Node(node.name, Nudge(), (node.name + "*",)))
        nudged = Network("nudged", network.input_shape, tuple(renamed))
        own = params | {node.name + "*": params[node.name]}
        still = np.zeros_like(found.outputs[node.name])

        def value(offset, nudged=nudged, own=own, name=node.name):
            return loss_of(nudged, own | {name: {"offset": offset}}, x, target, "total_error")

        assert_gradient(value, still, found.outputs[node.name], rng, tolerance=1e-5)


def test_dropout_is_in_the_forward_and_the_backward_pass_alike():
    params, x, target = problem(CHAIN)
    found = gradients(CHAIN, params, x, target, rng=np.random.default_rng(3))
    mask = found.stages["dropped"].params["mask"]
    assert (mask == 0).any() and (mask > 1).any()
    dead = found.outputs["flat"] == 0
    assert np.array_equal(dead, mask == 0)
    assert "dropped" not in found.params
    plain = gradients(CHAIN, params, x, target)
    assert "mask" not in plain.stages["dropped"].params and plain.loss != found.loss


def test_dead_ends_have_gradients_of_zero_and_do_not_disturb():
    nodes = (
        *CHAIN.nodes[:2],
        Node("aside", Conv2d(1)),
        Node("pooling", MaxPool2d(), ("activation",)),
    )
    network = Network("aside", CHAIN.input_shape, (*nodes, *CHAIN.nodes[3:]))
    params, x, target = problem(network)
    found = gradients(network, params, x, target)
    assert not any(array.any() for array in found.params["aside"].values())
    assert "aside" not in found.outputs
    plain = gradients(CHAIN, params, x, target)
    assert np.array_equal(plain.outputs["input"], found.outputs["input"])


@pytest.mark.parametrize("chosen", [{"logits"}, {"left"}, {"right", "logits"}, {"stem"}, set()])
def test_what_is_left_out_does_not_change_the_rest(chosen):
    params, x, target = problem(BRANCHES)
    full = gradients(BRANCHES, params, x, target)
    part = gradients(BRANCHES, params, x, target, trainable=chosen)
    assert part.params.keys() == chosen and part.loss == full.loss
    for node in chosen:
        for name, grad in part.params[node].items():
            assert np.array_equal(grad, full.params[node][name])


def test_cross_entropy_goes_around_the_softmax_and_needs_none():
    bare = Network("bare", CHAIN.input_shape, CHAIN.nodes[:-1])
    params, x, target = problem(CHAIN)
    one, other = (gradients(network, params, x, target) for network in (CHAIN, bare))
    assert one.loss == other.loss and "softmax" not in one.outputs
    assert np.array_equal(one.outputs["input"], other.outputs["input"])
    assert loss_node(CHAIN, LOSSES["cross_entropy"]) == "logits"
    assert loss_node(CHAIN, LOSSES["total_error"]) == "softmax"


def test_the_total_error_of_one_picture_hands_each_output_its_distance_from_the_target():
    params, x, _ = problem(CHAIN, n=1)
    target = np.array([[0.0, 0.0, 1.0, 0.0]])
    found = gradients(CHAIN, params, x, target, "total_error")
    output = found.stages["softmax"].output
    np.testing.assert_allclose(found.outputs["softmax"], output - target)
    assert found.loss == pytest.approx(float(((target - output) ** 2).sum()) / 2)


def test_predict_is_what_forward_gives_and_what_stood_before_the_softmax():
    for network in NETWORKS:
        params, x, target = problem(network)
        logits, output = predict(network, params, x)
        stages = gradients(network, params, x, target).stages
        assert np.array_equal(output, forward(network, params, x))
        np.testing.assert_allclose(logits, stages["logits"].output)


def test_float32_stays_and_nothing_that_is_given_changes():
    params, x, target = problem(BRANCHES)
    params = {n: {k: a.astype("f4") for k, a in own.items()} for n, own in params.items()}
    x = x.astype("f4")
    for array in [x, target, *(a for own in params.values() for a in own.values())]:
        array.flags.writeable = False
    found = gradients(BRANCHES, params, x, target)
    arrays = [*found.outputs.values(), *(a for own in found.params.values() for a in own.values())]
    assert {array.dtype for array in arrays} == {np.dtype("f4")}


@pytest.mark.parametrize(
    ("nodes", "loss", "sentence"),
    [
        ((), "cross_entropy", "no layers, so there is nothing to train"),
        ((Node("a", ReLU()),), "cross_entropy", "their shape is 2 x 1 x 3 x 3; end the network"),
        ((Node("f", Flatten()),), "total_error", "end the network in a softmax"),
        (
            (Node("f", Flatten()),),
            "hinge",
            "must be one of cross_entropy, total_error, not 'hinge'",
        ),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(nodes, loss, sentence):
    with pytest.raises(EngineError, match=sentence):
        gradients(Network("n", (1, 3, 3), nodes), {}, np.ones((2, 1, 3, 3)), [0, 0], loss)
