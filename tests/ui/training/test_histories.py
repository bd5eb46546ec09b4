"""What is kept of a run takes a bounded amount of memory and says the truth."""

from __future__ import annotations

import numpy as np

from playground.ui.training.histories import Curve, Film


def test_a_long_curve_is_thinned_to_means_that_keep_the_total():
    curve = Curve(limit=16)
    for step in range(1, 257):
        curve.add(step, float(step), step / 256)
    steps, losses, accuracies = curve.points()
    assert len(steps) < 16 and steps[-1] == 256
    assert np.mean(losses) == np.mean(range(1, 257))
    assert len(losses) == len(accuracies) == len(steps)


def test_a_long_film_keeps_the_first_frame_and_evenly_spaced_ones():
    film = Film(limit=10)
    for step in range(500):
        film.add(step, np.array([step]))
    assert film.steps[0] == 0 and len(film.steps) <= 10
    assert len(set(np.diff(film.steps))) == 1
    assert [int(frame[0]) for frame in film.frames] == film.steps
