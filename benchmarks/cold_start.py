"""From starting the server to a usable page in Chromium, against an empty Streamlit app.

Every round starts both apps in new processes, in turns, and opens each twice in a browser context
that knows nothing: first as soon as the server answers, then again when it is warm. The Filters
page is usable when its maps are drawn, the empty app when its word is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.chromium import APP, DESKTOP, chromium, serve, wait_for_maps
from benchmarks.table import Row

ROUNDS = 9
EMPTY = Path(__file__).parent / "apps" / "empty.py"
PHASES = (
    "cold start to a usable page",
    "start to the server's first answer",
    "first page load",
    "page load from a warm server",
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
    middle = (np.median(times[name], axis=0) for name in ("ours", "empty"))
    return [
        Row(f"{phase}, median", float(ours), float(empty), "empty app")
        for phase, ours, empty in zip(PHASES, *middle, strict=True)
    ]


def _start(browser: Browser, app: Path, usable: Callable[[Page], None]) -> tuple[float, ...]:
    """Return the milliseconds of `PHASES`."""
    start = time.perf_counter()
    with serve(app) as server:
        server.wait_until_healthy()
        healthy = time.perf_counter()
        _open(browser, server.url, usable)
        drawn = time.perf_counter()
        _open(browser, server.url, usable)
        again = time.perf_counter()
    seconds = (drawn - start, healthy - start, drawn - healthy, again - drawn)
    return tuple(1e3 * each for each in seconds)


def _open(browser: Browser, address: str, usable: Callable[[Page], None]) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(address, wait_until="commit")
    usable(page)
    page.context.close()


def _wait_for_word(page: Page) -> None:
    page.get_by_text("hello", exact=True).wait_for()
