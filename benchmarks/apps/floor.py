"""The Filters page with one thing more: a button, and a word in a fragment that it redraws."""

from __future__ import annotations

import streamlit as st

from playground.pages import filters
from playground.ui import shell

BUTTON = """
export default function ({ parentElement, setTriggerValue }) {
  parentElement.querySelector("button").onclick = () => setTriggerValue("edit", Math.random());
}
"""
WORD = """
export default function ({ parentElement, data }) {
  const word = parentElement.querySelector(".word");
  word.textContent = data;
  word.dataset.version = data;
}
"""
button = st.components.v2.component("floor_button", html="<button>next</button>", js=BUTTON)
word = st.components.v2.component("floor_word", html='<p class="word"></p>', js=WORD)


@st.fragment(key="word")
def word_part() -> None:
    """One word."""
    word(key="word", data=f"word {st.session_state.get('count', 0)}")


def next_word() -> None:
    """Another word, in the same way as a kernel's edit makes other maps."""
    st.session_state["count"] = st.session_state.get("count", 0) + 1
    st.rerun(["word"])


shell.begin()
filters.draw()
word_part()
button(key="button", on_edit_change=next_word)
