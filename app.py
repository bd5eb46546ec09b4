"""The CNN Playground: `streamlit run app.py`, or `make run`."""

from __future__ import annotations

import streamlit as st

from playground.pages import PAGES
from playground.ui import shell

shell.begin()
st.navigation(
    [
        st.Page(page.draw, title=page.title, url_path=page.path, default=page is PAGES[0])
        for page in PAGES
    ],
    position="top",
).run()
