"""What is transparent is laid over white."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from tests.files.pictures import COLOUR, GREY, encode, loaded, png

RNG = np.random.default_rng(7)


def over_white(values: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    if values.ndim == 3:
        alpha = alpha[..., np.newaxis]
    return (values * (alpha / 255) + 255 * (1 - alpha / 255)).round()


def test_sixteen_bit_grey_with_alpha_stays_grey_over_white():
    values = RNG.integers(0, 65536, (8, 9, 2))
    grey = loaded(png(9, 8, 16, 4, [row.astype(">u2").tobytes() for row in values]))
    expected = over_white(values[..., 0] / 257, values[..., 1] / 257)
    assert np.abs(grey - expected).max() <= 2


def test_the_transparent_grey_of_a_sixteen_bit_picture_is_white():
    values = np.array([[0, 1000, 1001, 40000]], np.uint16)
    data = png(4, 1, 16, 0, [values.astype(">u2").tobytes()], (b"tRNS", struct.pack(">H", 1000)))
    assert loaded(data).tolist() == [[0, 255, 4, 156]]


def test_the_transparent_colour_of_a_sixteen_bit_picture_is_white():
    values = np.array([[[4660, 22136, 39612], [52, 120, 188], [65535, 0, 0]]], ">u2")
    key = struct.pack(">HHH", 4660, 22136, 39612)
    data = png(3, 1, 16, 2, [values.tobytes()], (b"tRNS", key))
    assert loaded(data).tolist() == [[[255, 255, 255], [0, 0, 1], [255, 0, 0]]]


@pytest.mark.parametrize("depth", [1, 8])
def test_the_transparent_grey_of_a_small_depth_is_white(depth):
    row = b"\xa0" if depth == 1 else bytes([255, 0, 255, 0])
    data = png(4, 1, depth, 0, [row], (b"tRNS", struct.pack(">H", 0)))
    assert loaded(data).tolist() == [[255, 255, 255, 255]]
    data = png(4, 1, depth, 0, [row], (b"tRNS", struct.pack(">H", 77)))
    assert loaded(data).tolist() == [[255, 0, 255, 0]]


@pytest.mark.parametrize(
    ("file_format", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_transparent_colour_is_laid_over_white(file_format, options):
    alpha = RNG.integers(0, 256, GREY.shape, dtype=np.uint8)
    alpha[:2], alpha[2:4] = 0, 255
    values = loaded(encode(np.dstack([COLOUR, alpha]), file_format, **options))
    assert np.abs(values - over_white(COLOUR, alpha)).max() <= 1
    assert (values[:2] == 255).all()
    assert np.array_equal(values[2:4], COLOUR[2:4])


def test_transparent_avif_is_laid_over_white():
    image = np.full((16, 16, 4), (0, 0, 255, 0), np.uint8)
    assert loaded(encode(image, "AVIF")).min() >= 250


def test_transparent_grey_is_laid_over_white_and_stays_grey():
    alpha = np.add.outer(np.arange(12), np.arange(20)).astype(np.uint8) * 8
    data = encode(Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(alpha))), "PNG")
    values = loaded(data)
    assert values.shape == GREY.shape
    assert np.abs(values - over_white(GREY, alpha)).max() <= 1


def test_a_palette_with_alphas_is_laid_over_white():
    colours = bytes([255, 0, 0, 0, 0, 255, 9, 9, 9])
    data = png(3, 1, 8, 3, [b"\0\1\2"], (b"PLTE", colours), (b"tRNS", bytes([0, 255, 51])))
    assert loaded(data).tolist() == [[[255, 255, 255], [0, 0, 255], [206, 206, 206]]]


def test_the_transparent_colour_of_a_gif_is_white():
    image = Image.frombytes("P", (2, 1), b"\0\1")
    image.putpalette([255, 0, 0, 0, 0, 255])
    assert loaded(encode(image, "GIF", transparency=0)).tolist() == [[[255] * 3, [0, 0, 255]]]


def test_colour_under_full_transparency_does_not_bleed_when_made_smaller():
    values = np.zeros((64, 64, 4), np.uint8)
    values[:, :32] = (0, 0, 255, 255)
    small = loaded(encode(values, "PNG"), 16).astype(int)
    assert (small[..., 2] == 255).all()
    assert (small[:, -4:] == 255).all()
