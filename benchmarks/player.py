"""The player of the Filters page in Chromium: a frame at full speed, and memory as it plays on.

A colour picture of 512 × 512, the stages played 16 times as fast as usual: a row at a time, and
closely around one place. The work of a frame is what Chromium's own trace says of the page's main
thread, counted over the frames that made a step. Memory is what is left after a forced collection.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Browser, CDPSession, Locator, Page

from benchmarks.chromium import DESKTOP, chromium, photograph, serve, upload
from benchmarks.frames import Event, Frames, joined, record, rows
from benchmarks.table import Row
from playground.files.experiment import Experiment, to_query

SIDE = 512
FASTEST = "16"
ROUNDS = 3
SECONDS = 3.0
LEAST = 8  # steps: a chain has no more than ten
MINUTES = 5.0
FIRST = 0.5  # minutes after which memory is looked at for the first time
PLAYED = (
    *((stage, mode) for mode in ("skim", "close") for stage in ("convolution", "activation")),
    ("pooling", "skim"), ("pooling", "close"), ("chain", "chain"),
)  # fmt: skip

# Marks every step in the trace, in the task that made it.
MARK_STEPS = """(root) => new MutationObserver(() => console.timeStamp("step"))
  .observe(root, { attributes: true, attributeFilter: ["data-step"] })"""


class Memory(NamedTuple):
    """What the page holds: the heap of its scripts in MB, and how many nodes and listeners."""

    heap: float
    nodes: float
    listeners: float


def run(minutes: float = MINUTES) -> list[Row]:
    """Play every stage for a few seconds, then all of them in a loop for some minutes."""
    with serve() as server, chromium() as browser:
        server.wait_until_healthy()
        query = urlencode(to_query(Experiment(side=SIDE, view="watch")))
        page = browser.new_page(viewport=DESKTOP)
        page.goto(f"{server.url}/?{query}")
        root = page.locator(".player[data-version]")
        root.wait_for()
        upload(page, photograph(SIDE))
        root.get_by_label("Speed").select_option(FASTEST)
        return _frames(browser, page, root) + _memory(page, root, minutes)


def _frames(browser: Browser, page: Page, root: Locator) -> list[Row]:
    root.evaluate(MARK_STEPS)
    found: dict[str, list[Frames]] = {}
    for stage, mode in PLAYED:
        _choose(root, stage, mode)
        for _ in range(ROUNDS):
            part = record(browser, page, partial(_play, page, root, SECONDS), _is_step, LEAST)
            found.setdefault(mode, []).append(part)
    table = []
    for mode, parts in found.items():
        table += rows(f"{SIDE} × {SIDE}, {mode}", joined(parts))
    return table


def _memory(page: Page, root: Locator, minutes: float) -> list[Row]:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    start = time.monotonic()
    _play_until(page, root, start + 60 * FIRST)
    first = _measure(session)
    _play_until(page, root, start + 60 * minutes)
    last = _measure(session)
    then = f"after {FIRST} min"
    units = {"heap": "MB", "nodes": "nodes", "listeners": "listeners"}
    return [
        Row(f"playing for {minutes:g} min: {name}", now, before, then, units[name])
        for name, now, before in zip(Memory._fields, last, first, strict=True)
    ]


def _play_until(page: Page, root: Locator, end: float) -> None:
    """Play one stage after the other, each from its start to its end, over and over."""
    for stage, mode in cycle(PLAYED):
        left = end - time.monotonic()
        if left <= 0:
            break
        _choose(root, stage, mode)
        _play(page, root, left)


def _play(page: Page, root: Locator, seconds: float) -> None:
    """Play from the first step to the last, or for so many seconds."""
    root.get_by_label("Back to the first step").click()
    root.locator(".play").click()
    end = time.monotonic() + seconds
    while root.get_attribute("data-playing") == "true" and time.monotonic() < end:
        page.wait_for_timeout(250)
    if root.get_attribute("data-playing") == "true":
        root.locator(".play").click()


def _choose(root: Locator, stage: str, mode: str) -> None:
    root.locator(f'.top [data-value="{stage}"]').click()
    if mode != "chain":
        root.locator(f'.top [data-value="{mode}"]').click()


def _measure(session: CDPSession) -> Memory:
    for _ in range(2):  # what a finaliser lets go is collected the second time
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    counters = session.send("Memory.getDOMCounters")
    return Memory(heap / 1e6, float(counters["nodes"]), float(counters["jsEventListeners"]))


def _is_step(event: Event) -> bool:
    data = event.get("args", {}).get("data", {})
    return event["name"] == "TimeStamp" and data.get("message") == "step"
