"""The chart of the famous systems shows the numbers it was given, and Plotly takes it."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from playground.render.systems import LARGEST, Point, systems_chart

POINTS = [
    Point("wide", 16_000_000_000, 9.3, 138_000_000, False),
    Point("first", 3_700_000_000, 7.5, 22_000_000, False),
    Point("second", 4_100_000_000, 6.7, 25_000_000, True),
]


def test_cost_stands_to_the_right_error_upwards_and_parameters_as_area():
    [trace] = go.Figure(systems_chart(POINTS)).data
    assert list(trace.x) == [3.7, 4.1, 16.0] and list(trace.y) == [7.5, 6.7, 9.3]
    assert list(trace.text) == ["first", "<b>second</b>", "wide"]
    across = [2 * (size / trace.marker.sizeref / 2) ** 0.5 for size in trace.marker.size]
    # Plotly draws an area of size / sizeref * 2 with a diameter of this many pixels.
    assert max(trace.marker.size) / trace.marker.sizeref == pytest.approx(LARGEST**2 / 2)
    assert across[0] / across[2] == pytest.approx((22 / 138) ** 0.5)


def test_the_chosen_one_is_told_by_more_than_its_colour():
    [trace] = go.Figure(systems_chart(POINTS)).data
    assert list(trace.marker.line.width) == [1, 3, 1]


def test_names_of_close_circles_stand_on_different_sides():
    [trace] = go.Figure(systems_chart(POINTS)).data
    assert list(trace.textposition) == ["top center", "bottom right", "top center"]


def test_no_points_are_an_empty_chart():
    assert not go.Figure(systems_chart([])).data[0].x
