"""One browser tab as the server sees it: Streamlit's protocol over a websocket, nothing drawn.

What is sent is what the browser's half of Streamlit 1.67 sends: the state of every widget with
each request, the hashes of the messages that it keeps, the fragment that a widget stands in, the
query of its address. What comes in is parsed in full, as a browser does.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import time
import uuid
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

COOKIE = "_streamlit_xsrf"
LARGEST = 200 * 2**20  # bytes of a message, Streamlit's own limit
PATIENCE = 30.0  # seconds for an answer


class Lost(RuntimeError):
    """The server did not answer in time, or closed the connection."""


class Shown(NamedTuple):
    """A component as it was sent last: its id, its fragment, its data, and when it came."""

    widget: str
    fragment: str
    data: bytes
    when: float


class Client:
    """A tab that is not open yet; ``async with`` opens and closes its connection.

    Parameters
    ----------
    url : str
        Of the server, such as ``http://localhost:8501``.
    page : str
        The page's path, such as ``train``; empty for the first page.
    query : str
        The query of its address, without a question mark.
    cookies : dict, optional
        What an earlier tab of the same browser has got, as for a proxy that keeps it with one
        server; those of this tab are added.
    session : str
        The id of an earlier session to go on with, as after a lost connection.

    Attributes
    ----------
    session : str
        The session's id.
    components : dict of str to Shown
        What every component on the page was given last, by its name.
    buttons : dict of str to tuple
        Every button by its label: its id and its fragment.
    texts : list of str
        What the page says in ``st.text``, by place.
    errors : list of str
        Uncaught exceptions of the page.
    """

    def __init__(
        self,
        url: str,
        page: str = "",
        query: str = "",
        cookies: dict[str, str] | None = None,
        session: str = "",
    ) -> None:
        self.url, self.page, self.query = url.rstrip("/"), page, query
        self.cookies = {} if cookies is None else cookies
        self.session = session
        self.components: dict[str, Shown] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.uploaders: dict[str, tuple[str, str]] = {}
        self.errors: list[str] = []
        self.received = 0  # bytes
        self._texts: dict[tuple[int, ...], str] = {}
        self._widgets: dict[str, tuple[WidgetState, str]] = {}
        self._kept: dict[tuple[int, ...], list[str]] = {}
        self._messages: dict[str, ForwardMsg] = {}
        self._page_hash = ""
        self._numbers = itertools.count(1)
        self._name = uuid.uuid4().hex[:8]
        self._arrived = asyncio.Condition()
        self._runs = 0
        self._urls: dict[str, tuple[str, str]] = {}
        self._timers: dict[str, asyncio.Task] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task | None = None
        self._gone = ""

    async def __aenter__(self) -> Client:
        """Fetch what a browser fetches before it connects, for its cookies, and connect."""
        if not self.session:
            page = f"/{self.page}" + (f"?{self.query}" if self.query else "")
            await asyncio.to_thread(self._request, "GET", page, Accept="text/html")
        await asyncio.to_thread(self._request, "GET", "/_stcore/health")
        protocols = ["streamlit", self.cookies.get(COOKIE, "none")]
        address = urlsplit(self.url)
        scheme = "wss" if address.scheme == "https" else "ws"
        headers = {"Cookie": self._cookie()} if self.cookies else {}
        try:
            self._socket = await connect(
                f"{scheme}://{address.netloc}/_stcore/stream",
                origin=self.url,
                subprotocols=[*protocols, self.session] if self.session else protocols,
                additional_headers=headers,
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
        for timer in self._timers.values():
            timer.cancel()
        if self._socket:
            with suppress(ConnectionClosed):
                await self._socket.close()
        await self._stop_reading()

    async def cut(self) -> None:
        """Lose the connection without a word, as when the power goes off."""
        for timer in self._timers.values():
            timer.cancel()
        self._socket.transport.abort()
        await self._stop_reading()

    async def _stop_reading(self) -> None:
        if self._reader:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    @property
    def lost(self) -> str:
        """Why the connection is gone; empty while it is there."""
        return self._gone

    @property
    def texts(self) -> list[str]:
        """What the page says in ``st.text``, from the top."""
        return [self._texts[path] for path in sorted(self._texts)]

    @property
    def runs(self) -> int:
        """How many runs of the page's script, in whole or in part, have ended."""
        return self._runs

    # Asking

    async def load(self) -> None:
        """Ask for the whole page, and wait until it is there."""
        before = self._runs
        await self._send()
        await self.until(lambda: self._runs > before)

    async def click(self, label: str) -> None:
        """Press a button of the page, and wait for what comes of it."""
        widget, fragment = self.buttons[label]
        before = self._runs
        await self._send(fragment, WidgetState(id=widget, trigger_value=True))
        await self.until(lambda: self._runs > before)

    async def trigger(self, component: str, value: dict[str, Any]) -> str:
        """Send what a component sends, as ``sendEdit`` does; returns the number of the edit."""
        widget, fragment, *_ = self.components[component]
        seq = f"{self._name}.{next(self._numbers)}"
        events = json.dumps([{"event": "edit", "value": {**value, "seq": seq}}])
        name = f"$$STREAMLIT_INTERNAL_KEY_{widget}__events"
        await self._send(fragment, WidgetState(id=name, json_trigger_value=events))
        return seq

    async def upload(self, key: str, name: str, data: bytes) -> None:
        """Upload a file into the uploader with this key, and wait until the page has taken it."""
        widget, fragment = self.uploaders[key]
        request = BackMsg()
        request.file_urls_request.request_id = str(uuid.uuid4())
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.session
        await self._write(request)
        found = request.file_urls_request.request_id
        await self.until(lambda: found in self._urls)
        file_id, address = self._urls.pop(found)
        await asyncio.to_thread(self._put, address, name, data)
        state = WidgetState(id=widget)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(data), file_id
        info.file_urls.file_id = file_id
        info.file_urls.upload_url = info.file_urls.delete_url = address
        before = self._runs
        self._widgets[widget] = (state, fragment)
        await self._send(fragment)
        await self.until(lambda: self._runs > before)

    async def until(self, condition, patience: float = PATIENCE) -> None:
        """Wait for messages until the condition holds.

        Raises
        ------
        Lost
            If the connection is closed, or time is up.
        """
        async with self._arrived:
            try:
                async with asyncio.timeout(patience):
                    await self._arrived.wait_for(lambda: self._gone or condition())
            except TimeoutError:
                raise Lost(f"No answer in {patience:g} s") from None
        if not condition():
            raise Lost(self._gone)

    async def _send(self, fragment: str = "", extra: WidgetState | None = None) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self._page_hash
        if not self._page_hash:
            state.page_name = self.page
        state.fragment_id = fragment
        state.widget_states.widgets.extend(each for each, _ in self._widgets.values())
        if extra is not None:
            state.widget_states.widgets.append(extra)
        state.cached_message_hashes.extend(dict.fromkeys(sum(self._kept.values(), [])))
        about = state.context_info
        about.timezone, about.timezone_offset, about.locale = "UTC", 0, "en-US"
        about.url, about.is_embedded = f"{self.url}/{self.page}", False
        about.color_scheme = "light"
        state.widget_states.SetInParent()
        await self._write(message)

    async def _again(self, fragment: str, interval: float) -> None:
        """Ask for a fragment that draws itself anew, as long as it stands on the page."""
        while True:
            await asyncio.sleep(interval)
            message = BackMsg()
            state = message.rerun_script
            state.query_string, state.page_script_hash = self.query, self._page_hash
            state.fragment_id, state.is_auto_rerun = fragment, True
            state.widget_states.widgets.extend(each for each, _ in self._widgets.values())
            state.cached_message_hashes.extend(dict.fromkeys(sum(self._kept.values(), [])))
            try:
                await self._write(message)
            except Lost:
                return

    async def _write(self, message: BackMsg) -> None:
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed as error:
            self._gone = f"The connection is closed: {error}"
            raise Lost(self._gone) from None

    # What comes in

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self.received += len(data)
                message = ForwardMsg.FromString(data)
                async with self._arrived:
                    self._take(message)
                    self._arrived.notify_all()
            self._gone = f"The server closed the connection, code {self._socket.close_code}"
        except ConnectionClosed as error:
            self._gone = f"The connection is closed: {error}"
        async with self._arrived:
            self._arrived.notify_all()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            path = message.metadata.delta_path
            message, kind = self._messages[message.ref_hash], "delta"
            message.metadata.delta_path[:] = path
        if kind == "delta":
            self._take_delta(message)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            self._finished(message.script_finished)
        elif kind == "auto_rerun":
            self._begin_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._end_timer(message.stop_auto_rerun.fragment_id)
        elif kind == "file_urls_response":
            answer = message.file_urls_response
            found = answer.file_urls[0]
            self._urls[answer.response_id] = (found.file_id, found.upload_url)

    def _finished(self, status: int) -> None:
        # One that another run takes the place of is no end.
        if status != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._runs += 1

    def _begin_timer(self, fragment: str, interval: float) -> None:
        self._end_timer(fragment)
        self._timers[fragment] = asyncio.create_task(self._again(fragment, interval))

    def _end_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()

    def _take_delta(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.metadata.cacheable:
            # Of every place the browser keeps what stands there, and what stood there before.
            kept = self._kept.setdefault(path, [])
            if message.hash not in kept:
                kept.append(message.hash)
                self._messages[message.hash] = message
                if len(kept) > 2:
                    self._messages.pop(kept.pop(0), None)
        delta = message.delta
        if delta.WhichOneof("type") != "new_element":
            return
        element, fragment = delta.new_element, delta.fragment_id
        kind = element.WhichOneof("type")
        self._texts.pop(path, None)
        if kind == "bidi_component":
            own = element.bidi_component
            name = own.component_name.removeprefix("cnn_")
            data = own.bytes or (own.json or own.mixed.json).encode()
            self.components[name] = Shown(own.id, fragment, data, time.perf_counter())
        elif kind == "text":
            self._texts[path] = element.text.body
        elif kind == "button":
            self.buttons[element.button.label] = (element.button.id, fragment)
        elif kind == "file_uploader":
            widget = element.file_uploader.id
            self.uploaders[widget.rpartition("-")[2]] = (widget, fragment)
        elif kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif state := _state_of(kind, element):
            if state.id not in self._widgets or getattr(element, kind).set_value:
                self._widgets[state.id] = (state, fragment)

    # Over HTTP

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _request(self, method: str, path: str, body: bytes = b"", **headers: str) -> None:
        address = urlsplit(self.url)
        https = address.scheme == "https"
        make = http.client.HTTPSConnection if https else http.client.HTTPConnection
        connection = make(address.netloc, timeout=PATIENCE)
        try:
            if self.cookies:
                headers["Cookie"] = self._cookie()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                raise Lost(f"{method} {path.partition('?')[0]}: HTTP {answer.status}")
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    pair = value.partition(";")[0]
                    self.cookies[pair.partition("=")[0]] = pair.partition("=")[2]
        except (OSError, http.client.HTTPException) as error:
            raise Lost(f"{method}: {error}") from None
        finally:
            connection.close()

    def _put(self, path: str, name: str, data: bytes) -> None:
        edge = uuid.uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "X-Xsrftoken": self.cookies.get(COOKIE, ""),
            "Origin": self.url,
        }
        body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        self._request("PUT", path, body, **headers)


def _state_of(kind: str, element: Any) -> WidgetState | None:
    """What a widget holds when it is drawn, as the browser tells the server."""
    widget = getattr(element, kind)
    if kind == "selectbox":
        text = widget.raw_value if widget.set_value else None
        if text is None and widget.HasField("default"):
            text = widget.options[widget.default]
        return WidgetState(id=widget.id, string_value=text) if text is not None else None
    if kind == "checkbox":
        on = widget.value if widget.set_value else widget.default
        return WidgetState(id=widget.id, bool_value=on)
    if kind == "button_group":
        state = WidgetState(id=widget.id)
        chosen = [widget.options[i].content for i in widget.default]
        state.string_array_value.data.extend(widget.raw_values if widget.set_value else chosen)
        return state
    return None


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
            await asyncio.to_thread(Client(url)._request, "GET", "/_stcore/health")
            return
        await asyncio.sleep(0.1)
    raise Lost(f"The server does not answer after {patience:g} s")
