"""Pointing at the maps in Chromium: the main thread's work for a frame, against 16 ms.

The pointer of the browser moves over every large map and over one small one, a move a frame. The
work is what Chromium's own trace says of the page's main thread from one move to the next: handler,
animation frame, style, layout and painting. Beside it: how far apart the frames were, which other
programs on the machine lengthen too, and the messages that the page sent.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect

from benchmarks.chromium import DESKTOP, chromium, photograph, serve, upload, wait_for_maps
from benchmarks.frames import Event, Frames, joined, record, rows
from benchmarks.table import Row
from playground.files.experiment import Experiment, Filter, to_query
from playground.files.values import square

MOVES = 200
MAPS = (
    *(f'.stage[data-stage="{s}"] .map' for s in ("input", "convolution", "activation", "pooling")),
    '.row:not(.active) .thumb[data-stage="activation"]',
)


def run() -> list[Row]:
    """Hover with small and large kernels over maps of two sizes."""
    table = []
    with serve() as server, chromium() as browser:
        server.wait_until_healthy()
        for side in (256, 512):
            for kernel in (3, 7):
                query = urlencode(to_query(_experiment(side, kernel)))
                case = f"{side} × {side}, kernel {kernel} × {kernel}"
                found, sent = _hover(browser, f"{server.url}/?{query}", side)
                table += rows(case, found)
                table.append(Row(f"{case}: messages to the server", sent, None, None, "messages"))
    return table


def _experiment(side: int, kernel: int) -> Experiment:
    """The start's four filters, or as many random ones of another size."""
    start = Experiment(side=side)
    if kernel == start.kernel_size:
        return start
    weights = np.random.default_rng(0).normal(size=(len(start.filters), kernel**2)).round(2)
    filters = (Filter(f"random {i}", square(each.tolist())) for i, each in enumerate(weights))
    return Experiment(side=side, filters=tuple(filters))


def _hover(browser: Browser, address: str, side: int) -> tuple[Frames, float]:
    page = browser.new_page(viewport=DESKTOP)
    sent: list[object] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda data: sent.append(data)))
    page.goto(address)
    wait_for_maps(page)
    upload(page, photograph(side))
    expect(page.locator('.stage[data-stage="input"] .range')).to_contain_text(f"{side} × {side}")
    maps = [page.locator(selector).first for selector in MAPS]
    for each in maps:
        _sweep(page, each, 20)
    sent.clear()
    parts = [
        record(browser, page, partial(_sweep, page, each, MOVES), _is_move, MOVES // 2)
        for each in maps
    ]
    page.close()
    return joined(parts), float(len(sent))


def _sweep(page: Page, target: Locator, moves: int) -> None:
    """Move over the map in rows, a pixel inside its edges; each move meets other cells."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    places = np.linspace(0, 1, moves)
    for across, down in zip((places * 7.3) % 1, places, strict=True):
        x = box["x"] + 1 + across * (box["width"] - 2)
        page.mouse.move(x, box["y"] + 1 + down * (box["height"] - 2))


def _is_move(event: Event) -> bool:
    data = event.get("args", {}).get("data", {})
    return event["name"] == "EventDispatch" and data.get("type") == "pointermove"
