"""A server that cannot write a single byte to any disk, and tabs that are no browser's."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load.client import until_healthy
from tests import coroutines
from tests.sources import ROOT

PATIENCE = 30  # seconds for the server's end


def no_file_may_grow() -> None:
    """Let every write to a file fail, as on a full disk; pipes and sockets go on."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class FullDisk:
    """The app in a process without a place to write, on one port, started as often as one likes."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._folder = folder
        self.lines: list[str] = []
        self.start()

    def start(self) -> None:
        """Begin; `until_healthy` waits until it answers."""
        command = [sys.executable, "-B", "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.port", str(self.port), "--server.address", "localhost"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
        nowhere = str(self._folder / "does-not-exist")
        environment |= {"HOME": nowhere, "TMPDIR": nowhere}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=no_file_may_grow,
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        coroutines.run(until_healthy(self.url))

    def _read(self, stream) -> None:
        for line in stream:
            self.lines.append(line.rstrip())

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return with what the process ended."""
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullDisk]:
    """The running app."""
    running = FullDisk(tmp_path_factory.mktemp("server"))
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture
def play() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Run what a test does with its tabs."""
    return lambda story: coroutines.run(asyncio.wait_for(story, 60))
