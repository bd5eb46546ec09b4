"""The browser gets the pixels of every own picture once."""

from __future__ import annotations

import numpy as np

from playground.datasets.own import Collection
from playground.ui.training.own_message import collection_message
from tests.experiments import Unpacked

RNG = np.random.default_rng(4)
GREY, *COLOUR = (RNG.integers(0, 256, (c, 64, 64), dtype=np.uint8) for c in (1, 3, 3, 3))
BOTH = Collection({"a": (GREY, *COLOUR[:1]), "b": tuple(COLOUR[1:])})


def sent(collection: Collection, known: set[str]) -> Unpacked:
    return Unpacked(collection_message(collection, known, "a", "", 1, ""))


def test_all_pixels_are_sent_and_then_none_again():
    known: set[str] = set()
    first = sent(BOTH, known)
    keys = [key for each in first.header["classes"] for key in each["keys"]]
    assert first.header["fresh"] == keys and len(set(keys)) == 4
    pixels = first.array(0, (4, 64, 64, 3))
    assert (pixels[0] == GREY.transpose(1, 2, 0)).all()
    for shown, picture in zip(pixels[1:], COLOUR, strict=True):
        assert (shown == picture.transpose(1, 2, 0)).all()
    again = sent(BOTH, known)
    assert again.header["fresh"] == [] and again.header["classes"] == first.header["classes"]


def test_a_picture_that_was_removed_is_sent_anew_when_it_comes_back():
    known: set[str] = set()
    sent(BOTH, known)
    sent(BOTH.without_picture("b", 0), known)
    assert sent(BOTH, known).header["fresh"] == [BOTH.keys["b"][0]]


def test_the_count_of_a_class_says_how_many_are_held_out():
    held_out = BOTH.dataset().counts()[:, 1]
    for each, count in zip(sent(BOTH, set()).header["classes"], held_out, strict=True):
        assert each["count"] == f"2 pictures, {count} held out"
