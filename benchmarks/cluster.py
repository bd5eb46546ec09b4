"""Several replicas behind nginx: a large class beside one process, and one replica is killed.

Half of the visitors bring a picture of their own, every answer is checked against the engine, and
in the middle of the second measurement one replica gets SIGKILL: what do those notice who are on
the others, and do its own come back elsewhere with their experiment? Needs nginx (Debian:
nginx-light). Everything is on this machine, the visitors too: more replicas than free cores bring
no more edits.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.load.client import until_healthy
from benchmarks.load.crowd import crowd, gather, leave, stay
from benchmarks.load.server import own_server
from benchmarks.load.tally import Tally
from benchmarks.table import Row
from deploy.local import Cluster

PORT = 8635
KILLED = 0  # which replica, from 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen on the command line."""
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=90, help="open pages that edit")
    parser.add_argument("--seconds", type=float, default=60, help="how long, each time")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two edits of one")
    parser.add_argument("--port", type=int, default=PORT, help="of nginx; the next are the app's")


def run(
    replicas: int = 3,
    sessions: int = 90,
    seconds: float = 60,
    every: float = 1.0,
    port: int = PORT,
) -> list[Row]:
    """Measure one process, then the replicas, then the replicas while one is killed."""
    with own_server() as server:
        alone = asyncio.run(_alone(server.url, sessions, seconds, every))
    with tempfile.TemporaryDirectory() as name:
        cluster = Cluster(replicas, port, Path(name))
        try:
            cluster.start()
            return asyncio.run(_together(cluster, alone, sessions, seconds, every))
        finally:
            cluster.stop()


async def _alone(url: str, sessions: int, seconds: float, every: float) -> Tally:
    await until_healthy(url)
    return await crowd(url, sessions, seconds, every, uploads=True)


async def _together(
    cluster: Cluster, alone: Tally, sessions: int, seconds: float, every: float
) -> list[Row]:
    together, others, own = Tally(), Tally(), Tally()
    visitors = await gather(cluster.url, range(sessions), together, uploads=True)
    await stay(visitors, seconds, every)
    for visitor in visitors:
        place = visitor.cookies["cnn_replica"]
        visitor.tally = own if place == str(KILLED + 1) else others
    struck = sum(visitor.tally is own for visitor in visitors)

    async def kill() -> float:
        await asyncio.sleep(seconds / 3)
        cluster.processes[KILLED].kill()
        return time.time()

    killed, _ = await asyncio.gather(kill(), stay(visitors, seconds, every))
    elsewhere = {visitor.cookies["cnn_replica"] for visitor in visitors}
    # Started again, it takes new visitors; whoever has moved stays where it went.
    await asyncio.to_thread(cluster.restart, KILLED)
    await stay(visitors, 5 * every, every)
    await leave(visitors)
    for tally in (alone, together, others, own):
        for sentence in [*tally.wrong, *tally.lost[:3]]:
            print(sentence)
    before = [took for when, took in others.edits if when < killed]
    after = [took for when, took in others.edits if when >= killed]
    name = f"{len(cluster.ports)} replicas"
    return [
        *_rows("one process", alone, None, seconds),
        *_rows(name, together, alone, seconds),
        Row("sessions of the replica that was killed", struck, None, None, ""),
        Row("of them, back on another", len(own.returned), struck, "all", ""),
        Row("until the last of them was back", max(own.returned, default=0.0), None, None, "s"),
        Row("with another experiment than before", len(own.wrong), None, None, ""),
        Row("edits under way there that had to be repeated", len(own.lost), None, None, ""),
        Row("the others: lost or wrong", len(others.lost + others.wrong), None, None, ""),
        Row("the others: p95 after the kill", _p95(after), _p95(before), "before"),
        Row("replicas that are named afterwards", len(elsewhere), None, None, ""),
    ]


def _rows(name: str, tally: Tally, beside: Tally | None, seconds: float) -> list[Row]:
    peer = beside and "one process"
    return [
        Row(f"{name}: edits a second", len(tally.edits) / seconds, None, None, ""),
        Row(
            f"{name}: edit to new maps, median",
            tally.milliseconds(50),
            beside and beside.milliseconds(50),
            peer,
        ),
        Row(f"{name}: p95", tally.milliseconds(95), beside and beside.milliseconds(95), peer),
        Row(f"{name}: lost or wrong", len(tally.lost + tally.wrong), None, None, ""),
    ]


def _p95(seconds: list[float]) -> float:
    return 1e3 * sorted(seconds)[int(0.95 * len(seconds))]
