"""What the benchmarks in a real browser share: an app on a server of its own, and a Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.harness import ROOT, AppServer
from tools.find_browser import find_browser

APP = ROOT / "app.py"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESKTOP = {"width": 1440, "height": 900}


@contextmanager
def serve(app: Path = APP) -> Iterator[AppServer]:
    """Start an app and stop it afterwards; it may not answer yet."""
    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(app, Path(folder))
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium and close it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def wait_for_maps(page: Page) -> None:
    """Wait until the Filters page is usable: its maps are drawn."""
    page.locator(".pipeline[data-version]").wait_for()
