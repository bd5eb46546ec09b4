"""Where what users bring outlives a reload: in memory, for as long as somebody is there.

A reload begins a new session, which knows nothing of the one before. The browser tab keeps a token
that nobody can guess, and with it the new session finds its pictures or its networks again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from playground import log
from playground.engine.errors import EngineError
from playground.limits import LIMITS
from playground.ui.runs import GRACE, LOOK_EVERY

MAX_BYTES = LIMITS.shelf_mb * 2**20  # of all sessions; the fullest collection takes 12 MB


class Sized(Protocol):
    """What can be kept here."""

    @property
    def bytes(self) -> int:
        """How many it takes."""


Kept = TypeVar("Kept", bound=Sized)


@dataclass
class _Place(Generic[Kept]):
    collection: Kept
    sessions: set[str] = field(default_factory=set)
    seen: float = 0.0


class Shelf(Generic[Kept]):
    """Collections, of pictures or of networks, by the token of the browser tab that they belong to.

    Parameters
    ----------
    alive : callable
        Whether the session with this id is still connected.
    clock : callable
        Of the time, so that a test can have its own.
    what, setting : str
        What a sentence calls the things that are kept, and the limit of their size.
    most : int, optional
        Bytes of all of them together.
    """

    def __init__(
        self,
        alive: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        what: str = "pictures",
        setting: str = "shelf_mb",
        most: int | None = None,
    ) -> None:
        self._alive, self._clock = alive, clock
        self._what, self._setting = what, setting
        self._most = most
        self._places: dict[str, _Place[Kept]] = {}
        self._lock = threading.Lock()

    def put(self, token: str, collection: Kept, session: str) -> None:
        """Keep a collection in place of the one that the token had.

        Raises
        ------
        EngineError
            If the server holds as many as it can. What the token had stays.
        """
        self.let_go()
        with self._lock:
            others = sum(p.collection.bytes for t, p in self._places.items() if t != token)
            old = self._places.get(token)
            grows = old is None or collection.bytes > old.collection.bytes
            most = MAX_BYTES if self._most is None else self._most
            if grows and others + collection.bytes > most:
                log.limit(self._setting)
                raise EngineError(
                    f"The {self._what} of everybody who uses this server take {most // 2**20} MB, "
                    "the most it holds; try again when somebody has finished."
                )
            sessions = old.sessions if old else set()
            self._places[token] = _Place(collection, {*sessions, session}, self._clock())

    def find(self, token: str, session: str) -> Kept | None:
        """The collection of a token, which stays as long as this session does."""
        with self._lock:
            place = self._places.get(token)
            if place is None:
                return None
            place.sessions.add(session)
            place.seen = self._clock()
            return place.collection

    def let_go(self) -> None:
        """Forget what belongs to sessions that have been gone for a while."""
        now = self._clock()
        with self._lock:
            for token, place in list(self._places.items()):
                if any(self._alive(session) for session in place.sessions):
                    place.seen = now
                elif now - place.seen > GRACE:
                    del self._places[token]

    def watch(self) -> None:
        """Let go every few seconds, in a thread that ends with the server."""
        self.let_go()
        timer = threading.Timer(LOOK_EVERY, self.watch)
        timer.daemon = True
        timer.start()
