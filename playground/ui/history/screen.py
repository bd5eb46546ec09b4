"""The History page: from LeNet to DenseNet, what each changed, and its block at work."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.experiment import Experiment
from playground.files.moment import SIDES
from playground.networks.history import HISTORY, TEN
from playground.ui import components, pictures, state
from playground.ui.controls import from_base64, picture_sources
from playground.ui.history import figures, memory
from playground.ui.history.message import blocks_message, timeline_message
from playground.ui.network.deliveries import library_message

# Draws a link to the Network page: its words and its query.
Link = Callable[[str, dict[str, str]], None]
BY_LOT = (
    "The kernels are random, drawn by lot: what the maps show is how the block is wired and what "
    "size they have, not what a trained network would find. Each block has fewer maps than the "
    "original."
)


def draw(link: Link) -> None:
    """Draw the page."""
    memory.read_link()
    at = memory.moment()
    components.library(key="library", data=library_message())
    with st.container(key="history_top", horizontal=True, vertical_alignment="center", gap="small"):
        st.title("History", width="content", anchor=False)
        st.space("stretch")
        with st.container(key="share_place", width=90):
            components.share(key="share", data=None)
    if memory.memory().notes:
        with st.container(key="notes"):
            for note in memory.memory().notes:
                st.text(note)
    components.timeline(
        key="timeline",
        data=timeline_message(at, state.answered("timeline")),
        on_edit_change=_on_timeline,
    )
    _system(link)
    _change()
    _numbers()


def _on_timeline() -> None:
    event = state.take_event("timeline")
    if isinstance(event, dict) and event.get("op") == "system":
        memory.go(system=event.get("key"))


def _system(link: Link) -> None:
    """Who built it, what was new, and its figures."""
    system = HISTORY[memory.number_of(memory.moment().system)]
    words, numbers = st.columns([3, 2], gap="large")
    with words:
        st.header(f"{system.name}, {system.year}", anchor=False)
        st.caption(system.authors)
        st.markdown(f"[{system.title}]({system.url})")
        st.markdown(system.novelty)
    with numbers:
        st.table(figures.of_system(system), hide_index=True)
        for sentence in figures.errors_of(system):
            st.caption(sentence)
        with st.container(key="history_links", horizontal=True, gap="small"):
            for key in system.keys:
                link(f"{figures.TITLES[key]} on the Network page", memory.network_link(key))


def _change() -> None:
    """What a system did differently from the one before it, down to its block."""
    systems = memory.shown(memory.moment())
    before, after = systems.get("before"), systems["after"]
    if before is None:
        st.header(f"The block of {after.name}", anchor=False)
    else:
        st.header(f"What changed from {before.name} to {after.name}", anchor=False)
        st.markdown(after.what_changed)
    with st.container(key="bench"):
        left, right = st.columns([3, 10], gap="medium")
        with left, st.container(key="history_left"):
            _picture()
        with right:
            st.caption(BY_LOT)
            blocks_part()


def _picture() -> None:
    chosen = Experiment(picture=memory.picture(memory.moment()))
    components.gallery(
        key="history_gallery",
        data=pictures.gallery_message(chosen, state.answered("history_gallery")),
        on_edit_change=_on_gallery,
    )
    picture_sources(_add)
    st.caption(pictures.credit(chosen))


def _on_gallery() -> None:
    event = state.take_event("history_gallery")
    if not isinstance(event, dict):
        return
    if event.get("op") == "picture" and pictures.known(event.get("key")):
        memory.go(picture=event["key"])
    wanted = memory.moment().picture
    if event.get("op") == "restore" and pictures.is_missing(Experiment(picture=wanted)):
        try:
            pictures.restore_own(from_base64(event.get("png")), wanted)
        except BadFile:
            memory.go(picture=memory.first_picture())
            memory.say(
                "The picture of this link was somebody’s own and is not here; another one stands "
                "in. Everything else is as it was."
            )


def _add(data: bytes) -> None:
    try:
        memory.go(picture=pictures.add_own(data))
    except BadFile as error:
        memory.say(str(error))


@st.fragment(key="history_blocks")
def blocks_part() -> None:
    """The two blocks, with the picture sent through them."""
    at = memory.moment()
    try:
        data = blocks_message(at, state.answered("blocks"), state.next_version())
    except EngineError as error:
        st.text(str(error))
        return
    components.blocks(key="blocks", data=data, on_edit_change=_on_blocks)


def _on_blocks() -> None:
    event = state.take_event("blocks")
    if not isinstance(event, dict) or event.get("side") not in SIDES:
        return
    if event.get("op") in ("node", "block"):
        memory.go(**{f"{event['side']}_{event['op']}": event.get("value")})
    if memory.memory().notes:
        st.rerun()


def _numbers() -> None:
    """All systems in one chart, and the same as a table."""
    # Plotly takes a while to import, and the pages before this one do not need it.
    from playground.render.systems import systems_chart

    st.header("Cost, error, and number of weights", anchor=False)
    st.plotly_chart(
        systems_chart(figures.points(memory.moment().system)),
        key="systems",
        width="stretch",
        config={"displayModeBar": False, "scrollZoom": False},
        alt="Top-5 error over multiply-adds, a circle a network; the table below says the same",
    )
    st.caption(
        "The area of a circle is the number of parameters. The error is that of one network with "
        f"{TEN} of each validation picture of ImageNet 2012, as published. LeNet-5 reads digits "
        "and was never measured on it."
    )
    with st.expander("The same as a table"):
        st.table(figures.table(), hide_index=True)
