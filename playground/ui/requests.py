"""What somebody asks a page for is done wholly, and not forgotten for what they ask for next.

Streamlit has no place for this, so methods of its own are replaced; requirements.txt names the one
version that this is tested with. `.streamlit/config.toml` turns off ``fastReruns``, which would
drop a run that has not begun when the next one is asked for, and the click with it.
"""

from __future__ import annotations

import threading
from functools import wraps
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.safe_session_state import SafeSessionState


def finish_callbacks() -> None:
    """Let nothing end a run before its callbacks are through.

    Streamlit looks for a newer request whenever a script touches its state or writes something, and
    ends the run for it. In the midst of a callback, that would leave an edit that is noted and not
    made, or a training run that is there and not begun.
    """
    here = threading.local()  # `settling` while this thread's callbacks run
    take_in = SafeSessionState.on_script_will_rerun
    look_for_requests = ScriptRunner._maybe_handle_execution_control_request

    @wraps(take_in)
    def take_in_wholly(self: SafeSessionState, *args: Any, **named: Any) -> None:
        here.settling = True
        try:
            take_in(self, *args, **named)
        finally:
            here.settling = False

    @wraps(look_for_requests)
    def look_unless_settling(self: ScriptRunner) -> None:
        if not getattr(here, "settling", False):
            look_for_requests(self)

    SafeSessionState.on_script_will_rerun = take_in_wholly
    ScriptRunner._maybe_handle_execution_control_request = look_unless_settling


def keep_pages() -> None:
    """Let no part of a page that is being left bring that page back.

    A browser that has asked for the next page names the old one in what its parts send until the
    next one begins to come; Streamlit would take the newer of the two.
    """
    request_rerun = AppSession.request_rerun

    @wraps(request_rerun)
    def request_on_page(self: AppSession, client_state: ClientState | None) -> None:
        if client_state is not None:
            if not client_state.fragment_id:
                self.page_asked_for = client_state.page_script_hash
            elif page := getattr(self, "page_asked_for", ""):
                client_state.page_script_hash = page
        request_rerun(self, client_state)

    AppSession.request_rerun = request_on_page
