"""What a session remembers of the Train page: the set-up, its link, and the token of its run."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.datasets import DATASETS
from playground.engine.errors import EngineError
from playground.files.filters import Filter
from playground.files.setup import LOOKS, Setup, from_query, to_query, with_own, with_setting
from playground.ui import state
from playground.ui.runs import Runs
from playground.ui.training.job import Job
from playground.ui.training.recipe import Ready, job_of, ready
from playground.ui.training.run import Run


class _Memory:
    def __init__(self) -> None:
        self.setup = Setup()
        self.link: dict[str, str] | None = None
        self.notes: list[str] = []
        self.token = ""
        self.cell: tuple[int, int] | None = None
        self.filters: tuple[Filter, ...] | None = None


def _memory() -> _Memory:
    return state.memory_of("train", _Memory)


def setup() -> Setup:
    """What the user chose."""
    return _memory().setup


def read_link() -> None:
    """Take over the set-up of the link; an address without one brings back what was there before.

    The user's own filters are those of the Filters page as soon as they change there.
    """
    memory = _memory()
    state.visit_other_page()
    query = state.address()
    drawn = state.experiment().filters
    edited = memory.filters is not None and drawn != memory.filters
    memory.filters = drawn
    if memory.link is None or (query and query != memory.link):
        memory.link = query
        memory.setup, memory.notes = from_query(query)
    if memory.setup.network == "mine" and (edited or not memory.setup.own):
        memory.setup = with_own(memory.setup, drawn)
    _write_link()


def choose(name: str, value: Any) -> None:
    """Change one setting, checked as strictly as one of a link."""
    memory = _memory()
    try:
        new = with_setting(memory.setup, name, value)
    except ValueError:
        say("That setting is not one the playground knows.")
        return
    if new.network == "mine" and memory.setup.network != "mine":
        new = with_own(new, state.experiment().filters)
    memory.setup = new
    memory.notes = []
    _write_link()


def _write_link() -> None:
    memory = _memory()
    query = to_query(memory.setup)
    if query != memory.link or query != state.address():
        memory.link = query
        state.write_address(query)


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
    """The dataset that is chosen; the shipped ones are made once for everybody."""
    return _shipped(setup().dataset)


def _is_there(session: str) -> bool:
    return exists() and get_instance().is_active_session(session)


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """All runs of this server, being worked on."""
    found = Runs(_is_there)
    found.serve()
    return found


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""


def token() -> str:
    """What the browser keeps to find its run again; empty when there is none."""
    return _memory().token


def run() -> Run | None:
    """This tab's run, if it has one."""
    memory = _memory()
    found = runs().find(memory.token, _session()) if memory.token else None
    if memory.token and found is None:
        memory.token = ""
        say("The training run of this page is over: nobody looked at it for a while.")
    return found


def begin(job: Job | None = None) -> Run | None:
    """Make a run, ready to start, in place of the one before: of this set-up, or of a job.

    A job's set-up becomes that of the page.
    """
    memory = _memory()
    memory.cell = None
    try:
        made = Run(job or job_of(memory.setup, data()))
        memory.token = memory.token or secrets.token_urlsafe(24)
        runs().put(memory.token, made, _session())
    except EngineError as error:
        say(str(error))
        return None
    say("")
    if job:
        looks = {name: getattr(memory.setup, name) for name in LOOKS}
        memory.setup = replace(job.setup, **looks)
        _write_link()
    return made


def restore(kept: Any) -> None:
    """Find the run of a token that this browser tab kept over a reload."""
    memory = _memory()
    if memory.token or not isinstance(kept, str) or not 20 <= len(kept) <= 64:
        return
    if runs().find(kept, _session()) is None:
        say("The training run of this page is over: nobody looked at it for a while.")
    else:
        memory.token = kept
