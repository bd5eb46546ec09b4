"""The picture that goes into the network: which it is, and what preparing it makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from playground.datasets.strokes import SIDE, picture_of_strokes
from playground.engine.errors import EngineError
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import digest, from_bytes, to_bytes
from playground.files.place import Place, held_out
from playground.files.preparation import prepare, undo
from playground.ui import state
from playground.ui.network.memory import memory
from playground.ui.network.subjects import Opened
from playground.ui.use.memory import memory as use_memory
from playground.ui.use.subject import fitted, is_bright, kept

LARGEST = 512  # pixels a side of a picture before it is prepared
SOURCES = {"gallery": "Gallery", "draw": "Draw", "held_out": "Held out"}


@dataclass(frozen=True, eq=False)
class Taken:
    """A picture as the network takes it.

    Attributes
    ----------
    x : ndarray of float32, shape of the network's input
    shown : ndarray of uint8, shape (1 or 3, rows, columns)
        The same, as it can be looked at.
    digest : str
        Of `x`.
    seen : str
        What the network sees, in a few words.
    truth : int or None
        Its class, where that is known.
    """

    x: np.ndarray
    shown: np.ndarray
    digest: str
    seen: str
    truth: int | None = None


def source_of(picture: str) -> str:
    """Which of `SOURCES` a picture is from; a file of one's own stands in the gallery."""
    if picture == "draw":
        return "draw"
    return "gallery" if held_out(picture) is None else "held_out"


def possible(subject: Opened) -> list[str]:
    """Which of `SOURCES` this network can take a picture from."""
    fits = {
        "gallery": True,
        "draw": subject.network.input_shape == (1, SIDE, SIDE),
        "held_out": subject.images is not None,
    }
    return [key for key in ("draw", "held_out", "gallery") if fits[key]]


def first_picture(source: str) -> str:
    """The picture that a source begins with."""
    return {"draw": "draw", "held_out": "held-0", "gallery": next(iter(GALLERY))}[source]


def settled(place: Place, subject: Opened) -> tuple[Place, str]:
    """The place with a picture that can be there, and a sentence if it had another one."""
    sources = possible(subject)
    start = first_picture(sources[0])
    picture = place.picture or start
    number = held_out(picture)
    if source_of(picture) not in sources or (number or 0) >= _count(subject, number):
        return replace(place, picture=start), "This network cannot take the picture of the link."
    return replace(place, picture=picture), ""


def _count(subject: Opened, number: int | None) -> int:
    return 1 if number is None else len(subject.images)


def taken(place: Place, subject: Opened) -> Taken:
    """The place's picture, prepared for the network; the last one is remembered.

    Raises
    ------
    EngineError
        If no picture can be prepared for this network.
    """
    remembered = memory()
    what = (
        subject.key, subject.weights, place.picture, place.picture in state.own_pictures(),
        is_inverted(place, subject),
    )  # fmt: skip
    strokes = use_memory().strokes  # a drawing that changes is another list
    if (
        remembered.taken is None
        or remembered.taken[0] != what
        or remembered.taken[1] is not strokes
    ):
        remembered.taken = (what, strokes, _take(place, subject))
    return remembered.taken[2]


def _take(place: Place, subject: Opened) -> Taken:
    """Prepare the place's picture.

    While a picture of the user's own is not there (it may still come back from the browser), the
    gallery's first stands in for it.
    """
    shape = subject.network.input_shape
    number = held_out(place.picture)
    seen, truth = f"{' × '.join(map(str, shape[1:]))} pixels", None
    if place.picture == "draw":
        x = picture_of_strokes(use_memory().strokes)
        seen += ", scaled and centred as MNIST’s digits are"
    elif number is not None:
        x, truth = subject.images[number], int(subject.targets[number])
    else:
        x = _photograph(place, subject)
    if subject.preparation is not None and source_of(place.picture) != "gallery":
        x = subject.preparation.normalise(x)
    if x.shape != shape:
        raise EngineError(f"The picture has the shape {x.shape}, and this network takes {shape}.")
    x = np.ascontiguousarray(x, np.float32)
    shown = x if subject.preparation is None else undo(x, subject.preparation)
    return Taken(x, to_bytes(np.clip(shown, 0, 1)), digest(x.tobytes())[:32], seen, truth)


def own_picture(place: Place) -> np.ndarray | None:
    """The chosen picture of the user's own, as bytes, if this session has it."""
    return state.own_pictures().get(place.picture)


def is_inverted(place: Place, subject: Opened) -> bool:
    """Whether dark and bright change places: as chosen, or by the looks of the picture."""
    if memory().inverted is not None:
        return memory().inverted
    pixels = own_picture(place)
    return subject.reads_digits and pixels is not None and is_bright(pixels)


def _photograph(place: Place, subject: Opened) -> np.ndarray:
    pixels = own_picture(place)
    if pixels is not None:
        picture = from_bytes(pixels)
    else:
        key = place.picture if place.picture in GALLERY else next(iter(GALLERY))
        picture = gallery_picture(key, LARGEST)
    if subject.preparation is not None:
        turned = subject.reads_digits and is_inverted(place, subject)
        return prepare(1 - picture if turned else picture, subject.preparation)
    return fitted(kept(picture), subject.network.input_shape, is_inverted(place, subject))
