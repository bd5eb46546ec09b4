"""Where the picture comes from: the drawing pad, the held-out pictures, a file or the camera."""

from __future__ import annotations

import numpy as np
import streamlit as st

from playground.datasets.digits import digits
from playground.datasets.strokes import SIDE, picture_of_strokes, strokes_from
from playground.engine.errors import EngineError
from playground.files.archives import LOADED
from playground.files.errors import BadFile
from playground.files.images import load_image
from playground.limits import LIMITS
from playground.ui import components, state
from playground.ui.components import pack
from playground.ui.controls import PICTURE_TYPES
from playground.ui.quota import in_turn
from playground.ui.use.memory import memory
from playground.ui.use.subject import Subject, fitted, is_bright, kept

SOURCES = {"draw": "Draw", "held_out": "Held out", "upload": "Upload", "camera": "Camera"}
Chosen = tuple[np.ndarray | None, str, int | None]


def choose_picture(subject: Subject) -> tuple[Chosen, bool]:
    """The picture for the network, what to say of it, its class if known; whether it is drawn."""
    remembered = memory()
    shape = subject.network.input_shape
    possible = [
        key
        for key, fits in (
            ("draw", shape == (1, SIDE, SIDE)),
            ("held_out", subject.images is not None),
            ("upload", True),
            ("camera", True),
        )
        if fits
    ]
    chosen = remembered.source if remembered.source in possible else possible[0]
    st.segmented_control(
        "Picture",
        possible,
        key=state.control("use_source", chosen),
        format_func=SOURCES.__getitem__,
        required=True,
        label_visibility="collapsed",
        wrap=True,
        on_change=_on_source,
    )
    if chosen == "draw":
        return _drawn(), True
    if chosen == "held_out":
        return _held_out(subject), False
    return _own(subject, chosen), False


def _on_source() -> None:
    remembered = memory()
    remembered.source, remembered.note = state.value_of("use_source") or "draw", ""


def _seen(shape: tuple[int, ...], more: str = "") -> str:
    return f"What the network sees: {' × '.join(map(str, shape[1:]))} pixels{more}"


def _drawn() -> Chosen:
    picture = picture_of_strokes(memory().strokes)
    return picture, _seen(picture.shape, ", scaled and centred as MNIST’s digits are"), None


def pad() -> None:
    """The pad itself.

    It must be drawn after everything that a stroke changes: its answer lets the browser send the
    next stroke, which would stop what is still being drawn.
    """
    header = {
        "answered": state.answered("pad"),
        "version": state.next_version(),
        "points": sum(map(len, memory().strokes)),
        "invitation": "Draw here, large or small",
    }
    components.pad(key="pad", data=pack(header, []), on_edit_change=_on_pad)


def _on_pad() -> None:
    event = state.take_event("pad")
    if not isinstance(event, dict) or event.get("op") != "strokes":
        return
    remembered = memory()
    remembered.note = ""
    try:
        remembered.strokes = strokes_from(event.get("strokes"))
    except EngineError as error:
        remembered.note = str(error)


def _held_out(subject: Subject) -> Chosen:
    remembered = memory()
    count = len(subject.images)
    place = remembered.place % count
    # With decimals behind the scenes: a browser that sends no number ends a session otherwise.
    st.number_input(
        f"Picture 1 to {count:,}",
        1.0,
        float(count),
        key=state.control("use_place", float(place + 1)),
        step=1.0,
        format="%.0f",
        on_change=_on_place,
    )
    st.button(
        "Another one",
        key="use_another",
        icon=":material/shuffle:",
        on_click=another,
        args=(count,),
    )
    truth = int(subject.targets[place])
    st.text(f"It shows: {subject.label(truth)}. It is not among those that are learned from.")
    return subject.images[place], _seen(subject.network.input_shape), truth


def _on_place() -> None:
    value = state.value_of("use_place")
    if isinstance(value, float) and 1 <= value < 1e9:
        memory().place = int(value) - 1


def another(count: int) -> None:
    """Go to another of so many held-out pictures."""
    # A step far from the last one, and a prime, so that it comes to all pictures in the end.
    remembered = memory()
    remembered.place = (remembered.place + 389) % count


def _own(subject: Subject, source: str) -> Chosen:
    remembered = memory()
    if source == "camera":
        key = f"use_camera_{remembered.files}"
        st.camera_input("Take a picture", key=key, on_change=_on_upload, args=(key,))
    else:
        key = f"use_picture_{remembered.files}"
        st.file_uploader(
            "A picture: choose a file, drop it here, or paste it",
            type=PICTURE_TYPES,
            key=key,
            on_change=_on_upload,
            args=(key,),
            max_upload_size=LIMITS.upload_mb,
        )
    st.caption("It stays in this session; only its middle, as a small square, is kept.")
    if remembered.upload is None:
        return None, "No picture yet.", None
    inverted = is_inverted(subject)
    shape = subject.network.input_shape
    st.toggle(
        "Dark and bright change places",
        key=state.control("use_inverted", inverted),
        help="For ink on paper, when the network has learned from bright lines on black.",
        on_change=_on_inverted,
    )
    try:
        return fitted(remembered.upload, shape, inverted), _seen(shape), None
    except EngineError as error:
        return None, str(error), None


def is_inverted(subject: Subject) -> bool:
    """Whether dark and bright change places in the uploaded picture: as chosen, or by its looks."""
    remembered = memory()
    if remembered.inverted is not None:
        return remembered.inverted
    # Digits are bright on black, and a sheet of paper is not.
    return subject.network.labels == digits().labels and is_bright(remembered.upload)


def _on_upload(key: str) -> None:
    file, remembered = state.value_of(key), memory()
    if file is None:
        return
    remembered.files += 1
    remembered.note = ""
    in_turn(lambda: _keep(file.getvalue()))


def _keep(data: bytes) -> None:
    remembered = memory()
    try:
        remembered.upload = kept(load_image(data, LOADED))
        remembered.inverted = None
    except BadFile as error:
        remembered.note = str(error)


def _on_inverted() -> None:
    memory().inverted = bool(state.value_of("use_inverted"))
