"""Runs of pages' scripts go one after the other, short ones first; training comes last.

Python lets one thread work at a time. Thirty runs of 15 ms that begin together and share the
processor all end after 450 ms; in turns, half of them have ended after 225 ms, and the switches
between them are saved. A run that takes longer loses its turn: whoever waits goes on beside it.
Pages that are opened, which takes as long as five edits, come after the edits that wait: a class
that comes in, or comes back when its server was lost, is no reason for others to wait. Work that
nobody waits for, a network that trains, goes into the gaps.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

ALLOWED = 0.1  # seconds that a run has its turn
PATIENCE = 2.0  # seconds that a whole page, or a run that nobody asked for, lets others go first
QUIET = 0.004  # seconds after a run until its messages are on their way to the browser
DRAWN = 0.2  # and after one that somebody asked for: a browser here draws, the next edit may come
SWITCH = 0.001  # seconds that a thread keeps Python for itself while another waits for it


class _Waiting:
    """A run that waits for its turn, or has it."""

    def __init__(self, lock: threading.Lock, whole: bool) -> None:
        self.called = threading.Condition(lock)
        self.whole, self.since = whole, 0.0


class Turns:
    """Whose turn it is; ``allowed`` seconds at the most while another waits.

    The run of a whole page lets all others go first for up to ``patience`` seconds, and so does one
    that nobody asked for, because a page draws itself anew every second.
    """

    def __init__(
        self,
        allowed: float = ALLOWED,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allowed, self._patience = allowed, patience
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._nobody = threading.Condition(self._lock)  # told when nobody waits any more
        self._queue: deque[_Waiting] = deque()
        self._owner: _Waiting | None = None
        self._until = 0.0  # when the owner loses its turn, or a gap begins
        self._here = threading.local()  # its `turn` is the one that this thread has

    @contextmanager
    def turn(self, asked: Callable[[], bool] = lambda: True, whole: bool = False) -> Iterator[None]:
        """Wait for a turn, first come, first served, and hold it for a ``with`` statement.

        ``asked`` tells whether somebody waits for what the run will show, which may begin later;
        ``whole``, whether it draws a whole page.
        """
        me = _Waiting(self._lock, whole)
        with self._lock:
            self._let_others_go(asked)
            drawing = DRAWN if asked() else QUIET
            self._wait_for(me)
        outer, self._here.turn = getattr(self._here, "turn", None), me
        try:
            yield
        finally:
            self._here.turn = outer
            self._end(me, drawing)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have this thread's turn for a ``with`` statement, and wait for another one.

        For what takes long and need not keep Python for itself, or waits for something else.
        """
        me = getattr(self._here, "turn", None)
        if me is None:
            yield
            return
        self._end(me, QUIET)
        try:
            yield
        finally:
            with self._lock:
                self._wait_for(me)

    def _wait_for(self, me: _Waiting) -> None:
        me.since = self._clock()
        self._queue.append(me)
        # Whoever was given a turn goes on, even if it was over before the thread awoke.
        while me in self._queue:
            left = self._left()
            if left <= 0:
                self._give_to_next()
            else:
                me.called.wait(left)

    def _end(self, me: _Waiting, gap: float) -> None:
        with self._lock:
            if self._owner is me:
                self._owner, self._until = None, self._clock() + gap
                if self._queue:
                    self._give_to_next()
                else:
                    self._nobody.notify()

    def _give_to_next(self) -> None:
        now = self._clock()
        first = (
            each for each in self._queue if not each.whole or now - each.since > self._patience
        )
        self._owner = next(first, self._queue[0])
        self._queue.remove(self._owner)
        self._until = now + self._allowed
        self._owner.called.notify()

    def _left(self) -> float:
        """Seconds that the owner of the turn has left; none if there is no owner."""
        return 0.0 if self._owner is None else self._until - self._clock()

    def _let_others_go(self, asked: Callable[[], bool]) -> None:
        end = self._clock() + self._patience
        while not asked() and self.wanted() and (left := end - self._clock()) > 0:
            gap = min(max(self._until - self._clock(), QUIET), DRAWN)
            self._nobody.wait(min(left, gap))

    def wanted(self) -> bool:
        """Whether somebody has a turn, waits for one, or looks at what came of the last one."""
        return bool(self._queue) or self._until > self._clock()

    def wait_for_gap(self, longest: float) -> bool:
        """Wait until turns are not `wanted`, so many seconds at the most.

        Returns
        -------
        bool
            Whether there was anything to wait for.
        """
        end, waited = self._clock() + longest, False
        while self.wanted() and self._clock() < end:
            self._sleep(QUIET)
            waited = True
        return waited


PAGES = Turns()


def take_turns(turns: Turns = PAGES) -> None:
    """Let the threads in which Streamlit runs scripts wait for their turn.

    An edit passes from thread to thread several times, and would wait each time for five
    milliseconds, Python's own setting, while a network trains.

    Streamlit has no place for this, so its method is replaced; requirements.txt names the one
    version that this is tested with.
    """
    sys.setswitchinterval(SWITCH)
    run = ScriptRunner._run_script_thread

    @wraps(run)
    def run_in_turn(self: ScriptRunner) -> None:
        asks = self._requests
        whole = not asks._rerun_data.fragment_id_queue
        with turns.turn(lambda: not asks._rerun_data.is_auto_rerun, whole):
            run(self)

    ScriptRunner._run_script_thread = run_in_turn
