"""The server around the pages: headers, how many sessions, its first and its last moment.

Streamlit's ``st.App`` takes these as middleware and lifespan, so that they hold for whatever way
the server is started.
"""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import config

from playground import __version__, log
from playground.limits import LIMITS
from playground.ui.origins import SameOrigin
from playground.ui.quota import Uploads
from playground.ui.requests import finish_callbacks, keep_pages
from playground.ui.theme import remember_theme
from playground.ui.training import memory
from playground.ui.turns import take_turns

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

INDEX = Path(st.__file__).parent / "static" / "index.html"
STREAM = "/_stcore/stream"  # the websocket of a session
HEALTH = "/_stcore/health"
TRY_AGAIN_LATER = 1013  # the code for a websocket, RFC 6455's registry
FULL = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>CNN Playground</title>'
    f"<p>All {LIMITS.sessions} places of this server are taken. "
    "Try again when somebody has closed the page.</p></html>"
)
WENT_WRONG = (
    "Something went wrong here, and it has been written down. What you made is in the address of "
    "this page: reload it to go on."
)


def _inline_scripts(html: str) -> str:
    """The hashes of a page's own inline scripts, as a policy names them (CSP level 3, 2.3.1)."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)


def security_headers() -> dict[str, str]:
    """The headers of every answer.

    Scripts come from the server alone; components arrive over the websocket and are loaded from
    ``blob:`` addresses, which only a script that runs already can make. Styles are written into
    the page by Streamlit and by Plotly, and a style cannot fetch from elsewhere either.
    """
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {_inline_scripts(INDEX.read_text('utf-8'))}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-src": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",  # frame-ancestors for old browsers
        "Referrer-Policy": "same-origin",  # the address holds the experiment
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    }


class Headers:
    """Middleware that puts the security headers on every answer."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._headers = [(k.lower().encode(), v.encode()) for k, v in security_headers().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; ASGI calls this."""

        async def send_with_headers(message: Scope) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in self._headers}
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
                message = {**message, "headers": [*kept, *self._headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Places:
    """Middleware that lets in so many sessions at a time.

    A page that finds no place is answered with 503 before it loads anything, so that a proxy can
    take it to another server; whoever is in stays in.
    """

    def __init__(self, app: App, places: int = LIMITS.sessions) -> None:
        self._app, self._places, self._taken = app, places, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that there is no place; ASGI calls this."""
        path = scope.get("path", "")
        full = self._taken >= self._places
        if scope["type"] == "websocket" and path.endswith(STREAM):
            await self._session(full, scope, receive, send)
        elif scope["type"] == "http" and full and _is_page(scope):
            log.limit("sessions")
            headers = [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"retry-after", b"30"),
                (b"cache-control", b"no-store"),
            ]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": FULL.encode()})
        else:
            await self._app(scope, receive, send)

    async def _session(self, full: bool, scope: Scope, receive: Receive, send: Send) -> None:
        if full:
            log.limit("sessions")
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        self._taken += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._taken -= 1


def _is_page(scope: Scope) -> bool:
    """Whether a request is for a page itself: not for its parts, nor a look at the health."""
    accepted = dict(scope.get("headers", [])).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accepted


@asynccontextmanager
async def life(app: Any) -> AsyncIterator[None]:
    """What happens before the first page and after the last one; for ``st.App``."""
    log.begin()
    log.event("start", version=__version__, python=platform.python_version(), process=os.getpid())
    try:
        yield
    finally:
        memory.runs().close()
        log.event("stop", process=os.getpid())


def on_error(error: Exception) -> bool:
    """Say on the page that something went wrong; Streamlit has logged it."""
    st.error(WENT_WRONG, icon=":material/error:")
    return True


def middleware() -> list[tuple[type, tuple, dict]]:
    """What stands between the network and Streamlit, the outermost first.

    Streamlit takes what Starlette's ``Middleware`` unpacks into: class, arguments, keywords.
    """
    return [(each, (), {}) for each in (Headers, SameOrigin, Places, Uploads)]


def set_limits() -> None:
    """Tell Streamlit the limits that it keeps itself, before it begins to serve."""
    largest = max(LIMITS.upload_mb, LIMITS.model_mb)
    config.set_option("server.maxUploadSize", largest)
    # The parser of uploads would put the larger ones on disk while they arrive.
    MultiPartParser.spool_max_size = largest * 2**20
    take_turns()
    finish_callbacks()
    keep_pages()
    remember_theme()
