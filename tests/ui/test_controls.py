"""The native controls: every choice has its label, and nothing but base64 becomes bytes."""

from __future__ import annotations

import base64

import pytest

from playground.files.errors import BadFile
from playground.files.experiment import CHOICES
from playground.files.gallery import GALLERY, IMAGES
from playground.files.images import load_image
from playground.ui.controls import LABELS, NAMES, PICTURE_TYPES, STAGES, from_base64

# The editor of the kernel has the first of them, the views the others.
ELSEWHERE = {"convolution", "view", "rounds"}


def test_every_choice_of_every_setting_has_a_label_of_its_own():
    assert set(LABELS) == set(NAMES) == set(CHOICES) - ELSEWHERE
    for name, labels in LABELS.items():
        assert set(labels) == set(CHOICES[name])
        assert len(set(labels.values())) == len(labels)


def test_every_setting_stands_in_one_place():
    placed = [name for rows in STAGES for names in rows for name in names]
    assert sorted([*placed, "scale", "colours"]) == sorted(NAMES)


def test_the_gallery_is_of_the_kinds_that_can_be_uploaded():
    assert {f"image/{entry.file.rsplit('.')[-1]}" for entry in GALLERY.values()} <= set(
        PICTURE_TYPES
    )
    assert load_image((IMAGES / "cat.png").read_bytes()).shape[0] == 3


def test_base64_comes_back_as_its_bytes():
    assert from_base64(base64.b64encode(b"\x89PNG\r\n").decode()) == b"\x89PNG\r\n"


HOSTILE = [None, "", 3, b"aGk=", ["aGk="], {"png": "aGk="}, "?", "aGk", "ä", "aGk=\n\n*"]
HOSTILE += ["A" * 2**24]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:12])
def test_anything_else_is_a_bad_file(text):
    with pytest.raises(BadFile):
        from_base64(text)
