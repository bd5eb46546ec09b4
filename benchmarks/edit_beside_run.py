"""A kernel's edit while another session trains LeNet-5, against the same edit undisturbed.

One server, two sessions: one edits, as in the benchmark `edit`; the other starts and pauses its run
by turns. In a class its page is drawn by another machine, so here its browser has the lowest
priority.
"""

from __future__ import annotations

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.chromium import DESKTOP, FLAGS, chromium, serve, wait_for_maps
from benchmarks.edit import ACT, PAUSE
from benchmarks.table import Row
from tests.browser.harness import AppServer, wait_until_idle
from tools.find_browser import find_browser

LOWEST = 19  # of priorities
TURNS = 6
EDITS = 20
REST = 1500  # milliseconds from the button to the first edit


def run() -> list[Row]:
    """Start the app with two pages, and edit by turns beside a run and beside none."""
    with serve() as server, chromium() as browser:
        server.wait_until_healthy()
        page = browser.new_page(viewport=DESKTOP)
        mine = set(psutil.Process().children(recursive=True))
        with browser.browser_type.launch(executable_path=find_browser(), args=FLAGS) as elsewhere:
            other = elsewhere.new_page(viewport=DESKTOP)
            for process in set(psutil.Process().children(recursive=True)) - mine:
                process.nice(LOWEST)
            return _measure(page, other, server)


def _measure(page: Page, other: Page, server: AppServer) -> list[Row]:
    page.goto(server.url)
    wait_for_maps(page)
    wait_until_idle(page)
    other.goto(f"{server.url}/train?epochs=80&augment=1")
    other.get_by_role("button", name="Start").wait_for()
    wait_until_idle(other)
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * TURNS):
        training = turn % 2 == 1
        if training:
            button = "Start" if turn == 1 else "Continue"
            other.get_by_role("button", name=button).click()
            other.get_by_role("button", name="Pause").wait_for()
        elif turn:
            other.get_by_role("button", name="Pause").click()
            other.get_by_role("button", name="Continue").wait_for()
        page.wait_for_timeout(REST)
        for i in range(EDITS):
            took = page.evaluate(ACT, [True, str(8 + (1 + i % 9) / 10)])
            page.wait_for_timeout(PAUSE)
            if i:
                times[training].append(took)
    rows = []
    for name, percent in (("median", 50), ("p95", 95)):
        beside, alone = (float(np.percentile(times[t], percent)) for t in (True, False))
        rows.append(
            Row(f"edit to new pixels beside a run, {name}", beside, alone, "beside a paused run")
        )
    return rows
