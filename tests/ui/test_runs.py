"""All runs of a server: each gets its turn, and a run without a page is let go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.engine.errors import EngineError
from playground.ui import runs as module
from playground.ui.runs import GRACE, LOOK_EVERY, PATIENCE, SLICE, YIELD, Runs
from playground.ui.turns import Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Work:
    """A run that takes 10 ms a step."""

    def __init__(self, clock: Clock, steps: int = 1000) -> None:
        self.clock, self.left, self.done = clock, steps, 0
        self.paused = False
        self.longest = 0.0
        self.wake = lambda: None

    @property
    def status(self) -> str:
        return "running" if self.due() is not None else "paused"

    def due(self) -> float | None:
        return -1.0 if self.left and not self.paused else None

    def work(self, enough: Callable[[], bool]) -> bool:
        began = self.clock.now
        while True:
            self.clock.now += 0.01
            self.left -= 1
            self.done += 1
            if enough() or not self.left:
                self.longest = max(self.longest, self.clock.now - began)
                return True

    def pause(self) -> None:
        self.paused = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def there() -> set[str]:
    return {"a", "b", "c"}


@pytest.fixture
def runs(clock, there) -> Runs:
    return Runs(there.__contains__, clock, clock.sleep, Turns(60.0, clock=clock, sleep=clock.sleep))


def test_runs_advance_alike_in_small_slices(runs, clock):
    works = [Work(clock) for _ in range(3)]
    for name, work in zip("abc", works, strict=True):
        runs.put(name, work, name)
    assert runs.running == 3
    for _ in range(20):
        assert runs.turn() == 0.0
    done = [work.done for work in works]
    assert max(done) - min(done) <= 1 and min(done) >= 50
    assert all(work.longest <= 0.061 for work in works)


def test_a_run_waits_while_a_page_has_its_turn_but_not_for_ever(clock, there):
    pages = Turns(60.0, clock=clock, sleep=clock.sleep)
    runs = Runs(there.__contains__, clock, clock.sleep, pages)
    work = Work(clock)
    runs.put("a", work, "a")
    with pages.turn():
        began = clock.now
        runs.turn()
        assert clock.now - began >= PATIENCE + (1 + YIELD) * 0.01 and work.done == 1
    clock.now += 1.0
    began = clock.now
    runs.turn()
    assert clock.now - began < PATIENCE and work.longest >= SLICE


def test_a_page_that_comes_ends_the_slice_of_a_run(clock, there):
    pages = Turns(60.0, clock=clock, sleep=clock.sleep)
    runs = Runs(there.__contains__, clock, clock.sleep, pages)

    class Interrupted(Work):
        def work(self, enough):
            with pages.turn():
                return super().work(enough)

    runs.put("a", Interrupted(clock), "a")
    runs.turn()
    assert runs._seats["a"].run.done == 1


def test_a_finished_run_leaves_the_thread_waiting(runs, clock):
    runs.put("a", Work(clock, steps=3), "a")
    runs.turn()
    assert runs.turn() == LOOK_EVERY
    runs.drop("a")
    assert runs.turn() is None


def test_a_run_survives_a_reload_and_ends_when_nobody_comes_back(runs, clock, there):
    work = Work(clock, steps=10**9)
    runs.put("token", work, "a")
    there.discard("a")
    clock.now += LOOK_EVERY + 1
    runs.turn()
    assert runs.find("token", "b") is work  # the page after the reload
    there.discard("b")
    for _ in range(4):
        clock.now += GRACE / 3
        runs.turn()
    assert work.paused and runs.find("token", "c") is None


def test_a_new_run_takes_the_place_of_the_old_one(runs, clock):
    old, new = Work(clock), Work(clock)
    runs.put("token", old, "a")
    runs.put("token", new, "a")
    assert old.paused and runs.find("token", "a") is new


def test_a_full_server_says_so(runs, clock, monkeypatch):
    monkeypatch.setattr(module, "MAX_RUNS", 2)
    for name in "ab":
        runs.put(name, Work(clock), name)
    with pytest.raises(EngineError, match="trains 2 networks already"):
        runs.put("c", Work(clock), "c")
    runs.put("a", Work(clock), "a")


def test_nobody_gets_a_run_without_its_token(runs, clock):
    runs.put("token", Work(clock), "a")
    assert runs.find("other", "a") is None


def test_at_the_end_of_the_server_every_run_stops_and_the_thread_ends(clock, there):
    runs = Runs(there.__contains__, clock, clock.sleep)
    works = [Work(clock, steps=10**9) for _ in range(2)]
    for name, work in zip("ab", works, strict=True):
        runs.put(name, work, name)
    runs.serve()
    runs.close()
    assert not runs._thread.is_alive()
    assert all(work.paused for work in works)
