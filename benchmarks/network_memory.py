"""What ten sessions on the Network page cost the server, above what all of them share.

Each opens another picture in EfficientNet-Lite0, looks at several layers and takes numbers apart.
Before, one session has loaded the weights and filled the store of activations, which all share.
"""

from __future__ import annotations

import time

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.chromium import DESKTOP, chromium, serve
from benchmarks.table import Row
from tests.browser.harness import AppServer, wait_until_idle

SESSIONS = 10
PICTURES = ("cat", "coffee", "astronaut", "cameraman", "rocket", "brick")
LAYERS = ("stem.conv", "block2a.expand", "block3a.depthwise", "block4a.project", "head.conv", "fc")


def run() -> list[Row]:
    """Open ten sessions, look around in each, and compare with one."""
    with serve() as server, chromium() as browser:
        server.wait_until_healthy()
        empty = _resident(server)
        _session(browser, server, 0)
        for number in range(len(PICTURES)):  # the store is full before anything is counted
            _session(browser, server, number).close()
        shared = _resident(server)
        for number in range(1, SESSIONS + 1):
            _session(browser, server, number)
        ten = _resident(server)
    megabytes = 2**20
    return [
        Row(
            "ten sessions above what they share",
            (ten - shared) / megabytes,
            100.0,
            "the goal",
            "MB",
        ),
        Row("shared: weights, activations, code", (shared - empty) / megabytes, None, None, "MB"),
    ]


def _session(browser: Browser, server: AppServer, number: int) -> Page:
    page = browser.new_page(viewport=DESKTOP)
    picture = PICTURES[number % len(PICTURES)]
    blocks = "|".join(dict.fromkeys(layer.split(".")[0] for layer in LAYERS))
    page.goto(
        f"{server.url}/network?network=efficientnet_lite0&picture={picture}&unfolded={blocks}"
    )
    page.locator(".network[data-version]").wait_for(timeout=60_000)
    for layer in LAYERS:
        page.locator(f'.network [data-name="{layer}"]').click()
        wait_until_idle(page)
        page.locator(".network .tile").nth(number).click()
        wait_until_idle(page)
        if layer != "fc":
            page.locator(".network .map").click()
            wait_until_idle(page)
    return page


def _resident(server: AppServer) -> int:
    """Memory of the server's process and of its children, after what was left has been freed."""
    time.sleep(2)
    process = psutil.Process(server.pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
