"""The Network page: its controls, and the parts that are drawn again by themselves.

A stroke on the pad redraws what the picture changes, a click on a layer its maps, a click on a cell
that cell alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from playground.engine.errors import EngineError
from playground.engine.outline import outline
from playground.ui import address, components, state
from playground.ui.network import controls, deliveries, occlude, own, own_settings, subjects
from playground.ui.network.compute import passed, prepare
from playground.ui.network.memory import (
    changed,
    correct,
    go,
    memory,
    read_link,
    say,
    send_again,
    settle_link,
)
from playground.ui.network.view import Here, here
from playground.ui.training import memory as training

# The parts, and what each change redraws, in this order: what somebody waits for comes first.
PARTS = ("network_maps", "network_view")
AROUND = (
    "network_graph", "network_toolbar", "network_picture", "network_pad", "network_own",
)  # fmt: skip
REDRAWS: dict[str, tuple[str, ...]] = {
    "node": (*PARTS, "network_toolbar"),
    "channel": PARTS,
    "shown": PARTS,
}


def draw() -> None:
    """Draw the page."""
    names_layer = read_link()
    found = _here()  # so that the link and the toolbar have what becomes of one that is not there
    if names_layer and isinstance(found, Here):
        _unfold(found)
    settle_link()
    components.library(key="library", data=deliveries.library_message())
    components.tab(
        key="tab", data=[training.token(), state.answered("tab")], on_edit_change=_on_tab
    )
    toolbar()
    with st.container(key="bench"):
        left, right = st.columns([3, 10], gap="medium")
        with left, st.container(key="network_left"):
            picture_part()
            pad_part()
            own_part()
        with right, st.container(key="network_right"):
            graph_part()
            maps_part()
            view_part()


def _on_tab() -> None:
    event = state.take_event("tab")
    if isinstance(event, dict) and event.get("op") == "restore":
        training.restore(event.get("token"))
        lost = memory().lost
        if lost is not None and subjects.find(lost.network) is not None:
            correct(lost)
            memory().lost = None
            say()


def _unfold(found: Here) -> None:
    """Open the blocks around the layer that a link leads to."""
    unfolded = found.place.unfolded
    around = outline(found.subject.network).block_of(found.place.node)
    if not set(around) <= set(unfolded):
        correct(replace(found.place, unfolded=tuple(dict.fromkeys((*unfolded, *around)))))


@st.fragment(key="network_toolbar")
def toolbar() -> None:
    """The network, the way back, and what is to be said."""
    controls.toolbar([*PARTS, *AROUND])


@st.fragment(key="network_picture")
def picture_part() -> None:
    """Where the picture comes from."""
    found = _here()
    if isinstance(found, Here):
        controls.picture(found, [*PARTS, *AROUND])


@st.fragment(key="network_pad")
def pad_part() -> None:
    """The pad. That a stroke was taken in is said with what came of it, so it is not sent again."""
    found = _here()
    if isinstance(found, Here) and found.place.picture == "draw":
        controls.pad(list(PARTS))


@st.fragment(key="network_own")
def own_part() -> None:
    """What can be said about a network of one's own: its pictures and its labels."""
    found = _here()
    if isinstance(found, Here) and found.subject.key == own.KEY:
        own_settings.settings([*PARTS, *AROUND])


@st.fragment(key="network_graph")
def graph_part() -> None:
    """The layers and how they are joined."""
    found = _here()
    if isinstance(found, Here):
        deliveries.send_graph(found)


@st.fragment(key="network_maps")
def maps_part() -> None:
    """What the picture became in every layer, and the maps of the one that is looked at."""
    found = _computed()
    if isinstance(found, Here):
        deliveries.send_maps(found)


@st.fragment(key="network_view")
def view_part() -> None:
    """What draws it all."""
    found, sentence = _computed(), ""
    if isinstance(found, str):
        found, sentence = _here(), found
    if isinstance(found, str):
        st.text(found)
        return
    parts: dict[str, deliveries.Part | None] = {"cell": None, "occlusion": None}
    try:
        parts["cell"] = deliveries.cell_part(found)
        _occlude(found)
        parts["occlusion"] = deliveries.occlusion_part(found)
    except EngineError as error:
        sentence = sentence or str(error)
    components.network(
        key="network",
        data=deliveries.view_message(
            found, state.answered("network"), state.next_version(), parts, sentence
        ),
        on_edit_change=_on_network,
    )


def _here() -> Here | str:
    """Where the page is, or why it is nowhere."""
    try:
        return here()
    except EngineError as error:
        return str(error)


def _computed() -> Here | str:
    """The same, with everything computed that can be at once; the rest has become work."""
    found = _here()
    if isinstance(found, str):
        return found
    remembered = memory()
    try:
        work = prepare(found.subject, found.taken, found.names())
    except EngineError as error:
        return str(error)
    if work is not None and work.what != remembered.stopped:
        remembered.stopped = ()
        if remembered.work is None or remembered.work.what != work.what:
            remembered.work = work
    elif work is None and remembered.work is not None and not _is_occlusion(remembered.work.what):
        remembered.work = None
    return found


def _is_occlusion(what: tuple) -> bool:
    return isinstance(what[-1][1], occlude.Patch)


def _occlude(found: Here) -> None:
    """Begin the occlusion map, if it is asked for and nothing else is being done."""
    remembered = memory()
    made = passed(found.subject, found.taken)
    busy = remembered.work is not None and not _is_occlusion(remembered.work.what)
    if busy or made is None:
        return
    work = None
    if found.place.occlusion:
        patch = occlude.patch_of(found.place, found.subject, made)
        work = occlude.work(found.subject, found.taken, patch)
    if work is None or work.what == remembered.stopped:
        remembered.work = None
    elif remembered.work is None or remembered.work.what != work.what:
        remembered.work, remembered.stopped = work, ()


def _on_network() -> None:
    """What somebody did in the drawing."""
    event = state.take_event("network")
    if event is None:
        send_again([*PARTS, *AROUND])
    op = event.get("op") if isinstance(event, dict) else None
    if op == "look":
        _look(event)
    elif op == "go":
        _go_on()
    elif op == "cancel":
        _cancel()
    elif op == "again":
        memory().stopped = ()
    elif op == "rest":
        settle_link()
    address.redraw(["network_view"])


def _look(event: dict[str, Any]) -> None:
    """Look at something else: the parts of the place that the browser names."""
    old = memory().place
    looked = event.get("at")
    try:
        if not isinstance(looked, dict) or not looked.keys() <= LOOKED:
            raise ValueError("not a place")
        new = changed(old, **looked)
    except (ValueError, TypeError):
        say("That is not a place that the playground knows.")
        address.redraw(["network_toolbar", "network_view"])
    had_notes = bool(memory().notes)
    say()
    go(new)
    _here()
    new = memory().place
    if event.get("gesture") is None:
        settle_link()
    parts = dict.fromkeys(
        part
        for name, redrawn in REDRAWS.items()
        if getattr(new, name) != getattr(old, name)
        for part in redrawn
    )
    if had_notes or memory().notes:
        parts["network_toolbar"] = None
    address.redraw(parts | {"network_view": None})


LOOKED = {
    "node", "channel", "row", "column", "shown", "unfolded", "top",
    "occlusion", "patch", "stride", "fill", "target",
}  # fmt: skip


def _go_on() -> None:
    """One slice of the work."""
    remembered = memory()
    work = remembered.work
    if work is None:
        return
    try:
        finished = work.advance()
    except EngineError as error:
        remembered.work, remembered.stopped = None, work.what
        say(str(error))
        address.redraw(["network_toolbar", "network_view"])
    if finished:
        remembered.work = None
        if not _is_occlusion(work.what):
            address.redraw(PARTS)


def _cancel() -> None:
    remembered = memory()
    if remembered.work is not None:
        remembered.stopped, remembered.work = remembered.work.what, None
