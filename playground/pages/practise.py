"""The Practise page: a number is hidden, and the learner says what it is before it is shown."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.engine.exercises import TOPICS
from playground.ui import components, practise, practise_visit, state


def draw() -> None:
    """Draw the page."""
    practise_visit.begin()
    components.library(key="library", data=None)
    with st.container(key="practise_top", horizontal=True, vertical_alignment="center"):
        st.title("Practise", width="content", anchor=False)
        st.pills(
            "Topics",
            list(TOPICS),
            key=state.control("topics", list(practise_visit.visit().practice.topics)),
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
    if practise_visit.visit().notes:
        with st.container(key="notes"):
            for note in practise_visit.visit().notes:
                st.text(note)
    exercise_part()


@st.fragment(key="exercise")
def exercise_part() -> None:
    """The exercises themselves, which the browser shows and checks."""
    components.exercise(
        key="exercise",
        # In a list, because Streamlit imports pandas to look for tables in a dictionary's values.
        data=[practise.message(practise_visit.visit(), state.answered("exercise"))],
        on_edit_change=_on_exercise,
    )


def _on_exercise() -> None:
    event = state.take_event("exercise")
    number = event.get("number") if isinstance(event, dict) else None
    number = practise.whole(number, 1, practise.MAX_NUMBER)
    if number is not None:
        practise_visit.prepare(replace(practise_visit.visit().practice, number=number))


def _on_topics() -> None:
    topics = practise.in_order(state.value_of("topics") or ())
    practice = practise_visit.on_screen()
    practise_visit.go_to(replace(practice, topics=topics or tuple(TOPICS)))


def _on_new_set() -> None:
    topics = practise_visit.on_screen().topics
    practise_visit.go_to(practise.Practice(practise.new_seed(), topics=topics))
