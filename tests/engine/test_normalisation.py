"""Batch norm with fixed statistics, and ReLU6."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.gradients import gradients
from playground.engine.layers import BatchNorm2d, Conv2d, Flatten
from playground.engine.network import Network, Node, init_params
from tests.engine.differences import assert_gradient


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def drawn(rng, channels):
    mean, weight, bias = rng.standard_normal((3, channels))
    return mean, rng.uniform(0.2, 3, channels), weight, bias


def test_a_batch_measured_by_itself_gets_the_mean_and_deviation_that_were_learned(rng):
    x = rng.normal(3, 2, (8, 5, 6, 7))
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    _, _, weight, bias = drawn(rng, 5)
    found = ops.batch_norm(x, mean, var, weight, bias, 1e-12)
    np.testing.assert_allclose(found.mean(axis=(0, 2, 3)), bias, atol=1e-9)
    np.testing.assert_allclose(found.std(axis=(0, 2, 3)), np.abs(weight), rtol=1e-9)


def test_batch_norm_is_the_formula_of_the_paper(rng):
    # Ioffe & Szegedy 2015, algorithm 2, line 11.
    x = rng.standard_normal((2, 4, 3, 3))
    mean, var, weight, bias = drawn(rng, 4)
    found = ops.batch_norm(x, mean, var, weight, bias, 0.25)
    for c in range(4):
        expected = weight[c] * (x[:, c] - mean[c]) / np.sqrt(var[c] + 0.25) + bias[c]
        np.testing.assert_allclose(found[:, c], expected, rtol=1e-12)


def test_fresh_statistics_leave_a_picture_nearly_as_it_is(rng):
    layer, x = BatchNorm2d(), rng.standard_normal((1, 3, 4, 4)).astype("f4")
    found = layer.forward(layer.init((3, 4, 4), rng=rng), x)
    np.testing.assert_allclose(found, x, rtol=1e-5)
    assert found.dtype == np.float32


def test_batch_norm_folds_into_the_convolution_before_it(rng):
    # As a trained network is made smaller: w' = w * scale, b' = (b - mean) * scale + bias.
    x, kernel = rng.standard_normal((2, 3, 6, 6)), rng.standard_normal((4, 3, 3, 3))
    mean, var, weight, bias = drawn(rng, 4)
    scale = weight / np.sqrt(var + 1e-3)
    folded = ops.conv2d(x, kernel * scale[:, None, None, None], bias - mean * scale)
    found = ops.batch_norm(ops.conv2d(x, kernel), mean, var, weight, bias, 1e-3)
    np.testing.assert_allclose(found, folded, atol=1e-12)


def test_the_gradients_are_slopes_with_any_statistics(rng):
    x, grad = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((2, 3, 4, 5))
    mean, var, weight, bias = drawn(rng, 3)

    def loss(x=x, weight=weight, bias=bias):
        return (ops.batch_norm(x, mean, var, weight, bias) * grad).sum()

    found = ops.batch_norm_backward(grad, x, mean, var, weight)
    assert_gradient(lambda x: loss(x=x), x, found[0], rng, tolerance=1e-5)
    assert_gradient(lambda w: loss(weight=w), weight, found[1], rng, tolerance=1e-5)
    assert_gradient(lambda b: loss(bias=b), bias, found[2], rng, tolerance=1e-5)


def test_statistics_get_no_gradient_even_where_the_loss_does_not_see_them(rng):
    nodes = (
        Node("conv", Conv2d(3)),
        Node("unseen", BatchNorm2d()),
        Node("norm", BatchNorm2d(), ("conv",)),
        Node("flatten", Flatten()),
    )
    network = Network("n", (1, 4, 4), nodes)
    params = init_params(network, rng)
    found = gradients(network, params, rng.standard_normal((2, 1, 4, 4)), np.array([0, 1]))
    assert found.params["norm"].keys() == found.params["unseen"].keys() == {"weight", "bias"}
    assert not found.params["unseen"]["weight"].any() and found.params["norm"]["weight"].any()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: BatchNorm2d(0).output_shape((3, 4, 4)), "epsilon .* above 0, not 0"),
        (lambda: BatchNorm2d(np.nan).output_shape((3, 4, 4)), "finite number"),
        (lambda: BatchNorm2d().output_shape((3,)), "batch norm layer needs maps"),
        (
            lambda: ops.batch_norm(np.ones((1, 3, 2, 2)), *np.ones((4, 2))),
            "mean of a batch norm must be 3 numbers",
        ),
    ],
)
def test_what_does_not_fit_is_one_sentence(call, sentence):
    with pytest.raises(EngineError, match=sentence):
        call()


def test_a_variance_below_zero_is_no_crash():
    found = ops.batch_norm(np.ones((1, 1, 2, 2)), [0], [-2], [1], [0])
    assert np.isnan(found).all()


def test_relu6_is_the_identity_from_0_to_6_and_flat_elsewhere():
    x = np.array([-np.inf, -1, 0, 0.5, 6, 7, np.inf, np.nan])
    assert np.array_equal(ops.relu6(x), [0, 0, 0, 0.5, 6, 6, 6, np.nan], equal_nan=True)
    slopes = ops.relu6_backward(np.full(8, 3.0), x)
    assert slopes.tolist() == [0, 0, 0, 3, 0, 0, 0, 0]
    assert ops.relu6(np.arange(-3, 9)).dtype == np.float32
