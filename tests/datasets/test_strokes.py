"""Drawings become pictures like MNIST's: the same wherever and however large they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.datasets.digits import digits
from playground.datasets.strokes import (
    BOX,
    MAX_POINTS,
    MAX_STROKES,
    SIDE,
    picture_of_strokes,
    strokes_from,
)
from playground.engine.errors import EngineError
from playground.engine.network import forward
from playground.networks.shipped import shipped
from tests.datasets.drawings import DIGITS

coordinate = st.floats(0, 1, width=32)
drawings = st.lists(
    st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12).map(
        lambda points: [v for point in points for v in point]
    ),
    min_size=1,
    max_size=4,
)


def centre(picture: np.ndarray) -> tuple[float, float]:
    """Centre of mass in pixels, row and column."""
    rows, columns = picture[0].sum(axis=1), picture[0].sum(axis=0)
    places = np.arange(SIDE)
    return float(places @ rows / rows.sum()), float(places @ columns / columns.sum())


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize(("size", "x", "y"), [(1, 0, 0), (0.3, 0.01, 0.6), (0.6, 0.4, 0.05)])
def test_moving_and_scaling_a_drawing_changes_nothing(digit, size, x, y):
    drawn = strokes_from(DIGITS[digit])
    moved = [stroke * np.float32(size) + np.array([x, y], np.float32) for stroke in drawn]
    first, second = picture_of_strokes(drawn), picture_of_strokes(moved)
    np.testing.assert_allclose(first, second, atol=0.02)


@pytest.mark.parametrize("digit", DIGITS)
def test_the_shipped_lenet_5_reads_every_drawn_digit(digit):
    network, params = shipped("lenet5")
    output = forward(network, params, picture_of_strokes(strokes_from(DIGITS[digit]))[np.newaxis])
    assert output[0].argmax() == digit
    assert output[0].max() > 0.9


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_lies_as_mnist_s_do(digit):
    data = digits()
    own = data.batch(data.train_rows)[data.targets[data.train_rows] == digit]
    places = np.array([centre(picture) for picture in own])
    picture = picture_of_strokes(strokes_from(DIGITS[digit]))
    np.testing.assert_allclose(centre(picture), places.mean(axis=0), atol=0.1)
    rows, columns = np.nonzero(picture[0] > 0.1)
    assert abs(max(np.ptp(rows), np.ptp(columns)) + 1 - BOX) <= 1
    ink = own.sum(axis=(1, 2, 3))
    assert np.quantile(ink, 0.05) < picture.sum() < np.quantile(ink, 0.95)


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_every_drawing_is_a_picture_of_bytes_with_ink_inside(drawing):
    picture = picture_of_strokes(strokes_from(drawing))
    assert picture.shape == (1, SIDE, SIDE) and picture.dtype == np.float32
    codes = np.rint(picture * 255)
    np.testing.assert_array_equal(picture, (codes / 255).astype(np.float32))
    assert picture.min() >= 0
    assert 0.5 < picture.max() <= 1


def test_the_order_and_direction_of_strokes_do_not_matter():
    drawn = strokes_from(DIGITS[4])
    turned = [stroke[::-1] for stroke in reversed(drawn)]
    np.testing.assert_allclose(picture_of_strokes(drawn), picture_of_strokes(turned), atol=0.01)


def test_no_strokes_are_a_black_picture_and_one_point_is_a_dot_in_the_middle():
    assert not picture_of_strokes([]).any()
    dot = picture_of_strokes(strokes_from([[0.9, 0.1]]))
    assert 3 < dot.sum() < 12
    np.testing.assert_allclose(centre(dot), (14, 14), atol=0.01)


def test_a_line_keeps_its_proportions_and_its_pen():
    flat = picture_of_strokes(strokes_from([[0.1, 0.5, 0.9, 0.5]]))
    rows, columns = np.nonzero(flat[0] > 0.5)
    assert np.ptp(columns) + 1 >= 19 and np.ptp(rows) + 1 <= 3


@pytest.mark.parametrize(
    "message",
    [
        None,
        "strokes",
        {"strokes": []},
        [[]],
        [[0.5]],
        [[0.1, 0.2, 0.3]],
        [["0.1", "0.2"]],
        [[True, False]],
        [[float("nan"), 0.5]],
        [[float("inf"), 0.5]],
        [[-0.01, 0.5]],
        [[0.5, 1.01]],
        [[10**400, 0]],
        [[[0.1, 0.2], [0.3, 0.4]]],
        [[None, None]],
        [[0.5, 0.5]] * (MAX_STROKES + 1),
        [[0.5, 0.5] * (MAX_POINTS + 1)],
    ],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(message):
    with pytest.raises(EngineError) as caught:
        strokes_from(message)
    assert str(caught.value).endswith(".") and len(str(caught.value)) < 120


def test_the_largest_drawing_is_taken():
    rng = np.random.default_rng(0)
    drawn = strokes_from([rng.random(2 * MAX_POINTS).tolist()])
    assert picture_of_strokes(drawn).mean() > 0.3
