"""The picture that goes through the network: from the gallery or the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.experiment import Experiment
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import (
    digest,
    encode_png,
    from_bytes,
    load_image,
    resize,
    to_bytes,
    to_grey,
)
from playground.render.colours import TABLES
from playground.ui import state
from playground.ui.components import pack
from playground.ui.quota import claim
from playground.ui.words import for_browser

LARGEST = 512
THUMBNAIL = 56


@lru_cache(maxsize=32)  # Streamlit's own cache takes half a millisecond, several times an edit
def _from_gallery(key: str, side: int, grey: bool) -> np.ndarray:
    return _prepare(gallery_picture(key, LARGEST), side, grey)


def _prepare(picture: np.ndarray, side: int, grey: bool) -> np.ndarray:
    picture = resize(picture, side)
    if grey:
        picture = to_grey(picture)
    picture.setflags(write=False)
    return picture


def is_missing(experiment: Experiment) -> bool:
    """Whether the experiment's picture is one that this session does not have."""
    return experiment.picture not in GALLERY and experiment.picture not in state.own_pictures()


def picture_of(experiment: Experiment, own: Mapping[str, np.ndarray] | None = None) -> np.ndarray:
    """The experiment's picture, float32 (channels, rows, columns), read-only.

    While a picture of the user's own is not there (it may still come back from the browser), the
    cat stands in for it. ``own`` are the user's pictures, by default this session's.
    """
    grey = experiment.colour == "grey"
    if own is not None and experiment.picture in own:
        return _prepare(from_bytes(own[experiment.picture]), experiment.side, grey)
    if own is None and experiment.picture in state.own_pictures():
        pixels = state.own_pictures()[experiment.picture]
        return state.made_once(
            ("picture", experiment.picture, experiment.side, grey),
            lambda: _prepare(from_bytes(pixels), experiment.side, grey),
        )
    key = experiment.picture if experiment.picture in GALLERY else Experiment().picture
    return _from_gallery(key, experiment.side, grey)


def picture_digest(experiment: Experiment) -> str:
    """What the browser calls the picture at this size and in these colours."""
    key = Experiment().picture if is_missing(experiment) else experiment.picture
    return f"{key}/{experiment.side}/{'grey' if experiment.colour == 'grey' else 'colour'}"


def add_own(data: bytes) -> str:
    """Keep a picture of the user's; returns its key, which is made from its pixels alone.

    Raises
    ------
    BadFile
        If it is not a picture that can be opened, or this session holds too much already.
    """
    pixels = to_bytes(load_image(data, LARGEST))
    key = "upload-" + digest(repr(pixels.shape).encode() + pixels.tobytes())[:32]
    kept = {**state.own_pictures(), key: pixels}
    try:
        claim("your pictures", sum(each.nbytes for each in kept.values()))
    except EngineError as error:
        raise BadFile(str(error)) from None
    state.keep_picture(key, pixels)
    return key


def restore_own(data: Any, wanted: str) -> None:
    """Take back a picture that the browser kept for this link.

    Raises
    ------
    BadFile
        If it is not the picture that the link names.
    """
    if not isinstance(data, bytes) or add_own(data) != wanted:
        raise BadFile("The picture that this browser kept is not the one of the link.")


def page_message(experiment: Experiment) -> bytes:
    """What the browser's library needs: the picture's pixels, the colour tables and the words."""
    picture = picture_of(experiment)
    channels, rows, columns = picture.shape
    header = {
        "picture": {
            "digest": picture_digest(experiment),
            "channels": channels,
            "rows": rows,
            "columns": columns,
        },
        "tables": list(TABLES),
        "words": for_browser(),
    }
    return pack(header, [to_bytes(picture), *TABLES.values()])


@st.cache_resource(max_entries=1, show_spinner=False)
def _gallery_thumbnails() -> dict[str, np.ndarray]:
    return {key: _thumbnail(gallery_picture(key, LARGEST)) for key in GALLERY}


def _thumbnail(picture: np.ndarray) -> np.ndarray:
    small = to_bytes(resize(picture, THUMBNAIL))
    small = np.repeat(small, 3, axis=0) if len(small) == 1 else small
    return np.ascontiguousarray(small.transpose(1, 2, 0))


def gallery_message(experiment: Experiment, answered: str) -> bytes:
    """What the gallery shows: a thumbnail a picture, the user's own first.

    The latest of the user's own pictures comes as a PNG file too, for the browser to keep, so that
    a reload finds it again.
    """
    entries, arrays = [], []
    for number, (key, pixels) in enumerate(reversed(state.own_pictures().items())):
        entry = {"key": key, "title": "Your picture", "alt": "A picture of your own"}
        if number == 0:
            png = state.made_once(
                ("png", key),
                lambda pixels=pixels: np.frombuffer(encode_png(from_bytes(pixels)), np.uint8),
            )
            entry["png"] = [len(arrays), len(png)]
            arrays.append(png)
        entries.append(_listed(entry, _thumbnail(from_bytes(pixels)), arrays))
    for key, thumbnail in _gallery_thumbnails().items():
        entry = {"key": key, "title": GALLERY[key].title, "alt": GALLERY[key].alt}
        entries.append(_listed(entry, thumbnail, arrays))
    header = {
        "answered": answered,
        "chosen": experiment.picture,
        "missing": experiment.picture if is_missing(experiment) else "",
        "pictures": entries,
    }
    return pack(header, arrays)


def _listed(entry: dict, thumbnail: np.ndarray, arrays: list[np.ndarray]) -> dict:
    arrays.append(thumbnail)
    return {**entry, "shape": thumbnail.shape[:2], "codes": len(arrays) - 1}


def credit(experiment: Experiment) -> str:
    """One line about the picture: what it is and whose."""
    entry = GALLERY.get(experiment.picture)
    return (
        f"{entry.title}: {entry.credit}."
        if entry
        else "Your own picture. It stays in this session."
    )


def known(key: object) -> bool:
    """Whether a key that came from the browser names a picture that can be shown."""
    return isinstance(key, str) and (key in GALLERY or key in state.own_pictures())
