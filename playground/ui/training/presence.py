"""Which session this is, and whether another one is still there."""

from __future__ import annotations

from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx


def session() -> str:
    """The id of the session that runs now; empty when there is none."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_there(session: str) -> bool:
    """Whether the session of this id is still connected."""
    return exists() and get_instance().is_active_session(session)
