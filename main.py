"""What Streamlit runs for every visit and after every change: the page that the address names."""

from __future__ import annotations

import streamlit as st

from playground.pages import PAGES
from playground.ui import address, shell

shell.begin()
page = st.navigation(
    [
        st.Page(entry.draw, title=entry.title, url_path=entry.path, default=entry is PAGES[0])
        for entry in PAGES
    ],
    position="top",
)
address.open_page(page.url_path or PAGES[0].path)
page.run()
