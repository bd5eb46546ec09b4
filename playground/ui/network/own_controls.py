"""The menu through which networks and weights of one's own come in, and how far a file is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.engine.errors import EngineError
from playground.files.place import Place
from playground.limits import LIMITS
from playground.ui import address, state
from playground.ui.network import own, subjects
from playground.ui.network.memory import go, place, say, settle_link
from playground.ui.network.reading import Reading
from playground.ui.quota import in_turn
from playground.ui.words import WORDS

AT_ONCE = 0.7  # seconds that the page waits for a file before it shows how far it is
EVERY = 0.4  # seconds between two looks at a file that takes longer
STAYS = (
    "It stays in the server’s memory while this tab is open. It is not written to disk and not "
    "part of the link."
)


class Held:
    """What is going on with files of networks."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        self.then: Callable | None = None  # takes what was read
        self.files = 0  # taken so far: an uploader of a new name is empty, and frees its file


def held() -> Held:
    """This session's."""
    return state.memory_of("own_network", Held)


def upload_menu(parts: list[str]) -> None:
    """The menu through which a network, or weights for one that is here, come in."""
    with st.popover("Your model", icon=":material/upload:", key="network_own_menu"):
        st.caption(
            "An ONNX file, as PyTorch, Keras and MATLAB export networks: pictures in, classes "
            f"out, up to {LIMITS.model_mb:,} MB. {STAYS}"
        )
        reading(parts)
        _uploader("Open a network (.onnx)", "network_file", _on_network, parts)
        if own.model() is not None:
            st.button(
                "Remove it from the server",
                key="network_remove",
                icon=":material/delete:",
                on_click=_remove,
                args=(parts,),
            )
        key = place().network
        if own.takes_weights(key):
            name = subjects.SUBJECTS[key].title.partition(",")[0]
            if too_large := own.too_large(key):
                st.caption(too_large)
            _uploader(
                f"Weights for {name} (.npz, .safetensors)", "weights_file", _on_weights, parts
            )
            if own.weights(key) is not None:
                st.button(
                    "Take these weights out again",
                    key="network_no_weights",
                    icon=":material/undo:",
                    on_click=_drop_weights,
                    args=(key, parts),
                )


def _uploader(label: str, name: str, then: Callable, parts: list[str]) -> None:
    key = f"{name}_{held().files}"
    st.file_uploader(
        label,
        key=key,
        on_change=_on_file,
        args=(key, then, parts),
        max_upload_size=LIMITS.model_mb,
        help=WORDS["onnx"].markdown() if then is _on_network else None,
    )


def _on_file(key: str, then: Callable, parts: list[str]) -> None:
    file = state.value_of(key)
    if file is None:
        return
    now = held()
    if now.reading is not None:
        now.reading.cancel()
    now.files += 1
    say()

    def begin() -> None:
        now.reading, now.then = then(file.getvalue())
        now.reading.wait(AT_ONCE)

    in_turn(begin)
    if now.reading.wait(0):
        _finish()
    st.rerun()  # the whole page: the browser is to keep the token of what it has here now


def _on_network(data: bytes) -> tuple[Reading, Callable]:
    return Reading(lambda progress: own.read_model(data, progress)), _open


def _on_weights(data: bytes) -> tuple[Reading, Callable]:
    key = place().network
    read = Reading(lambda progress: own.read_weights(data, key, progress))
    return read, lambda made: own.keep_weights(key, made)


def _open(made) -> None:
    own.keep(made)
    go(Place(network=own.KEY))
    settle_link()


def _finish() -> None:
    now = held()
    reading, then = now.reading, now.then
    now.reading = now.then = None
    if reading.refused:
        say(reading.refused)
    elif reading.made is not None:
        try:
            then(reading.made)
            say(getattr(reading.made, "sentence", ""))
        except EngineError as error:
            say(str(error))


def reading(parts: list[str]) -> None:
    """How far a file is that takes a while, and the way to stop it."""
    if held().reading is not None:
        st.fragment(_watch, run_every=EVERY)(parts)


def _watch(parts: list[str]) -> None:
    now = held().reading
    if now is None:
        return
    if now.wait(0):
        _finish()
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="network_reading"):
        st.progress(now.share, "The file is being read")
        st.button("Cancel", key="network_reading_cancel", on_click=_cancel, args=(parts,))


def _cancel(parts: list[str]) -> None:
    now = held()
    if now.reading is not None:
        now.reading.cancel()
        now.reading = now.then = None
        say("The file was not opened.")
    address.redraw(parts)


def _remove(parts: list[str]) -> None:
    own.keep(None)
    if place().network == own.KEY:
        go(Place())
        settle_link()
    address.redraw(parts)


def _drop_weights(key: str, parts: list[str]) -> None:
    own.keep_weights(key, None)
    address.redraw(parts)
