"""Short runs go one after the other, a long one stops nobody, a failed one gives its turn back."""

from __future__ import annotations

import threading

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from playground.ui.turns import Turns, take_turns


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


def test_a_run_that_raises_gives_its_turn_back():
    turns = Turns(allowed=60.0)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_streamlit_runs_its_scripts_in_turns(monkeypatch):
    ran = []
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", lambda self: ran.append(self))
    turns = Turns(allowed=60.0)
    take_turns(turns)
    runner = object.__new__(ScriptRunner)
    runner._run_script_thread()
    assert ran == [runner] and turns._owner is None
