"""Opening a kept experiment again, and the histograms of the screen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.files.experiment import Experiment, to_json
from playground.ui import screen, state, takeaway
from tests.experiments import random_experiment, random_picture
from tests.ui.session import new_session


@pytest.fixture(autouse=True)
def session(monkeypatch):
    new_session(monkeypatch)


def test_a_kept_experiment_is_the_same_when_it_is_opened():
    rng = np.random.default_rng(0)
    for _ in range(20):
        experiment = random_experiment(rng)
        assert takeaway.read_experiment(to_json(experiment).encode()) == (experiment, [])


HOSTILE = [b"", b"{}", b"[" * 60_000, b"[" * 100_000, b"\xff\x00", b"9" * 5000, b"x" * 10**6]


@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:8]))
def test_a_file_that_is_none_leaves_the_screen_as_it_is_and_says_so(data):
    state.commit(replace(Experiment(), stride=3))
    experiment, notes = takeaway.read_experiment(data)
    assert experiment.stride == 3
    assert len(notes) == 1 and notes[0].startswith("This file is")


def test_the_histograms_are_of_the_filter_that_is_shown_large():
    picture = random_picture(np.random.default_rng(0), 1, 20, 20)
    computed = screen.compute(Experiment(active=2), picture)
    figure = takeaway.histograms(computed)
    assert [bar.name for bar in figure.data] == ["Convolution", "ReLU", "Max pooling"]
    for bar, name in zip(figure.data, computed.map_stages(), strict=True):
        counts, _ = np.histogram(computed.maps(name)[2], len(bar.y))
        assert list(bar.y) == counts.tolist()
