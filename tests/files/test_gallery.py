from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.files.gallery import GALLERY, IMAGES, gallery_picture
from playground.files.images import to_bytes
from tools.make_gallery import DRAWINGS, PHOTOGRAPHS

ASSETS = IMAGES.parent
SOURCES = (ASSETS / "SOURCES.md").read_text(encoding="utf-8")
HASHES = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", SOURCES, re.MULTILINE))
OURS = re.findall(r"^- `([^`]+)`$", SOURCES, re.MULTILINE)


def asset_files() -> list[str]:
    files = (path for path in ASSETS.rglob("*") if path.is_file())
    return sorted(path.relative_to(ASSETS).as_posix() for path in files)


@pytest.mark.parametrize("key", GALLERY)
def test_every_picture_has_words_and_exact_values(key):
    entry = GALLERY[key]
    assert entry.key == key
    assert entry.title and entry.credit
    assert len(entry.alt) > 20 and entry.alt.endswith(".")
    picture = gallery_picture(key)
    channels, rows, columns = picture.shape
    assert channels in (1, 3) and max(rows, columns) <= 512
    assert picture.dtype == np.float32
    assert np.array_equal(picture, to_bytes(picture).astype(np.float32) / np.float32(255))
    assert picture.max() - picture.min() > 0.5
    with Image.open(IMAGES / entry.file) as stored:  # lossless: the file's own pixels
        values = np.asarray(stored).reshape(rows, columns, -1).transpose(2, 0, 1)
    assert np.array_equal(to_bytes(picture), values)


def test_the_gallery_and_its_makers_and_its_files_are_the_same_set():
    assert set(GALLERY) == set(DRAWINGS) | set(PHOTOGRAPHS)
    assert {picture.file for picture in GALLERY.values()} == {p.name for p in IMAGES.iterdir()}


def test_the_gallery_is_small_enough_to_ship():
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) <= 1_500_000


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_it_again_gives_the_same_pixels(name):
    with Image.open(IMAGES / f"{name}.png") as stored:
        drawn = DRAWINGS[name]()
        assert drawn.mode == stored.mode
        assert np.array_equal(np.asarray(drawn), np.asarray(stored))


def test_the_example_holds_the_article_s_zeros_and_ones():
    rows = ["11100", "01110", "00111", "00110", "01100"]
    expected = np.array([[[int(c) for c in row] for row in rows]], np.float32)
    assert np.array_equal(gallery_picture("example5"), expected)


def test_a_picture_shrinks_to_the_side_asked_for_and_an_example_stays():
    assert gallery_picture("cat", 64).shape == (3, 64, 64)
    assert gallery_picture("example5", 64).shape == (1, 5, 5)


def test_small_examples_are_marked_as_such():
    for key, picture in GALLERY.items():
        assert picture.example == (max(gallery_picture(key).shape) <= 140)


def test_every_asset_is_ours_or_stands_in_the_list_of_sources():
    ours = tuple(OURS)
    for file in asset_files():
        if file == "SOURCES.md" or file in ours:
            continue
        if file.startswith(tuple(name for name in ours if name.endswith("/"))):
            continue
        assert file in HASHES, f"{file} is missing in assets/SOURCES.md"


@pytest.mark.parametrize("file", HASHES)
def test_a_file_by_others_is_the_one_that_was_recorded(file):
    assert hashlib.sha256((ASSETS / file).read_bytes()).hexdigest() == HASHES[file]


def test_every_photograph_names_its_author_and_licence():
    assert {Path(file).stem for file in HASHES if file.startswith("images/")} == set(PHOTOGRAPHS)
    for key in PHOTOGRAPHS:
        line = next(line for line in SOURCES.splitlines() if f"`images/{key}.png`" in line)
        author, licence = GALLERY[key].credit.rsplit(", ", 1)
        assert author in line and licence in line
