"""Where somebody is on the History page, as one value: for links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from playground.files.gallery import GALLERY
from playground.files.values import whole_within

VERSION = 1
SIDES = ("before", "after")
MOST_BLOCKS = 9
_SYSTEM = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PICTURE = re.compile(r"upload-[0-9a-f]{32}")
_NODE = re.compile(r"[A-Za-z0-9_.×]{0,80}")
# What a sentence calls a part of the moment.
NAMES = {
    "system": "system",
    "picture": "picture",
    "before_block": "block of the system before",
    "after_block": "block",
    "before_node": "layer of the system before",
    "after_node": "layer",
}


@dataclass(frozen=True)
class Moment:
    """Which system is looked at, beside the one before it, and on which picture its block runs.

    Attributes
    ----------
    system : str
        The first key of the system.
    picture : str
        A key of the gallery, or ``upload-`` and the digest of one of the user's own; empty for the
        one of the Filters page.
    before_block, after_block : int
        Which of the blocks of the earlier and of the later system are shown.
    before_node, after_node : str
        The layer of either whose maps are shown; empty for the last.
    """

    system: str = "alexnet"
    picture: str = ""
    before_block: int = 0
    after_block: int = 0
    before_node: str = ""
    after_node: str = ""


def to_query(moment: Moment) -> dict[str, str]:
    """The moment as the query of a link: what differs from where everybody starts."""
    query = {"v": str(VERSION), "system": moment.system}
    for field in fields(Moment):
        value = getattr(moment, field.name)
        if field.name != "system" and value != field.default:
            query[field.name] = str(value)
    return query


def from_query(query: Mapping[str, str]) -> tuple[Moment, list[str]]:
    """The moment of a link, and one sentence for everything in it that could not be used."""
    notes, values = [], {}
    if query.get("v", "") not in ("", str(VERSION)):
        notes.append("This link is from another version of the playground.")
    for name, parse in _PARTS.items():
        if name in query:
            try:
                values[name] = parse(query[name])
            except (ValueError, TypeError, OverflowError):
                notes.append(f"The {NAMES[name]} in this link is not one the playground knows.")
    return Moment(**values), notes


def is_link(query: Mapping[str, str]) -> bool:
    """Whether this is the History page's; on the way back Streamlit brings those of others."""
    return "system" in query and query.keys() <= {"v", *_PARTS}


def with_part(moment: Moment, name: str, value: Any) -> Moment:
    """The moment with one part changed; another system or block begins at its last layer.

    Raises
    ------
    ValueError
        If there is no such part, or the value is not one that it can have.
    """
    if not isinstance(name, str) or name not in _PARTS:
        raise ValueError("no such part")
    try:
        new = replace(moment, **{name: _PARTS[name](value)})
    except (TypeError, OverflowError) as error:
        raise ValueError("not a value") from error
    if new.system != moment.system:
        return Moment(new.system, new.picture)
    for side in SIDES:
        if name == f"{side}_block":
            new = replace(new, **{f"{side}_node": ""})
    return new


def _matching(pattern: re.Pattern) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError("not a key")
        return value

    return read


def _picture(value: Any) -> str:
    return value if isinstance(value, str) and value in GALLERY else _matching(_PICTURE)(value)


_PARTS: dict[str, Callable[[Any], Any]] = {
    "system": _matching(_SYSTEM),
    "picture": _picture,
    **{f"{side}_block": whole_within(0, MOST_BLOCKS) for side in SIDES},
    **{f"{side}_node": _matching(_NODE) for side in SIDES},
}
