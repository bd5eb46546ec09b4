"""What the benchmarks in a real browser share: an app on a server of its own, and a Chromium."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.harness import ROOT, AppServer, wait_until_idle
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


def photograph(side: int) -> bytes:
    """A square photograph as a file: the gallery's own are smaller than the largest size."""
    file = io.BytesIO()
    with Image.open(ROOT / "assets" / "images" / "astronaut.png") as picture:
        picture.resize((side, side)).save(file, "PNG")
    return file.getvalue()


def upload(page: Page, data: bytes) -> None:
    page.get_by_role("button", name="Upload").first.click()
    page.locator('input[type="file"]').set_input_files(
        {"name": "photograph.png", "mimeType": "image/png", "buffer": data}
    )
    wait_until_idle(page)
    page.keyboard.press("Escape")
    wait_until_idle(page)
