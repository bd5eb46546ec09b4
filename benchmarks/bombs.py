"""Ten sessions that edit, alone and beside three that upload the worst there is, again and again.

The worst that is refused is a picture of 21 KB which claims 13,300 x 13,300 pixels of one bit; the
worst that is opened is one of 16 megapixels in colour, transparent, with sixteen bits a sample; and
an archive of 370 KB holds eight of them in plain colour. Nobody uploads in every other round, which
is what the rest is compared with: a p95 of up to 1.5 times that is the goal.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import struct
import zipfile
import zlib

from benchmarks.load.client import Client, Lost, until_healthy
from benchmarks.load.crowd import gather, leave, stay
from benchmarks.load.gauge import Gauge
from benchmarks.load.server import own_server
from benchmarks.load.tally import Tally
from benchmarks.load.visitor import Visitor
from benchmarks.table import Row

EDITING, ATTACKING = 10, 3
ROUNDS, SECONDS, WARMING = 3, 10.0, 5.0
MAX_MEGABYTES = 600


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def picture(side: int, depth: int, kind: int, row: int) -> bytes:
    """A black PNG file of so many rows and columns, bits and colour type, with bytes a row."""
    packer, line = zlib.compressobj(9), bytes(row + 1)
    pixels = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def bomb() -> bytes:
    """A picture whose 177 million pixels would take 1.9 GB."""
    return picture(13_300, 1, 0, 1663)


def large() -> bytes:
    """A picture that is opened and takes as much as one can."""
    return picture(4000, 16, 6, 32_000)


def archive() -> bytes:
    """Eight pictures of 16 megapixels each."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for number in range(8):
            opened.writestr(
                f"class/{number}.png", picture(4000 - number, 8, 2, 3 * (4000 - number))
            )
    return file.getvalue()


# What is uploaded, at which address, by the uploader whose key begins how.
ATTACKS = {
    "bombs": ("", "upload", bomb),
    "large pictures": ("", "upload", large),
    "archives": ("train?dataset=own", "own_files", archive),
}


def run() -> list[Row]:
    """Measure the editing sessions without anybody else, then beside each kind of upload."""
    with own_server() as server:
        return asyncio.run(_measure(server.url, server.pid))


async def _measure(url: str, pid: int) -> list[Row]:
    await until_healthy(url)
    gauge, rows = Gauge(pid), []
    visitors = await gather(url, range(EDITING), Tally())
    await stay(visitors, WARMING)
    for what, (address, uploader, make) in ATTACKS.items():
        alone, beside, uploads, file = Tally(), Tally(), [0], make()
        gauge.samples.clear()
        for _ in range(ROUNDS):
            await _edit(visitors, alone)
            attackers = [
                asyncio.create_task(_attack(url, address, uploader, file, uploads))
                for _ in range(ATTACKING)
            ]
            async with gauge.watching(0.05):
                await _edit(visitors, beside)
            for attacker in attackers:
                attacker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await attacker
        name = f"edit to new maps beside {ATTACKING} that upload {what}"
        rows += [
            Row(f"{name}, {percent}", beside.milliseconds(at), alone.milliseconds(at), "alone")
            for percent, at in (("median", 50), ("p95", 95))
        ]
        wrong = len(beside.lost) + len(beside.wrong)
        rows += [
            Row(f"uploads of {what} in {ROUNDS * SECONDS:.0f} s", uploads[0], None, None, ""),
            Row("edits lost or wrong", wrong, None, None, ""),
            Row("memory of the server, most", gauge.peak, MAX_MEGABYTES, "limit", "MB"),
        ]
    await leave(visitors)
    return rows


async def _edit(visitors: list[Visitor], tally: Tally) -> None:
    for visitor in visitors:
        visitor.tally = tally
    await stay(visitors, SECONDS)


async def _attack(url: str, address: str, uploader: str, file: bytes, uploads: list[int]) -> None:
    """Upload the same file as often as it is answered."""
    while True:
        with contextlib.suppress(Lost):
            async with Client(url, *address.split("?")) as client:
                await client.load()
                while True:
                    key = [key for key in client.uploaders if key.startswith(uploader)][-1]
                    await client.upload(key, "file.zip" if file[:2] == b"PK" else "file.png", file)
                    uploads[0] += 1
