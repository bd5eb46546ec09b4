"""Every depth, palette and colour space becomes eight bits of grey or of red, green and blue."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from playground.files.decoding import _to_eight_bits
from tests.files.pictures import GREY, encode, loaded, png

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_of_grey_spread_from_black_to_white(depth):
    levels = 1 << depth
    bits = "".join(f"{k:0{depth}b}" for k in range(levels)).ljust(8, "0")
    row = bytes(int(bits[k : k + 8], 2) for k in range(0, len(bits), 8))
    values = loaded(png(levels, 1, depth, 0, [row]))
    assert np.array_equal(values[0], np.round(np.arange(levels) * 255 / (levels - 1)))


def test_sixteen_bit_grey_is_divided_by_257_and_rounded():
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    grey = loaded(png(256, 256, 16, 0, [row.astype(">u2").tobytes() for row in values]))
    assert np.array_equal(grey, np.round(values / 257))
    assert np.abs(grey / 255 - values / 65535).max() <= 0.5 / 255 + 1e-9
    assert (np.diff(grey.ravel().astype(int)) >= 0).all()


def test_sixteen_bit_colour_is_within_one_step():
    values = RNG.integers(0, 65536, (8, 9, 3))
    colour = loaded(png(9, 8, 16, 2, [row.astype(">u2").tobytes() for row in values]))
    assert np.abs(colour / 255 - values / 65535).max() <= 1 / 255


CMYK = np.array([[0, 0, 0, 0], [255, 0, 0, 0], [0, 200, 100, 0], [30, 60, 90, 120]], np.uint8)


@pytest.mark.parametrize("ink", CMYK.tolist())
@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_ink_takes_light_away(ink, adobe):
    data = encode(Image.new("CMYK", (16, 16), tuple(ink)), "JPEG", quality=98)
    if not adobe:  # every program that writes CMYK follows Adobe, with or without its marker
        start = data.index(b"\xff\xee")
        data = data[:start] + data[start + 2 + struct.unpack_from(">H", data, start + 2)[0] :]
    inks = np.array(ink) / 255
    expected = 255 * (1 - inks[:3]) * (1 - inks[3])
    assert np.abs(loaded(data) - expected).max() <= 3


@pytest.mark.parametrize(
    ("mode", "expected_mode"),
    [("I", "L"), ("I;16", "L"), ("I;16B", "L"), ("F", "L"), ("1", "L"), ("La", "LA")]
    + [("PA", "RGBA"), ("RGBa", "RGBA"), ("RGBX", "RGB"), ("YCbCr", "RGB"), ("HSV", "RGB")],
)
def test_every_mode_becomes_eight_bits(mode, expected_mode):
    assert _to_eight_bits(Image.new(mode, (3, 2)), "").mode == expected_mode


def test_32_bit_grey_is_limited_to_its_sixteen_bits():
    image = Image.fromarray(np.array([[-5, 0, 128, 129, 65535, 1 << 30]], np.int32))
    assert np.asarray(_to_eight_bits(image, "")).tolist() == [[0, 0, 0, 1, 255, 255]]


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "GIF"])
def test_palettes_become_colours(file_format):
    palette = RNG.integers(0, 256, (16, 3), dtype=np.uint8)
    indices = GREY // 16
    image = Image.fromarray(indices, "L").convert("P")
    image.frombytes(indices.tobytes())
    image.putpalette(palette.tobytes())
    assert np.array_equal(loaded(encode(image, file_format)), palette[indices])


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "GIF"])
def test_one_bit_pictures_are_black_and_white(file_format):
    bits = GREY > 127
    assert np.array_equal(loaded(encode(Image.fromarray(bits), file_format)), bits * 255)
