"""The charts hold the numbers that they show."""

from __future__ import annotations

import numpy as np

from playground.render.figures import histograms


def test_every_stage_has_a_panel_and_every_cell_is_counted_once():
    rng = np.random.default_rng(0)
    stages = [
        ("Convolution", rng.normal(0, 1, (3, 20, 30))),
        ("ReLU", rng.uniform(0, 1, (10, 10))),
        ("Sum pooling", np.full((4, 4), 2.0)),
    ]
    figure = histograms(stages)
    assert [bar.name for bar in figure.data] == [title for title, _ in stages]
    assert [note.text for note in figure.layout.annotations] == [title for title, _ in stages]
    for bar, (_, values) in zip(figure.data, stages, strict=True):
        assert sum(bar.y) == values.size
        edges = np.asarray(bar.x) - np.asarray(bar.width) / 2
        assert edges[0] <= values.min() and (edges + bar.width)[-1] >= values.max() - 1e-9


def test_a_bar_stands_where_its_values_are():
    bar = histograms([("Map", np.array([0.0, 0.0, 0.0, 6.0]))]).data[0]
    assert (bar.y[0], bar.y[-1]) == (3, 1)
    np.testing.assert_allclose([bar.x[0], bar.x[-1]], [0.05, 5.95])


def test_panels_count_on_logarithmic_scales():
    figure = histograms([("A", np.arange(9.0)), ("B", np.arange(4.0))])
    assert figure.layout.yaxis.type == figure.layout.yaxis2.type == "log"
