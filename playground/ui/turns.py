"""Runs of pages' scripts go one after the other, as long as they are short.

Python lets one thread work at a time. Thirty runs of 15 ms that begin together and share the
processor all end after 450 ms; in turns, half of them have ended after 225 ms, and the switches
between them are saved. A run that takes longer loses its turn: whoever waits goes on beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

ALLOWED = 0.1  # seconds that a run has its turn


class Turns:
    """Whose turn it is; ``allowed`` seconds at the most while another waits."""

    def __init__(
        self, allowed: float = ALLOWED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed, self._clock = allowed, clock
        self._free = threading.Condition()
        self._owner: object | None = None
        self._until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it for the time of a ``with`` statement."""
        me = object()
        with self._free:
            while self._owner is not None and (left := self._until - self._clock()) > 0:
                self._free.wait(left)
            self._owner, self._until = me, self._clock() + self._allowed
        try:
            yield
        finally:
            with self._free:
                if self._owner is me:
                    self._owner = None
                    self._free.notify()


def take_turns(turns: Turns) -> None:
    """Let the threads in which Streamlit runs scripts wait for their turn.

    Streamlit has no place for this, so its method is replaced; requirements.txt names the one
    version that this is tested with.
    """
    run = ScriptRunner._run_script_thread

    @wraps(run)
    def run_in_turn(self: ScriptRunner) -> None:
        with turns.turn():
            run(self)

    ScriptRunner._run_script_thread = run_in_turn
