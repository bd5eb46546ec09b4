"""A server of one's own to be put under load."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.harness import ROOT, AppServer


@contextmanager
def own_server() -> Iterator[AppServer]:
    """Start the app in a process of its own, and stop it afterwards; it may not answer yet."""
    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(ROOT / "app.py", Path(folder))
        try:
            yield server
        finally:
            server.stop()
