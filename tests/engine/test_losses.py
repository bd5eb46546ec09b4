"""Losses: their values, their slopes, and targets that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.losses import LOSSES, CrossEntropy, TotalError, as_target
from tests.engine.differences import assert_gradient

RNG = np.random.default_rng(0)
LOGITS = RNG.standard_normal((5, 4))
SHARES = RNG.dirichlet(np.ones(4), 5)


@pytest.mark.parametrize("loss", LOSSES.values())
@pytest.mark.parametrize("target", [np.array([0, 3, 1, 1, 2]), SHARES, 3 * SHARES])
def test_the_gradient_is_the_slope_of_the_mean(loss, target):
    outputs = LOGITS if loss.on_logits else ops.softmax(LOGITS)
    found = loss.measure(outputs, target)
    assert found.losses.shape == (5,)
    rng = np.random.default_rng(1)
    assert_gradient(lambda x: loss.measure(x, target).mean, outputs, found.grad, rng)


def test_the_article_s_total_error():
    # Output and target of the article's boat; ½ (0.2² + 0.4² + 0.9² + 0.3²).
    found = TotalError().measure([[0.2, 0.4, 0.1, 0.3]], [[0, 0, 1, 0]])
    assert found.mean == pytest.approx(0.55)
    np.testing.assert_allclose(found.grad, [[0.2, 0.4, -0.9, 0.3]], rtol=1e-6)


def test_cross_entropy_is_minus_the_logarithm_of_the_right_probability():
    target = np.array([0, 3, 1, 1, 2])
    found = CrossEntropy().measure(LOGITS, target)
    p = ops.softmax(LOGITS)
    np.testing.assert_allclose(found.losses, -np.log(p[np.arange(5), target]))
    np.testing.assert_allclose(found.grad, (p - np.eye(4)[target]) / 5)


def test_cross_entropy_stays_finite_where_the_softmax_rounds_to_zero():
    found = CrossEntropy().measure(np.array([[0.0, -5000.0], [1e30, 0.0]]), [1, 0])
    assert found.losses.tolist() == [5000, 0]
    assert np.isfinite(found.grad).all()


def test_an_infinitely_unlikely_class_costs_nothing_unless_it_is_the_target():
    logits = np.array([[0.0, -np.inf]])
    assert CrossEntropy().measure(logits, [0]).mean == 0
    assert CrossEntropy().measure(logits, [1]).mean == np.inf


@pytest.mark.parametrize("loss", LOSSES.values())
def test_types_stay(loss):
    found = loss.measure(LOGITS.astype(np.float32), SHARES)
    assert found.losses.dtype == found.grad.dtype == np.float32
    assert loss.measure(LOGITS, np.zeros(5, np.int64)).grad.dtype == np.float64


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ([0, 4, 0, 0, 0], "4 outputs, numbered from 0, so there is no class 4"),
        ([0, -1, 0, 0, 0], "there is no class -1"),
        ([0, 1], "5 pictures, but 2 targets"),
        ([0.5] * 5, "one class number for each picture"),
        ([True] * 5, "one class number for each picture"),
        ([], "one class number for each picture"),
        (3, "one class number for each picture"),
        (np.ones((5, 3)), "4 outputs, but the target has 3 classes"),
        (np.full((5, 4), np.nan), "finite numbers"),
        (np.full((5, 4), "a"), "real numbers"),
    ],
)
@pytest.mark.parametrize("loss", LOSSES.values())
def test_a_target_that_cannot_be_is_one_sentence(loss, target, sentence):
    with pytest.raises(EngineError, match=sentence):
        loss.measure(LOGITS, target)


def test_outputs_must_be_a_row_for_each_picture():
    with pytest.raises(EngineError, match="their shape is 2 x 4 x 1 x 1; end the network in a"):
        CrossEntropy().measure(np.ones((2, 4, 1, 1)), [0, 0])


def test_class_numbers_are_rows_with_a_single_one():
    assert as_target(np.array([2, 0], np.uint8), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
