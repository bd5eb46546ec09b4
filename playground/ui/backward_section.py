"""The section on one backward pass, in a network so small that every number can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from playground.files.lesson import Lesson, from_query, to_query
from playground.ui import backward, components, state
from playground.ui.backward_message import message

TITLE = "One backward pass, taken apart"


class _Memory:
    def __init__(self) -> None:
        self.lesson = Lesson()
        self.trail = backward.Trail()
        self.fresh = True


def _memory() -> _Memory:
    return state.memory_of("backward", _Memory)


def read_link(query: Mapping[str, str]) -> list[str]:
    """Take over the lesson of a link, if it has one; returns what could not be used."""
    memory = _memory()
    found, notes = from_query(query)
    if found is not None:
        memory.lesson, memory.fresh = found, False
    return notes


def link() -> dict[str, str]:
    """The part of a link that leads to the lesson as it is."""
    return to_query(_memory().lesson)


@st.fragment(key="backward_part")
def draw(on_change: Callable[[], None] | None = None) -> None:
    """Draw the section, without its title, on a page that has drawn the library.

    ``on_change`` is called when the lesson has changed and rests.
    """
    memory = _memory()
    answered = state.answered("backward")
    components.backward(
        key="backward",
        data=message(memory.lesson, memory.trail, state.next_version(), answered, memory.fresh),
        on_edit_change=lambda: _on_edit(on_change),
    )


def _on_edit(on_change: Callable[[], None] | None) -> None:
    memory = _memory()
    event = state.take_event("backward")
    memory.lesson = backward.after(memory.lesson, event)
    memory.fresh = False
    # Held keys make many choices; the address is written when they rest.
    if on_change and not (isinstance(event, dict) and "gesture" in event):
        on_change()
