"""Sessions that come, upload, edit and go, for minutes: memory, threads and files stay flat.

Visits begin at even intervals, whether the ones before have ended or not.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks.load.answers import VALUES
from benchmarks.load.classroom import open_every_page
from benchmarks.load.client import Lost, until_healthy
from benchmarks.load.gauge import Gauge, Sample
from benchmarks.load.server import own_server
from benchmarks.load.tally import Tally
from benchmarks.load.visitor import Visitor, some_picture
from benchmarks.table import Row

BEGIN = 120.0  # seconds from which on memory must be flat
FLAT = 10.0  # MB
EDITS = 3
KINDS = 24  # different visitors, whose answers are computed before the first comes
REPORT = 60.0  # seconds between two lines of the report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen on the command line."""
    parser.add_argument("--minutes", type=float, default=8.0, help="how long visitors come")
    parser.add_argument("--visits", type=int, default=1600, help="how many come in that time")


def run(minutes: float = 8.0, visits: int = 1600) -> list[Row]:
    """Let visitors come and go at a server of its own."""
    with own_server() as server:
        return asyncio.run(_soak(server.url, server.pid, 60 * minutes, visits))


async def _soak(url: str, pid: int, seconds: float, visits: int) -> list[Row]:
    await until_healthy(url)
    _prepare()
    await open_every_page(url)
    gauge, tally = Gauge(pid), Tally()
    began = time.time()
    async with gauge.watching():
        await _come_and_go(url, seconds, visits, tally, gauge)
    for sentence in [*tally.lost[:5], *tally.wrong[:5]]:
        print(sentence)
    late = [sample for sample in gauge.samples if sample.when >= began + min(BEGIN, seconds / 4)]
    return [
        Row("visits", len(tally.opened), visits, "asked for", ""),
        Row("edits lost", len(tally.lost), None, None, ""),
        Row("answers wrong", len(tally.wrong), None, None, ""),
        Row("edit to new maps, p95", tally.milliseconds(95), None, None),
        Row("memory after minute two: growth", growth(late), FLAT, "limit", "MB"),
        Row("memory after minute two: most less least", _spread(late), None, None, "MB"),
        Row("memory, most", gauge.peak, None, None, "MB"),
        Row("threads at the end", late[-1].threads, late[0].threads, "at minute two", ""),
        Row("file descriptors at the end", late[-1].files, late[0].files, "at minute two", ""),
    ]


def growth(samples: list[Sample]) -> float:
    """How much more memory there was in the last quarter of the time than in the first, MB.

    Medians of both, so that the moment at which a visit is caught does not matter.
    """
    quarter = max(1, len(samples) // 4)
    first, last = (sorted(s.rss for s in part) for part in (samples[:quarter], samples[-quarter:]))
    return last[len(last) // 2] - first[len(first) // 2]


def _spread(samples: list[Sample]) -> float:
    return max(s.rss for s in samples) - min(s.rss for s in samples)


def _prepare() -> None:
    """Compute what the visitors must be shown."""
    for number in range(KINDS):
        visitor = Visitor("", number, Tally())
        for visitor.file in (b"", some_picture(number)):
            for visitor.turn in (None, *range(len(VALUES))):
                visitor.expected()


async def _come_and_go(url: str, seconds: float, visits: int, tally: Tally, gauge: Gauge) -> None:
    began, report = time.monotonic(), REPORT
    tasks: set[asyncio.Task] = set()
    for number in range(visits):
        wait = began + seconds * number / visits - time.monotonic()
        await asyncio.sleep(max(0.0, wait))
        task = asyncio.create_task(_visit(url, number % KINDS, tally))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        if time.monotonic() - began > report:
            last = gauge.look()
            print(
                f"{report / 60:.0f} min: {number + 1} visits, {len(tasks)} here, "
                f"{last.rss:.0f} MB, {last.threads} threads, {last.files} files",
                flush=True,
            )
            report += REPORT
    if tasks:
        await asyncio.wait(tasks)


async def _visit(url: str, number: int, tally: Tally) -> None:
    visitor = Visitor(url, number, tally)
    try:
        await visitor.open()
        await visitor.edit()
        await visitor.upload(some_picture(number))
        for _ in range(EDITS - 1):
            await asyncio.sleep(1.0)
            await visitor.edit()
    except Lost as error:
        tally.lost.append(f"visitor {number}: {error}")
    finally:
        await visitor.close()
