"""All training runs of the server: one thread works on them in turn, a small slice at a time.

One thread, because two that train slow down everybody's page more than twice as much as one, and
finish hardly sooner: NumPy uses every core for the large products as it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from playground import log
from playground.engine.errors import EngineError
from playground.limits import LIMITS
from playground.ui.training.run import Run
from playground.ui.turns import PAGES, Turns

SLICE = 0.05  # seconds of work on one run
ROUND = 0.5  # seconds in which every run should have had its turn
BREATH = 0.005  # seconds after each slice in which other threads may begin
PATIENCE = 0.1  # seconds that a slice waits for a moment in which no page needs the processor
YIELD = 2.0  # how many times as long as a slice the pages have for themselves when they are many
GRACE = 30.0  # seconds that a run waits for a page that looks at it
LOOK_EVERY = 5.0  # seconds between two looks at whether the sessions are there
LONGEST_STEP = 5.0  # seconds that the end of the server waits for a step that is under way
MAX_RUNS = LIMITS.trainings


@dataclass
class _Seat:
    """A run, the sessions that look at it, and when one of them was last there."""

    run: Run
    sessions: set[str] = field(default_factory=set)
    seen: float = 0.0


class Runs:
    """Runs by the token of the browser tab that they belong to.

    Parameters
    ----------
    alive : callable
        Whether the session with this id is still connected.
    clock, sleep : callable
        Of the time, so that a test can have its own.
    pages : Turns
        The turns of the pages' scripts, which go first.
    """

    def __init__(
        self,
        alive: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        pages: Turns = PAGES,
    ) -> None:
        self._alive, self._clock, self._sleep, self._pages = alive, clock, sleep, pages
        self._seats: dict[str, _Seat] = {}
        self._changed = threading.Condition()
        self._poked = False
        self._looked = -inf
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, token: str, run: Run, session: str) -> None:
        """Take in a run, in place of the one that the token had.

        Raises
        ------
        EngineError
            If the server has as many as it can hold.
        """
        with self._changed:
            if token not in self._seats and len(self._seats) >= MAX_RUNS:
                log.limit("trainings")
                raise EngineError(
                    f"This server trains {MAX_RUNS} networks already, the most it can; "
                    "try again when somebody has finished."
                )
            old = self._seats.get(token)
            sessions = old.sessions if old else set()
            self._seats[token] = _Seat(run, {*sessions, session}, self._clock())
        if old:
            old.run.wake = lambda: None
            old.run.pause()
        run.wake = self.wake
        self.wake()

    def find(self, token: str, session: str) -> Run | None:
        """The run of a token, which stays as long as this session does."""
        with self._changed:
            seat = self._seats.get(token)
            if seat is None:
                return None
            seat.sessions.add(session)
            seat.seen = self._clock()
            return seat.run

    def drop(self, token: str) -> None:
        """Forget a run."""
        with self._changed:
            seat = self._seats.pop(token, None)
        if seat:
            seat.run.wake = lambda: None
            seat.run.pause()

    @property
    def running(self) -> int:
        """How many runs are being worked on."""
        with self._changed:
            seats = list(self._seats.values())
        return sum(seat.run.status == "running" for seat in seats)

    def serve(self) -> None:
        """Begin to work on the runs, in a thread that ends with the server."""
        self._thread = threading.Thread(target=self._serve, name="training", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let every run stop at a step, because the server ends, and wait until they have."""
        with self._changed:
            runs = [seat.run for seat in self._seats.values()]
            self._closed = True
        for run in runs:
            run.pause()
        self.wake()
        if self._thread:
            self._thread.join(timeout=LONGEST_STEP)

    def wake(self) -> None:
        """Look again whether there is something to do."""
        with self._changed:
            self._poked = True
            self._changed.notify()

    def turn(self) -> float | None:
        """Work a slice on every run that has something to do, and let go of lost ones.

        Returns
        -------
        float or None
            Seconds until there may be something to do; None until somebody says so.
        """
        self._let_go()
        with self._changed:
            runs = [seat.run for seat in self._seats.values()]
        waits = []
        active = [run for run in runs if run.due() is not None]
        for run in active:
            waited, began = self._pages.wait_for_gap(PATIENCE), self._clock()
            if run.work(self._slice(min(SLICE, ROUND / len(active)))):
                pressed = waited or self._pages.wanted()
                worked = self._clock() - began
                self._sleep(max(BREATH, YIELD * worked) if pressed else BREATH)
            due = run.due()
            if due is not None:
                waits.append(max(0.0, due - self._clock()))
        if runs:
            waits.append(LOOK_EVERY)
        return min(waits, default=None)

    def _slice(self, seconds: float) -> Callable[[], bool]:
        """Tells whether a slice of so many seconds that begins now has ended."""
        end = self._clock() + seconds
        return lambda: self._clock() >= end or self._pages.wanted()

    def _let_go(self) -> None:
        now = self._clock()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        with self._changed:
            seats = dict(self._seats)
        for token, seat in seats.items():
            if any(self._alive(session) for session in list(seat.sessions)):
                seat.seen = now
            elif now - seat.seen > GRACE:
                self.drop(token)

    def _serve(self) -> None:
        while not self._closed:
            wait = self.turn()
            with self._changed:
                if not self._poked and wait != 0:
                    self._changed.wait(wait)
                self._poked = False
