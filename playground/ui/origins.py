"""Who may open a session: our own pages, and programs, but no page of another site."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from streamlit import config

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NOT_ALLOWED = 1008  # the code for a websocket, RFC 6455


class SameOrigin:
    """Middleware that refuses websockets which a page of another site wants to open.

    Streamlit refuses them, too, but first asks a service on the internet for this machine's own
    address, and the whole server waits up to two seconds for the answer.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or close it; ASGI calls this."""
        if scope["type"] == "websocket" and not _is_from_here(dict(scope.get("headers", []))):
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": NOT_ALLOWED})
        else:
            await self._app(scope, receive, send)


def _is_from_here(headers: dict[bytes, bytes]) -> bool:
    """Whether a request comes from one of our own pages, or from no page at all."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin:
        return True
    allowed = [urlsplit(each).netloc for each in config.get_option("server.corsAllowedOrigins")]
    try:
        return urlsplit(origin).netloc in [headers.get(b"host", b"").decode("latin-1"), *allowed]
    except ValueError:  # no address at all
        return False
