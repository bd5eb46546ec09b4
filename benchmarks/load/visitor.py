"""What a student does on the Filters page, and whether the page answers what the engine says."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
import struct
import time
from collections.abc import Callable

from PIL import Image

from benchmarks.load.answers import (
    VALUES,
    Answer,
    answer_of,
    answer_with,
    edit_of,
    key_of,
    link_of,
    problem,
)
from benchmarks.load.client import Client, Lost
from benchmarks.load.tally import Tally

AGAIN = 0.5  # seconds between two attempts to come back


class Visitor:
    """One student with one tab; several visits share what a browser keeps: cookies, a picture.

    Parameters
    ----------
    url : str
        Of the server, or of the proxy in front of several.
    number : int
        Which student: what it changes follows from it.
    tally : Tally
        Where everything is counted.
    """

    def __init__(self, url: str, number: int, tally: Tally) -> None:
        self.url, self.number, self.tally = url, number, tally
        self.cookies: dict[str, str] = {}
        self.query = link_of(number)
        self.turn: int | None = None
        self.client: Client | None = None
        self.file = b""  # what it has uploaded
        self._kept = b""  # the same as the page gave it back, for the browser to keep

    async def open(self, before: Client | None = None) -> None:
        """Open the page at the address that the tab had last, and check its maps.

        With ``before`` the page stands there already, and goes on after a lost connection.
        """
        began = time.perf_counter()
        self.client = Client(self.url, "", self.query, self.cookies, before)
        await self.client.__aenter__()
        await self.client.load()
        if self.file:
            await self._restore()
        self.tally.opened.append(time.perf_counter() - began)
        self._check("opening")

    async def edit(self) -> float:
        """Change the weight; returns the seconds until the new maps were there."""
        client, self.turn = self.client, 0 if self.turn is None else self.turn + 1
        began = time.perf_counter()
        seq = await client.trigger("pipeline", edit_of(self.number, self.turn))
        await client.until(lambda: _answers("pipeline", client, seq))
        took = client.components["pipeline"].when - began
        self.tally.edits.append((time.time(), took))
        self._check(f"edit {self.turn}")
        self.query = client.query
        return took

    async def upload(self, file: bytes, name: str = "picture.png") -> None:
        """Upload a picture of one's own, and check the maps of it."""
        await self.client.upload("upload", name, file)
        self.file, self._kept = file, b""
        wanted = f"{key_of(file)}/".encode()
        client = self.client
        await client.until(lambda: wanted in _header(client.components["pipeline"].data))
        await client.until(lambda: wanted[:-1] in _header(client.components["gallery"].data))
        self._kept = _kept_picture(client.components["gallery"].data)
        self.query = client.query
        self._check("upload")

    async def close(self) -> None:
        """Close the tab."""
        if self.client:
            await self.client.close()

    async def come_back(self, patience: float = 60.0) -> None:
        """Try to open the page again until a server answers, as the browser does."""
        began = time.perf_counter()
        await self.close()
        before, self.query = self.client, self.client.query
        while True:
            try:
                await self.open(before)
                break
            except Lost:
                if time.perf_counter() - began > patience:
                    raise
                await asyncio.sleep(AGAIN)
        self.tally.returned.append(time.perf_counter() - began)

    async def stay(self, until: float, every: float, chance: Callable[[], float]) -> None:
        """Edit about ``every`` so many seconds, until the clock says so; come back when lost."""
        await asyncio.sleep(every * chance())
        while (began := time.perf_counter()) < until:
            before = self.turn
            try:
                await self.edit()
            except Lost as error:
                self.tally.lost.append(f"visitor {self.number}: {error}")
                # The page will be what the address says, which changes before the answer comes.
                if self.client.query == self.query:
                    self.turn = before
                await self.come_back()
            pause = every * (0.8 + 0.4 * chance())
            await asyncio.sleep(max(0.0, began + pause - time.perf_counter()))

    async def _restore(self) -> None:
        """Send the picture that the browser has kept, if the server does not have it any more."""
        missing = json.loads(_header(self.client.components["gallery"].data))["missing"]
        if missing:
            png = base64.b64encode(self._kept).decode()
            seq = await self.client.trigger("gallery", {"op": "restore", "png": png})
            client, wanted = self.client, f"{missing}/".encode()
            await client.until(lambda: _answers("gallery", client, seq))
            await client.until(lambda: wanted in _header(client.components["pipeline"].data))

    def _check(self, what: str) -> None:
        shown = self.client.components["pipeline"].data
        if found := problem(shown, self.expected()):
            self.tally.wrong.append(f"visitor {self.number}, {what}: {found}")
        for error in self.client.errors:
            self.tally.wrong.append(f"visitor {self.number}, {what}: {error}")
        self.client.errors.clear()

    def expected(self) -> Answer:
        """What must be on the screen now."""
        turn = None if self.turn is None else self.turn % len(VALUES)
        if self.file:
            return answer_with(self.file, self.number, turn)
        return answer_of(self.number, turn)


def _header(packed: bytes) -> bytes:
    """The header of a component's message, as text."""
    (length,) = struct.unpack_from("<I", packed)
    return packed[4 : 4 + length]


def _answers(component: str, client: Client, seq: str) -> bool:
    """Whether a component has got a message that was made after the edit was taken in."""
    return f'"answered": "{seq}"'.encode() in _header(client.components[component].data)


def _kept_picture(packed: bytes) -> bytes:
    """The PNG file that the gallery lets the browser keep."""
    header = json.loads(_header(packed))
    entry = next(each for each in header["pictures"] if "png" in each)
    number, length = entry["png"]
    start = 4 + len(_header(packed)) + header["offsets"][number]
    return packed[start : start + length]


def some_picture(number: int, side: int = 96) -> bytes:
    """A PNG file of noise, not compressed, another one for every number."""

    pixels = random.Random(number).randbytes(3 * side * side)
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(file, "PNG", compress_level=0)
    return file.getvalue()
