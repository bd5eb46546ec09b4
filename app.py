"""The CNN Playground: `streamlit run app.py`, or `make run`. What a page runs is main.py."""

from __future__ import annotations

import streamlit as st

from playground.ui import server

server.set_limits()
app = st.App(
    "main.py",
    lifespan=server.life,
    middleware=server.middleware(),
    on_script_error=server.on_error,
)
