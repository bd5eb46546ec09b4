"""Activations, the linear layer and the softmax: values, types, and input that cannot work."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from playground.engine import ops
from playground.engine.errors import EngineError

ANY_SHAPE = [
    ops.relu, ops.leaky_relu, ops.sigmoid, ops.tanh, ops.softmax, ops.log_softmax,
]  # fmt: skip


def random(*shape, dtype=np.float64):
    return np.random.default_rng(8).standard_normal(shape).astype(dtype)


def test_relu_cuts_off_negative_values():
    x = np.array([-np.inf, -2.0, 0.0, 3.0, np.inf, np.nan])
    np.testing.assert_array_equal(ops.relu(x), [0, 0, 0, 3, np.inf, np.nan])


@pytest.mark.parametrize("slope", [0.01, 0, 0.5, 1, 3, -1])
def test_leaky_relu_scales_negative_values(slope):
    x = np.array([-4.0, 0.0, 2.0, np.inf, np.nan])
    expected = [-4 * slope, 0, 2, np.inf, np.nan]
    np.testing.assert_array_equal(ops.leaky_relu(x, slope), expected)


@pytest.mark.parametrize("slope", [np.nan, np.inf, "steep", None, [0.1, 0.2]])
def test_leaky_relu_refuses_a_slope_that_is_no_number(slope):
    with pytest.raises(EngineError, match="negative slope must be a finite number"):
        ops.leaky_relu([1.0], slope)


def test_sigmoid_agrees_with_scipy_over_the_whole_range():
    x = np.concatenate([np.linspace(-80, 80, 999), [-1e30, 1e30, -np.inf, np.inf, np.nan]])
    np.testing.assert_allclose(ops.sigmoid(x), special.expit(x), rtol=1e-14, atol=1e-300)
    narrow = x.astype(np.float32)
    np.testing.assert_allclose(ops.sigmoid(narrow), special.expit(narrow), rtol=1e-5, atol=1e-35)


def test_tanh_is_a_stretched_sigmoid():
    x = random(50) * 5
    np.testing.assert_allclose(ops.tanh(x), 2 * ops.sigmoid(2 * x) - 1, atol=1e-14)


@pytest.mark.parametrize("axis", [-1, 0, 1, 2])
def test_softmax_sums_to_one_and_ignores_a_shift(axis):
    x = random(3, 4, 5)
    p = ops.softmax(x, axis)
    np.testing.assert_allclose(p.sum(axis), 1)
    np.testing.assert_allclose(ops.softmax(x + 1000, axis), p)
    np.testing.assert_allclose(np.exp(ops.log_softmax(x, axis)), p)


def test_log_softmax_stays_exact_where_softmax_rounds_to_zero():
    np.testing.assert_allclose(ops.log_softmax([0.0, -2000.0]), [0, -2000])


def test_linear_is_a_weighted_sum_and_a_bias():
    x, weight, bias = random(2, 3, 4), random(5, 4), random(5)
    expected = np.einsum("bri,oi->bro", x, weight) + bias
    np.testing.assert_allclose(ops.linear(x, weight, bias), expected)
    np.testing.assert_allclose(ops.linear(x[0, 0], weight), weight @ x[0, 0])


@pytest.mark.parametrize(
    "args, sentence",
    [
        ((random(2, 3), random(5, 4)), "expects 4 inputs, but the input's shape is 2 x 3"),
        ((3.0, random(5, 1)), "the input's shape is a single number"),
        ((random(2, 4), random(4)), "weight must have two axes"),
        ((random(2, 4), random(5, 4), random(4)), "bias must be 5 numbers"),
        ((random(2, 4), random(5, 4), 1.0), "bias must be 5 numbers"),
        ((random(2, 4), [["a"] * 4]), "weight must hold real numbers"),
        (([], random(5, 4)), "input is empty"),
    ],
)
def test_linear_refuses_what_does_not_fit(args, sentence):
    with pytest.raises(EngineError, match=sentence):
        ops.linear(*args)


@pytest.mark.parametrize("axis", [3, -4, 1.0, None, True, "rows"])
@pytest.mark.parametrize("function", [ops.softmax, ops.log_softmax])
def test_softmax_refuses_an_axis_that_is_not_there(function, axis):
    with pytest.raises(EngineError, match="axis|axes"):
        function(random(2, 2, 2), axis)


@pytest.mark.parametrize("function", ANY_SHAPE)
def test_types_stay_and_inputs_are_not_changed(function):
    for dtype, expected in [("f4", "f4"), ("f8", "f8"), ("i8", "f4"), ("?", "f4"), ("f2", "f4")]:
        x = (random(4, 6) * 3).astype(dtype)[:, ::2]
        kept = x.copy()
        x.flags.writeable = False
        out = function(x)
        assert out.dtype == expected and out.shape == x.shape
        assert not np.shares_memory(out, x)
        np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize("function", ANY_SHAPE)
@pytest.mark.parametrize("x", [[], "text", [1j], [None], [[1], [2, 3]]])
def test_any_operator_refuses_what_holds_no_numbers(function, x):
    with pytest.raises(EngineError, match="input"):
        function(x)


@pytest.mark.parametrize("value", [3, (3, 3), [3, 3], np.int32(3)])
def test_pair_takes_one_whole_number_or_two(value):
    assert ops.pair(value) == (3, 3)
