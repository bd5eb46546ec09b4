"""What a session remembers of the Train page.

The set-up with its link and history, the own pictures, and the token of what outlives a reload: the
run, those pictures, and what was uploaded on the Network page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.datasets import DATASETS
from playground.datasets.own import START, Collection
from playground.engine.errors import EngineError
from playground.files.filters import Filter
from playground.files.setup import Setup, from_query, is_link, to_query, with_own, with_setting
from playground.ui import address, backward_section, state
from playground.ui.networks import Networks
from playground.ui.quota import claim
from playground.ui.runs import Runs
from playground.ui.training.history import Chosen, History, seen_as
from playground.ui.training.job import Job
from playground.ui.training.own_shelf import Shelf
from playground.ui.training.presence import is_there, session
from playground.ui.training.recipe import Ready, job_of, memory_needed, ready
from playground.ui.training.run import Run
from playground.ui.training.uploads import uploads

OVER = "The training run of this page is over: nobody looked at it for a while."
GONE = "What was learned and gathered in this tab is gone: nobody looked at it for a while."


class _Memory:
    def __init__(self) -> None:
        self.history = History(Chosen(Setup(), START))
        self.link: dict[str, str] | None = None
        self.notes: list[str] = []
        self.token = ""
        self.has_run = False
        self.cell: tuple[int, int] | None = None
        self.filters: tuple[Filter, ...] | None = None
        self.ready: tuple[Setup, Ready] | None = None  # the own pictures, ready to be learned


def _memory() -> _Memory:
    return state.memory_of("train", _Memory)


def setup() -> Setup:
    """What the user chose."""
    return _memory().history.now.setup


def collection() -> Collection:
    """The user's own pictures."""
    return _memory().history.now.collection


def read_link() -> None:
    """Take over the set-up of the link; an address without one brings back what was there before.

    The user's own filters are those of the Filters page as soon as they change there.
    """
    memory = _memory()
    state.visit_other_page()
    query = address.read()
    drawn = state.experiment().filters
    edited = memory.filters is not None and drawn != memory.filters
    memory.filters = drawn
    if memory.link is None or (is_link(query) and query != memory.link):
        take_over = memory.history.replace if memory.link is None else memory.history.change
        memory.link = query
        found, memory.notes = from_query(query)
        memory.notes += backward_section.read_link(query)
        take_over(found)
    if setup().network == "mine" and (edited or not setup().own):
        memory.history.replace(with_own(setup(), drawn))
    write_link()


def choose(name: str, value: Any) -> None:
    """Change one setting, checked as strictly as one of a link."""
    memory = _memory()
    try:
        new = with_setting(setup(), name, value)
    except ValueError:
        say("That setting is not one the playground knows.")
        return
    if new.network == "mine" and setup().network != "mine":
        new = with_own(new, state.experiment().filters)
    memory.history.change(new)
    memory.notes = []
    write_link()


def sort(pictures: Collection) -> None:
    """Change the user's own pictures.

    Raises
    ------
    EngineError
        If the server holds as many as it can.
    """
    memory = _memory()
    _keep(pictures)
    memory.history.change(collection=pictures)
    memory.notes = []


def _keep(pictures: Collection) -> None:
    memory = _memory()
    token = memory.token or secrets.token_urlsafe(24)
    shelf().put(token, pictures, session())
    memory.token = token


def networks() -> Networks:
    """The networks and weights that this tab has uploaded."""
    token = _memory().token
    found = uploads().find(token, session()) if token else None
    return found or Networks()


def keep_networks(kept: Networks) -> None:
    """Keep other ones in their place.

    Raises
    ------
    EngineError
        If this session, or the server, holds as much as it can.
    """
    memory = _memory()
    kept.check()
    token = memory.token or secrets.token_urlsafe(24)
    uploads().put(token, kept, session())
    memory.token = token


def can_travel() -> tuple[bool, bool]:
    """Whether there is something to undo, and to redo."""
    history = _memory().history
    return bool(history.past), bool(history.future)


def undo() -> None:
    """Back to what was chosen before the last change."""
    _travel(_memory().history.undo)


def redo() -> None:
    """Forward again to what `undo` left."""
    _travel(_memory().history.redo)


def _travel(step: Callable[[], None]) -> None:
    memory = _memory()
    before = collection()
    step()
    memory.notes = []
    if collection() is not before:
        try:
            _keep(collection())
        except EngineError as error:
            say(str(error))
    write_link()


def write_link() -> None:
    """Write what was chosen into the address of the page."""
    memory = _memory()
    query = to_query(setup())
    if setup().section == "backward":
        query |= backward_section.link()
    outdated = query != memory.link or query != address.read()
    if outdated and address.write(query, "train"):
        memory.link = query


def notes() -> list[str]:
    """What the page has to say until the next change."""
    return _memory().notes


def say(sentence: str) -> None:
    """Put a sentence where the page shows what it has to say; nothing takes it away."""
    _memory().notes = [sentence] if sentence else []


def chosen_cell() -> tuple[int, int] | None:
    """The cell of the confusion matrix whose pictures are shown: a class, and an answer."""
    return _memory().cell


def choose_cell(cell: tuple[int, int] | None) -> None:
    """Show the pictures of a cell of the confusion matrix, or the worst mistakes."""
    _memory().cell = cell


@st.cache_resource(max_entries=len(DATASETS), show_spinner=False)
def _shipped(key: str) -> Ready:
    return ready(DATASETS[key].load())


def data() -> Ready:
    """The dataset that is chosen; the shipped ones are made once for everybody.

    Raises
    ------
    EngineError
        If it is the user's own, and there are too few pictures to learn from.
    """
    memory, chosen = _memory(), setup()
    if chosen.dataset != "own":
        memory.ready = None
        return _shipped(chosen.dataset)
    wanted = Setup(side=chosen.side, colour=chosen.colour, pictures=chosen.pictures)
    if memory.ready is None or memory.ready[0] != wanted:
        made = ready(collection().dataset(chosen.side, chosen.colour))
        memory.ready = (wanted, made)
    return memory.ready[1]


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """All runs of this server, being worked on."""
    found = Runs(is_there)
    found.serve()
    return found


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf[Collection]:
    """The own pictures of all sessions of this server."""
    found: Shelf[Collection] = Shelf(is_there)
    found.watch()
    return found


def token() -> str:
    """What the browser keeps to find its run and its pictures again; empty when there are none."""
    return _memory().token


def run() -> Run | None:
    """This tab's run, if it has one."""
    memory = _memory()
    found = runs().find(memory.token, session()) if memory.has_run else None
    if memory.has_run and found is None:
        memory.has_run = False
        if not any(held.find(memory.token, session()) for held in (shelf(), uploads())):
            memory.token = ""
        say(OVER)
    return found


def begin(job: Job | None = None) -> Run | None:
    """Make a run, ready to start, in place of the one before: of this set-up, or of a job.

    A job's set-up becomes that of the page.
    """
    memory = _memory()
    memory.cell = None
    try:
        new = job or job_of(setup(), data())
        needed = memory_needed(new.network, new.settings.batch_size)
        claim("the training run", round(needed * 2**20))
        made = Run(new)
        token = memory.token or secrets.token_urlsafe(24)
        runs().put(token, made, session())
    except EngineError as error:
        say(str(error))
        return None
    memory.token, memory.has_run = token, True
    say("")
    if job:
        memory.history.change(seen_as(job.setup, setup()))
        write_link()
    return made


def restore(kept: Any) -> None:
    """Find the run and the pictures of a token that this browser tab kept over a reload."""
    memory = _memory()
    if memory.token or not isinstance(kept, str) or not 20 <= len(kept) <= 64:
        return
    pictures = shelf().find(kept, session())
    memory.has_run = runs().find(kept, session()) is not None
    if pictures is not None:
        memory.history.replace(collection=pictures)
    uploaded = uploads().find(kept, session())
    if memory.has_run or pictures is not None or uploaded is not None:
        memory.token = kept
    else:
        say(GONE)
