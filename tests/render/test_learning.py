"""The chart of a training run is one that Plotly takes, and it shows the numbers it was given."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.render.learning import learning_curves

CURVE = ([1, 2, 3], [2.0, 1.5, 1.0], [0.25, 0.5, 0.75])
HELD_OUT = ([0, 3], [2.2, 1.1], [0.1, 0.7])


def test_loss_stands_on_the_left_and_accuracy_on_the_right_of_both_sets():
    figure = go.Figure(learning_curves(CURVE, HELD_OUT, 10))
    drawn = {(trace.name, trace.yaxis): (list(trace.x), list(trace.y)) for trace in figure.data}
    assert drawn == {
        ("training", "y"): (CURVE[0], CURVE[1]),
        ("training", "y2"): (CURVE[0], CURVE[2]),
        ("held out", "y"): (HELD_OUT[0], HELD_OUT[1]),
        ("held out", "y2"): (HELD_OUT[0], HELD_OUT[2]),
    }


def test_the_axes_end_where_the_run_will_end():
    layout = go.Figure(learning_curves(CURVE, HELD_OUT, 640)).layout
    assert tuple(layout.xaxis.range) == tuple(layout.xaxis2.range) == (0, 640)


def test_nothing_learned_yet_is_an_empty_chart():
    empty = ([], [], [])
    assert all(not trace.x for trace in go.Figure(learning_curves(empty, empty, 5)).data)


def test_a_line_through_both_charts_marks_the_step_that_was_kept():
    figure = go.Figure(learning_curves(CURVE, HELD_OUT, 10, kept=2))
    assert [(line.x0, line.x1, line.xref) for line in figure.layout.shapes] == [
        (2, 2, "x"),
        (2, 2, "x2"),
    ]
    assert all("step 2" in line.label.text for line in figure.layout.shapes)
    assert not go.Figure(learning_curves(CURVE, HELD_OUT, 10)).layout.shapes
