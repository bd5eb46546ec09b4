"""Short runs go one after the other, a long one stops nobody, a failed one gives its turn back."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from playground.ui.turns import DRAWN, QUIET, Turns, _Waiting, take_turns


def wait_until(condition) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_short_runs_never_overlap():
    turns, inside, most = Turns(allowed=60.0), [], []

    def run():
        for _ in range(50):
            with turns.turn():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(most) == 300 and max(most) == 1


def test_a_long_run_loses_its_turn_and_takes_none_away_when_it_ends():
    turns = Turns(allowed=0.01)
    with turns.turn():
        with turns.turn():  # goes on beside it
            second = turns._owner
        assert second is not None and turns._owner is None
    with turns.turn():
        assert turns._owner is not None


def test_a_run_whose_turn_was_over_before_its_thread_awoke_goes_on():
    turns, began = Turns(clock=lambda: 0.0), threading.Event()

    def run():
        with turns.turn():
            began.set()

    thread = threading.Thread(target=run, daemon=True)
    with turns.turn():
        thread.start()
        wait_until(lambda: len(turns._queue) == 1)
        with turns._lock:
            turns._queue.append(_Waiting(turns._lock, whole=False))
            turns._give_to_next()
            turns._give_to_next()
        assert began.wait(10)
    thread.join(10)


def test_a_run_that_steps_aside_lets_others_go_and_waits_for_another_turn():
    turns, order = Turns(allowed=60.0), []
    left, may_return = threading.Event(), threading.Event()

    def upload():
        with turns.turn():
            with turns.aside():
                left.set()
                may_return.wait(10)
            order.append("upload")
            with turns._lock:
                assert turns._owner is not None

    thread = threading.Thread(target=upload)
    thread.start()
    left.wait(10)
    with turns.turn():
        may_return.set()
        wait_until(lambda: len(turns._queue) == 1)
        order.append("edit")
    thread.join(10)
    assert order == ["edit", "upload"]
    assert turns._owner is None and not turns._queue


def test_stepping_aside_gives_the_turn_back_whatever_happens_and_needs_none():
    turns = Turns(allowed=60.0)
    with turns.aside():
        assert turns._owner is None
    with pytest.raises(ZeroDivisionError), turns.turn():
        mine = turns._owner
        with turns.aside():
            assert turns._owner is None
            1 / 0  # noqa: B018
    assert mine is not None and turns._owner is None


def test_a_run_that_lost_its_turn_takes_none_away_when_it_steps_aside():
    turns, taken, may_end = Turns(allowed=0.01), threading.Event(), threading.Event()

    def other():
        with turns.turn():
            taken.set()
            may_end.wait(10)

    thread = threading.Thread(target=other)
    with turns.turn():
        thread.start()
        taken.wait(10)  # after the hundredth of a second that was allowed
        owner = turns._owner
        with turns.aside():
            assert turns._owner is owner is not None
            may_end.set()
    thread.join(10)
    assert turns._owner is None


def test_whoever_comes_first_is_served_first_and_nobody_gets_in_between():
    turns, order, came = Turns(allowed=60.0), [], []

    def run(number):
        with turns.turn():
            order.append(number)
            with turns._lock:
                began = turns._owner
            if number < 20:  # a new one arrives while the turn is handed on
                came.append(threading.Thread(target=run, args=(number + 20,)))
                came[-1].start()
                wait_until(lambda: len(turns._queue) >= 20)
            assert turns._owner is began

    threads = []
    with turns.turn():
        for number in range(20):
            threads.append(threading.Thread(target=run, args=(number,)))
            threads[-1].start()
            wait_until(lambda number=number: len(turns._queue) == number + 1)
    for thread in threads:
        thread.join(10)
    for thread in came:
        thread.join(10)
    assert order == list(range(40))


@pytest.mark.parametrize(
    ("patience", "expected"),
    [(60.0, ["edit", "edit", "page", "page"]), (0.0, ["page", "page", "edit", "edit"])],
)
def test_whole_pages_come_after_the_edits_that_wait_while_they_have_patience(patience, expected):
    turns, order, threads = Turns(allowed=60.0, patience=patience), [], []

    def run(name):
        with turns.turn(whole=name == "page"):
            order.append(name)

    with turns.turn():
        for number, name in enumerate(("page", "page", "edit", "edit"), 1):
            threads.append(threading.Thread(target=run, args=(name,)))
            threads[-1].start()
            wait_until(lambda number=number: len(turns._queue) == number)
    for thread in threads:
        thread.join(10)
    assert order == expected


def test_a_run_that_raises_gives_its_turn_back():
    turns = Turns(allowed=60.0)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_a_gap_begins_when_the_last_run_has_ended_and_its_messages_are_on_their_way():
    now, slept = [0.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    turns = Turns(allowed=1.0, clock=lambda: now[0], sleep=sleep)
    assert not turns.wanted()
    assert not turns.wait_for_gap(1.0) and slept == []
    with turns.turn():
        assert turns.wanted()
        assert turns.wait_for_gap(0.1)
        assert 0.1 <= sum(slept) < 0.2 and turns.wanted()
    for asked, gap in ((True, DRAWN), (False, QUIET)):
        with turns.turn(lambda asked=asked: asked):
            pass
        slept.clear()
        turns.wait_for_gap(1.0)
        assert gap <= sum(slept) <= gap + 2 * QUIET and not turns.wanted()


def test_a_run_that_has_lost_its_turn_leaves_a_gap():
    now = [0.0]
    turns = Turns(allowed=1.0, clock=lambda: now[0])
    with turns.turn():
        now[0] = 1.5
        assert not turns.wanted()


def test_streamlit_runs_its_scripts_in_turns(monkeypatch):
    ran, waited, whole = [], [], []

    def run(self):
        ran.append(self)
        whole.append(turns._owner.whole)

    monkeypatch.setattr(ScriptRunner, "_run_script_thread", run)
    monkeypatch.setattr(sys, "setswitchinterval", lambda seconds: None)
    turns = Turns(allowed=60.0)
    turns._let_others_go = lambda asked: waited.append(not asked())
    take_turns(turns)
    for auto, fragment in ((False, None), (True, None), (False, "kernel")):
        runner = object.__new__(ScriptRunner)
        runner._requests = ScriptRequests()
        runner._requests.request_rerun(RerunData(is_auto_rerun=auto, fragment_id=fragment))
        runner._run_script_thread()
        assert ran.pop() is runner and turns._owner is None
        assert waited.pop() == auto and whole.pop() == (fragment is None)


def test_a_run_that_nobody_asked_for_comes_after_all_that_wait_and_comes():
    turns, order = Turns(allowed=60.0, patience=60.0), []
    waiting = threading.Event()

    def run(name, asked):
        waiting.set()
        with turns.turn(lambda: asked):
            order.append(name)

    def begin(name, asked):
        waiting.clear()
        thread = threading.Thread(target=run, args=(name, asked))
        thread.start()
        assert waiting.wait(10)
        return thread

    with turns.turn():
        threads = [begin("by itself", False), *(begin("asked", True) for _ in range(5))]
        wait_until(lambda: len(turns._queue) == 5)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == ["asked"] * 5 + ["by itself"]


def test_a_run_that_nobody_asked_for_waits_no_longer_than_its_patience():
    turns = Turns(allowed=0.01, patience=0.02)
    with turns.turn(), turns.turn(lambda: False):
        assert turns._owner is not None


def test_a_run_that_is_asked_for_while_it_lets_others_go_waits_no_longer():
    turns, asked, began = Turns(allowed=60.0, patience=60.0), [False], threading.Event()

    def run():
        with turns.turn(lambda: asked[0]):
            began.set()

    thread = threading.Thread(target=run)
    with turns.turn():
        thread.start()
        asked[0] = True
        wait_until(lambda: len(turns._queue) == 1)
    assert began.wait(10)
    thread.join(10)
