"""The picture that goes through the network, and what the browser is told about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.files.errors import BadFile
from playground.files.experiment import SIDES, UPLOAD, Experiment, from_query, to_query
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import encode_png, from_bytes, load_image, to_bytes
from playground.render.colours import TABLES
from playground.ui import pictures, state
from playground.ui.words import for_browser
from tests.experiments import Unpacked
from tests.ui.session import new_session

START = Experiment()


@pytest.fixture(autouse=True)
def session(monkeypatch):
    new_session(monkeypatch)


def file_of(seed: int, channels: int = 3, rows: int = 40, columns: int = 60) -> bytes:
    rng = np.random.default_rng(seed)
    return encode_png(from_bytes(rng.integers(0, 256, (channels, rows, columns), np.uint8)))


@pytest.mark.parametrize("colour", ["sum", "each", "grey"])
@pytest.mark.parametrize("side", SIDES)
def test_a_picture_has_the_size_and_the_channels_asked_for(side, colour):
    for key in GALLERY:
        experiment = replace(START, picture=key, side=side, colour=colour)
        picture = pictures.picture_of(experiment)
        assert picture.dtype == np.float32 and not picture.flags.writeable
        largest = max(gallery_picture(key, pictures.LARGEST).shape[1:])
        assert max(picture.shape[1:]) == min(side, largest)  # never enlarged
        assert colour != "grey" or len(picture) == 1
        assert picture.min() >= 0 and picture.max() <= 1


def test_the_five_by_five_example_is_the_one_of_the_article():
    picture = pictures.picture_of(replace(START, picture="example5"))
    rows = ["".join(str(int(v)) for v in row) for row in picture[0]]
    assert rows == ["11100", "01110", "00111", "00110", "01100"]


def test_the_same_picture_has_the_same_key_and_another_has_another():
    first, again, other = (pictures.add_own(file_of(seed)) for seed in (0, 0, 1))
    assert first == again != other
    assert UPLOAD.fullmatch(first)
    assert from_query(to_query(replace(START, picture=first)))[0].picture == first


def test_an_own_picture_goes_through_the_network():
    key = pictures.add_own(file_of(0))
    experiment = replace(START, picture=key)
    assert not pictures.is_missing(experiment)
    assert (pictures.picture_of(experiment) == load_image(file_of(0))).all()
    assert pictures.picture_of(replace(experiment, side=64, colour="grey")).shape[0] == 1


def test_a_picture_that_is_not_here_is_missing_and_the_cat_stands_in():
    experiment = replace(START, picture="upload-" + "0" * 32)
    assert pictures.is_missing(experiment)
    assert (pictures.picture_of(experiment) == pictures.picture_of(START)).all()
    assert pictures.picture_digest(experiment) == pictures.picture_digest(START)


def test_the_browser_can_bring_back_the_picture_that_it_got():
    key = pictures.add_own(file_of(5, rows=700, columns=900))
    experiment = replace(START, picture=key)
    message = Unpacked(pictures.gallery_message(experiment, ""))
    number, length = message.header["pictures"][0]["png"]
    png = message.array(number, (length,)).tobytes()
    before = pictures.picture_of(experiment)
    state.own_pictures().clear()
    assert pictures.is_missing(experiment)
    pictures.restore_own(png, key)
    assert (pictures.picture_of(experiment) == before).all()


@pytest.mark.parametrize("data", [None, "text", 3, b"", b"GIF89a", file_of(7)])
def test_another_picture_or_none_cannot_take_its_place(data):
    with pytest.raises(BadFile):
        pictures.restore_own(data, "upload-" + "0" * 32)


def test_the_gallery_lists_own_pictures_first_and_only_the_latest_brings_its_file():
    keys = [pictures.add_own(file_of(seed)) for seed in range(5)]
    experiment = replace(START, picture=keys[-1])
    header = Unpacked(pictures.gallery_message(experiment, "a.1")).header
    listed = [entry["key"] for entry in header["pictures"]]
    assert listed == [*reversed(keys[-state.OWN_PICTURES :]), *GALLERY]
    assert [entry["key"] for entry in header["pictures"] if "png" in entry] == [keys[-1]]
    assert (header["chosen"], header["missing"], header["answered"]) == (keys[-1], "", "a.1")


def test_the_gallery_shows_every_picture_small_and_says_what_it_is():
    message = Unpacked(pictures.gallery_message(START, ""))
    for entry in message.header["pictures"]:
        rows, columns = entry["shape"]
        assert max(rows, columns) <= pictures.THUMBNAIL
        pixels = message.array(entry["codes"], (rows, columns, 3))
        assert pixels.std() > 5
        assert entry["title"] == GALLERY[entry["key"]].title and entry["alt"]


def test_the_gallery_asks_for_a_missing_picture():
    missing = "upload-" + "0" * 32
    header = Unpacked(pictures.gallery_message(replace(START, picture=missing), "")).header
    assert header["missing"] == missing


@pytest.mark.parametrize("colour", ["sum", "grey"])
def test_the_page_message_holds_the_picture_the_tables_and_the_words(colour):
    experiment = replace(START, side=64, colour=colour)
    message = Unpacked(pictures.page_message(experiment))
    entry, picture = message.header["picture"], pictures.picture_of(experiment)
    shape = (entry["channels"], entry["rows"], entry["columns"])
    assert shape == picture.shape
    assert (message.array(0, shape) == to_bytes(picture)).all()
    assert message.header["tables"] == list(TABLES)
    for number, table in enumerate(TABLES.values(), start=1):
        assert (message.array(number, (256, 3)) == table).all()
    assert message.header["words"] == for_browser()


def test_the_bytes_that_the_browser_gets_are_the_values_that_the_engine_gets():
    for experiment in (START, replace(START, side=64, colour="grey")):
        picture = pictures.picture_of(experiment)
        assert np.abs(picture - to_bytes(picture) / np.float32(255)).max() < 1e-6


def test_pictures_that_differ_have_different_digests():
    digests = {
        pictures.picture_digest(replace(START, picture=key, side=side, colour=colour))
        for key in ("cat", "boat")
        for side in SIDES
        for colour in ("sum", "grey")
    }
    assert len(digests) == 2 * len(SIDES) * 2


@pytest.mark.parametrize("key", [None, 3, [], {}, "", "dog", "upload-" + "0" * 32, ["cat"]])
def test_only_pictures_that_are_here_are_known(key):
    assert not pictures.known(key)
    assert pictures.known("cat") and pictures.known(pictures.add_own(file_of(0)))
