"""A small file of every format, for the tests to damage, and what a refusal must be."""

from __future__ import annotations

import io
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.files import BadFile
from playground.files.images import load_image
from tests.files.pictures import PNG_SIGNATURE, chunk

FORMATS = {
    "PNG": {},
    "JPEG": {},
    "progressive JPEG": {"progressive": True},
    "WEBP": {},
    "lossless WEBP": {"lossless": True},
    "GIF": {},
    "BMP": {},
    "AVIF": {},
}
NOISE = np.random.default_rng(3).integers(0, 256, (24, 20, 3), dtype=np.uint8)


def encode(name: str, image: Image.Image | None = None, **options) -> bytes:
    file = io.BytesIO()
    image = Image.fromarray(NOISE) if image is None else image
    image.save(file, name.split()[-1], **{**FORMATS.get(name, {}), **options})
    return file.getvalue()


SAMPLES = {name: encode(name) for name in FORMATS}


def png(width: int, height: int, depth: int, kind: int, pixels: bytes, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return PNG_SIGNATURE + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    """`count` zero bytes, deflated."""
    packer = zlib.compressobj(6)
    million = bytes(1_000_000)
    parts = [packer.compress(million) for _ in range(count // 1_000_000)]
    return b"".join([*parts, packer.compress(bytes(count % 1_000_000)), packer.flush()])


def refusal(data: bytes) -> str:
    """The sentence that this file is refused with."""
    with pytest.raises(BadFile) as caught:
        load_image(data)
    sentence = str(caught.value)
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", sentence)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return sentence
