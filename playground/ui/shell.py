"""What stands around every page: the window's title, the style sheet, the wordmark."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"


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
    st.html(ASSETS / "style.css")
    st.logo(str(ASSETS / "wordmark.svg"), size="large")
