"""Local response normalisation, beside the formula of its paper and a filter of SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import correlate1d

from playground.engine import ops
from playground.engine.errors import EngineError
from tests.engine.differences import assert_gradient


def by_filter(x, size, alpha, beta, k):
    """A filter of ones over the channels; SciPy's origin puts an even one's middle at size // 2."""
    sums = correlate1d(x * x, np.ones(size), axis=1, mode="constant")
    return x / (k + alpha / size * sums) ** beta


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 30])
@pytest.mark.parametrize("channels", [1, 2, 7])
@pytest.mark.parametrize(
    ("alpha", "beta", "k"), [(1e-4, 0.75, 1.0), (0.7, 0.5, 2.0), (2, 1.3, 0.1)]
)
def test_it_is_a_filter_of_ones_over_squares_along_the_channels(size, channels, alpha, beta, k):
    x = np.random.default_rng(size).standard_normal((2, channels, 4, 3))
    found = ops.local_response_norm(x, size, alpha, beta, k)
    np.testing.assert_allclose(found, by_filter(x, size, alpha, beta, k), rtol=1e-12)


def test_the_paper_s_settings_give_the_paper_s_formula():
    # Section 3.3: k = 2, n = 5, alpha = 1e-4, beta = 0.75, and the sum is not divided by n.
    x = np.random.default_rng(0).uniform(0, 200, (1, 9, 2, 2))
    found = ops.local_response_norm(x, 5, 5e-4, 0.75, 2.0)
    for i in range(9):
        near = x[:, max(0, i - 2) : min(8, i + 2) + 1]
        expected = x[:, i] / (2 + 1e-4 * (near**2).sum(axis=1)) ** 0.75
        np.testing.assert_allclose(found[:, i], expected, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("beta", [0.75, 0.4])
def test_the_backward_is_the_slope_also_where_windows_are_uneven_or_hang_over(size, beta):
    rng = np.random.default_rng(size)
    x, grad = rng.standard_normal((2, 2, 6, 3, 2))
    found = ops.local_response_norm_backward(grad, x, size, 0.9, beta, 0.8)

    def value(a):
        return (ops.local_response_norm(a, size, 0.9, beta, 0.8) * grad).sum()

    assert_gradient(value, x, found, rng, tolerance=1e-6)


def test_a_large_channel_weakens_itself_and_its_neighbours_and_no_others():
    x = np.ones((1, 9, 1, 1), np.float32)
    quiet = ops.local_response_norm(x, 3, 1.0)
    x[0, 4] = 100
    loud = ops.local_response_norm(x, 3, 1.0)
    changed = (loud < quiet).ravel().tolist()
    assert changed == [i in (3, 4, 5) for i in range(9)]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(size=0), "at least 1"),
        (dict(size=2.5), "whole number"),
        (dict(alpha=-1), "alpha of the response norm cannot be negative"),
        (dict(beta=np.nan), "beta of the response norm must be a finite number"),
        (dict(k="two"), "k of the response norm must be a finite number"),
    ],
)
def test_settings_that_mean_nothing_are_one_sentence(settings, sentence):
    with pytest.raises(EngineError, match=sentence):
        ops.local_response_norm(np.ones((1, 2, 2, 2)), **settings)
