"""One browser tab as the server sees it: Streamlit's protocol over a websocket, nothing drawn.

What is sent is what the browser's half of Streamlit 1.67 sends: the state of every widget with
each request, the hashes of the messages that it keeps, the fragment that a widget stands in, the
query of its address. What comes in is parsed in full, as a browser does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from benchmarks.load import web
from benchmarks.load.page import Page
from benchmarks.load.web import PATIENCE, Lost

LARGEST = 200 * 2**20  # bytes of a message, Streamlit's own limit


class Client(Page):
    """A tab that is not open yet; ``async with`` opens and closes its connection.

    Parameters
    ----------
    url : str
        Of the server, such as ``http://localhost:8501``.
    path, query : str
        Of the page's address.
    cookies : dict, optional
        What an earlier tab of the same browser has got, as for a proxy that keeps it with one
        server; those of this tab are added.
    before : Page, optional
        The same page before its connection was lost: it goes on with its session and all it keeps.
    """

    def __init__(
        self,
        url: str,
        path: str = "",
        query: str = "",
        cookies: dict[str, str] | None = None,
        before: Page | None = None,
    ) -> None:
        super().__init__(path, query)
        if before is not None:
            self.resume(before)
        self.url = url.rstrip("/")
        self.cookies = {} if cookies is None else cookies
        self.gone = ""  # why the connection is closed
        self._edits = (f"{uuid.uuid4().hex[:8]}.{n}" for n in itertools.count(1))
        self._arrived = asyncio.Condition()
        self._asking: dict[str, asyncio.Task] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task | None = None

    async def __aenter__(self) -> Client:
        """Fetch what a browser fetches before it connects, for its cookies, and connect."""
        if not self.session:
            page = f"/{self.path}" + (f"?{self.query}" if self.query else "")
            await self._request("GET", page, Accept="text/html")
        await self._request("GET", "/_stcore/health")
        protocols = ["streamlit", self.cookies.get(web.COOKIE, "none")]
        address = urlsplit(self.url)
        scheme = "wss" if address.scheme == "https" else "ws"
        try:
            self._socket = await connect(
                f"{scheme}://{address.netloc}/_stcore/stream",
                origin=self.url,
                subprotocols=[*protocols, self.session] if self.session else protocols,
                additional_headers=web.cookie_header(self.cookies),
                max_size=LARGEST,
                open_timeout=PATIENCE,
                compression=None,  # the server does not compress
                proxy=None,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise Lost(f"No connection: {error}") from None
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the tab."""
        if self._socket:
            with suppress(ConnectionClosed):
                await self._socket.close()
        await self._stop()

    async def cut(self) -> None:
        """Lose the connection without a word, as when the power goes off."""
        self._socket.transport.abort()
        await self._stop()

    async def _stop(self) -> None:
        tasks = [*self._asking.values(), *([self._reader] if self._reader else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def load(self) -> None:
        """Ask for the whole page, and wait until it is there."""
        before = self.loads
        await self._ask("", None)
        await self.until(lambda: self.loads > before)

    async def click(self, label: str) -> None:
        """Press a button of the page, and wait for what comes of it."""
        widget, fragment = self.buttons[label]
        await self._run(fragment, WidgetState(id=widget, trigger_value=True))

    async def trigger(self, component: str, value: dict[str, Any]) -> str:
        """Send what a component sends, as ``sendEdit`` does; returns the number of the edit."""
        shown, seq = self.components[component], next(self._edits)
        events = json.dumps([{"event": "edit", "value": {**value, "seq": seq}}])
        name = f"$$STREAMLIT_INTERNAL_KEY_{shown.widget}__events"
        await self._ask(shown.fragment, WidgetState(id=name, json_trigger_value=events))
        return seq

    async def upload(self, key: str, name: str, data: bytes) -> None:
        """Upload a file into the uploader with this key, and wait until the page has taken it."""
        widget, fragment = self.uploaders[key]
        message, number = BackMsg(), str(uuid.uuid4())
        message.file_urls_request.request_id = number
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        await self._write(message)
        await self.until(lambda: number in self.files)
        file_id, path = self.files.pop(number)
        await asyncio.to_thread(web.put_file, self.url, path, self.cookies, name, data)
        state = WidgetState(id=widget)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(data), file_id
        info.file_urls.file_id = file_id
        info.file_urls.upload_url = info.file_urls.delete_url = path
        self.widgets[widget] = state
        await self._run(fragment, None)

    async def until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait for messages until the condition holds.

        Raises
        ------
        Lost
            If the connection is closed, or time is up.
        """
        async with self._arrived:
            try:
                async with asyncio.timeout(patience):
                    await self._arrived.wait_for(lambda: self.gone or condition())
            except TimeoutError:
                raise Lost(f"No answer in {patience:g} s") from None
        if not condition():
            raise Lost(self.gone)

    async def _run(self, fragment: str, extra: WidgetState | None) -> None:
        before = self.runs
        await self._ask(fragment, extra)
        await self.until(lambda: self.runs > before)

    async def _ask(self, fragment: str, extra: WidgetState | None, again: bool = False) -> None:
        message = BackMsg(rerun_script=self.state(self.url, fragment))
        message.rerun_script.is_auto_rerun = again
        if extra is not None:
            message.rerun_script.widget_states.widgets.append(extra)
        await self._write(message)

    async def _write(self, message: BackMsg) -> None:
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed as error:
            self.gone = f"The connection is closed: {error}"
            raise Lost(self.gone) from None

    async def _request(self, method: str, path: str, **headers: str) -> None:
        arguments = (self.url, method, path, self.cookies)
        await asyncio.to_thread(web.request, *arguments, **headers)

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                message = ForwardMsg.FromString(data)
                async with self._arrived:
                    self.take(message)
                    self._arrived.notify_all()
                if message.WhichOneof("type") in ("auto_rerun", "stop_auto_rerun"):
                    self._set_timers()
            self.gone = f"The server closed the connection, code {self._socket.close_code}"
        except ConnectionClosed as error:
            self.gone = f"The connection is closed: {error}"
        async with self._arrived:
            self._arrived.notify_all()

    def _set_timers(self) -> None:
        for task in self._asking.values():
            task.cancel()
        self._asking = {
            fragment: asyncio.create_task(self._again(fragment, every))
            for fragment, every in self.timers.items()
        }

    async def _again(self, fragment: str, every: float) -> None:
        with suppress(Lost):
            while True:
                await asyncio.sleep(every)
                await self._ask(fragment, None, again=True)


async def until_healthy(url: str, patience: float = 60.0) -> None:
    """Wait until a server answers.

    Raises
    ------
    Lost
        If it does not in time.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(Lost):
            await asyncio.to_thread(web.request, url, "GET", "/_stcore/health", {})
            return
        await asyncio.sleep(0.1)
    raise Lost(f"The server does not answer after {patience:g} s")
