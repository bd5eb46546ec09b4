"""Where somebody is on the Network page, as one value: for links, and for the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from playground.files.gallery import GALLERY
from playground.files.values import one_of, whole_within

VERSION = 1
MOST_HELD_OUT = 99_999
MOST_CHANNELS = 99_999
LARGEST_SIDE = 9_999
MAX_UNFOLDED = 40
LONGEST_NAME = 200
AT_ONCE = 24  # maps on the screen before somebody asks for more

CHOICES: dict[str, tuple] = {
    "patch": (0, 4, 8, 16, 32, 48, 64, 96),
    "stride": (0, 1, 2, 4, 8, 16, 32),
    "fill": ("mean", "black", "white"),
    "occlusion": (False, True),
}
# What a sentence calls a part of the place.
NAMES = {
    "network": "network",
    "picture": "picture",
    "node": "layer",
    "channel": "map",
    "row": "row",
    "column": "column",
    "shown": "number of maps",
    "unfolded": "list of unfolded blocks",
    "top": "place in the list of layers",
    "occlusion": "switch of the occlusion map",
    "patch": "size of the patch",
    "stride": "step of the patch",
    "fill": "colour of the patch",
    "target": "class",
}
_PICTURE = re.compile(r"draw|held-(0|[1-9][0-9]{0,4})|upload-[0-9a-f]{32}")
_NETWORK = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BETWEEN = "|"  # of the names of unfolded blocks


@dataclass(frozen=True)
class Place:
    """What is looked at: which network, on which picture, and how far inside.

    Attributes
    ----------
    network : str
        A key of the networks that can be opened.
    picture : str
        A key of the gallery, ``draw``, ``held-7`` for a held-out picture, or ``upload-`` and the
        digest of one of the user's own; empty for the one that a network begins with.
    node : str
        The layer whose maps are shown; empty for the first one.
    channel, row, column : int
        The map that is opened, and the cell in it; -1 for none. A layer without rows and columns
        has units, and the channel is the unit.
    shown : int
        How many maps are on the screen at most.
    unfolded : tuple of str
        Blocks of layers that are shown layer by layer.
    top : str
        The layer at the top of the list.
    occlusion : bool
        Whether the occlusion map is shown.
    patch, stride : int
        Of its patch, in pixels; 0 for one that fits the picture.
    fill : str
        What the patch is filled with.
    target : int
        The output that it is about; -1 for the largest.
    """

    network: str = "lenet5"
    picture: str = ""
    node: str = ""
    channel: int = -1
    row: int = -1
    column: int = -1
    shown: int = AT_ONCE
    unfolded: tuple[str, ...] = ()
    top: str = ""
    occlusion: bool = False
    patch: int = 0
    stride: int = 0
    fill: str = "mean"
    target: int = -1


def held_out(picture: str) -> int | None:
    """The number of a held-out picture, or None for any other."""
    return int(picture.removeprefix("held-")) if picture.startswith("held-") else None


def to_query(place: Place) -> dict[str, str]:
    """The place as the query of a link: what differs from where everybody starts."""
    query = {"v": str(VERSION), "network": place.network}
    start = Place()
    for field in fields(Place):
        value = getattr(place, field.name)
        if field.name != "network" and value != getattr(start, field.name):
            query[field.name] = _text(value)
    return query


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return _BETWEEN.join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def from_query(query: Mapping[str, str]) -> tuple[Place, list[str]]:
    """The place of a link, and one sentence for everything in it that could not be used."""
    notes = []
    if query.get("v", "") not in ("", str(VERSION)):
        notes.append("This link is from another version of the playground.")
    values: dict[str, Any] = {}
    for name, parse in _PARTS.items():
        if name in query:
            try:
                values[name] = parse(query[name])
            except (ValueError, TypeError, OverflowError):
                notes.append(f"The {NAMES[name]} in this link is not one the playground knows.")
    return Place(**values), notes


def is_link(query: Mapping[str, str]) -> bool:
    """Whether this is the Network page's; on the way back Streamlit brings those of others."""
    return "network" in query and query.keys() <= {"v", *_PARTS}


def with_part(place: Place, name: str, value: Any) -> Place:
    """The place with one part changed, read as strictly as one from a link.

    Raises
    ------
    ValueError
        If there is no such part, or the value is not one that it can have.
    """
    if not isinstance(name, str) or name not in _PARTS:
        raise ValueError("no such part")
    try:
        return replace(place, **{name: _PARTS[name](value)})
    except (TypeError, OverflowError) as error:
        raise ValueError("not a value") from error


def _matching(pattern: re.Pattern) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError("not a key")
        return value

    return read


def _picture(value: Any) -> str:
    return value if isinstance(value, str) and value in GALLERY else _matching(_PICTURE)(value)


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise ValueError("not a name")
    return value


def _unfolded(value: Any) -> tuple[str, ...]:
    """Names in a list, or in one text as a link has them."""
    if isinstance(value, str) and len(value) <= MAX_UNFOLDED * (LONGEST_NAME + 1):
        value = value.split(_BETWEEN)
    if not isinstance(value, list | tuple):
        raise ValueError("not a list")
    names = dict.fromkeys(_name(each) for each in value[:MAX_UNFOLDED])
    return tuple(name for name in names if name and _BETWEEN not in name)


def _shown(value: Any) -> int:
    return -(-max(AT_ONCE, whole_within(0, MOST_CHANNELS)(value)) // AT_ONCE) * AT_ONCE


_PARTS: dict[str, Callable[[Any], Any]] = {
    "network": _matching(_NETWORK),
    "picture": _picture,
    "node": _name,
    "channel": whole_within(-1, MOST_CHANNELS),
    "row": whole_within(-1, LARGEST_SIDE),
    "column": whole_within(-1, LARGEST_SIDE),
    "shown": _shown,
    "unfolded": _unfolded,
    "top": _name,
    **{name: one_of(choices) for name, choices in CHOICES.items()},
    "target": whole_within(-1, MOST_CHANNELS),
}
