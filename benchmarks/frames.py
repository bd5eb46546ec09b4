"""What a frame costs the page's main thread, by Chromium's own trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.table import Row

BUDGET = 16.0
REFRESH = 1000 / 60
CATEGORIES = ["toplevel", "devtools.timeline"]
TASK = "ThreadControllerImpl::RunTask"

# Asks for every frame and keeps its time, so that a frame which came late can be told.
COUNT_FRAMES = """() => {
  window.frames_ = [];
  const frame = (now) => { window.frames_.push(now); window.next_ = requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
FRAMES = "() => { cancelAnimationFrame(window.next_); return window.frames_; }"

Event = dict[str, Any]


class Frames(NamedTuple):
    """Milliseconds of work for each frame, elapsed and running, and from each frame to the next.

    Attributes
    ----------
    work : ndarray, shape (2, frames)
    intervals : ndarray
    """

    work: np.ndarray
    intervals: np.ndarray


def record(
    browser: Browser,
    page: Page,
    act: Callable[[], object],
    counts: Callable[[Event], bool],
    least: int,
) -> Frames:
    """Do something and say what the frames cost in which an event of the trace ``counts``.

    Raises
    ------
    RuntimeError
        If there are fewer than ``least`` such events.
    """
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.evaluate(COUNT_FRAMES)
    act()
    intervals = np.diff(page.evaluate(FRAMES))
    events = json.loads(browser.stop_tracing())["traceEvents"]
    counted = [e for e in events if counts(e)]
    if len(counted) < least:
        raise RuntimeError(f"the trace holds {len(counted)} events to count, not {least} or more")
    return Frames(_work(events, counted), intervals)


def joined(parts: list[Frames]) -> Frames:
    """Several recordings as one."""
    work, intervals = zip(*parts, strict=True)
    return Frames(np.concatenate(work, axis=1), np.concatenate(intervals))


def rows(case: str, frames: Frames) -> list[Row]:
    """The table's rows: work against the budget of a frame, and how far apart the frames were."""
    elapsed, running = frames.work
    values = {
        "work of a frame, median": np.median(elapsed),
        "work of a frame, p95": np.percentile(elapsed, 95),
        "work of a frame, most": elapsed.max(),
        "work of a frame, processor time, p95": np.percentile(running, 95),
    }
    late = float(np.percentile(frames.intervals, 95))
    return [
        *(Row(f"{case}: {w}", float(v), BUDGET, "frame budget") for w, v in values.items()),
        Row(f"{case}: from frame to frame, p95", late, REFRESH, "60 Hz"),
    ]


def _work(events: list[Event], counted: list[Event]) -> np.ndarray:
    """Milliseconds of the main thread for each frame, shape (2, frames): elapsed, and running.

    A frame's work is all tasks of the page's main thread from the one that makes the frame to the
    next such. Chromium delivers a move of the pointer at the beginning of a frame, in the task that
    then runs the animation frames, style, layout and painting.
    """
    (thread,) = {(e["pid"], e["tid"]) for e in counted}
    own = [e for e in events if (e["pid"], e["tid"]) == thread]
    done = (e for e in own if e["name"] == TASK and "dur" in e)
    tasks = sorted((e["ts"], e["dur"], e.get("tdur", e["dur"])) for e in done)
    starts, *durations = np.array(tasks).T

    def tasks_of(group: list[Event]) -> np.ndarray:
        times = [e["ts"] for e in group if e["ts"] >= starts[0]]
        return np.unique(np.searchsorted(starts, times, side="right") - 1)

    made = tasks_of([e for e in own if e["name"] == "FireAnimationFrame"])
    chosen = np.isin(made, tasks_of(counted))[:-1]
    return np.add.reduceat(durations, made, axis=1)[:, :-1][:, chosen] / 1e3
