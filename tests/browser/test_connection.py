"""What an edit costs on the wire; a broken connection loses none, and none arrives twice."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playground.engine.kernels import TRANSFORMS
from playground.files.experiment import from_query
from tests.browser.harness import wait_until_idle

TO_SERVER, TO_PAGE = "to the server", "to the page"


class Wire:
    """Between the page and its server; the first connection can break in one direction."""

    def __init__(self, page: Page) -> None:
        self.broken, self.lost = "", 0
        self.sockets: list[WebSocketRoute] = []
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self.sockets.append(socket)
        first = len(self.sockets) == 1
        socket.on_message(lambda message: self._pass(message, server, TO_SERVER, first))
        server.on_message(lambda message: self._pass(message, socket, TO_PAGE, first))

    def _pass(self, message: str | bytes, to: WebSocketRoute, direction: str, first: bool) -> None:
        if first and direction == self.broken:
            self.lost += 1
        else:
            to.send(message)

    def close(self) -> None:
        """Close the broken connection; the page makes itself a whole one."""
        self.sockets[0].close()


def weights(page: Page) -> tuple:
    """The first filter's weights, as the address has them."""
    return from_query(dict(parse_qsl(urlsplit(page.url).query)))[0].filters[0].weight


# Streamlit looks for itself at its own address and writes down that its connection was closed.
@pytest.mark.allow_problems("_stcore", "WebSocket")
@pytest.mark.parametrize("direction", [TO_SERVER, TO_PAGE])
def test_an_edit_during_which_the_connection_breaks_arrives_and_arrives_once(open_page, direction):
    page = open_page(wait=False)
    wire = Wire(page)
    page.reload()
    wait_until_idle(page)
    before = weights(page)
    wire.broken = direction
    page.get_by_role("button", name="Negate").click()
    while not wire.lost:
        page.wait_for_timeout(20)
    wire.close()
    end = time.monotonic() + 20
    while weights(page) == before and time.monotonic() < end:
        page.wait_for_timeout(20)
    wait_until_idle(page)
    page.wait_for_timeout(3500)  # until it would be sent once more
    wait_until_idle(page)
    assert weights(page) == TRANSFORMS["negate"](before)
    assert len(wire.sockets) == 2


def test_the_first_edit_after_a_look_at_another_page_counts(open_page):
    page = open_page()
    before = weights(page)
    for expected in (TRANSFORMS["negate"](before), before):
        page.get_by_role("button", name="Negate").click()
        end = time.monotonic() + 15
        while weights(page) != expected and time.monotonic() < end:
            page.wait_for_timeout(20)
        assert weights(page) == expected
        page.get_by_role("link", name="Guide").click()
        page.get_by_role("heading", name="First steps").wait_for()
        page.get_by_role("link", name="Filters").click()
        page.locator(".pipeline[data-version]").wait_for()
        wait_until_idle(page)


def test_an_edit_of_a_kernel_is_one_run_of_the_script(open_page):
    page, received = open_page(wait=False), []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(frame))

    page.on("websocket", listen)
    page.reload()
    wait_until_idle(page)
    for runs in (2, 1):  # the first edit makes the button that undoes it
        received.clear()
        page.get_by_role("button", name="Negate").click()
        wait_until_idle(page)
        kinds = [ForwardMsg.FromString(each).WhichOneof("type") for each in received]
        assert kinds.count("new_session") == runs
