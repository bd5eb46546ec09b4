"""The least that a page can be asked to do: redraw one word in a fragment."""

from __future__ import annotations

import streamlit as st

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
    """Another word, in the same way as a page's own edits redraw other things."""
    st.session_state["count"] = st.session_state.get("count", 0) + 1
    st.rerun(["word"])


def draw() -> None:
    """The word, and the button that changes it."""
    word_part()
    button(key="button", on_edit_change=next_word)
