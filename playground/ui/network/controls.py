"""The native controls of the Network page: which network, which picture, and the way back."""

from __future__ import annotations

import streamlit as st

from playground.datasets.strokes import strokes_from
from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.experiment import Experiment
from playground.files.gallery import GALLERY
from playground.files.place import held_out
from playground.ui import address, components, pictures, state
from playground.ui.components import pack
from playground.ui.controls import from_base64, picture_sources
from playground.ui.network import inputs, own_controls, save, subjects
from playground.ui.network.memory import (
    changed,
    correct,
    go,
    memory,
    place,
    redo,
    say,
    send_again,
    settle_link,
    undo,
)
from playground.ui.network.view import Here
from playground.ui.use.memory import memory as use_memory


def toolbar(parts: list[str]) -> None:
    """The network, undo and redo, the link, and what the page has to say."""
    remembered = memory()
    with st.container(key="network_top", horizontal=True, vertical_alignment="center", gap="small"):
        st.title("Network", width="content", anchor=False)
        names = {
            key: subjects.title(key)
            for key, source in subjects.SUBJECTS.items()
            if source.shared or source.find() is not None
        }
        st.selectbox(
            "Network",
            list(names),
            key=state.control("network_choice", place().network),
            format_func=names.__getitem__,
            filter_mode=None,
            label_visibility="collapsed",
            width=300,
            on_change=_on_network,
            args=(parts,),
        )
        st.space("stretch")
        for key, label, shortcut, able, then in (
            ("undo", "Undo", "Ctrl+Z", bool(remembered.past), undo),
            ("redo", "Redo", "Ctrl+Shift+Z", bool(remembered.future), redo),
        ):
            st.button(
                label,
                icon=f":material/{key}:",
                key=key,
                shortcut=shortcut,
                help=f"{label} ({shortcut}): the network, the picture, the layer",
                disabled=not able,
                on_click=_travel,
                args=(then, parts),
            )
        own_controls.upload_menu(parts)
        save.button()
        with st.container(key="share_place", width=90):
            components.share(key="share", data=None)
    if remembered.notes:
        with st.container(key="notes"):
            for note in dict.fromkeys(remembered.notes):
                st.text(note)


def _travel(then, parts: list[str]) -> None:
    then()
    say()
    address.redraw(parts)


def _on_network(parts: list[str]) -> None:
    _go(parts, network=state.value_of("network_choice"))


def _go(parts: list[str], **what) -> None:
    try:
        go(changed(place(), **what))
        say()
    except ValueError:
        say("That is not something that the playground knows.")
    settle_link()
    address.redraw(parts)


def picture(here: Here, parts: list[str]) -> None:
    """The source of the picture, and what it offers."""
    sources = inputs.possible(here.subject)
    source = inputs.source_of(here.place.picture)
    if len(sources) > 1:
        st.segmented_control(
            "Picture",
            sources,
            key=state.control("network_source", source),
            format_func=inputs.SOURCES.__getitem__,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            on_change=_on_source,
            args=(parts,),
        )
    if source == "gallery":
        _gallery(here, parts)
    elif source == "held_out":
        _held_out(here, parts)
    else:
        st.caption("Your drawing stays in this browser tab; it is not part of the link.")


def _on_source(parts: list[str]) -> None:
    source = state.value_of("network_source")
    if source in inputs.SOURCES:
        _go(parts, picture=inputs.first_picture(source))
    address.redraw(parts)


def _gallery(here: Here, parts: list[str]) -> None:
    chosen = Experiment(picture=here.place.picture)
    components.gallery(
        key="network_gallery",
        data=pictures.gallery_message(chosen, state.answered("network_gallery")),
        on_edit_change=lambda: _on_gallery(parts),
    )
    picture_sources(lambda data: _add(data, parts))
    st.caption(pictures.credit(chosen))
    if inputs.own_picture(here.place) is not None:
        st.caption("A picture of your own is not part of the link.")
    if here.subject.reads_digits and here.place.picture not in GALLERY:
        st.toggle(
            "Dark and bright change places",
            key=state.control("network_inverted", inputs.is_inverted(here.place, here.subject)),
            help="For ink on paper: this network has learned from bright digits on black.",
            on_change=_on_inverted,
            args=(parts,),
        )


def _on_inverted(parts: list[str]) -> None:
    memory().inverted = bool(state.value_of("network_inverted"))
    address.redraw(parts)


def _on_gallery(parts: list[str]) -> None:
    event = state.take_event("network_gallery")
    if event is None:
        send_again(parts)
    if not isinstance(event, dict):
        address.redraw(["network_picture"])
    if event.get("op") == "picture" and pictures.known(event.get("key")):
        memory().inverted = None
        _go(parts, picture=event["key"])
    wanted = place().picture
    if event.get("op") == "restore" and pictures.is_missing(Experiment(picture=wanted)):
        try:
            pictures.restore_own(from_base64(event.get("png")), wanted)
        except BadFile:
            correct(changed(place(), picture=next(iter(GALLERY))))
            settle_link()
            say(
                "The picture of this link was somebody’s own and is not here; another one stands "
                "in. Everything else is as it was."
            )
        address.redraw(parts)
    address.redraw(["network_picture"])


def _add(data: bytes, parts: list[str]) -> None:
    try:
        key = pictures.add_own(data)
    except BadFile as error:
        say(str(error))
        address.redraw(parts)
    memory().inverted = None
    _go(parts, picture=key)


def _held_out(here: Here, parts: list[str]) -> None:
    count, number = len(here.subject.images), held_out(here.place.picture)
    # With decimals behind the scenes: a browser that sends no number ends a session otherwise.
    st.number_input(
        f"Picture 1 to {count:,}",
        1.0,
        float(count),
        key=state.control("network_number", float(number + 1)),
        step=1.0,
        format="%.0f",
        on_change=_on_number,
        args=(count, parts),
    )
    # A step far from the last one, and a prime, so that it comes to all pictures in the end.
    st.button(
        "Another one",
        key="network_another",
        icon=":material/shuffle:",
        on_click=_go,
        args=(parts,),
        kwargs={"picture": f"held-{(number + 389) % count}"},
    )
    shown = here.subject.label(int(here.subject.targets[number]))
    st.text(f"It shows: {shown}. It is not among those that are learned from.")


def _on_number(count: int, parts: list[str]) -> None:
    value = state.value_of("network_number")
    if isinstance(value, float) and 1 <= value <= count:
        _go(parts, picture=f"held-{int(value) - 1}")
    address.redraw(parts)


def pad(parts: list[str]) -> None:
    """The pad to draw on; it is the same drawing as on the Train page."""
    header = {
        "answered": state.answered("pad"),
        "version": state.next_version(),
        "points": sum(map(len, use_memory().strokes)),
        "invitation": "Draw here, large or small",
    }
    components.pad(key="pad", data=pack(header, []), on_edit_change=lambda: _on_pad(parts))


def _on_pad(parts: list[str]) -> None:
    event = state.take_event("pad")
    if isinstance(event, dict) and event.get("op") == "strokes":
        try:
            use_memory().strokes = strokes_from(event.get("strokes"))
        except EngineError as error:
            say(str(error))
            address.redraw([*parts, "network_toolbar"])
    address.redraw(parts)
