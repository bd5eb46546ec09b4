"""Undo and redo of the Train page: the set-up and the own pictures go back together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.datasets.own import START, Collection
from playground.files.setup import Setup
from playground.ui.training import history
from playground.ui.training.history import Chosen, History


def squares(count: int) -> tuple[np.ndarray, ...]:
    return tuple(np.full((1, 64, 64), k, np.uint8) for k in range(count))


def new() -> History:
    return History(Chosen(Setup(), START))


def test_any_changes_are_undone_one_by_one_and_redone():
    rng, kept = np.random.default_rng(1), new()
    seen = [kept.now]
    for step in range(50):
        if rng.random() < 0.5:
            kept.change(replace(kept.now.setup, seed=step + 1))
        else:
            kept.change(collection=kept.now.collection.with_class("").without_class("Class 3"))
        seen.append(kept.now)
    for before in reversed(seen[:-1]):
        kept.undo()
        assert kept.now == before
    kept.undo()
    for after in seen[1:]:
        kept.redo()
        assert kept.now == after
    kept.undo()
    kept.change(replace(kept.now.setup, epochs=1))
    assert kept.future == []


def test_how_the_page_is_looked_at_is_no_step_and_stays_as_it_is():
    kept = new()
    kept.change(Setup(epochs=5))
    kept.change(Setup(epochs=5, section="use"))
    assert len(kept.past) == 1
    kept.undo()
    assert kept.now.setup.of_run() == Chosen(Setup(), START).setup.of_run()
    assert kept.now.setup.section == "use"


def test_a_set_up_names_the_pictures_that_belong_to_it():
    kept = new()
    kept.change(Setup(dataset="own"))
    before = kept.now.setup
    kept.change(collection=Collection({"a": squares(2), "b": squares(3)}))
    assert kept.now.setup != before and kept.now.setup.of_run() != before.of_run()
    kept.undo()
    assert kept.now.setup == before
    digits = Setup()
    assert replace(digits, pictures="x").of_run() == digits.of_run()


def test_pictures_that_were_removed_are_kept_only_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(history, "REMOVED_BYTES", 3 * 64 * 64)
    kept = History(Chosen(Setup(), Collection({"a": squares(8)})))
    for _ in range(8):
        kept.change(collection=kept.now.collection.without_picture("a", 0))
    assert len(kept.past) == 3
    while kept.past:
        kept.undo()
    assert kept.now.collection.count == 3
    assert np.array_equal(kept.now.collection.classes["a"][0], squares(8)[5])
