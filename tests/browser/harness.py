"""A running app and a browser page that notices what a person with open developer tools would.

Test files import the helpers from here; the fixtures are in conftest.py.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "output" / "browser"
TRACEBACK = "Traceback (most recent call last)"
ERROR = '"level": "error"'  # in a line of the app's own log

# Resolves once the script has been idle for `quiet` milliseconds with nothing on the page stale and
# no grey box left in place of a widget whose code is still on its way.
IDLE = """([quiet, timeout]) => new Promise((resolve, reject) => {
    const start = performance.now();
    let since = null;
    const look = () => {
        const now = performance.now();
        const app = document.querySelector('[data-testid="stApp"]');
        const state = app?.dataset.testScriptState;
        const connection = app?.dataset.testConnectionState;
        const idle = state === 'notRunning' && connection === 'CONNECTED'
            && !app.querySelector('[data-stale="true"], [data-testid$="Skeleton"]');
        since = idle ? (since ?? now) : null;
        if (idle && now - since >= quiet) resolve();
        else if (now - start > timeout) reject(new Error(
            `not idle after ${timeout} ms: script ${state}, connection ${connection}`));
        else setTimeout(look, 20);
    };
    look();
})"""


def wait_until_idle(page: Page, *, quiet: int = 300, timeout: int = 20_000) -> None:
    """Wait until Streamlit has finished every run that the last action set off.

    Sliders wait some 200 ms before they tell the server, hence the ``quiet`` milliseconds in which
    nothing may run. Prefer Playwright's own ``expect(...)`` where the awaited change has a name.
    """
    page.evaluate(IDLE, [quiet, timeout])


def wait_for(page: Page, expression: str, timeout: float = 10) -> None:
    """Wait until a JavaScript expression is true.

    Playwright's own ``wait_for_function`` needs ``eval``, which the app's headers forbid.
    """
    end = time.monotonic() + timeout
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < end, f"still not true after {timeout} s: {expression}"
        page.wait_for_timeout(20)


def screenshot(page: Page, name: str, *, full_page: bool = False) -> Path:
    """Write ``output/browser/<name>.png`` and return its path."""
    path = PICTURES / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=full_page)
    return path


class AppServer:
    """``streamlit run`` of one app in a process of its own, its output in ``log``."""

    def __init__(self, app: Path, directory: Path) -> None:
        self.log = directory / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        command = [sys.executable, "-m", "streamlit", "run", str(app)]
        command += ["--server.port", str(port), "--server.address", "localhost"]
        # A home of its own: neither this user's settings nor an e-mail prompt may matter.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
        environment |= {"HOME": str(directory), "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_healthy(self, timeout: float = 60) -> None:
        """Return once the server answers; raise RuntimeError with its log if it does not."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"The app did not start:\n{self.text()}")

    @property
    def pid(self) -> int:
        """The process id of the server, for measuring its CPU time."""
        return self._process.pid

    def text(self, start: int = 0) -> str:
        """Return what the server has printed, from byte ``start`` on."""
        return self.log.read_bytes()[start:].decode(errors="replace")

    def size(self) -> int:
        """Return how many bytes the server has printed."""
        return self.log.stat().st_size

    def stop(self) -> None:
        """End the server and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Watch:
    """Collects every problem of one browser context and of the server meanwhile.

    A problem is one line: a console error, an uncaught exception, a request that failed, was
    answered by an error or left for another origin, a traceback in the server's log.
    """

    def __init__(self, context: BrowserContext, server: AppServer) -> None:
        self._server = server
        self._seen: list[str] = []
        self.allowed: list[str] = []
        self.start()
        context.on("console", self._console)
        context.on("weberror", lambda error: self._seen.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def start(self) -> None:
        """Forget what was seen, and allow nothing."""
        self._log_start = self._server.size()
        self._seen.clear()
        self.allowed.clear()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._seen.append(f"console error: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss"):
            if parts.netloc != urlsplit(self._server.url).netloc:
                self._seen.append(f"request to another origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # The browser drops requests of a page or picture that it is leaving; that is no fault.
        if request.failure != "net::ERR_ABORTED":
            self._seen.append(f"failed request: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._seen.append(f"HTTP {response.status}: {response.url}")

    def problems(self) -> list[str]:
        """Return the problems so far, without those that a pattern of ``allowed`` is found in."""
        log = self._server.text(self._log_start)
        found = list(self._seen)
        found += [f"server: {TRACEBACK}{part}" for part in log.split(TRACEBACK)[1:]]
        found += [f"server: {line}" for line in log.splitlines() if ERROR in line]
        return [each for each in found if not any(re.search(p, each) for p in self.allowed)]
