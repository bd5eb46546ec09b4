"""Picture files for the tests, and loading with the checks that hold for every picture."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from playground.files.images import load_image, to_bytes

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR = np.random.default_rng(7).integers(0, 256, (12, 20, 3), dtype=np.uint8)
GREY = COLOUR[..., 0].copy()
SMOOTH = np.stack(
    [np.add.outer(np.arange(64) * 2, np.arange(96)), *np.indices((64, 96)) * 2], axis=-1
).astype(np.uint8)


def encode(image: Image.Image | np.ndarray, file_format: str, **options) -> bytes:
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG file, its checksum right."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, kind: int, rows: list[bytes], *chunks) -> bytes:
    """A PNG file by hand: `kind` is the colour type, `chunks` are (name, content) before IDAT."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return PNG_SIGNATURE + b"".join(chunk(*part) for part in parts)


def loaded(data: bytes, max_side: int = 512) -> np.ndarray:
    """Load, check what holds for every picture, and return the bytes (rows, columns[, 3])."""
    picture = load_image(data, max_side)
    assert picture.dtype == np.float32 and picture.flags.c_contiguous
    assert picture.ndim == 3 and picture.shape[0] in (1, 3)
    values = to_bytes(picture)
    assert np.array_equal(picture, values.astype(np.float32) / np.float32(255))
    return values[0] if len(values) == 1 else values.transpose(1, 2, 0)
