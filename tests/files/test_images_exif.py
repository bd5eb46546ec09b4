"""A photo stands upright."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from tests.files.pictures import COLOUR, SMOOTH, encode, loaded


def upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    """EXIF 2.32, table of tag 0x0112, pixel by pixel: where row 0 and column 0 belong."""
    rows, columns = stored.shape[:2]
    turned = (columns, rows) if orientation >= 5 else (rows, columns)
    result = np.empty((*turned, *stored.shape[2:]), stored.dtype)
    for r in range(rows):
        for c in range(columns):
            bottom, right = rows - 1 - r, columns - 1 - c
            places = [(r, c), (r, right), (bottom, right), (bottom, c)]
            places += [(c, r), (c, bottom), (right, bottom), (right, r)]
            result[places[orientation - 1]] = stored[r, c]
    return result


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_the_exif_orientation_is_honoured(file_format, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"PNG": {}, "WEBP": {"lossless": True}}.get(file_format, {"quality": 90})
    plain = loaded(encode(COLOUR, file_format, **options))
    turned = loaded(encode(COLOUR, file_format, exif=exif.tobytes(), **options))
    assert np.array_equal(turned, upright(plain, orientation))


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_large_photo_is_turned_after_it_was_made_smaller(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Image.fromarray(SMOOTH).resize((960, 640))
    plain = loaded(encode(photo, "JPEG"), 48)
    assert np.array_equal(
        loaded(encode(photo, "JPEG", exif=exif.tobytes()), 48), upright(plain, orientation)
    )


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("block", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk"])
def test_a_damaged_exif_block_does_not_cost_the_picture(block):
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    data = encode(SMOOTH, "JPEG")
    assert np.array_equal(loaded(data[:2] + segment + data[2:]), loaded(data))
