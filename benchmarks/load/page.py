"""What a browser keeps of a page: widgets, components, messages that it may see again."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

KEPT = 2  # messages of one place: what stands there, and what stood there before


class Shown(NamedTuple):
    """A component as it was sent last: its id, its fragment, its data, and when it came."""

    widget: str
    fragment: str
    data: bytes
    when: float


class Page:
    """A page that nothing has come for yet.

    Parameters
    ----------
    path : str
        Of its address, such as ``train``; empty for the first page.
    query : str
        Of its address, without a question mark.

    Attributes
    ----------
    session : str
        The session's id.
    components : dict of str to Shown
        What every component on the page was given last, by its name.
    buttons : dict of str to tuple
        Every button by its label: its id and its fragment.
    uploaders : dict of str to tuple
        Every uploader by its key: its id and its fragment.
    files : dict of str to tuple
        Where files may be uploaded, by the number of the request: id and path.
    timers : dict of str to float
        The fragments that draw themselves anew, and every how many seconds.
    toasts : list of str
        What the page has said in passing.
    errors : list of str
        Uncaught exceptions of the page.
    runs : int
        How many runs of the page's script, in whole or in part, have ended.
    loads : int
        How many in whole.
    """

    def __init__(self, path: str, query: str) -> None:
        self.path, self.query, self.session = path, query, ""
        self.components: dict[str, Shown] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.uploaders: dict[str, tuple[str, str]] = {}
        self.widgets: dict[str, WidgetState] = {}
        self.files: dict[str, tuple[str, str]] = {}
        self.timers: dict[str, float] = {}
        self.toasts: list[str] = []
        self.errors: list[str] = []
        self.runs = self.loads = 0
        self._texts: dict[tuple[int, ...], str] = {}
        self._kept: dict[tuple[int, ...], dict[str, ForwardMsg]] = {}
        self._hash = ""

    def resume(self, page: Page) -> None:
        """Take over what a page has kept whose connection was lost."""
        self.path, self.query, self.session = page.path, page.query, page.session
        self.widgets, self._kept, self._hash = page.widgets, page._kept, page._hash

    @property
    def texts(self) -> list[str]:
        """What the page says in ``st.text``, from the top."""
        return [self._texts[path] for path in sorted(self._texts)]

    def state(self, url: str, fragment: str = "") -> ClientState:
        """What the browser tells of itself with every request."""
        state = ClientState(query_string=self.query, fragment_id=fragment)
        if self._hash:
            state.page_script_hash = self._hash
        else:
            state.page_name = self.path
        state.widget_states.widgets.extend(self.widgets.values())
        state.widget_states.SetInParent()
        hashes = (each for kept in self._kept.values() for each in kept)
        state.cached_message_hashes.extend(dict.fromkeys(hashes))
        about = state.context_info
        about.timezone, about.timezone_offset, about.locale = "UTC", 0, "en-US"
        about.url, about.is_embedded, about.color_scheme = f"{url}/{self.path}", False, "light"
        return state

    def take(self, message: ForwardMsg) -> None:
        """Take in one message of the server's."""
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            path = tuple(message.metadata.delta_path)
            kept = (
                each[message.ref_hash] for each in self._kept.values() if message.ref_hash in each
            )
            self._take_element(path, next(kept).delta)
        elif kind == "delta":
            path = tuple(message.metadata.delta_path)
            if message.metadata.cacheable:
                self._keep(path, message)
            self._take_element(path, message.delta)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            # One that another run takes the place of is no end.
            self.runs += message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            self.loads += message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            self.timers.pop(message.stop_auto_rerun.fragment_id, None)
        elif kind == "file_urls_response":
            found = message.file_urls_response.file_urls[0]
            self.files[message.file_urls_response.response_id] = (found.file_id, found.upload_url)

    def _keep(self, path: tuple[int, ...], message: ForwardMsg) -> None:
        kept = self._kept.setdefault(path, {})
        kept[message.hash] = message
        while len(kept) > KEPT:
            del kept[next(iter(kept))]

    def _take_element(self, path: tuple[int, ...], delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element, fragment = delta.new_element, delta.fragment_id
        kind = element.WhichOneof("type")
        widget = getattr(element, kind)
        self._texts.pop(path, None)
        if kind == "bidi_component":
            data = widget.bytes or (widget.json or widget.mixed.json).encode()
            name = widget.component_name.removeprefix("cnn_")
            self.components[name] = Shown(widget.id, fragment, data, time.perf_counter())
        elif kind == "toast":
            self.toasts.append(widget.body)
        elif kind == "text":
            self._texts[path] = widget.body
        elif kind == "button":
            self.buttons[widget.label] = (widget.id, fragment)
        elif kind == "file_uploader":
            self.uploaders[widget.id.rpartition("-")[2]] = (widget.id, fragment)
        elif kind == "exception":
            self.errors.append(f"{widget.type}: {widget.message}")
        elif state := _state_of(kind, widget):
            if state.id not in self.widgets or widget.set_value:
                self.widgets[state.id] = state


def _state_of(kind: str, widget: Any) -> WidgetState | None:
    """What a widget holds when it is drawn, as the browser tells the server."""
    if kind == "selectbox":
        if widget.set_value:
            return WidgetState(id=widget.id, string_value=widget.raw_value)
        if widget.HasField("default"):
            return WidgetState(id=widget.id, string_value=widget.options[widget.default])
    if kind == "checkbox":
        on = widget.value if widget.set_value else widget.default
        return WidgetState(id=widget.id, bool_value=on)
    if kind == "button_group":
        state = WidgetState(id=widget.id)
        chosen = [widget.options[i].content for i in widget.default]
        state.string_array_value.data.extend(widget.raw_values if widget.set_value else chosen)
        return state
    return None
