"""The section on one backward pass, in a network so small that every number can be read."""

from __future__ import annotations

import streamlit as st

from playground.ui import backward, components, state
from playground.ui.backward_message import message

TITLE = "One backward pass, taken apart"


class _Memory:
    def __init__(self) -> None:
        self.lesson = backward.Lesson()
        self.trail = backward.Trail()
        self.fresh = True


@st.fragment(key="backward_part")
def draw() -> None:
    """Draw the section, without its title, on a page that has drawn the library."""
    memory = state.memory_of("backward", _Memory)
    answered = state.answered("backward")
    components.backward(
        key="backward",
        data=message(memory.lesson, memory.trail, state.next_version(), answered, memory.fresh),
        on_edit_change=_on_edit,
    )


def _on_edit() -> None:
    memory = state.memory_of("backward", _Memory)
    event = state.take_event("backward")
    memory.lesson = backward.after(memory.lesson, event)
    memory.fresh = False
