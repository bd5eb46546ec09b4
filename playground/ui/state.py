"""What a session remembers: the experiment, its history, its own pictures, and the link.

Only this module and `address` touch Streamlit's session state.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from playground.files.experiment import Experiment, from_query, is_link, to_query
from playground.ui import address

Memory = TypeVar("Memory")

PATH = "filters"
# How many are kept.
HISTORY = 200
OWN_PICTURES = 3
MADE = 2


class _Session:
    """One session's memory. Experiments are immutable: a history of them shares its parts."""

    def __init__(self) -> None:
        self.experiment = Experiment()
        self.past: list[Experiment] = []
        self.future: list[Experiment] = []
        self.gesture: Any = None
        self.link: dict[str, str] | None = None
        self.drawn: Experiment | None = None
        self.notes: list[str] = []
        self.pictures: OrderedDict[str, np.ndarray] = OrderedDict()
        self.made: OrderedDict[tuple, np.ndarray] = OrderedDict()
        self.answered: dict[str, str] = {}
        self.file: tuple[int, str, str, bytes] | None = None
        self.away = False
        self.version = 0


def _session() -> _Session:
    if "playground" not in st.session_state:
        st.session_state["playground"] = _Session()
    return st.session_state["playground"]


def memory_of(page: str, make: Callable[[], Memory]) -> Memory:
    """What this session remembers of one page; made when first asked for."""
    if f"playground_{page}" not in st.session_state:
        st.session_state[f"playground_{page}"] = make()
    return st.session_state[f"playground_{page}"]


def experiment() -> Experiment:
    """What is on the screen."""
    return _session().experiment


def visit_other_page() -> None:
    """Remember that another page was looked at; its tab leads back to an address without a link."""
    _session().away = True


def read_link() -> None:
    """Take over the experiment of the link, if the address is not the one that was written last.

    An address without a link is a first visit, or the browser's way back to one, or the tab of this
    page clicked on another: then what was on the screen before comes back.
    """
    session = _session()
    query = address.read()
    away = session.away
    session.away = False
    if session.link is not None and query == session.link:
        if away:
            settle_link()  # what was changed while the page was being left
        return
    if away and session.link and not (query and is_link(query)):
        address.write(session.link, PATH)
        settle_link()
        return
    first = session.link is None
    session.link = query
    found, notes = from_query(query)
    session.notes = notes
    if first:
        session.experiment = found
    elif found != session.experiment:
        session.answered.clear()  # an edit that this undoes counts when it is sent again
        _remember(session, found)


def commit(new: Experiment, gesture: Any = None) -> None:
    """Make ``new`` what is on the screen; `undo` comes back to what was before.

    Edits of one gesture, a drag, are one step of the history. The link is written when it begins
    and by `settle_link` when it has ended.
    """
    session = _session()
    going_on = gesture is not None and gesture == session.gesture
    session.gesture = gesture
    if new == session.experiment:
        return
    if going_on:
        session.experiment = new
        session.future.clear()
    else:
        _remember(session, new)
        settle_link()


def replace_now(new: Experiment) -> None:
    """Change what is on the screen without a step of the history, as for a lost picture."""
    _session().experiment = new
    settle_link()


def _remember(session: _Session, new: Experiment) -> None:
    session.past = [*session.past[1 - HISTORY :], session.experiment]
    session.future.clear()
    session.experiment = new


def mark_drawn(drawn: Experiment) -> None:
    """Remember that the maps of this experiment are being sent."""
    _session().drawn = drawn


def is_drawn() -> bool:
    """Whether the maps that were sent last are those of the experiment."""
    return _session().drawn == _session().experiment


def forget_sent() -> None:
    """Let the address and the maps go out again: those that were sent last may not have come."""
    session = _session()
    session.drawn = None
    session.link = {}


def settle_link() -> None:
    """Write the experiment into the address of the page."""
    session = _session()
    query = to_query(session.experiment)
    if query != session.link and address.write(query, PATH):
        session.link = query


def undo() -> None:
    """Back to the experiment before the last change."""
    _travel(_session().past, _session().future)


def redo() -> None:
    """Forward again to what `undo` left."""
    _travel(_session().future, _session().past)


def _travel(source: list[Experiment], target: list[Experiment]) -> None:
    session = _session()
    if source:
        target.append(session.experiment)
        # How the experiment is looked at is no step of the history.
        session.experiment = replace(source.pop(), view=session.experiment.view)
        session.gesture = None
        settle_link()


def can_undo() -> bool:
    """Whether there is something to undo."""
    return bool(_session().past)


def can_redo() -> bool:
    """Whether there is something to redo."""
    return bool(_session().future)


def say(sentence: str) -> None:
    """Put a sentence where the page shows what it has to say."""
    if sentence:
        _session().notes = [sentence]


def notes() -> list[str]:
    """What the page has to say until the next change."""
    return _session().notes


def hush() -> None:
    """Nothing more to say."""
    _session().notes = []


def keep_picture(key: str, picture: np.ndarray) -> None:
    """Keep one of the user's own pictures for this session; only the latest few are kept."""
    pictures = _session().pictures
    pictures.pop(key, None)
    pictures[key] = picture
    while len(pictures) > OWN_PICTURES:
        pictures.popitem(last=False)


def made_once(key: tuple, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What ``make`` makes of one of the user's own pictures; the latest few are kept."""
    made = _session().made
    if key not in made:
        made[key] = make()
        while len(made) > MADE:
            made.popitem(last=False)
    return made[key]


def own_pictures() -> OrderedDict[str, np.ndarray]:
    """The user's own pictures by key, the latest last."""
    return _session().pictures


def watcher() -> Callable[[], tuple[Experiment, Mapping[str, np.ndarray]]]:
    """A function for another thread: what is on this session's screen, and its own pictures."""
    session = _session()
    return lambda: (session.experiment, dict(session.pictures))


def take_event(component: str, sender: str = "") -> Any:
    """The edit that a browser component has just sent, or None; notes that it was taken in.

    ``sender`` names those components that send their edits one after the other, as one.
    """
    # One that was sent just before its component left the page comes without a value, and one whose
    # answer does not come is sent again.
    event = getattr(st.session_state.get(component), "edit", None)
    if isinstance(event, dict) and isinstance(event.get("seq"), str):
        number = event["seq"][:40]
        if number == answered(sender or component):
            return None
        _session().answered[sender or component] = number
    return event


def answered(sender: str) -> str:
    """The number of the last edit of this component, or of these, that was taken in."""
    return _session().answered.get(sender, "")


def hand_out(name: str, kind: str, data: bytes) -> None:
    """Keep a file that was made on request until the next message takes it to the browser."""
    _session().file = (_session().version, name, kind, data)


def take_file() -> tuple[int, str, str, bytes] | None:
    """The file of `hand_out`, once: its number, name, type and bytes."""
    session = _session()
    made = session.file
    session.file = None
    return made


def next_version() -> int:
    """A number that grows with every message to the browser."""
    _session().version += 1
    return _session().version


def control(key: str, value: Any) -> str:
    """Set a control to the experiment's value before it is drawn; returns its key."""
    st.session_state[key] = value
    return key


def value_of(key: str) -> Any:
    """What a control holds."""
    return st.session_state.get(key)
