"""The networks that all sessions have uploaded, for as long as somebody is there."""

from __future__ import annotations

import streamlit as st

from playground.limits import LIMITS
from playground.ui.networks import Networks
from playground.ui.training.own_shelf import Shelf
from playground.ui.training.presence import is_there


@st.cache_resource(show_spinner=False)
def uploads() -> Shelf[Networks]:
    """All of this server."""
    most = LIMITS.models_mb * 2**20
    found: Shelf[Networks] = Shelf(is_there, what="networks", setting="models_mb", most=most)
    found.watch()
    return found
