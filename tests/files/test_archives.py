"""A zip with a folder for each class: what is read out of it, and what comes back of an export."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from playground.files import BadFile
from playground.files.archives import (
    SIDE,
    read_class_archive,
    read_pictures,
    write_class_archive,
)
from playground.files.images import from_bytes, load_image
from playground.files.thumbnails import square_picture
from tests.files.pictures import encode

RNG = np.random.default_rng(4)
SQUARES = RNG.integers(0, 256, (6, SIDE, SIDE, 3), dtype=np.uint8)
PNG = [encode(square, "PNG") for square in SQUARES]
SMALL = encode(SQUARES[0, :12, :9], "PNG")


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def sizes(files: dict[str, bytes]) -> dict[str, int]:
    archive = read_class_archive(zipped(files))
    return {name: len(pictures) for name, pictures in archive.classes.items()}


def test_each_folder_is_a_class_and_its_pictures_keep_their_order_and_pixels():
    archive = read_class_archive(zipped({"cats/b.png": PNG[0], "dogs/a.png": PNG[1],
                                         "cats/a.png": PNG[2]}))  # fmt: skip
    assert archive.skipped == []
    assert list(archive.classes) == ["cats", "dogs"]
    for got, expected in zip(archive.classes["cats"], SQUARES[[0, 2]], strict=True):
        assert got.dtype == np.uint8 and not got.flags.writeable
        assert np.array_equal(got, expected.transpose(2, 0, 1))


@pytest.mark.parametrize("around", ["", "pets/", "data/pets/", "./", "pets\\"])
def test_folders_around_everything_are_passed_over(around):
    assert sizes({f"{around}cats/1.png": PNG[0], f"{around}dogs/1.png": PNG[1]}) == {
        "cats": 1, "dogs": 1}  # fmt: skip


def test_a_level_of_training_and_test_pictures_is_passed_over():
    names = ("pets/train/cats/1.png", "pets/val/cats/1.png", "pets/train/dogs/1.png")
    assert sizes(dict(zip(names, PNG, strict=False))) == {"cats": 2, "dogs": 1}


def test_folders_inside_a_class_belong_to_it():
    names = ("cats/big/1.png", "cats/2.png", "dogs/1.png")
    assert sizes(dict(zip(names, PNG, strict=False))) == {"cats": 2, "dogs": 1}


def test_folders_that_differ_in_capitals_only_are_one_class():
    names = ("Cats/1.png", "cats/2.png", "dogs/1.png")
    assert sizes(dict(zip(names, PNG, strict=False))) == {"Cats": 2, "dogs": 1}


def test_a_file_of_the_top_folder_does_not_hide_the_classes():
    archive = read_class_archive(zipped({"pets/read me.txt": b"Hello", "pets/cats/1.png": PNG[0],
                                         "pets/dogs/1.png": PNG[1]}))  # fmt: skip
    assert list(archive.classes) == ["cats", "dogs"]
    assert archive.skipped == [
        "“read me.txt” was skipped: it lies in no folder, so its class is not known."
    ]


def test_an_export_comes_back_pixel_by_pixel():
    classes = {
        "cats": [square.transpose(2, 0, 1) for square in SQUARES[:3]],
        "grey things": [square[np.newaxis, ..., 0] for square in SQUARES[3:5]],
        "Bögen & 円": [np.zeros((3, SIDE, SIDE), np.uint8)],
    }
    data = write_class_archive(classes)
    back = read_class_archive(data)
    assert back.skipped == [] and list(back.classes) == list(classes)
    for name, pictures in classes.items():
        assert len(pictures) == len(back.classes[name])
        for picture, again in zip(pictures, back.classes[name], strict=True):
            assert picture.shape == again.shape and np.array_equal(picture, again)
    assert write_class_archive(back.classes) == data


def test_an_export_is_a_plain_folder_a_class():
    with zipfile.ZipFile(io.BytesIO(write_class_archive({"a": [SQUARES[0, None, :, :, 0]]}))) as z:
        assert z.namelist() == ["a/001.png"] and z.testzip() is None


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".a", "a.", " a", "__MACOSX"])
def test_a_class_whose_name_is_no_folder_is_not_exported(name):
    with pytest.raises(ValueError, match="cannot name"):
        write_class_archive({name: []})


def test_a_picture_larger_or_smaller_than_the_square_fills_it():
    smooth = np.indices((300, 200)).sum(axis=0).astype(np.uint8) // 2
    for data in (SMALL, encode(smooth, "PNG")):
        archive = read_class_archive(zipped({"a/1.png": data}))
        (picture,) = archive.classes["a"]
        assert picture.shape[1:] == (SIDE, SIDE)
        assert picture.max() > picture.min()


def test_the_square_is_the_middle_of_the_picture():
    tall = np.zeros((1, 30, 10), np.float32)
    tall[:, 10:20] = from_bytes(SQUARES[0, :10, :10, 0])
    assert np.array_equal(from_bytes(square_picture(tall, 10)), tall[:, 10:20])
    half = square_picture(np.repeat(np.repeat(tall[:, 10:20], 8, 1), 8, 2), 20)
    assert half.shape == (1, 20, 20)
    assert np.array_equal(square_picture(load_image(PNG[0]), SIDE), SQUARES[0].transpose(2, 0, 1))


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", PNG[0], zipped({}), zipped({"a/": b""})])
def test_a_file_without_pictures_is_refused(data):
    with pytest.raises(BadFile) as caught:
        read_class_archive(data)
    assert str(caught.value).endswith(".") and str(caught.value).count("\n") == 0


def test_pictures_in_no_folder_go_to_the_class_that_is_named():
    data = zipped({"cats/1.png": PNG[0], "1.png": PNG[1]})
    assert set(read_class_archive(data).classes) == {"cats"}
    found = read_class_archive(data, loose="Dogs")
    assert set(found.classes) == {"cats", "Dogs"} and found.skipped == []


def test_several_files_are_read_as_those_of_a_zip_are():
    wide = encode(RNG.integers(0, 256, (300, 520, 3), dtype=np.uint8), "PNG")
    found, notes = read_pictures([("a.png", PNG[0]), ("b.png", wide), ("c\n.png", b"no picture")])
    expected = read_class_archive(zipped({"x/a.png": PNG[0], "x/b.png": wide})).classes["x"]
    assert all(map(np.array_equal, found, expected)) and len(found) == len(expected) == 2
    assert len(notes) == 1 and notes[0].startswith("“c .png” was skipped: this file is not")
