"""What is strongest, with ties and NaN in a place of their own."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.ranking import STRENGTHS, strengths, strongest_channels, top


def test_the_largest_outputs_come_first_with_their_labels():
    found = top(np.array([[0.1, 0.6, 0.3]], np.float32), ["cat", "dog", "boat"], 2)
    assert [(r.index, r.label) for r in found] == [(1, "dog"), (2, "boat")]
    assert found[0].value == pytest.approx(0.6)


def test_the_order_is_that_of_sorting_for_any_outputs():
    rng = np.random.default_rng(8)
    for _ in range(50):
        values = rng.integers(-4, 5, int(rng.integers(1, 30))).astype(float)
        k = int(rng.integers(1, 40))
        expected = sorted(enumerate(values), key=lambda pair: (-pair[1], pair[0]))[:k]
        found = top(values.reshape(1, -1, 1, 1), k=k)
        assert [(ranked.index, ranked.value) for ranked in found] == expected


def test_nan_is_never_the_strongest():
    assert [r.index for r in top(np.array([np.nan, -np.inf, 1.0]))] == [2, 1, 0]
    maps = np.stack([np.full((2, 2), np.nan), np.zeros((2, 2)), np.ones((2, 2))])
    for by in STRENGTHS:
        assert strongest_channels(maps, by).tolist() == [2, 1, 0]


def test_labels_may_be_missing():
    assert [r.label for r in top(np.array([1.0, 2.0]))] == ["1", "0"]


def test_channels_are_ranked_by_the_size_of_their_values():
    maps = np.array([[[0.0, 4.0]], [[-3.0, -3.0]], [[1.0, 1.0]]])
    assert strengths(maps).tolist() == [2, 3, 1]
    assert strengths(maps, "max").tolist() == [4, 3, 1]
    assert strongest_channels(maps).tolist() == [1, 0, 2]
    assert strongest_channels(maps, "max").tolist() == [0, 1, 2]
    assert strongest_channels(np.array([1.0, -5.0, 2.0])).tolist() == [1, 2, 0]


def test_equal_channels_stay_in_their_order():
    assert strongest_channels(np.ones((40, 3, 3))).tolist() == list(range(40))


def test_what_cannot_be_ranked_is_refused():
    with pytest.raises(EngineError, match="one picture; these have the shape 2 x 3"):
        top(np.zeros((2, 3)))
    with pytest.raises(EngineError, match="3 outputs, but 1 labels"):
        top(np.zeros(3), ["cat"])
    with pytest.raises(EngineError, match="at least 1"):
        top(np.zeros(3), k=0)
    with pytest.raises(EngineError, match="mean or their max"):
        strengths(np.zeros((1, 2, 2)), "colour")
