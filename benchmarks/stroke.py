"""From a stroke on the pad to LeNet-5's answer and maps in Chromium, against redrawing one word.

The floor is the same page redrawing one word in one fragment, in turns with the strokes. Beside the
times: bytes sent and server CPU of one stroke. The network's layers are not sent again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.chromium import DESKTOP, chromium, serve
from benchmarks.table import Row
from tests.browser.harness import AppServer, wait_until_idle

APP = Path(__file__).parent / "apps" / "network_floor.py"
STROKES = 60
PAUSE = 250  # longer than the pad waits between two messages

# Puts a dot on the pad, or clicks the floor's button, and returns the milliseconds until the
# answer, the layer's maps and the opened map have been drawn, or the word.
ACT = """async ([stroke, x, y]) => {
  const find = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const e of root.querySelectorAll('*')) {
      const inside = e.shadowRoot && find(selector, e.shadowRoot);
      if (inside) return inside;
    }
  };
  const target = find(stroke ? '.network[data-version]' : '.word');
  const before = target.dataset.version;
  const pad = find('.pad canvas');
  const box = pad.getBoundingClientRect();
  const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height,
    button: 0, pointerId: 1, bubbles: true };
  pad.setPointerCapture = () => {};
  const next = (channel) => new Promise((done) => {
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  });
  const channel = new MessageChannel();
  const start = performance.now();
  if (stroke) {
    pad.dispatchEvent(new PointerEvent('pointerdown', at));
    pad.dispatchEvent(new PointerEvent('pointerup', at));
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
    """Start the app, draw and click in turns, and compare."""
    with serve(APP) as server, chromium() as browser:
        server.wait_until_healthy()
        return _measure(browser.new_page(viewport=DESKTOP), server)


def _measure(page: Page, server: AppServer) -> list[Row]:
    received: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: received.append(len(data))))
    page.goto(f"{server.url}/?network=lenet5")
    page.locator(".network[data-version]").wait_for(timeout=30_000)
    wait_until_idle(page)
    handle = page.locator("button", has_text="next").element_handle()
    page.evaluate("button => { window.floorButton = button; }", handle)
    process = psutil.Process(server.pid)
    found: dict[bool, list[tuple[float, float, int]]] = {True: [], False: []}
    for i in range(2 * STROKES + 10):
        stroke = i % 2 == 0
        received.clear()
        before = sum(process.cpu_times()[:2])
        took = page.evaluate(ACT, [stroke, 0.25 + 0.05 * (i % 11), 0.2 + 0.04 * (i % 17)])
        page.wait_for_timeout(PAUSE)
        if i >= 10:
            cpu = 1e3 * (sum(process.cpu_times()[:2]) - before)
            found[stroke].append((took, cpu, sum(received)))
    ours, floor = (np.array(found[stroke]) for stroke in (True, False))
    rows = [
        ("stroke to new answer and maps, median", np.median, 0, 1.0, "ms"),
        ("stroke to new answer and maps, p95", lambda v: np.percentile(v, 95), 0, 1.0, "ms"),
        ("server CPU of a stroke, mean", np.mean, 1, 1.0, "ms"),
        ("sent to the browser", np.median, 2, 1e-3, "kB"),
    ]
    return [
        Row(name, float(of(ours[:, i]) * unit), float(of(floor[:, i]) * unit), "one word", text)
        for name, of, i, unit, text in rows
    ]
