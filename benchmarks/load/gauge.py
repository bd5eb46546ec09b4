"""What a server's process takes, sampled while it is under load."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import psutil


class Sample(NamedTuple):
    """One look at a process."""

    when: float
    rss: float  # MB
    threads: int
    files: int  # file descriptors, sockets among them
    processor: float  # seconds of processor time since it began


class Gauge:
    """Samples of one process, in order."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.samples: list[Sample] = []

    def look(self) -> Sample:
        """Take a sample now."""
        with self._process.oneshot():
            times = self._process.cpu_times()
            sample = Sample(
                time.time(),
                self._process.memory_info().rss / 2**20,
                self._process.num_threads(),
                self._process.num_fds(),
                times.user + times.system,
            )
        self.samples.append(sample)
        return sample

    @asynccontextmanager
    async def watching(self, every: float = 1.0) -> AsyncIterator[None]:
        """Take samples while something else goes on."""

        async def watch() -> None:
            while True:
                self.look()
                await asyncio.sleep(every)

        task = asyncio.create_task(watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @property
    def peak(self) -> float:
        """The most resident memory of any sample, MB."""
        return max(sample.rss for sample in self.samples)
