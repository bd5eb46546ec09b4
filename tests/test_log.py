"""What is logged: events as JSON lines, errors without what somebody brought."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from playground import log
from playground.files.errors import BadFile
from playground.files.guards import check_size

SECRET = "Anna's holiday \N{RIGHT-TO-LEFT OVERRIDE}\n<b>.png"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged while a test runs, as the server would write it."""
    stream = io.StringIO()
    yield stream


def logger_to(stream: io.StringIO, name: str, in_full: bool = False) -> logging.Logger:
    """A logger of another package, with a handler of its own."""
    logger = logging.getLogger(name)
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.JsonLines(in_full))
    logger.handlers = [handler]
    return logger


def written(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_numbers(lines, monkeypatch):
    monkeypatch.setattr(log, "_events", logger_to(lines, "playground.events"))
    log._events.setLevel("INFO")
    log.event("limit", "warning", limit="sessions", most=300)
    log.event("too small to matter", "debug")
    [line] = written(lines)
    assert line["time"].endswith("+00:00")
    assert {k: v for k, v in line.items() if k != "time"} == {
        "level": "warning",
        "event": "limit",
        "limit": "sessions",
        "most": 300,
    }


def test_an_error_says_where_in_the_code_and_nothing_of_what_somebody_brought(lines):
    logger = logger_to(lines, "another.package")
    try:
        raise BadFile(SECRET)
    except BadFile:
        logger.exception("Could not read %s", SECRET)
    [line] = written(lines)
    assert line["event"] == "error"
    assert line["error"] == "BadFile"
    assert line["text"] == "Could not read %s"
    [place] = line["places"]
    assert place.startswith("tests/test_log.py:")
    assert "Anna" not in lines.getvalue()
    assert "/test_log.py" not in lines.getvalue().replace("tests/test_log.py", "")


def test_in_full_it_says_what_went_wrong_still_on_one_line(lines):
    logger = logger_to(lines, "another.package", in_full=True)
    try:
        raise BadFile(SECRET)
    except BadFile:
        logger.exception("Could not read %s", SECRET)
    [line] = written(lines)
    assert line["says"] == SECRET
    assert line["text"] == f"Could not read {SECRET}"
    assert lines.getvalue().isascii()


def test_handlers_of_other_packages_write_json_from_the_first_moment(lines):
    root, level = logging.getLogger(), logging.getLogger().level
    others = {name: logging.getLogger(name) for name in list(logging.Logger.manager.loggerDict)}
    handlers = [h for each in [root, *others.values()] for h in each.handlers]
    before = [(h, h.formatter, h.level) for h in handlers]
    mine = logging.getLogger("a.chatty.package")
    handler = logging.StreamHandler(lines)
    mine.addHandler(handler)
    try:
        log.begin("warning", lines)
        mine.warning("Hello %s", SECRET)
        assert [line["text"] for line in written(lines)][:1] == ["Hello %s"]
    finally:
        mine.removeHandler(handler)
        root.handlers = [h for h in root.handlers if h in handlers]
        root.setLevel(level)
        logging.captureWarnings(False)
        for each, formatter, own in before:
            each.setFormatter(formatter)
            each.setLevel(own)


def test_a_limit_is_written_with_what_it_is_set_to(lines, monkeypatch):
    monkeypatch.setattr(log, "_events", logger_to(lines, "playground.events"))
    with pytest.raises(BadFile, match="pixels"):
        check_size(5000, 5000)
    [line] = written(lines)
    assert (line["event"], line["limit"], line["most"]) == ("limit", "picture_megapixels", 16)
