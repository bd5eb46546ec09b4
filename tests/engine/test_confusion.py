"""Figures of single classes, counted by hand and picture by picture."""

from __future__ import annotations

import numpy as np

from playground.engine.confusion import class_figures


def test_precision_and_recall_of_a_matrix_worked_out_by_hand():
    found = class_figures(np.array([[8, 2, 0], [1, 9, 0], [3, 1, 0]]))
    assert found.pictures.tolist() == [10, 10, 4] and found.taken.tolist() == [12, 12, 0]
    assert found.recall.tolist() == [0.8, 0.9, 0.0]
    assert found.precision[:2].tolist() == [8 / 12, 9 / 12]


def test_nothing_is_said_of_a_class_that_was_never_answered_or_never_asked_for():
    found = class_figures(np.array([[3, 0], [0, 0]]))
    assert np.isnan(found.precision[1]) and np.isnan(found.recall[1])
    assert found.precision[0] == found.recall[0] == 1


def test_the_figures_are_those_of_counting_the_pictures_one_by_one():
    rng = np.random.default_rng(0)
    truth, answer = rng.integers(0, 4, (2, 200))
    confusion = np.zeros((4, 4), int)
    np.add.at(confusion, (truth, answer), 1)
    found = class_figures(confusion)
    for k in range(4):
        assert found.recall[k] == (answer[truth == k] == k).mean()
        assert found.precision[k] == (truth[answer == k] == k).mean()
