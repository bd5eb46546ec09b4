"""What stands around Streamlit: headers on every answer, so many sessions, a word at an error."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re

from streamlit import config
from streamlit.testing.v1 import AppTest

from playground.limits import LIMITS
from playground.ui import server
from playground.ui.server import Headers, Places, security_headers
from tests import coroutines

PAGE = {"type": "http", "method": "GET", "path": "/train", "headers": [(b"accept", b"text/html")]}
SESSION = {"type": "websocket", "path": f"/base{server.STREAM}", "headers": []}


def run(app, scope: dict, came: list[dict] | None = None) -> list[dict]:
    """What an ASGI application sends for one request."""
    sent: list[dict] = []

    async def receive() -> dict:
        return came.pop(0) if came else {"type": "http.request"}

    async def send(message: dict) -> None:
        sent.append(message)

    coroutines.run(app(scope, receive, send))
    return sent


def answering(headers: list[tuple[bytes, bytes]]):
    """An application that answers every request with these headers."""

    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x"})

    return app


def test_every_answer_has_each_security_header_once():
    app = Headers(answering([(b"etag", b"1"), (b"X-Frame-Options", b"ALLOWALL")]))
    start, body = run(app, PAGE)
    names = [name.decode() for name, _ in start["headers"]]
    assert sorted(names) == sorted(["etag", *(name.lower() for name in security_headers())])
    assert dict(start["headers"])[b"x-frame-options"] == b"SAMEORIGIN"
    assert body["body"] == b"x"


def test_the_policy_trusts_the_servers_own_scripts_alone():
    policy = dict(
        part.split(" ", 1) for part in security_headers()["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    scripts = policy["script-src"].split()
    assert scripts[:2] == ["'self'", "blob:"]
    inline = re.findall(r"<script>(.*?)</script>", server.INDEX.read_text("utf-8"), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in inline]
    assert scripts[2:] == [f"'sha256-{digest}'" for digest in digests]
    assert not re.search(r"\*|https?:|'unsafe-eval'", " ".join(policy.values()))


def test_a_session_too_many_is_turned_away_and_a_place_that_is_left_is_free():
    gate = asyncio.Event()
    refused = []

    async def session(scope, receive, send) -> None:
        if scope["type"] == "websocket":
            await gate.wait()
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def scene() -> None:
        app = Places(session, places=2)

        async def ask(scope) -> list[dict]:
            sent: list[dict] = []

            async def receive() -> dict:
                return {"type": "websocket.connect"}

            async def send(message: dict) -> None:
                sent.append(message)

            await app(scope, receive, send)
            return sent

        inside = [asyncio.create_task(ask(SESSION)) for _ in range(2)]
        await asyncio.sleep(0)
        refused.extend(await ask(SESSION))
        [start, body] = await ask(PAGE)
        assert start["status"] == 503
        assert (b"retry-after", b"30") in start["headers"]
        assert f"All {LIMITS.sessions} places".encode() in body["body"]
        # Parts of a page for those who are in, and the look at the health, go on.
        for other in (PAGE | {"headers": []}, PAGE | {"method": "HEAD"}):
            assert (await ask(other))[0]["status"] == 200
        gate.set()
        assert await asyncio.gather(*inside) == [[], []]
        assert (await ask(PAGE))[0]["status"] == 200
        assert await ask(SESSION) == []

    coroutines.run(scene())
    assert refused == [{"type": "websocket.close", "code": 1013}]


def test_a_session_that_fails_leaves_its_place():
    async def failing(scope, receive, send) -> None:
        raise OSError

    app = Places(failing, places=1)
    for _ in range(3):
        try:
            run(app, SESSION)
        except OSError:
            continue
        raise AssertionError("the error was swallowed")


def test_the_largest_upload_is_what_is_set():
    before = config.get_option("server.maxUploadSize")
    try:
        config.set_option("server.maxUploadSize", 1)
        server.set_limits()
        assert config.get_option("server.maxUploadSize") == max(LIMITS.upload_mb, LIMITS.model_mb)
    finally:
        config.set_option("server.maxUploadSize", before)


def failing_page() -> None:
    from playground.ui import server

    server.on_error(ValueError("/home/somebody/secret.png"))


def test_after_an_error_the_page_says_what_is_left_and_nothing_of_the_error():
    page = AppTest.from_function(failing_page).run()
    [said] = page.error
    assert said.value == server.WENT_WRONG
    assert "secret" not in str(page)
