"""The work of a frame, read out of a trace."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.frames import TASK, joined, record, rows

MAIN, OTHER = {"pid": 1, "tid": 1}, {"pid": 1, "tid": 2}


def task(start: float, elapsed: float, running: float, thread=MAIN) -> dict:
    return {"name": TASK, "ts": start, "dur": elapsed, "tdur": running, **thread}


# Three frames on the main thread, each 16,000 µs, the second without an event that counts, and a
# task of another thread.
TRACE = [
    task(1_000, 4_000, 3_000), {"name": "FireAnimationFrame", "ts": 2_000, **MAIN},
    {"name": "Counted", "ts": 2_500, **MAIN}, task(9_000, 1_000, 500),
    task(9_500, 9_000, 9_000, OTHER),
    task(17_000, 2_000, 2_000), {"name": "FireAnimationFrame", "ts": 18_000, **MAIN},
    task(33_000, 6_000, 6_000), {"name": "FireAnimationFrame", "ts": 34_000, **MAIN},
    {"name": "Counted", "ts": 34_100, **MAIN}, task(45_000, 3_000, 1_000),
    task(49_000, 9_000, 9_000), {"name": "FireAnimationFrame", "ts": 50_000, **MAIN},
]  # fmt: skip


class Recording:
    """A browser and a page that answer with a trace and with the times of frames."""

    def __init__(self, events: list[dict]) -> None:
        self.events = events

    def start_tracing(self, **_) -> None:
        pass

    def stop_tracing(self) -> bytes:
        return json.dumps({"traceEvents": self.events}).encode()

    def evaluate(self, _: str) -> list[float]:
        return [0.0, 16.0, 32.0, 50.0]


def recorded(events: list[dict], least: int = 1):
    both = Recording(events)
    return record(both, both, lambda: None, lambda e: e["name"] == "Counted", least)


def test_the_work_of_a_frame_is_all_its_threads_tasks_until_the_next_frame():
    frames = recorded(TRACE)
    np.testing.assert_allclose(frames.work, [[5, 9], [3.5, 7]])
    np.testing.assert_allclose(frames.intervals, [16, 16, 18])


def test_a_trace_without_what_was_to_be_counted_is_refused():
    with pytest.raises(RuntimeError, match="holds 2 events"):
        recorded(TRACE, least=3)


def test_recordings_are_joined_and_told_in_rows():
    frames = joined([recorded(TRACE), recorded(TRACE)])
    table = {row.name: row.ours for row in rows("case", frames)}
    assert table["case: work of a frame, median"] == 7
    assert table["case: work of a frame, most"] == 9
    assert all(row.peer > 15 for row in rows("case", frames))
