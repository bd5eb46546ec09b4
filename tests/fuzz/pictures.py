"""Damaged pictures of every format, most of them with their structure and checksums in order."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from tests.files.pictures import PNG_SIGNATURE, chunk
from tests.fuzz.mutation import mutated, number

SUITE = Path(__file__).parents[1] / "files" / "data" / "libpng"
# How often each format is drawn; AVIF takes ten times as long as the others.
SHARES = {"PNG": 40, "JPEG": 20, "WEBP": 13, "GIF": 14, "BMP": 9, "AVIF": 4}
_PIXELS = Image.fromarray(np.random.default_rng(11).integers(0, 256, (7, 9, 4), dtype=np.uint8))
_KINDS = (
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"tEXt",
    b"zTXt", b"iTXt", b"bKGD", b"pHYs", b"sBIT", b"hIST", b"tIME", b"eXIf", b"acTL", b"fcTL",
    b"fdAT", b"vpAg", b"oFFs",
)  # fmt: skip


@cache
def samples() -> dict[str, list[bytes]]:
    """Good pictures by format, as small as they can be: the time of a case is that of its size."""
    exif = Image.Exif()
    exif[0x0112] = 6
    two = {"save_all": True, "append_images": [_PIXELS.rotate(180).convert("RGB")]}
    files = [
        *[("PNG", _written("PNG", mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        ("PNG", _written("PNG", "P", transparency=3, bits=4)),
        ("PNG", _written("PNG", "RGB", exif=exif, icc_profile=b"none", dpi=(72, 72))),
        ("PNG", _written("PNG", "RGB", **two)),
        ("JPEG", _written("JPEG", "L")),
        ("JPEG", _written("JPEG", "RGB", exif=exif.tobytes())),
        ("JPEG", _written("JPEG", "RGB", progressive=True, optimize=True)),
        ("JPEG", _written("JPEG", "RGB", subsampling=2, restart_marker_blocks=1)),
        ("JPEG", _written("JPEG", "CMYK")),
        ("WEBP", _written("WEBP", "RGB")),
        ("WEBP", _written("WEBP", "RGBA", lossless=True, exif=exif.tobytes())),
        ("WEBP", _written("WEBP", "RGBA", quality=20)),
        ("WEBP", _written("WEBP", "RGB", **two)),
        ("GIF", _written("GIF", "L", transparency=0, interlace=1)),
        ("GIF", _written("GIF", "RGB", comment=b"a comment", **two)),
        *[("BMP", _written("BMP", mode)) for mode in ("1", "L", "P", "RGB", "RGBA")],
        ("AVIF", _written("AVIF", "RGB", speed=10)),
        ("AVIF", _written("AVIF", "RGBA", speed=10)),
    ]
    # Of the suite those that Pillow does not write: interlaced, sixteen bits, damaged.
    for pattern in ("*/interlaced/*01.png", "*/basn*a16.png", "*/*/huge_i*", "*/*/bad*"):
        files += [("PNG", path.read_bytes()) for path in sorted(SUITE.glob(pattern))]
    return {form: [data for kind, data in files if kind == form] for form in SHARES}


def _written(form: str, mode: str, **options) -> bytes:
    image = _PIXELS.convert("L").convert(mode) if mode == "I;16" else _PIXELS.convert(mode)
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def damaged(source: Random) -> bytes:
    """A picture with something wrong with it."""
    form = source.choices(list(SHARES), list(SHARES.values()))[0]
    good = samples()[form]
    data = source.choice(good)
    if form in WITHIN and source.randrange(4):
        return WITHIN[form](data, source, good)
    return mutated(data, source, good)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, position = [], 8
    while position + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        found.append(
            (data[position + 4 : position + 8], data[position + 8 : position + 8 + length])
        )
        position += 12 + length
    return found


def _png(data: bytes, source: Random, good: list[bytes]) -> bytes:
    """Chunks changed, moved, doubled or from elsewhere; every length and checksum is right."""
    chunks = _chunks(data)
    for _ in range(source.choice((1, 1, 2, 4))):
        if not chunks:
            break
        place = source.randrange(len(chunks))
        kind, body = chunks[place]
        match source.randrange(8):
            case 0 | 1 if kind in (b"IDAT", b"fdAT", b"zTXt", b"iCCP"):
                chunks[place] = kind, _inflated(body, source)
            case 0 | 1 | 2 | 3:
                chunks[place] = kind, mutated(body, source) if body else source.randbytes(4)
            case 4:
                chunks.insert(source.randrange(len(chunks) + 1), chunks.pop(place))
            case 5:
                chunks[place:place] = [chunks[place]] * source.choice((1, 1, 2, 30))
            case 6:
                chunks.insert(place, source.choice(_chunks(source.choice(good)) or chunks))
            case _:
                body = (
                    source.randbytes(source.choice((0, 1, 4, 26))) if source.randrange(2) else body
                )
                chunks.insert(place, (source.choice(_KINDS), body))
    return PNG_SIGNATURE + b"".join(chunk(*each) for each in chunks)


def _inflated(body: bytes, source: Random) -> bytes:
    """Deflated numbers changed before they are packed again, their checksum right or left out."""
    for start in (0, 4, body.find(b"\0") + 2):
        try:
            pixels = zlib.decompress(body[start:])
        except zlib.error:
            continue
        pixels = mutated(pixels, source) if pixels else source.randbytes(30)
        packed = zlib.compress(pixels, source.choice((0, 1, 9)))
        return body[:start] + (packed if source.randrange(8) else packed[:-4])
    return mutated(body, source) if body else body


def _jpeg(data: bytes, source: Random, good: list[bytes]) -> bytes:
    """Segments changed, moved, doubled or from elsewhere, their lengths right."""
    segments, scan = _segments(data)
    for _ in range(source.choice((1, 1, 2, 4))):
        place = source.randrange(len(segments))
        marker, body = segments[place]
        match source.randrange(7):
            case 0 | 1 | 2 if body:
                segments[place] = marker, mutated(body, source)[:65_000]
            case 3:
                segments.insert(source.randrange(len(segments) + 1), segments[place])
            case 4:
                segments[place] = source.randrange(0xC0, 0xFF), body
            case 5:
                segments.insert(place, source.choice(_segments(source.choice(good))[0]))
            case _:
                scan = mutated(scan, source) if scan else scan
    head = b"".join(struct.pack(">BBH", 0xFF, m, len(b) + 2) + b for m, b in segments)
    return b"\xff\xd8" + head + scan


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    segments, position = [], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], struct.unpack_from(">H", data, position + 2)[0]
        segments.append((marker, data[position + 4 : position + 2 + length]))
        position += 2 + length
        if marker == 0xDA:
            break
    return segments, data[position:]


def _webp(data: bytes, source: Random, good: list[bytes]) -> bytes:
    """Chunks of the RIFF container changed, their lengths right."""
    chunks = _riff(data)
    for _ in range(source.choice((1, 1, 2))):
        place = source.randrange(len(chunks))
        kind, body = chunks[place]
        match source.randrange(5):
            case 0 | 1 | 2 if body:
                chunks[place] = kind, mutated(body, source)
            case 3:
                chunks.insert(source.randrange(len(chunks) + 1), source.choice(chunks))
            case _:
                chunks.insert(place, source.choice(_riff(source.choice(good))))
    body = b"".join(k + struct.pack("<I", len(b)) + b + bytes(len(b) % 2) for k, b in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks, position = [], 12
    while position + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, position + 4)
        chunks.append((data[position : position + 4], data[position + 8 : position + 8 + length]))
        position += 8 + length + length % 2
    return chunks


def _header(places: tuple[tuple[int, int], ...]) -> Callable[[bytes, Random, list[bytes]], bytes]:
    """Changes to whole numbers of a header: where each stands, and of how many bytes it is."""

    def change(data: bytes, source: Random, good: list[bytes]) -> bytes:
        changed = bytearray(data if source.randrange(2) else mutated(data, source, good))
        place, size = source.choice(places)
        changed[place : place + size] = (number(source) % 256**size).to_bytes(size, "little")
        return bytes(changed)

    return change


WITHIN: dict[str, Callable[[bytes, Random, list[bytes]], bytes]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    # GIF89a, section 18, and the BITMAPFILEHEADER and BITMAPINFOHEADER of a BMP file.
    "GIF": _header(((6, 2), (8, 2), (10, 1), (11, 1), (12, 1))),
    "BMP": _header(
        ((2, 4), (10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2), (30, 4), (46, 4))
    ),
}
