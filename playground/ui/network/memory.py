"""What a session remembers of the Network page: where it is, how it came there, what it works on.

No activations and no weights: those belong to the server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.files.place import Place, from_query, is_link, to_query, with_part
from playground.ui import address, state
from playground.ui.network.work import Work

HISTORY = 200
# What the way back leads through; the cells in between are not steps of it.
STEPS = ("network", "picture", "node")


class Memory:
    """Everything that a session keeps between two runs of the page."""

    def __init__(self) -> None:
        self.place = Place()
        self.past: list[Place] = []
        self.future: list[Place] = []
        self.link: dict[str, str] | None = None
        self.notes: list[str] = []
        self.inverted: bool | None = None  # None until the user says so
        self.stopped: tuple = ()  # the work that was cancelled, until something else is asked for
        self.work: Work | None = None
        self.lost: Place | None = None  # where the link leads, if that may still come back
        self.taken: tuple | None = None  # the last picture as the network takes it, and of what


def memory() -> Memory:
    """What this session remembers."""
    return state.memory_of("network", Memory)


def place() -> Place:
    """Where this session is."""
    return memory().place


def read_link() -> bool:
    """Take over the place of the link; an address without one brings back what was there before.

    Returns
    -------
    bool
        Whether it leads to a layer that it names.
    """
    remembered = memory()
    state.visit_other_page()
    query = address.read()
    new = remembered.link is None or (is_link(query) and query != remembered.link)
    if new:
        found, remembered.notes = from_query(query)
        if remembered.link is None:
            remembered.place = found
        else:
            go(found)
        remembered.link = query
    settle_link()
    return new and bool(remembered.place.node)


def settle_link() -> None:
    """Write the place into the address of the page."""
    remembered = memory()
    query = to_query(remembered.place)
    outdated = query != remembered.link or query != address.read()
    if outdated and address.write(query, "network"):
        remembered.link = query


def send_again(parts: list[str]) -> None:
    """Draw the parts and write the address anew: what came of an edit went with its connection."""
    memory().link = {}
    settle_link()
    address.redraw(parts)


def go(new: Place) -> None:
    """Be somewhere else. Another network, picture or layer is a step that `undo` takes back."""
    remembered = memory()
    old = remembered.place
    if any(getattr(new, name) != getattr(old, name) for name in STEPS):
        remembered.past = [*remembered.past[1 - HISTORY :], old]
        remembered.future.clear()
    remembered.place, remembered.lost = new, None


def correct(new: Place) -> None:
    """Be where the page can be, without a step of the history."""
    memory().place = new


def changed(place: Place, **parts: Any) -> Place:
    """The place with these parts from outside changed; what depends on them begins anew.

    Raises
    ------
    ValueError
        If a part is not one that can be.
    """
    new = place
    for name, value in parts.items():
        new = with_part(new, name, value)
    if new.network != place.network:
        return replace(
            Place(), network=new.network, picture=new.picture if "picture" in parts else ""
        )
    if new.picture != place.picture:
        new = replace(new, target=-1 if "target" not in parts else new.target)
    if new.node != place.node:
        begin = {"channel": -1, "row": -1, "column": -1, "shown": Place().shown}
        new = replace(new, **{k: v for k, v in begin.items() if k not in parts})
    return new


def undo() -> None:
    """Back to where the page was before the last step."""
    _travel(memory().past, memory().future)


def redo() -> None:
    """Forward again to what `undo` left."""
    _travel(memory().future, memory().past)


def _travel(source: list[Place], target: list[Place]) -> None:
    remembered = memory()
    if source:
        target.append(remembered.place)
        remembered.place = source.pop()
        settle_link()


def say(*sentences: str) -> None:
    """What the page has to say until the next change."""
    memory().notes = [sentence for sentence in sentences if sentence]
