"""A callback ends as it should and the page that was asked for comes, whatever comes meanwhile."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from playground.ui.requests import finish_callbacks, keep_pages


@pytest.fixture
def whole(monkeypatch):
    """Streamlit as the server changes it, and as it was afterwards."""
    for owner, name in (
        (SafeSessionState, "on_script_will_rerun"),
        (ScriptRunner, "_maybe_handle_execution_control_request"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    finish_callbacks()


def draw() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def callback(ask):
        st.session_state["begun"] = True
        ask(get_script_run_ctx().script_requests)
        st.query_params["address"] = "changed"
        st.session_state["state"] = "changed"

    st.session_state["pages"] = st.session_state.get("pages", 0) + 1
    st.button("rerun", on_click=callback, args=(lambda it: it.request_rerun(RerunData()),))
    st.button("stop", on_click=callback, args=(lambda it: it.request_stop(),))
    st.session_state["ends"] = st.session_state.get("ends", 0) + 1


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("button", [0, 1], ids=["another run", "the end of the session"])
def test_what_is_asked_for_meanwhile_waits_until_the_callback_is_through(button):
    at = AppTest.from_function(draw).run()
    at.button[button].click().run()
    assert not at.exception
    assert at.session_state["begun"]
    assert at.session_state["state"] == "changed"


@pytest.mark.usefixtures("whole")
def test_what_was_asked_for_meanwhile_ends_the_run_before_it_draws():
    at = AppTest.from_function(draw).run()
    at.button[0].click().run()
    assert at.session_state["pages"] == at.session_state["ends"] == 2


def test_a_run_that_has_not_begun_is_not_dropped_for_the_next_one():
    assert config.get_option("runner.fastReruns") is False


class Session(AppSession):
    """A session of no server."""

    def __init__(self) -> None: ...

    def __del__(self) -> None: ...


@pytest.fixture
def asked(monkeypatch):
    """A session as the server changes it, and the pages that its runs are for."""
    pages = []

    def note(self, client_state):
        pages.append(client_state.page_script_hash)

    monkeypatch.setattr(AppSession, "request_rerun", note)
    keep_pages()
    session = Session()
    return lambda page, part="": (
        session.request_rerun(ClientState(page_script_hash=page, fragment_id=part)),
        pages[-1],
    )[1]


def test_a_part_of_a_page_that_is_left_does_not_bring_it_back(asked):
    assert asked("history") == "history"
    assert asked("history", "blocks") == "history"
    assert asked("network") == "network"
    assert asked("history", "blocks") == "network"
    assert asked("network", "maps") == "network"
    assert asked("history") == "history"


def test_a_part_of_the_first_page_is_of_the_page_that_the_address_named(asked):
    assert asked("") == ""
    assert asked("history", "blocks") == "history"
