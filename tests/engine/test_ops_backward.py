"""The backward of every operator against differences of its forward, in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine import ops, tiles
from tests.engine.differences import assert_gradient

small = st.integers(1, 3)
sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
seeds = st.integers(0, 2**32)


def random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def away_from_zero(*shape):
    x = random(*shape)
    return x + np.copysign(0.1, x)


@st.composite
def convolutions(draw):
    """Draw a convolution that fits: input, weight and settings."""
    groups, depth, each = draw(small), draw(small), draw(small)
    kernel, dilation, stride = draw(sizes), draw(st.tuples(small, small)), draw(sizes)
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    image = [draw(st.integers(s, s + 6)) for s in span]
    most = [min(4, size - 1) for size in image]
    rng = np.random.default_rng(draw(seeds))
    x = rng.standard_normal((draw(st.integers(1, 4)), groups * depth, *image))
    weight = rng.standard_normal((groups * each, depth, *kernel))
    return x, weight, dict(
        stride=stride,
        padding=tuple(draw(st.integers(0, most[axis])) for axis in (0, 0, 1, 1)),
        dilation=dilation,
        groups=groups,
        padding_mode=draw(st.sampled_from(ops.PADDING_MODES)),
    )  # fmt: skip


def check_conv2d(x, weight, options):
    rng = np.random.default_rng(1)
    bias = rng.standard_normal(len(weight))
    grad = rng.standard_normal(ops.conv2d(x, weight, **options).shape)
    found = ops.conv2d_backward(grad, x, weight, **options)
    arrays = [x, weight, bias]
    for i in range(3):

        def value(array, i=i):
            return float((ops.conv2d(*arrays[:i], array, *arrays[i + 1 :], **options) * grad).sum())

        # A convolution is linear in each of the three, so a large step is exact.
        assert_gradient(value, arrays[i], found[i], rng, step=1.0, tolerance=1e-11)


@settings(max_examples=120, deadline=None)
@given(convolutions())
def test_conv2d_backward_is_the_slope_of_conv2d(case):
    check_conv2d(*case)


@pytest.mark.parametrize("dilation", [(1, 2), (2, 1)])
@pytest.mark.parametrize("groups, stride", [(1, 1), (2, (2, 3))])
@pytest.mark.parametrize(
    "multiply_adds, few, copy_bytes, cache_bytes",
    [
        (10**9, 1, 1, 10**9),  # everything at once
        (10**9, 1, 1, 1),  # one row at a time
        (10**9, 1, 1, 30_000),  # some rows at a time
        (1_500, 1, 1, 30_000),  # some windows of some rows at a time
        (36, 1, 1, 10**9),  # a window or two
        (1, 10**9, 40_000, 1),  # big work, some rows at a time
    ],
)
def test_conv2d_backward_is_right_in_pieces_of_any_shape(
    multiply_adds, few, copy_bytes, cache_bytes, groups, stride, dilation, monkeypatch
):
    monkeypatch.setattr(tiles, "GEMM_UNTHREADED", multiply_adds)
    monkeypatch.setattr(tiles, "FEW_WINDOWS", few)
    monkeypatch.setattr(tiles, "COPY_BYTES", copy_bytes)
    monkeypatch.setattr(tiles, "CACHE_BYTES", cache_bytes)
    x, weight = random(5, 2 * groups, 8, 9), random(3 * groups, 2, 3, 2, seed=1)
    check_conv2d(x, weight, dict(groups=groups, stride=stride, padding=1, dilation=dilation))


def test_without_the_input_gradient_the_others_are_the_same():
    x, weight, grad = random(2, 2, 6, 6), random(3, 2, 3, 3, seed=1), random(2, 3, 4, 4, seed=2)
    full = ops.conv2d_backward(grad, x, weight)
    none, *rest = ops.conv2d_backward(grad, x, weight, input_grad=False)
    assert none is None
    assert all(np.array_equal(a, b) for a, b in zip(rest, full[1:], strict=True))
    x, weight, grad = random(4, 6), random(3, 6, seed=1), random(4, 3, seed=2)
    full = ops.linear_backward(grad, x, weight)
    none, *rest = ops.linear_backward(grad, x, weight, input_grad=False)
    assert none is None
    assert all(np.array_equal(a, b) for a, b in zip(rest, full[1:], strict=True))


def test_a_batch_in_any_order_of_memory_has_the_same_gradients():
    x, weight, grad = random(20, 3, 7, 7), random(4, 3, 3, 3, seed=1), random(20, 4, 5, 5, seed=2)

    def reordered(array):
        return np.ascontiguousarray(array.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)

    plain = ops.conv2d_backward(grad, x, weight)
    other = ops.conv2d_backward(reordered(grad), reordered(x), weight)
    for a, b in zip(plain, other, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    np.testing.assert_array_equal(ops.conv2d(x, weight), ops.conv2d(reordered(x), weight))
    out = ops.max_pool2d(x, 3, 2, 1)
    share = random(*out.shape)
    np.testing.assert_array_equal(
        ops.max_pool2d_backward(share, x, out, 3, 2, 1),
        ops.max_pool2d_backward(reordered(share), reordered(x), reordered(out), 3, 2, 1),
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ops.PADDING_MODES), st.tuples(*[st.integers(0, 4)] * 4), seeds)
def test_pad2d_backward_is_the_slope_of_pad2d(mode, pads, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((2, 2, 5, 6))
    grad = rng.standard_normal(ops.pad2d(x, pads, mode).shape)
    found = ops.pad2d_backward(grad, pads, mode)
    assert_gradient(lambda a: (ops.pad2d(a, pads, mode) * grad).sum(), x, found, rng, 1.0, 1e-11)


@st.composite
def pools(draw):
    """Draw the settings of a pool that fits, and an input without equal values."""
    kernel, dilation = draw(sizes), draw(small)
    rng = np.random.default_rng(draw(seeds))
    shape = (2, 2, *(dilation * (k - 1) + 1 + draw(st.integers(0, 6)) for k in kernel))
    options = dict(
        kernel_size=kernel,
        stride=draw(st.none() | sizes),
        padding=tuple(draw(st.integers(0, k // 2)) for k in kernel),
        ceil_mode=draw(st.booleans()),
    )
    return rng.permutation(np.prod(shape)).reshape(shape) / 7, options, dilation


@settings(max_examples=60, deadline=None)
@given(pools(), st.booleans())
def test_the_pools_backwards_are_the_slopes_of_the_pools(case, count_include_pad):
    x, options, dilation = case
    rng = np.random.default_rng(2)
    out = ops.max_pool2d(x, **options, dilation=dilation)
    grad = rng.standard_normal(out.shape)
    found = ops.max_pool2d_backward(grad, x, out, **options, dilation=dilation)
    assert_gradient(
        lambda a: (ops.max_pool2d(a, **options, dilation=dilation) * grad).sum(), x, found, rng
    )
    for pool, back, more in [
        (ops.sum_pool2d, ops.sum_pool2d_backward, {}),
        (ops.avg_pool2d, ops.avg_pool2d_backward, dict(count_include_pad=count_include_pad)),
    ]:
        grad = rng.standard_normal(pool(x, **options, **more).shape)
        found = back(grad, x.shape, **options, **more)

        def value(a, pool=pool, grad=grad, more=more):
            return (pool(a, **options, **more) * grad).sum()

        assert_gradient(value, x, found, rng, 1.0, 1e-10)


def test_of_equal_values_the_first_in_reading_order_wins():
    x = np.zeros((1, 1, 4, 4))
    grad = np.array([[1.0, 2.0], [3.0, 4.0]])[None, None]
    found = ops.max_pool2d_backward(grad, x, ops.max_pool2d(x, 2), 2)
    assert found[0, 0].tolist() == [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]


def test_nan_wins_and_the_padding_never_does():
    x = np.array([[5.0, np.nan, np.nan], [np.inf, 1.0, 2.0]])[None, None]
    out = ops.max_pool2d(x, (2, 3))
    found = ops.max_pool2d_backward(np.ones_like(out), x, out, (2, 3))
    assert found[0, 0].tolist() == [[0, 1, 0], [0, 0, 0]]
    x = np.full((1, 1, 2, 2), -np.inf)
    out = ops.max_pool2d(x, 3, 3, 1)
    found = ops.max_pool2d_backward(np.ones_like(out), x, out, 3, 3, 1)
    assert found[0, 0].tolist() == [[1, 0], [0, 0]]


def test_a_pixel_that_wins_several_windows_collects_all_their_gradients():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 9
    out = ops.max_pool2d(x, 2, 1)
    found = ops.max_pool2d_backward(np.ones_like(out), x, out, 2, 1)
    assert found.sum() == found[0, 0, 1, 1] == 4


X = away_from_zero(3, 4, 2, 5)
BACKWARDS = {
    "relu": (ops.relu, lambda g, x, y: ops.relu_backward(g, x)),
    "leaky_relu": (
        lambda x: ops.leaky_relu(x, 0.3),
        lambda g, x, y: ops.leaky_relu_backward(g, x, 0.3),
    ),
    "sigmoid": (ops.sigmoid, lambda g, x, y: ops.sigmoid_backward(g, y)),
    "tanh": (ops.tanh, lambda g, x, y: ops.tanh_backward(g, y)),
    "softmax": (lambda x: ops.softmax(x, 1), lambda g, x, y: ops.softmax_backward(g, y, 1)),
    "log_softmax": (
        lambda x: ops.log_softmax(x, 1),
        lambda g, x, y: ops.log_softmax_backward(g, y, 1),
    ),
    "global_avg_pool2d": (
        ops.global_avg_pool2d,
        lambda g, x, y: ops.global_avg_pool2d_backward(g, x.shape),
    ),
    "flatten": (ops.flatten, lambda g, x, y: ops.flatten_backward(g, x.shape)),
    "dropout": (
        lambda x: ops.dropout(x, X > 0),
        lambda g, x, y: ops.dropout_backward(g, X > 0),
    ),
    "add": (lambda x: ops.add(x, 2 * X, x), lambda g, x, y: sum(ops.add_backward(g, 3)[::2])),
    "concat": (
        lambda x: ops.concat(X[:, :1], x, X),
        lambda g, x, y: ops.concat_backward(g, (1, 4, 4))[1],
    ),
}


@pytest.mark.parametrize("name", BACKWARDS)
def test_the_backward_is_the_slope_of_the_forward(name):
    forward, backward = BACKWARDS[name]
    rng = np.random.default_rng(3)
    out = forward(X)
    grad = rng.standard_normal(out.shape)
    kept = X.copy(), grad.copy()
    assert_gradient(lambda x: (forward(x) * grad).sum(), X, backward(grad, X, out), rng)
    assert np.array_equal(X, kept[0]) and np.array_equal(grad, kept[1])
    narrow = backward(grad.astype("f4"), X.astype("f4"), out.astype("f4"))
    assert narrow.dtype == np.float32


@pytest.mark.parametrize("shape", [(4,), (2, 4), (2, 3, 4)])
def test_linear_backward_is_the_slope_of_linear(shape):
    rng = np.random.default_rng(4)
    arrays = [random(*shape), random(5, 4, seed=1), random(5, seed=2)]
    grad = rng.standard_normal((*shape[:-1], 5))
    found = ops.linear_backward(grad, arrays[0], arrays[1])
    for i in range(3):

        def value(array, i=i):
            return (ops.linear(*arrays[:i], array, *arrays[i + 1 :]) * grad).sum()

        assert_gradient(value, arrays[i], found[i], rng, 1.0, 1e-11)


def test_a_dropout_mask_drops_its_share_and_keeps_the_mean():
    x = np.ones((200, 500), np.float32)
    mask = ops.dropout_mask(x, 0.2, np.random.default_rng(5))
    assert mask.dtype == np.float32 and set(np.unique(mask)) == {0, np.float32(1.25)}
    assert abs((mask == 0).mean() - 0.2) < 0.005
    assert abs(ops.dropout(x, mask).mean() - 1) < 0.01
    assert ops.dropout(x) is x
