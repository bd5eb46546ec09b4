"""Work that takes longer than somebody should wait without a word: it is done in slices.

The browser asks for one slice after the other, so that a bar can move, another wish comes in
between, and nothing goes on for a page that has been closed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np

from playground.ui.turns import PAGES

SLICE = 0.2  # seconds
SURE = 1.0  # seconds after which the pace says something
# Networks large enough to need slices use every core by themselves: one at a time is soonest done.
COMPUTING = threading.RLock()


class Work:
    """Something that is being worked on.

    Parameters
    ----------
    what : tuple
        Tells this work from any other.
    title : str
        What is being done, in a few words.
    slices : iterator of float
        Does a little every time that it is pulled, and says which share of the whole is done. It
        keeps its own result.
    done : float, optional
        Which share was done before.
    """

    def __init__(self, what: tuple, title: str, slices: Iterator[float], done: float = 0.0) -> None:
        self.what, self.title, self.done = what, title, done
        self._slices, self._before, self._began = slices, done, time.monotonic()

    @property
    def left(self) -> float | None:
        """Seconds that it will take on, at the pace so far; None if that cannot be said yet."""
        spent, made = time.monotonic() - self._began, self.done - self._before
        return spent * (1 - self.done) / made if made and spent > SURE else None

    def advance(self, seconds: float = SLICE) -> bool:
        """Work for about so long; whether everything is done.

        Raises
        ------
        EngineError
            If it cannot be done.
        """
        with PAGES.aside():
            return self._advance(time.monotonic() + seconds)

    def _advance(self, until: float) -> bool:
        while True:
            # Around each step: a generator takes no such setting of NumPy's over to its next.
            with COMPUTING, np.errstate(all="ignore"):
                share = next(self._slices, None)
            if share is None:
                return True
            self.done = share
            if time.monotonic() >= until:
                return False
