"""Every picture of libpng's source package is decoded as another program decodes it.

The other program is pypng, which shares no code with Pillow; where libpng's pictures are from says
data/libpng/README.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import png
import pytest

from playground.files import BadFile
from playground.files.images import load_image
from tests.files.pictures import loaded

FOLDER = Path(__file__).parent / "data" / "libpng"
CRASHERS = sorted(FOLDER.glob("testpngs/crashers/*.png"))
SUITE = sorted(set(FOLDER.rglob("*.png")) - set(CRASHERS))


def over_white(data: bytes) -> np.ndarray:
    """The picture as pypng reads it, laid over white: (rows, columns, 1 or 3), from 0 to 255."""
    reader = png.Reader(bytes=data)
    reader.preamble()
    reader.sbit = None  # how exact the samples were before they were stored changes no sample
    width, height, rows, info = reader.asDirect()
    flat = np.vstack([np.asarray(row, np.float64) for row in rows])
    values = flat.reshape(height, width, info["planes"]) / (2 ** info["bitdepth"] - 1)
    if info["alpha"]:
        values, alpha = values[..., :-1], values[..., -1:]
        values = values * alpha + 1 - alpha
    return 255 * values


def as_stored(data: bytes) -> bytes:
    """The file without a note that its picture is to be turned, which pypng does not read."""
    start = data.find(b"eXIf") - 4
    return data if start < 0 else data[:start] + data[start + 12 + data[start + 3] :]


def test_the_suite_is_there():
    assert (len(SUITE), len(CRASHERS)) == (165, 23)


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_pictures_are_decoded_as_by_another_program(path):
    data = as_stored(path.read_bytes())
    expected, found = over_white(data), loaded(data)
    found = found[..., None] if found.ndim == 2 else found
    assert found.shape[:2] == expected.shape[:2]
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize("path", CRASHERS, ids=lambda path: path.stem)
def test_damaged_pictures_give_a_picture_or_one_sentence(path):
    try:
        assert load_image(path.read_bytes()).size
    except BadFile as error:
        assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", str(error))
