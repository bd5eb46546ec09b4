"""From starting the server to a usable page in Chromium, against an empty Streamlit app.

Every round starts both apps in new processes, in turns, and opens each twice in a browser context
that knows nothing: first as soon as the server answers, then again when it is warm. The Filters
page is usable when its maps are drawn, the empty app when its word is there. Other programs on the
machine lengthen every start; the fastest one and the server's processor time show the app itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from benchmarks.chromium import APP, DESKTOP, chromium, serve, wait_for_maps
from benchmarks.table import Row

ROUNDS = 7
EMPTY = Path(__file__).parent / "apps" / "empty.py"
PHASES = (
    "cold start to a usable page",
    "start to the server's first answer",
    "first page load",
    "page load from a warm server",
    "cold start, the server's processor time",
)


def run() -> list[Row]:
    """Start both apps in turns, and compare."""
    times: dict[str, list[tuple[float, ...]]] = {"ours": [], "empty": []}
    with chromium() as browser:
        for i in range(ROUNDS + 1):
            ours = _start(browser, APP, wait_for_maps)
            empty = _start(browser, EMPTY, _wait_for_word)
            if i:  # the first round reads the packages' files from the disk
                times["ours"].append(ours)
                times["empty"].append(empty)
    rows = []
    for i, phase in enumerate(PHASES):
        ours, empty = (np.array(times[name])[:, i] for name in ("ours", "empty"))
        for word, pick in (("median", np.median), ("fastest", np.min)):
            rows.append(Row(f"{phase}, {word}", float(pick(ours)), float(pick(empty)), "empty app"))
    return rows


def _start(browser: Browser, app: Path, usable: Callable[[Page], None]) -> tuple[float, ...]:
    """Return the milliseconds of `PHASES`."""
    start = time.perf_counter()
    with serve(app) as server:
        server.wait_until_healthy()
        healthy = time.perf_counter()
        _open(browser, server.url, usable)
        drawn = time.perf_counter()
        busy = sum(psutil.Process(server.pid).cpu_times()[:2])
        _open(browser, server.url, usable)
        again = time.perf_counter()
    seconds = (drawn - start, healthy - start, drawn - healthy, again - drawn, busy)
    return tuple(1e3 * each for each in seconds)


def _open(browser: Browser, address: str, usable: Callable[[Page], None]) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(address, wait_until="commit")
    usable(page)
    page.context.close()


def _wait_for_word(page: Page) -> None:
    page.get_by_text("hello", exact=True).wait_for()
