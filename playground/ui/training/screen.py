"""The Train page's two halves: what is to be learned, and the network learning or being used."""

from __future__ import annotations

import streamlit as st

from playground.files.setup import CHOICES
from playground.ui import backward_section, components, state, use_section
from playground.ui.controls import history_buttons
from playground.ui.training import controls, live, memory, own_pictures, panels, watched
from playground.ui.use.subject import Subject

SHORTEST = 0.5  # seconds between two drawings of a run
EACH_RUN = 0.25  # and so much longer for every run that the server works on
SECTIONS = {"learn": "Learn", "use": "Use it", "backward": backward_section.TITLE}


def draw() -> None:
    """Draw the page."""
    memory.read_link()
    components.library(key="library", data=None)
    components.tab(key="tab", data=[memory.token(), state.answered("tab")], on_edit_change=_on_tab)
    with st.container(key="train_top", horizontal=True, vertical_alignment="center"):
        st.title("Train", width="content", anchor=False)
        st.segmented_control(
            "What to see",
            list(CHOICES["section"]),
            key=state.control("section", memory.setup().section),
            format_func=SECTIONS.__getitem__,
            required=True,
            label_visibility="collapsed",
            on_change=_on_section,
        )
        st.space("stretch")
        if memory.setup().section == "learn":
            history_buttons(memory.undo, memory.redo, memory.can_travel())
        with st.container(key="share_place", width=90):
            components.share(key="share", data=None)
    run = memory.run()
    if memory.setup().section != "learn":
        _notes()
    busy, status = run is not None and run.busy, run.status if run else ""
    every = max(SHORTEST, EACH_RUN * memory.runs().running) if busy else None
    if memory.setup().section == "use":
        use_section.draw(_subject, every, _is_busy)
        return
    if memory.setup().section == "backward":
        backward_section.draw(memory.write_link)
        return
    with st.container(key="bench"):
        left, right = st.columns([3, 10], gap="medium")
        with left, st.container(key="setup"):
            controls.choices_of_data()
            controls.choices_of_network()
            controls.choices_of_training()
        with right:
            if memory.setup().dataset == "own":
                own_pictures.draw(run is not None)
            live.buttons(run)
            # Where somebody looks who has pressed a button, also on a phone.
            _notes()
            st.fragment(_run_part, run_every=every)(busy, status)


def _notes() -> None:
    """What the page has to say until the next change."""
    if memory.notes():
        with st.container(key="notes"):
            for note in memory.notes():
                st.text(note)


def _on_section() -> None:
    memory.choose("section", state.value_of("section"))


def _on_tab() -> None:
    event = state.take_event("tab")
    if isinstance(event, dict) and event.get("op") == "restore":
        memory.restore(event.get("token"))


def _subject() -> Subject | None:
    """The network of this tab's run as it is now, with held-out pictures that fit it."""
    run = memory.run()
    return watched.subject_of(run.job, run.look()) if run else None


def _is_busy() -> bool:
    run = memory.run()
    return run is not None and run.busy


def _run_part(was_busy: bool, status: str) -> None:
    """What changes while the run goes on, on a page that was drawn for this status of it."""
    run = memory.run()
    busy = run is not None and run.busy
    look = run.look() if run else None
    live.position(run, look)
    if run and look:
        live.figures(look)
        live.own_filters(run, look)
        with st.container(key="run_view"):
            left, right = st.columns([7, 5], gap="medium")
            with left:
                live.chart(run, look)
                panels.draw(run, look)
            with right:
                watched.draw(run.job, look)
    if (was_busy and not busy) or (look and look.status != status):
        st.rerun()
