"""A session without a browser: what `playground.ui.state` needs of Streamlit."""

from __future__ import annotations

import pytest

from playground.ui import state


class Address:
    """The query of the page's address."""

    def __init__(self) -> None:
        self.query: dict[str, str] = {}
        self.written = 0

    def to_dict(self) -> dict[str, str]:
        return dict(self.query)

    def from_dict(self, query: dict[str, str]) -> None:
        self.query = dict(query)
        self.written += 1


def new_session(monkeypatch: pytest.MonkeyPatch, **query: str) -> Address:
    """Let `playground.ui.state` begin a session of its own; returns the page's address."""
    address = Address()
    address.query = query
    monkeypatch.setattr(state.st, "session_state", {})
    monkeypatch.setattr(state.st, "query_params", address)
    return address
