"""An app that shows one word: the least that Streamlit can do."""

from __future__ import annotations

import streamlit as st

st.write("hello")
