"""What Streamlit runs for every visit and after every change: the page that the address names."""

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
