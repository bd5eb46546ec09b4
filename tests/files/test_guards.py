"""A file that could cost much is refused before its pixels are decoded."""

from __future__ import annotations

import random
import struct
import zlib

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image, ImageFile, WebPImagePlugin

from playground.files.guards import MAX_FILE_BYTES, MAX_GIF_BLOCKS, MAX_JPEG_SCANS, MAX_PIECES
from playground.files.images import load_image
from tests.files.pictures import chunk
from tests.files.samples import SAMPLES, encode, png, refusal, zeros

# pytest puts its own warning filters in place of those that the package sets.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]


@pytest.fixture
def no_decoding(monkeypatch):
    """Any attempt to decode pixels fails the test."""

    def load(*_):
        pytest.fail("the picture was decoded")

    others = (AvifImagePlugin.AvifImageFile, WebPImagePlugin.WebPImageFile)
    for reader in (ImageFile.ImageFile, *others):
        monkeypatch.setattr(reader, "load", load)


def test_an_empty_file_is_refused():
    assert refusal(b"") == "This file is empty."


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"PK\x03\x04" + bytes(60),
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
        random.Random(1).randbytes(5000),
        *[encode(name) for name in ("TIFF", "EPS", "PPM", "ICO", "TGA", "PCX", "JPEG2000", "DIB")],
        b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + bytes(300),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data, no_decoding):
    assert refusal(data) == (
        "This file is not a picture the playground can open (PNG, JPEG, WebP, GIF, BMP or AVIF)."
    )


def test_a_photo_in_heic_is_named_as_such():
    assert "HEIC" in refusal(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400))


def test_a_file_over_20_megabytes_is_refused(no_decoding):
    data = SAMPLES["PNG"].ljust(MAX_FILE_BYTES + 1, b"\0")
    assert "20 MB" in refusal(data)


def test_a_file_of_exactly_20_megabytes_is_read():
    assert load_image(SAMPLES["JPEG"].ljust(MAX_FILE_BYTES, b"\0")).shape == (3, 24, 20)


def test_a_png_of_13300_squared_single_bits_is_refused_before_decoding(no_decoding):
    data = png(13_300, 13_300, 1, 0, zeros(13_300 * 1664))
    assert len(data) < 30_000
    assert refusal(data) == (
        "This picture is 13,300 × 13,300 pixels; "
        "the playground opens pictures of up to 16 megapixels."
    )


def test_a_png_of_9450_squared_colours_is_refused_before_decoding(no_decoding):
    data = png(9450, 9450, 8, 2, zeros(9450 * 28_351))
    assert len(data) < 300_000
    assert refusal(data).startswith("This picture is 9,450 × 9,450 pixels;")


@pytest.mark.parametrize("size", [(4001, 4000), (8192, 1954), (60_000, 60_000), (2**31 - 1,) * 2])
def test_more_than_16_megapixels_are_refused_before_decoding(size, no_decoding):
    assert "16 megapixels" in refusal(png(*size, 8, 0, b""))


@pytest.mark.parametrize("size", [(8193, 1), (1, 8193), (1_000_000, 2)])
def test_a_side_over_8192_is_refused_before_decoding(size, no_decoding):
    assert "8,192 pixels a side" in refusal(png(*size, 8, 0, b""))


@pytest.mark.parametrize("size", [(4000, 4000), (8192, 1953)])
def test_pictures_at_the_limits_are_read(size):
    picture = load_image(encode("PNG", Image.new("L", size, 9), compress_level=1), 64)
    assert max(picture.shape) == 64 and (picture == np.float32(9) / np.float32(255)).all()


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    body = struct.pack(layout, *values)
    return data[:offset] + body + data[offset + len(body) :]


def huge_files() -> dict[str, bytes]:
    gif, bmp, avif = SAMPLES["GIF"], SAMPLES["BMP"], SAMPLES["AVIF"]
    jpeg, webp = SAMPLES["JPEG"], SAMPLES["lossless WEBP"]
    frame = gif.index(b",\0\0\0\0")
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x12\0\0\0" + b"\x7f\x2e\0" * 2
    inner = b"\0" * 6 + b"\x13\0\0\x17\0\0" + b"\0" * 4 + webp[12:]
    animation = b"ANIM\6\0\0\0" + bytes(6) + b"ANMF" + struct.pack("<I", len(inner)) + inner
    body = b"WEBP" + canvas + animation
    return {
        "GIF screen": patched(gif, 6, "<HH", 65_535, 65_535),
        "GIF frame": patched(gif, frame + 5, "<HH", 65_535, 65_535),
        "GIF frame far out": patched(gif, frame + 1, "<HH", 65_000, 65_000),
        "BMP": patched(bmp, 18, "<ii", 30_000, 30_000),
        "BMP upside down": patched(bmp, 18, "<ii", 30_000, -30_000),
        "JPEG": patched(jpeg, jpeg.index(b"\xff\xc0") + 5, ">HH", 65_000, 65_000),
        "AVIF": patched(avif, avif.index(b"ispe") + 8, ">II", 12_000, 12_000),
        "WEBP canvas": b"RIFF" + struct.pack("<I", len(body)) + body,
    }


@pytest.mark.parametrize("name", huge_files())
def test_a_huge_declared_size_is_refused_before_decoding(name, no_decoding):
    assert "16 megapixels" in refusal(huge_files()[name])


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size):
    refusal(png(*size, 8, 0, zlib.compress(b"")))
    refusal(patched(SAMPLES["BMP"], 18, "<ii", *size))
    refusal(patched(SAMPLES["GIF"], 6, "<HH", *size)[:13] + b";")


def many_pieces() -> dict[str, bytes]:
    jpeg, gif = SAMPLES["JPEG"], SAMPLES["GIF"]
    progressive = SAMPLES["progressive JPEG"]
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    frame = gif.index(b",\0\0\0\0")
    pixels = zlib.compress(b"\0\0\0")
    return {
        "PNG chunks": png(2, 1, 8, 0, pixels, chunk(b"tEXt", b"a\0b") * (MAX_PIECES + 1)),
        "JPEG segments": jpeg[:2] + b"\xff\xfe\0\2" * (MAX_PIECES + 1) + jpeg[2:],
        "JPEG fill": jpeg[:2] + b"\xff" * 100_000 + jpeg[2:],
        "JPEG scans": progressive[:-2] + scan * MAX_JPEG_SCANS + b"\xff\xd9",
        "GIF comment": gif[:frame] + b"!\xfe" + b"\1a" * (MAX_GIF_BLOCKS + 1) + b"\0" + gif[frame:],
        "GIF comments": gif[:frame] + b"!\xfe\0" * (MAX_GIF_BLOCKS + 1) + gif[frame:],
    }


@pytest.mark.parametrize("name", many_pieces())
def test_a_file_in_very_many_pieces_is_refused(name, no_decoding):
    assert refusal(many_pieces()[name]) == (
        "This picture is stored in too many pieces to be opened safely."
    )


def test_a_jpeg_with_large_blocks_of_notes_is_read():
    data = SAMPLES["JPEG"]
    notes = (b"\xff\xed\xff\xff" + b"\xff\xda" * 32_766 + b"\0") * 20
    assert np.array_equal(load_image(data[:2] + notes + data[2:]), load_image(data))
