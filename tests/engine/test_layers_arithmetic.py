"""Layers of uploaded networks with settings and inputs that the registry's tests do not give."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import layers as L
from playground.engine import ops
from playground.engine.errors import EngineError
from tests.engine.differences import assert_gradient


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def away_from_zero(rng, shape):
    return rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)


CASES = [
    (L.Divide(), [(3, 4, 5), (3, 4, 5)]),
    (L.Divide(), [(3, 4, 5), (5,), (4, 1)]),
    (L.Divide((3, 1, 1)), [(3, 4, 5)]),
    (L.Divide((4, 5), True), [(3, 4, 5)]),
    (L.Subtract((5,), True), [(3, 4, 5)]),
    (L.Subtract(), [(3, 1, 1), (3, 4, 5), (1, 4, 1)]),
    (L.Multiply((3, 1, 1)), [(3, 4, 5), (3, 4, 5)]),
    (L.Multiply(), [(3, 4, 5), (3, 1, 1)]),
    (L.BroadcastAdd((2, 3, 4, 5)), [(3, 4, 5)]),
    (L.BroadcastAdd(), [(7,), (3, 1)]),
    (L.MatMul(), [(3, 4), (4, 5)]),
    (L.MatMul(), [(4,), (4, 5)]),
    (L.MatMul(), [(3, 4), (4,)]),
    (L.MatMul(), [(4,), (4,)]),
    (L.MatMul(), [(2, 3, 4), (4, 5), (2, 5, 1)]),
    (L.MatMul(), [(4,), (2, 4, 3)]),
    (L.PReLU((5,)), [(3, 4, 5)]),
    (L.PReLU((1,)), [(3, 4, 5)]),
    (L.Softmax(3), [(3, 4, 5)]),
    (L.LogSoftmax(2), [(3, 4, 5)]),
    (L.Concat(2), [(3, 4, 5), (3, 1, 5)]),
    (L.Clip(-0.8, 0.9), [(3, 4, 5)]),
    (L.Clip(None, 0.9), [(3, 4, 5)]),
    (L.Mean((3, 1), False), [(3, 4, 5)]),
    (L.Transpose((3, 1, 2)), [(3, 4, 5)]),
    (L.Reshape((5, 2, -1)), [(3, 4, 5)]),
    *((L.Pad((1, 0, 2), (2, 3, 0), mode, 0.5), [(3, 4, 5)]) for mode in ops.PADDING_MODES),
    (L.MaxPool2d(2, 1, (1, 2, 2, 0), dilation=2), [(3, 4, 5)]),
    (L.AvgPool2d((2, 3), 1, 2, dilation=(3, 1)), [(3, 4, 5)]),
    (L.AvgPool2d(3, 2, (2, 0, 1, 2), True, False, 2), [(3, 6, 7)]),
    (L.GlobalMaxPool2d(), [(3, 4, 5)]),
    (L.Constant((2, 3)), [(3, 4, 5)]),
    (L.HardSigmoid(0.4, 0.3), [(3, 4, 5)]),
    (L.ELU(0.3), [(3, 4, 5)]),
]


@pytest.mark.parametrize(("layer", "shapes"), CASES, ids=lambda value: repr(value)[:60])
def test_backward_is_the_slope_of_forward(layer, shapes, rng):
    arrays = [away_from_zero(rng, (2, *shape)) for shape in shapes]
    params = {
        name: away_from_zero(rng, array.shape)
        for name, array in layer.init(*shapes, rng=rng).items()
    }
    output = layer.forward(params, *arrays)
    assert output.shape == (2, *layer.output_shape(*shapes))
    grad = rng.standard_normal(output.shape)
    grads, own = layer.backward(params, tuple(arrays), output, grad)
    assert own.keys() == params.keys()
    for i, array in enumerate(arrays):

        def at_input(x, i=i):
            return (layer.forward(params, *arrays[:i], x, *arrays[i + 1 :]) * grad).sum()

        assert_gradient(at_input, array, grads[i], rng, tolerance=1e-5)
    for name, array in params.items():

        def at_parameter(p, name=name):
            return (layer.forward(params | {name: p}, *arrays) * grad).sum()

        assert_gradient(at_parameter, array, own[name], rng, tolerance=1e-5)


@pytest.mark.parametrize(
    ("layer", "calculate"),
    [
        (L.BroadcastAdd, np.add), (L.Subtract, np.subtract),
        (L.Multiply, np.multiply), (L.Divide, np.divide), (L.MatMul, np.matmul),
    ],
)  # fmt: skip
def test_each_picture_is_calculated_on_its_own_as_numpy_does(layer, calculate, rng):
    for shapes in [
        ((3, 4, 4), (4, 4)),
        ((4, 4), (4,)),
        ((4,), (2, 4, 4)),
        ((2, 1, 4, 4), (3, 4, 4)),
    ]:
        a, b = (away_from_zero(rng, (5, *shape)) for shape in shapes)
        found = layer().forward({}, a, b)
        for picture in range(5):
            np.testing.assert_allclose(found[picture], calculate(a[picture], b[picture]), 1e-12)


def slow_pool(x, layer, reduce):
    """Window by window, pixel by pixel."""
    (kh, kw), (sh, sw) = ops.pair(layer.kernel_size), ops.pair(layer.stride)
    (dh, dw), (top, _, left, _) = ops.pair(layer.dilation), layer.pads()
    out = np.empty((*x.shape[:2], *layer.output_shape(x.shape[1:])[1:]))
    for n, c, i, j in np.ndindex(out.shape):
        rows = [i * sh - top + dh * k for k in range(kh)]
        columns = [j * sw - left + dw * k for k in range(kw)]
        seen = [x[n, c, r, q] for r in rows for q in columns
                if 0 <= r < x.shape[2] and 0 <= q < x.shape[3]]  # fmt: skip
        out[n, c, i, j] = reduce(seen)
    return out


@pytest.mark.parametrize("dilation", [1, 2, (3, 1)])
@pytest.mark.parametrize("padding", [0, 1, 2, (2, 0, 1, 2)])
def test_wide_and_spread_windows_hold_the_pixels_that_they_should(dilation, padding, rng):
    x = rng.standard_normal((2, 3, 9, 8))
    largest = L.MaxPool2d(3, 2, padding, dilation=dilation)
    assert np.array_equal(largest.forward({}, x), slow_pool(x, largest, max))
    mean = L.AvgPool2d(3, 2, padding, False, False, dilation)
    np.testing.assert_allclose(mean.forward({}, x), slow_pool(x, mean, np.mean), 1e-12)
    counted = L.AvgPool2d(3, 2, padding, dilation=dilation)
    expected = slow_pool(x, counted, lambda seen: np.sum(seen) / 9)
    np.testing.assert_allclose(counted.forward({}, x), expected, 1e-12)


def test_activations_have_the_values_of_their_papers():
    x = np.array([[-4.0, -1.0, 0.0, 1.0, 4.0]])
    np.testing.assert_allclose(L.ELU().forward({}, x), [[np.exp(-4) - 1, np.exp(-1) - 1, 0, 1, 4]])
    np.testing.assert_allclose(L.SELU().forward({}, np.array([[1.0]])), [[1.0507009873554805]])
    np.testing.assert_allclose(L.Softplus().forward({}, x), np.log1p(np.exp(x)))
    assert L.Softplus().forward({}, np.array([[1000.0, -1000.0]])).tolist() == [[1000, 0]]
    assert L.HardSigmoid().forward({}, x).tolist() == [[0, 0.3, 0.5, 0.7, 1]]
    np.testing.assert_allclose(L.HardSwish().forward({}, x), [[0, -1 / 3, 0, 2 / 3, 4]])
    assert L.Clip(-2, 3).forward({}, x).tolist() == [[-2, -1, 0, 1, 3]]
    assert L.Clip(3, -2).forward({}, x).tolist() == [[-2] * 5]


def test_selu_keeps_mean_and_variance_through_twenty_layers(rng):
    # Its purpose, Klambauer et al. 2017, with weights of variance 1 / inputs.
    x = rng.standard_normal((200, 400))
    for _ in range(20):
        x = L.SELU().forward({}, x @ rng.normal(0, 400**-0.5, (400, 400)))
    assert abs(x.mean()) < 0.1 and abs(x.var() - 1) < 0.2


def test_nothing_that_does_not_fit_is_calculated():
    a, b = np.ones((1, 2, 3)), np.ones((1, 4, 3))
    for layer in (L.BroadcastAdd(), L.Subtract(), L.Multiply(), L.Divide()):
        with pytest.raises(EngineError, match="2 x 3 and 4 x 3 cannot be brought to one shape"):
            layer.forward({}, a, b)
        with pytest.raises(EngineError, match="at least one input"):
            layer.output_shape()
    with pytest.raises(EngineError, match="2 x 3 and 4 x 3 cannot be multiplied"):
        L.MatMul().forward({}, a, b)
    with pytest.raises(EngineError, match="same size .* 2 x 3 and 4 x 3"):
        L.Concat(2).forward({}, a, b)
