"""What one session may hold, and how fast it may send: many share the server.

Files that were uploaded wait in Streamlit's memory until a page takes them; `Uploads` bounds what
waits there. What a page keeps of them is counted by `claim`, and `in_turn` keeps one session from
having its uploads opened all the time.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streamlit.runtime import exists, get_instance

from playground import log
from playground.engine.errors import EngineError
from playground.limits import LIMITS
from playground.ui import state
from playground.ui.turns import PAGES

MEGABYTE = 2**20
MAX_BYTES = LIMITS.session_mb * MEGABYTE
# A network's file may be larger than all that a session keeps otherwise.
MAX_WAITING = max(LIMITS.session_mb, LIMITS.upload_mb, LIMITS.model_mb) * MEGABYTE
FRAME = 64 * 1024  # what stands around a file in the request that brings it
PAUSE = 1.0  # seconds from one upload's end to the next one's begin
TOO_MUCH = (
    f"The files that this page is uploading take more than {MAX_WAITING // MEGABYTE} MB together; "
    "upload fewer at a time."
)
NO_LENGTH = "An upload must say how long it is."
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


def claim(what: str, size: int) -> None:
    """Count what this session is about to keep, in place of what it kept of the same kind.

    Parameters
    ----------
    what : str
        The kind, as a sentence calls it: "your pictures".
    size : int
        In bytes, 0 when it is let go.

    Raises
    ------
    EngineError
        If the session would hold more than the server lets it; what was counted before stays.
    """
    held = state.memory_of("held", dict)
    others = {kind: kept for kind, kept in held.items() if kind != what and kept}
    if size > held.get(what, 0) and sum(others.values()) + size > MAX_BYTES:
        log.limit("session_mb")
        listed = ", ".join(f"{kind} {megabytes(kept)}" for kind, kept in others.items())
        raise EngineError(
            f"A page of this server may hold {LIMITS.session_mb} MB, and {what} would take "
            f"{megabytes(size)}{f' beside what is here: {listed}' if listed else ''}; let go of "
            "something, or reload the page."
        )
    held[what] = size


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{max(1, round(size / MEGABYTE))} MB"


class _Turn:
    def __init__(self) -> None:
        self.after = 0.0


def in_turn(take: Callable[[], None]) -> None:
    """Take in what was uploaded, a while after what this session uploaded before.

    A picture of 16 megapixels costs half a second of the server, so that somebody who uploads
    without a pause would slow down everybody else. Meanwhile, pages are drawn.
    """
    turn = state.memory_of("turn", _Turn)
    with PAGES.aside():
        time.sleep(min(PAUSE, max(0.0, turn.after - time.monotonic())))
        try:
            take()
        finally:
            turn.after = time.monotonic() + PAUSE


class Uploads:
    """Middleware that refuses what a session uploads beyond the limit, before it is read."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it is too much; ASGI calls this."""
        upload = _UPLOAD.search(scope.get("path", "")) if scope["type"] == "http" else None
        if upload is None or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        length = dict(scope.get("headers", [])).get(b"content-length", b"")
        if not re.fullmatch(rb"[0-9]{1,12}", length):
            await _refuse(send, 411, NO_LENGTH)
            return
        session, size = upload[1], int(length)
        if waiting(session) + self._coming[session] + size > MAX_WAITING + FRAME:
            log.limit("session_mb")
            await _refuse(send, 413, TOO_MUCH)
            return
        self._coming[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= size
            self._coming += Counter()  # forgets those that are 0


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})


def waiting(session: str) -> int:
    """How many bytes of a session's files Streamlit keeps."""
    if not exists():
        return 0
    files = get_instance().uploaded_file_mgr.file_storage.get(session, {})
    return sum(len(file.data) for file in list(files.values()))
