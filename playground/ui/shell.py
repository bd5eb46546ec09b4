"""What stands around every page: the window's title, the style sheet, the wordmark."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.ui import state

ASSETS = Path(__file__).parents[2] / "assets"
CAME_BACK = (
    "The connection was lost, and the server began anew. What the address of the page holds is "
    "here again; what came before it cannot be undone any more."
)


class _Visit:
    """How a session began.

    A page that stands open already, and whose server was started anew or has forgotten it, says
    with its first request which messages it keeps; a page that is being loaded keeps none.
    """

    def __init__(self) -> None:
        context = get_script_run_ctx()
        self.news = CAME_BACK if context and context.cached_message_hashes else ""


@st.cache_resource(show_spinner=False)
def _freeze() -> bool:
    # What the imports left behind lives as long as the server: the collector need not look at it
    # again and again. There is no collection before, for which the first page would wait: it
    # finds nothing.
    gc.freeze()
    return True


def begin() -> None:
    """Call first in every run."""
    st.set_page_config(
        page_title="CNN Playground",
        page_icon=str(ASSETS / "logo.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    _freeze()
    visit = state.memory_of("visit", _Visit)
    if visit.news:
        st.toast(visit.news, icon=":material/sync:", duration="long")
        visit.news = ""
    st.html(ASSETS / "style.css")
    st.logo(str(ASSETS / "wordmark.svg"), size="large")
