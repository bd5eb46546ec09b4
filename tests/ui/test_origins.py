"""A page of another site opens no session, and costs the server no question to the internet."""

from __future__ import annotations

import pytest
from streamlit import config

from playground.ui import server
from playground.ui.origins import SameOrigin
from tests import coroutines

SESSION = {"type": "websocket", "path": server.STREAM}


def ask(scope: dict) -> tuple[list[str], list[dict]]:
    """The requests that reach Streamlit, and what is answered without it."""
    reached, sent = [], []

    async def streamlit(scope, receive, send) -> None:
        reached.append(scope["type"])

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message: dict) -> None:
        sent.append(message)

    coroutines.run(SameOrigin(streamlit)(scope, receive, send))
    return reached, sent


@pytest.mark.parametrize(
    ("origin", "host", "passes"),
    [
        (b"http://localhost:8501", b"localhost:8501", True),
        (b"https://cnn.example", b"cnn.example", True),
        (None, b"localhost:8501", True),
        (b"https://partner.example", b"cnn.example", True),  # named in the configuration
        (b"https://evil.invalid", b"cnn.example", False),
        (b"http://localhost:8502", b"localhost:8501", False),
        (b"https://cnn.example.evil.invalid", b"cnn.example", False),
        (b"null", b"cnn.example", False),
        (b"\xff://[", b"cnn.example", False),
    ],
)
def test_a_websocket_of_another_site_is_closed_before_streamlit_hears_of_it(origin, host, passes):
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin is not None else [])
    before = config.get_option("server.corsAllowedOrigins")
    try:
        config.set_option("server.corsAllowedOrigins", ["https://partner.example"])
        reached, sent = ask(SESSION | {"headers": headers})
    finally:
        config.set_option("server.corsAllowedOrigins", before)
    assert reached == (["websocket"] if passes else [])
    assert sent == ([] if passes else [{"type": "websocket.close", "code": 1008}])


def test_other_requests_pass_as_they_are():
    headers = [(b"host", b"cnn.example"), (b"origin", b"https://evil.invalid")]
    assert ask({"type": "http", "headers": headers}) == (["http"], [])


def test_the_server_asks_for_the_origin_before_it_counts_a_place():
    order = [each.__name__ for each, _, _ in server.middleware()]
    assert order.index("SameOrigin") < order.index("Places")
