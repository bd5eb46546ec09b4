"""Pointing at the maps in Chromium: the main thread's work for a frame, against 16 ms.

The pointer of the browser moves over every large map and over one small one, a move a frame. The
work is what Chromium's own trace says of the page's main thread from one move to the next: handler,
animation frame, style, layout and painting. Beside it: how far apart the frames were, which other
programs on the machine lengthen too, and the messages that the page sent.
"""

from __future__ import annotations

import io
import json
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from benchmarks.chromium import DESKTOP, chromium, serve, wait_for_maps
from benchmarks.table import Row
from playground.files.experiment import Experiment, Filter, to_query
from playground.files.values import square
from tests.browser.harness import ROOT, wait_until_idle

MOVES = 200
BUDGET = 16.0
REFRESH = 1000 / 60
CATEGORIES = ["toplevel", "devtools.timeline"]
TASK = "ThreadControllerImpl::RunTask"
MAPS = (
    *(f'.stage[data-stage="{s}"] .map' for s in ("input", "convolution", "activation", "pooling")),
    '.row:not(.active) .thumb[data-stage="activation"]',
)

# Asks for every frame and keeps its time, so that a frame which came late can be told.
COUNT_FRAMES = """() => {
  window.frames_ = [];
  const frame = (now) => { window.frames_.push(now); window.next_ = requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
FRAMES = "() => { cancelAnimationFrame(window.next_); return window.frames_; }"


class Hovering(NamedTuple):
    """Milliseconds of work for each move, as `_work` says, and between frames; messages sent."""

    work: np.ndarray
    intervals: np.ndarray
    sent: int


def run() -> list[Row]:
    """Hover with small and large kernels over maps of two sizes."""
    rows = []
    with serve() as server, chromium() as browser:
        server.wait_until_healthy()
        for side in (256, 512):
            for kernel in (3, 7):
                query = urlencode(to_query(_experiment(side, kernel)))
                found = _hover(browser, f"{server.url}/?{query}", side)
                rows += _rows(f"{side} × {side}, kernel {kernel} × {kernel}", found)
    return rows


def _experiment(side: int, kernel: int) -> Experiment:
    """The start's four filters, or as many random ones of another size."""
    start = Experiment(side=side)
    if kernel == start.kernel_size:
        return start
    weights = np.random.default_rng(0).normal(size=(len(start.filters), kernel**2)).round(2)
    filters = (Filter(f"random {i}", square(each.tolist())) for i, each in enumerate(weights))
    return Experiment(side=side, filters=tuple(filters))


def _rows(case: str, found: Hovering) -> list[Row]:
    elapsed, running = found.work
    frames = {
        "work of a frame, median": np.median(elapsed),
        "work of a frame, p95": np.percentile(elapsed, 95),
        "work of a frame, most": elapsed.max(),
        "work of a frame, processor time, p95": np.percentile(running, 95),
    }
    late = float(np.percentile(found.intervals, 95))
    return [
        *(Row(f"{case}: {w}", float(v), BUDGET, "frame budget") for w, v in frames.items()),
        Row(f"{case}: from frame to frame, p95", late, REFRESH, "60 Hz"),
        Row(f"{case}: messages to the server", float(found.sent), None, None, "messages"),
    ]


def _hover(browser: Browser, address: str, side: int) -> Hovering:
    page = browser.new_page(viewport=DESKTOP)
    sent: list[object] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda data: sent.append(data)))
    page.goto(address)
    wait_for_maps(page)
    _upload(page, _photograph(side))
    expect(page.locator('.stage[data-stage="input"] .range')).to_contain_text(f"{side} × {side}")
    maps = [page.locator(selector).first for selector in MAPS]
    for each in maps:
        _sweep(page, each, 20)
    sent.clear()
    work, intervals = [], []
    for each in maps:
        browser.start_tracing(page=page, categories=CATEGORIES)
        page.evaluate(COUNT_FRAMES)
        _sweep(page, each, MOVES)
        intervals.append(np.diff(page.evaluate(FRAMES)))
        work.append(_work(json.loads(browser.stop_tracing())["traceEvents"]))
    page.close()
    return Hovering(np.concatenate(work, axis=1), np.concatenate(intervals), len(sent))


def _photograph(side: int) -> bytes:
    """A square photograph as a file: the gallery's own are smaller than the largest size."""
    file = io.BytesIO()
    with Image.open(ROOT / "assets" / "images" / "astronaut.png") as picture:
        picture.resize((side, side)).save(file, "PNG")
    return file.getvalue()


def _upload(page: Page, data: bytes) -> None:
    page.get_by_role("button", name="Upload").first.click()
    page.locator('input[type="file"]').set_input_files(
        {"name": "photograph.png", "mimeType": "image/png", "buffer": data}
    )
    wait_until_idle(page)
    page.keyboard.press("Escape")
    wait_until_idle(page)


def _sweep(page: Page, target: Locator, moves: int) -> None:
    """Move over the map in rows, a pixel inside its edges; each move meets other cells."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    places = np.linspace(0, 1, moves)
    for across, down in zip((places * 7.3) % 1, places, strict=True):
        x = box["x"] + 1 + across * (box["width"] - 2)
        page.mouse.move(x, box["y"] + 1 + down * (box["height"] - 2))


def _work(events: list[dict]) -> np.ndarray:
    """Milliseconds of the main thread for each move, shape (2, moves): elapsed, and running.

    A frame's work is all tasks of the page's main thread from the one that makes the frame to the
    next such. Chromium delivers a move of the pointer at the beginning of a frame, in the task that
    then runs the animation frames, style, layout and painting.
    """
    moves = [e for e in events if e["name"] == "EventDispatch" and _type(e) == "pointermove"]
    threads = {(e["pid"], e["tid"]) for e in moves}
    if len(threads) != 1 or len(moves) < MOVES / 2:
        raise RuntimeError(f"{len(moves)} of {MOVES} moves reached the page")
    own = [e for e in events if (e["pid"], e["tid"]) in threads]
    done = (e for e in own if e["name"] == TASK and "dur" in e)
    tasks = sorted((e["ts"], e["dur"], e.get("tdur", e["dur"])) for e in done)
    starts, *durations = np.array(tasks).T

    def tasks_of(group: list[dict]) -> np.ndarray:
        times = [e["ts"] for e in group if e["ts"] >= starts[0]]
        return np.unique(np.searchsorted(starts, times, side="right") - 1)

    frames = tasks_of([e for e in own if e["name"] == "FireAnimationFrame"])
    moved = np.isin(frames, tasks_of(moves))[:-1]
    return np.add.reduceat(durations, frames, axis=1)[:, :-1][:, moved] / 1e3


def _type(event: dict) -> str:
    return event.get("args", {}).get("data", {}).get("type", "")
