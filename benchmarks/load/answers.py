"""What the server must answer: computed here by the engine, before anything is measured.

A visitor changes one weight of one kernel of one picture to values from a short list. Both the
weight's place and the picture depend on the visitor's number, so that no two visitors of a crowd
of up to `DISTINCT` ever expect the same maps: an answer that went to the wrong one is noticed, and
so is one that is late, because each edit changes the value.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import numpy as np

from playground.files.experiment import Experiment, to_query
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import digest as file_digest
from playground.files.images import load_image, resize, to_bytes
from playground.ui import kernel_edits, screen
from playground.ui.message import message
from playground.ui.pictures import LARGEST

VALUES = (1.5, -2.25, 0.75, 3.5)
CELLS = 9
PICTURES = [key for key, entry in GALLERY.items() if not entry.example]
DISTINCT = CELLS * len(PICTURES)


@dataclass(frozen=True)
class Answer:
    """What the maps of one experiment look like on their way to the browser.

    Attributes
    ----------
    header : dict
        The parts of the message's header that follow from the experiment.
    digest : bytes
        Of all pixels, BLAKE2b.
    """

    header: dict[str, Any]
    digest: bytes


FOLLOWS = ("picture", "settings", "stages", "softmax", "offsets")


def read(packed: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a message apart: its header, and a digest of everything that comes after it."""
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    digest = hashlib.blake2b(memoryview(packed)[4 + length :], digest_size=16).digest()
    return header, digest


def problem(packed: bytes, expected: Answer) -> str:
    """What is wrong with the maps that came; empty if nothing is."""
    header, digest = read(packed)
    for name in FOLLOWS:
        if header[name] != expected.header[name]:
            return f"its {name} are not the engine's"
    return "" if digest == expected.digest else "its maps are not the engine's"


def experiment_of(number: int) -> Experiment:
    """What a visitor starts with."""
    return replace(Experiment(), picture=PICTURES[number // CELLS % len(PICTURES)])


def link_of(number: int) -> str:
    """The query of the address that a visitor opens."""
    return urlencode(to_query(experiment_of(number)))


def edit_of(number: int, turn: int) -> dict[str, Any]:
    """A visitor's edit number ``turn``, as the kernel editor sends it."""
    cell, value = number % CELLS, VALUES[turn % len(VALUES)]
    return {"op": "cell", "filter": 0, "cell": cell, "value": value, "gesture": f"kernel-{turn}"}


@cache
def answer_of(number: int, turn: int | None) -> Answer:
    """What the maps must be after a visitor's edit number ``turn``; None: before the first."""
    start = experiment_of(number)
    return _answer(start, gallery_picture(start.picture, LARGEST), number, turn)


@cache
def answer_with(file: bytes, number: int, turn: int | None) -> Answer:
    """The same after the visitor has uploaded a picture."""
    start = replace(experiment_of(number), picture=key_of(file))
    return _answer(start, load_image(file, LARGEST), number, turn)


def key_of(file: bytes) -> str:
    """What links call an uploaded picture."""
    pixels = to_bytes(load_image(file, LARGEST))
    return "upload-" + file_digest(repr(pixels.shape).encode() + pixels.tobytes())[:32]


def _answer(start: Experiment, picture: np.ndarray, number: int, turn: int | None) -> Answer:
    edited = start if turn is None else kernel_edits.apply(start, edit_of(number, turn))
    computed = screen.compute(edited, resize(picture, edited.side))
    packed = message(computed, f"{edited.picture}/{edited.side}/colour", "", 0, {})
    header, digest = read(packed)
    return Answer({name: header[name] for name in FOLLOWS}, digest)
