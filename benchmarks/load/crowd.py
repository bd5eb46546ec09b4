"""Many visitors at one server, or at one proxy in front of several."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable

from benchmarks.load.answers import VALUES
from benchmarks.load.client import Lost
from benchmarks.load.tally import Tally
from benchmarks.load.visitor import Visitor, some_picture

AT_ONCE = 4  # pages that open at the same time


async def gather(url: str, numbers: Iterable[int], tally: Tally, uploads: bool = False) -> list:
    """Open a page for each number, a few at a time; with ``uploads``, half bring a picture.

    What every one of them must be shown later is computed before it is returned.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def come(number: int) -> Visitor:
        async with gate:
            visitor = Visitor(url, number, tally)
            await visitor.open()
            if uploads and number % 2:
                await visitor.upload(some_picture(number))
            for turn in range(len(VALUES)):
                visitor.turn = turn
                visitor.expected()
            visitor.turn = None
            return visitor

    return list(await asyncio.gather(*(come(number) for number in numbers)))


async def stay(visitors: list[Visitor], seconds: float, every: float = 1.0) -> None:
    """Let all of them edit about ``every`` so many seconds, each at a moment of its own."""
    until = time.perf_counter() + seconds

    async def one(visitor: Visitor) -> None:
        try:
            await visitor.stay(until, every, random.Random(visitor.number).random)
        except Lost as error:
            visitor.tally.lost.append(f"visitor {visitor.number} did not come back: {error}")

    await asyncio.gather(*map(one, visitors))


async def leave(visitors: list[Visitor]) -> None:
    """Close every page."""
    await asyncio.gather(*(visitor.close() for visitor in visitors))


async def crowd(
    url: str, sessions: int, seconds: float, every: float = 1.0, uploads: bool = False
) -> Tally:
    """Open ``sessions`` pages, let them edit for a while, close them; returns what they saw.

    A visitor whose server is gone comes back with the address and the cookies that its tab has,
    and the edit that was under way counts as lost.
    """
    tally = Tally()
    visitors = await gather(url, range(sessions), tally, uploads)
    try:
        await stay(visitors, seconds, every)
    finally:
        await leave(visitors)
    return tally
