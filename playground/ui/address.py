"""The page that a session looks at: its address, and drawing its parts anew.

What somebody did last on a page can arrive with the request for the next page, or after it. Then
its parts are there no longer, and the address is that of the other page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx


class _Open:
    """The page that was drawn last: its path, and the hash by which Streamlit knows it."""

    def __init__(self) -> None:
        self.path = self.hash = ""


def _open() -> _Open:
    if "playground_open" not in st.session_state:
        st.session_state["playground_open"] = _Open()
    return st.session_state["playground_open"]


def open_page(path: str) -> None:
    """Remember that this run draws a page."""
    page, context = _open(), get_script_run_ctx()
    page.path, page.hash = path, context.page_script_hash if context else ""


def _is_left() -> bool:
    """Whether this run is about to draw another page than the one that was drawn last."""
    page, context = _open(), get_script_run_ctx()
    if not page.path or context is None:
        return False
    # A run that was asked for without naming a page has the hash of the main script.
    known = (page.hash, context.pages_manager.main_script_hash)
    return context.page_script_hash not in known


def read() -> dict[str, str]:
    """The query of the page's address."""
    return st.query_params.to_dict()


def write(query: Mapping[str, str], path: str) -> bool:
    """Change the query of the address, if it is still that of the page with this path.

    Returns
    -------
    bool
        Whether it is.
    """
    if _open().path not in ("", path) or _is_left():
        return False
    st.query_params.from_dict(query)
    return True


def redraw(parts: Iterable[str]) -> NoReturn:
    """Rerun these fragments, from a callback; the whole page if one of them is not there."""
    if not _is_left():
        try:
            st.rerun(list(parts))
        except StreamlitAPIException as error:
            if error.error_id != "rerun-unknown-fragment-key":
                raise
    st.rerun()
