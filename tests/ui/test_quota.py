"""A session holds and uploads so much and no more, and is told so in a sentence."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.ui import pictures, quota, state
from playground.ui.quota import MAX_BYTES, MAX_WAITING, MEGABYTE, Uploads, claim
from tests import coroutines
from tests.files.pictures import GREY, encode
from tests.ui.session import new_session


@pytest.fixture(autouse=True)
def session(monkeypatch):
    new_session(monkeypatch)


def test_what_fits_is_counted_and_what_does_not_is_refused_in_a_sentence():
    claim("your pictures", MAX_BYTES // 2)
    with pytest.raises(EngineError) as caught:
        claim("the training run", MAX_BYTES // 2 + 1)
    sentence = str(caught.value)
    assert sentence.startswith(f"A page of this server may hold {MAX_BYTES // MEGABYTE} MB, and ")
    assert "your pictures" in sentence and sentence.isprintable() and sentence.endswith(".")
    claim("the training run", MAX_BYTES // 2)


def test_the_same_kind_takes_the_place_of_what_was_there():
    for _ in range(5):
        claim("your pictures", MAX_BYTES)
    claim("your pictures", 0)
    claim("the training run", MAX_BYTES)


def test_what_becomes_smaller_is_never_refused(monkeypatch):
    claim("your pictures", MAX_BYTES)
    monkeypatch.setattr(quota, "MAX_BYTES", MEGABYTE)
    claim("your pictures", MAX_BYTES // 2)
    with pytest.raises(EngineError):
        claim("your pictures", MAX_BYTES)


def test_sessions_are_counted_apart(monkeypatch):
    claim("your pictures", MAX_BYTES)
    new_session(monkeypatch)
    claim("your pictures", MAX_BYTES)


def test_uploads_of_one_session_are_taken_in_with_a_pause(monkeypatch):
    now, slept, taken = [100.0], [], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(quota, "PAUSE", 1.0)
    monkeypatch.setattr(quota, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: now[0]))

    def take() -> None:
        taken.append(now[0])
        now[0] += 0.25
        raise KeyError

    for later in (0, 0.5, 3):
        now[0] += later
        with pytest.raises(KeyError):
            quota.in_turn(take)
    assert slept == [0, quota.PAUSE - 0.5, 0]
    assert len(taken) == 3


def put(length: bytes | None, app, session: str = "s1", method: str = "PUT") -> tuple[int, str]:
    """The answer to an upload of so many bytes."""
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    headers = [] if length is None else [(b"content-length", length)]
    path = f"/base/_stcore/upload_file/{session}/f1"
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    coroutines.run(app(scope, None, send))
    return sent[0]["status"], sent[1]["body"].decode()


async def taking(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 204})
    await send({"type": "http.response.body", "body": b""})


def test_an_upload_is_refused_when_too_much_waits_already(monkeypatch):
    app = Uploads(taking)
    assert put(b"%d" % MAX_WAITING, app)[0] == 204
    assert put(b"%d" % (2 * MAX_WAITING), app) == (413, quota.TOO_MUCH)
    monkeypatch.setattr(quota, "waiting", lambda name: MAX_WAITING if name == "s1" else 0)
    assert put(b"1000000", app) == (413, quota.TOO_MUCH)
    assert put(b"1000000", app, session="s2")[0] == 204
    assert put(b"1000000", app, method="DELETE")[0] == 204


@pytest.mark.parametrize("length", [None, b"", b"-1", b"1e9", b"9" * 40, b" 1"])
def test_an_upload_that_does_not_say_its_length_is_refused(length):
    assert put(length, Uploads(taking)) == (411, quota.NO_LENGTH)


def test_uploads_that_are_still_coming_count():
    answers = []

    async def nested(scope, receive, send) -> None:
        if not answers:
            answers.append(None)
            answers[0] = await asyncio.to_thread(put, b"1000000", app)
        await taking(scope, receive, send)

    app = Uploads(nested)
    assert put(b"%d" % MAX_WAITING, app)[0] == 204
    assert answers == [(413, quota.TOO_MUCH)]
    assert put(b"%d" % MAX_WAITING, app)[0] == 204


def test_a_picture_that_a_session_may_not_hold_is_refused_as_a_file_is(monkeypatch):
    monkeypatch.setattr(quota, "MAX_BYTES", 100)
    with pytest.raises(BadFile, match="may hold"):
        pictures.add_own(encode(GREY, "PNG"))
    assert not state.own_pictures()
