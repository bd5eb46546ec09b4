"""What a session may hold, on the pages: beyond it there is a sentence, and everything stays."""

from __future__ import annotations

import pytest

from playground.ui import quota
from playground.ui.training import memory
from tests.pages.test_own_pictures import OWN, SET, sizes, upload
from tests.pages.test_train import QUICK, open_page, progress, run


@pytest.fixture(autouse=True)
def _session_is_there(monkeypatch) -> None:
    monkeypatch.setattr(memory, "is_there", lambda session: True)


def said(at) -> str:
    return " ".join(each.value for each in (*at.text, *at.error, *at.info, *at.warning))


def test_a_run_that_a_session_may_not_hold_is_not_made(monkeypatch):
    monkeypatch.setattr(quota, "MAX_BYTES", 1000)
    at = open_page(**QUICK)
    run(at.button(key="start").click())
    assert "may hold" in said(at) and "the training run" in said(at)
    monkeypatch.setattr(quota, "MAX_BYTES", 2**27)
    run(at.button(key="start").click())
    assert "may hold" not in said(at) and progress(at)


def test_pictures_that_a_session_may_not_hold_are_not_kept(monkeypatch):
    at = open_page(**OWN)
    monkeypatch.setattr(quota, "MAX_BYTES", 1000)
    upload(at, SET, kind="application/zip")
    assert "your training pictures" in said(at) and sum(sizes(at).values()) == 0
    monkeypatch.setattr(quota, "MAX_BYTES", 2**27)
    upload(at, SET, kind="application/zip")
    assert sizes(at) == {"a": 6, "b": 6}
