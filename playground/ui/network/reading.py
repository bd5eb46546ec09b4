"""Reading a file that may take a while: in a thread, one file of all sessions at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from playground import log
from playground.engine.errors import EngineError
from playground.files.errors import BadFile

Made = TypeVar("Made")
_TURN = threading.Semaphore(1)  # a file is in memory up to three times while it is read
WENT_WRONG = "This file could not be read."


class Cancelled(Exception):
    """Somebody does not want the file any more."""


class Reading(Generic[Made]):
    """A file that is being read.

    Parameters
    ----------
    read : callable
        Reads it; takes a function to be told, now and then, which share of it is done.
    """

    def __init__(self, read: Callable[[Callable[[float], None]], Made]) -> None:
        self.share = 0.0
        self.made: Made | None = None
        self.refused = ""
        self._cancelled = False
        self._read: Callable[[Callable[[float], None]], Made] | None = read
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        read, self._read = self._read, None
        try:
            with _TURN:
                self._progress(0.0)
                self.made = read(self._progress)
        except (BadFile, EngineError) as error:
            self.refused = str(error)
        except Cancelled:
            pass
        except Exception as error:  # whatever a stranger's file does, the page goes on
            log.event("reading failed", error=type(error).__name__)
            self.refused = WENT_WRONG

    def _progress(self, share: float) -> None:
        if self._cancelled:
            raise Cancelled
        self.share = share

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at most; whether it is there."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """End it at its next step; nothing comes of it."""
        self._cancelled = True
