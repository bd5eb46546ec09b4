"""Which exercises this session is at, and the address that names them."""

from __future__ import annotations

from dataclasses import replace

from playground.ui import address, practise, state
from playground.ui.practise import Practice, Visit


class _Memory:
    """One session's memory of the Practise page."""

    def __init__(self) -> None:
        self.visit: Visit | None = None


def _memory() -> _Memory:
    return state.memory_of("practise", _Memory)


def begin() -> None:
    """Take over the exercise of the link; the browser keeps the address by itself from then on."""
    state.visit_other_page()
    memory = _memory()
    memory.visit = practise.read(address.read(), memory.visit, state.next_version())


def visit() -> Visit:
    """The exercises of this visit to the page."""
    return _memory().visit


def on_screen() -> Practice:
    """The set, and the exercise that the browser has on its screen by now."""
    return practise.from_query(address.read(), visit().practice.seed)[0]


def go_to(chosen: Practice) -> None:
    """Go to another exercise, by its link."""
    address.write(practise.to_query(chosen), "practise")
    prepare(chosen)


def prepare(chosen: Practice) -> None:
    """Let the next message to the browser begin with this exercise."""
    _memory().visit = replace(visit(), practice=chosen)
