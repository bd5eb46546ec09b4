"""From a kernel's edit to new pixels of all maps in Chromium, against redrawing one word.

The floor is the same page redrawing one word in one fragment, in turns with the edits: 256 × 256
colour picture, four filters. Beside the times: bytes sent and server CPU of one edit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.chromium import DESKTOP, chromium, serve, wait_for_maps
from benchmarks.table import Row
from tests.browser.harness import AppServer, wait_until_idle

APP = Path(__file__).parent / "apps" / "floor.py"
EDITS = 60
PAUSE = 120

# Types a new value into the kernel's middle cell, or clicks the floor's button, and returns the
# milliseconds until the map or the word has been drawn.
ACT = """async ([edit, value]) => {
  const find = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const e of root.querySelectorAll('*')) {
      const inside = e.shadowRoot && find(selector, e.shadowRoot);
      if (inside) return inside;
    }
  };
  const target = find(edit ? '.pipeline[data-version]' : '.word');
  const before = target.dataset.version;
  const input = find('input[aria-label^="row 2, column 2"]');
  const next = (channel) => new Promise((done) => {
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  });
  const channel = new MessageChannel();
  const start = performance.now();
  if (edit) {
    input.focus();
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  } else {
    window.floorButton.click();
  }
  while (target.dataset.version === before) {
    if (performance.now() - start > 10000) throw new Error('nothing was drawn');
    await next(channel);
  }
  return performance.now() - start;
}"""


def run() -> list[Row]:
    """Start the app, edit and click in turns, and compare."""
    with serve(APP) as server, chromium() as browser:
        server.wait_until_healthy()
        return _measure(browser.new_page(viewport=DESKTOP), server)


def _measure(page: Page, server: AppServer) -> list[Row]:
    received = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: received.append(len(data))))
    page.goto(server.url)
    wait_for_maps(page)
    wait_until_idle(page)
    handle = page.locator("button", has_text="next").element_handle()
    page.evaluate("button => { window.floorButton = button; }", handle)
    process = psutil.Process(server.pid)
    times: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, list[float]] = {True: [], False: []}
    sizes: dict[bool, list[int]] = {True: [], False: []}
    for i in range(2 * EDITS + 10):
        edit = i % 2 == 0
        received.clear()
        before = sum(process.cpu_times()[:2])
        took = page.evaluate(ACT, [edit, str(8 + (1 + i % 9) / 10)])
        page.wait_for_timeout(PAUSE)
        if i >= 10:
            times[edit].append(took)
            cpu[edit].append(1e3 * (sum(process.cpu_times()[:2]) - before))
            sizes[edit].append(sum(received))
    floor = "one word"
    rows = [
        Row("edit to new pixels, median", np.median(times[True]), np.median(times[False]), floor),
        Row(
            "edit to new pixels, p95", *(np.percentile(times[e], 95) for e in (True, False)), floor
        ),
        Row("server CPU of an edit, mean", np.mean(cpu[True]), np.mean(cpu[False]), floor),
        Row(
            "sent to the browser", *(np.median(sizes[e]) / 1e3 for e in (True, False)), floor, "kB"
        ),
    ]
    return [Row(r.name, float(r.ours), float(r.peer), r.peer_name, r.unit) for r in rows]
