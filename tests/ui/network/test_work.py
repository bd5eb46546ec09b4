"""Work in slices: how far it is, and how long it takes on."""

from __future__ import annotations

import pytest

from playground.ui.network import work as module
from playground.ui.network.work import Work


def test_what_is_left_follows_the_pace_and_is_not_guessed_at_the_beginning(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def slices():
        for share in (0.1, 0.5, 1.0):
            now[0] += 4.0
            yield share

    made = Work(("what",), "title", slices())
    assert made.left is None
    assert not made.advance(0.0)
    assert made.left == pytest.approx(36.0)
    assert not made.advance(0.0)
    assert made.left == pytest.approx(8.0)
    assert not made.advance(0.0)
    assert made.left == 0.0 and made.advance(0.0)


def test_what_was_done_before_says_nothing_about_the_pace(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def slices():
        now[0] += 4.0
        yield 0.75

    made = Work(("what",), "title", slices(), 0.5)
    assert made.done == 0.5 and made.left is None
    assert not made.advance(0.0)
    assert made.left == pytest.approx(4.0)
