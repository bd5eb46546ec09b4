"""A class at one server: an edit a second each, every answer checked; memory, threads, files.

With ``--training`` so many of them train LeNet-5 meanwhile, and the same class without training is
measured first. The server gets every page opened once before anything is measured.
"""

from __future__ import annotations

import argparse
import asyncio

from benchmarks.load.client import Client, until_healthy
from benchmarks.load.crowd import gather, leave, stay
from benchmarks.load.gauge import Gauge
from benchmarks.load.server import own_server
from benchmarks.load.tally import Tally
from benchmarks.table import Row

PAGES = ("", "network", "train", "practise", "guide")
SETTLE = 3.0  # seconds after the last page was opened
TRAINING = "epochs=80&augment=1"
LIMITS = {30: 100.0, 60: 700.0}  # milliseconds of the 95th percentile, by sessions


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen on the command line."""
    parser.add_argument("--sessions", type=int, default=30, help="open pages that edit")
    parser.add_argument("--seconds", type=float, default=60, help="how long they do")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two edits of one")
    parser.add_argument("--training", type=int, default=0, help="how many of them train instead")
    parser.add_argument("--uploads", action="store_true", help="half bring a picture of their own")


def run(
    sessions: int = 30,
    seconds: float = 60,
    every: float = 1.0,
    training: int = 0,
    uploads: bool = False,
) -> list[Row]:
    """Measure a class at a server of its own."""
    with own_server() as server:
        measured = _measure(server.url, server.pid, sessions, seconds, every, training, uploads)
        return asyncio.run(measured)


async def _measure(
    url: str, pid: int, sessions: int, seconds: float, every: float, training: int, uploads: bool
) -> list[Row]:
    await until_healthy(url)
    gauge = Gauge(pid)
    await open_every_page(url)
    pages = gauge.look()
    alone = Tally()
    visitors = await gather(url, range(sessions - training), alone, uploads)
    await asyncio.sleep(SETTLE)
    opened = gauge.look()
    async with gauge.watching():
        await stay(visitors, seconds, every)
    rows = _rows(f"{len(visitors)} sessions", alone, LIMITS.get(sessions))
    if training:
        beside = Tally()
        trainers = [await _trainer(url) for _ in range(training)]
        for visitor in visitors:
            visitor.tally = beside
        async with gauge.watching():
            await stay(visitors, seconds, every)
        name = f"{len(visitors)} sessions beside {training} that train"
        rows += _rows(name, beside, alone.milliseconds(95), "without")
        for trainer in trainers:
            await trainer.close()
    await leave(visitors)
    last = gauge.samples[-1]
    share = (last.processor - opened.processor) / (last.when - opened.when)
    return [
        *rows,
        Row("memory of the server, every page opened once", pages.rss, 500, "limit", "MB"),
        Row("memory a session", (gauge.peak - pages.rss) / sessions, 5, "limit", "MB"),
        Row("memory of the server, most", gauge.peak, None, None, "MB"),
        Row("threads of the server, most", max(s.threads for s in gauge.samples), None, None, ""),
        Row("file descriptors, most", max(s.files for s in gauge.samples), None, None, ""),
        Row("processors that the server kept busy", share, None, None, ""),
    ]


def _rows(name: str, tally: Tally, limit: float | None, beside: str = "limit") -> list[Row]:
    for sentence in [*tally.lost[:5], *tally.wrong[:5]]:
        print(sentence)
    return [
        Row(f"{name}: edits", len(tally.edits), None, None, ""),
        Row(f"{name}: edit to new maps, median", tally.milliseconds(50), None, None),
        Row(f"{name}: the same, p95", tally.milliseconds(95), limit, limit and beside),
        Row(f"{name}: lost", len(tally.lost), None, None, ""),
        Row(f"{name}: wrong", len(tally.wrong), None, None, ""),
    ]


async def open_every_page(url: str) -> None:
    """Open every page once, one after the other, so that whatever it loads is loaded."""
    for page in PAGES:
        async with Client(url, page) as client:
            await client.load()


async def _trainer(url: str) -> Client:
    client = Client(url, "train", TRAINING)
    await client.__aenter__()
    await client.load()
    await client.click("Start")
    return client
