"""Own pictures outlive a reload, belong to one token, and are gone when nobody is there."""

from __future__ import annotations

import numpy as np
import pytest

from playground.datasets.own import Collection
from playground.engine.errors import EngineError
from playground.ui.runs import GRACE
from playground.ui.training import own_shelf
from playground.ui.training.own_shelf import Shelf


def some(count: int) -> Collection:
    return Collection({"a": tuple(np.full((1, 64, 64), k, np.uint8) for k in range(count))})


@pytest.fixture
def world():
    there, time = {"one"}, [0.0]
    return Shelf(there.__contains__, lambda: time[0]), there, time


def test_a_new_session_finds_what_the_one_before_it_left(world):
    shelf, there, time = world
    pictures = some(2)
    shelf.put("token", pictures, "one")
    there.clear()
    time[0] = GRACE - 1
    shelf.let_go()
    there.add("two")
    assert shelf.find("token", "two") is pictures
    assert shelf.find("another", "two") is None
    time[0] = 100 * GRACE
    shelf.let_go()
    assert shelf.find("token", "two") is pictures


def test_pictures_are_forgotten_when_their_sessions_have_been_gone_for_a_while(world):
    shelf, there, time = world
    shelf.put("token", some(2), "one")
    time[0] = 1000.0
    shelf.let_go()
    there.clear()
    time[0] += GRACE + 1
    shelf.let_go()
    assert shelf.find("token", "one") is None


def test_a_server_that_is_full_says_so_and_keeps_what_it_has(world, monkeypatch):
    shelf, *_ = world
    monkeypatch.setattr(own_shelf, "MAX_BYTES", 5 * 64 * 64)
    shelf.put("a", some(3), "one")
    shelf.put("b", some(2), "one")
    with pytest.raises(EngineError, match="most it holds"):
        shelf.put("b", some(3), "one")
    assert shelf.find("b", "one").count == 2
    shelf.put("a", some(2), "one")  # fewer always fit
    shelf.put("b", some(3), "one")
