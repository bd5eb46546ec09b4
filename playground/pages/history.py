"""The History page: the famous networks from LeNet to DenseNet."""

from __future__ import annotations

import streamlit as st

from playground.pages import network


def draw() -> None:
    """Draw the page."""
    # Only here, so that the first page does not wait for what it does not need.
    from playground.ui.history import screen

    screen.draw(_link)


def _link(words: str, query: dict[str, str]) -> None:
    """A link to the Network page."""
    page = st.Page(network.draw, title="Network", url_path="network")
    st.page_link(page, label=words, icon=":material/arrow_forward:", query_params=query)
