"""The Practise page: a number is hidden, and the learner says what it is before it is shown."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.engine.exercises import TOPICS
from playground.ui import components, practise, state


def draw() -> None:
    """Draw the page."""
    state.read_practice()
    components.library(key="library", data=None)
    with st.container(key="practise_top", horizontal=True, vertical_alignment="center"):
        st.title("Practise", width="content", anchor=False)
        st.pills(
            "Topics",
            list(TOPICS),
            key=state.control("topics", list(state.practice().practice.topics)),
            selection_mode="multi",
            format_func=lambda key: TOPICS[key].label,
            label_visibility="collapsed",
            on_change=_on_topics,
            width="stretch",
            wrap=True,
        )
        st.button("New set", on_click=_on_new_set, help="Other exercises, with a link of their own")
        with st.container(key="share_place", width=90):
            components.share(key="share", data=None)
    if state.practice().notes:
        with st.container(key="notes"):
            for note in state.practice().notes:
                st.text(note)
    exercise_part()


@st.fragment(key="exercise")
def exercise_part() -> None:
    """The exercises themselves, which the browser shows and checks."""
    components.exercise(
        key="exercise",
        # In a list, because Streamlit imports pandas to look for tables in a dictionary's values.
        data=[practise.message(state.practice(), state.answered("exercise"))],
        on_edit_change=_on_exercise,
    )


def _on_exercise() -> None:
    event = state.take_event("exercise")
    number = event.get("number") if isinstance(event, dict) else None
    number = practise.whole(number, 1, practise.MAX_NUMBER)
    if number is not None:
        state.prepare_practice(replace(state.practice().practice, number=number))


def _on_topics() -> None:
    topics = practise.in_order(state.value_of("topics") or ())
    practice = state.practice_on_screen()
    state.open_practice(replace(practice, topics=topics or tuple(TOPICS)))


def _on_new_set() -> None:
    topics = state.practice_on_screen().topics
    state.open_practice(practise.Practice(practise.new_seed(), topics=topics))
