"""What there is to see below the curves of a run. Only the panel that is open is made and sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.files.setup import CHOICES
from playground.ui import components, state
from playground.ui.training import memory
from playground.ui.training.film_message import film_message
from playground.ui.training.job import Look
from playground.ui.training.mistakes_message import mistakes_message
from playground.ui.training.run import Run


@dataclass(frozen=True)
class Panel:
    """A panel: what its tab says, and the message that it sends to the browser."""

    label: str
    message: Callable[[Run, Look], bytes]


def _film(run: Run, look: Look) -> bytes:
    return film_message(run.job, look, state.next_version())


def _mistakes(run: Run, look: Look) -> bytes:
    version, answered = state.next_version(), state.answered("training")
    return mistakes_message(run.job, look, version, answered, memory.chosen_cell())


PANELS: dict[str, Panel] = {
    "film": Panel("Filters over time", _film),
    "mistakes": Panel("Right and wrong", _mistakes),
}


def draw(run: Run, look: Look) -> None:
    """Draw the open panel."""
    st.segmented_control(
        "Below the curves",
        list(CHOICES["panel"]),
        key=state.control("panel", memory.setup().panel),
        format_func=lambda key: PANELS[key].label,
        required=True,
        label_visibility="collapsed",
        on_change=_on_panel,
    )
    components.training(
        key="training",
        data=PANELS[memory.setup().panel].message(run, look),
        on_edit_change=_on_edit,
    )


def _on_panel() -> None:
    memory.choose("panel", state.value_of("panel"))


def _on_edit() -> None:
    event = state.take_event("training")
    if isinstance(event, dict):
        run = memory.run()
        classes = len(run.job.network.labels) if run else 0
        memory.choose_cell(_cell(event, classes))


def _cell(event: dict[str, Any], classes: int) -> tuple[int, int] | None:
    """The cell of the confusion that an event names; none for anything else."""
    cell = event.get("row"), event.get("column")
    whole = all(type(place) is int and 0 <= place < classes for place in cell)
    return cell if event.get("op") == "cell" and whole else None
