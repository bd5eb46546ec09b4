"""Every setting of a server, in one place: its environment variable, default, bounds and meaning.

``python -m playground.limits`` (or ``make settings``) prints them as they are set here and now;
``--markdown`` prints the table of deploy/README.md. A value that is no value stops the server with
one sentence, before anybody has opened a page.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

PREFIX = "CNN_"


class BadSetting(ValueError):
    """A variable that holds no possible value, told in one sentence."""


def _number(default: int, unit: str, least: int, most: int, about: str) -> Any:
    return field(
        default=default, metadata={"unit": unit, "least": least, "most": most, "about": about}
    )


def _choice(default: str, choices: tuple[str, ...], about: str) -> Any:
    return field(default=default, metadata={"choices": choices, "about": about})


@dataclass(frozen=True)
class Limits:
    """The settings of one server. The variable of ``upload_mb`` is ``CNN_UPLOAD_MB``."""

    upload_mb: int = _number(20, "MB", 1, 1000, "The largest file that can be uploaded.")
    picture_megapixels: int = _number(
        16, "million pixels", 1, 100, "The largest picture that is decoded; a pixel takes 16 bytes."
    )
    picture_side: int = _number(
        8192, "pixels", 64, 65535, "The most rows or columns of a picture that is decoded."
    )
    archive_mb: int = _number(
        100, "MB", 1, 1000, "What the pictures of one zip archive may take when it is unpacked."
    )
    session_mb: int = _number(
        128, "MB", 32, 4096, "What one session may hold: pictures, training data and a run."
    )
    model_mb: int = _number(
        300, "MB", 1, 2000, "The largest file of a network or of weights that can be uploaded."
    )
    session_models_mb: int = _number(
        600, "MB", 1, 8000, "What the uploaded networks and weights of one session may take."
    )
    models_mb: int = _number(
        1500, "MB", 1, 65536, "What the uploaded networks of all sessions may take together."
    )
    shelf_mb: int = _number(
        256, "MB", 16, 16384, "What the training pictures of all sessions may take together."
    )
    activations_mb: int = _number(
        64, "MB", 8, 16384, "The memory for maps of the Network page, shared by all sessions."
    )
    trainings: int = _number(
        40, "runs", 1, 1000, "Training runs at a time; they take turns in one thread."
    )
    sessions: int = _number(
        300, "sessions", 1, 10000, "Open pages at a time; one more is told to try again later."
    )
    log: str = _choice(
        "info", ("debug", "info", "warning", "error"), "The least that is logged, as JSON lines."
    )


def variable(each: Field) -> str:
    """The environment variable of a setting."""
    return PREFIX + each.name.upper()


def bounds(each: Field) -> str:
    """What a setting may be, in words."""
    if choices := each.metadata.get("choices"):
        return " or ".join(choices)
    return f"{each.metadata['least']} to {each.metadata['most']}"


def read(environment: Mapping[str, str]) -> Limits:
    """Take the settings out of environment variables; an empty one counts as not set.

    Raises
    ------
    BadSetting
        For a value out of bounds, and for a variable that looks like a setting and is none.
    """
    known = {variable(each): each for each in fields(Limits)}
    if unknown := sorted(
        name for name in environment if name.startswith(PREFIX) and name not in known
    ):
        raise BadSetting(f"There is no setting {unknown[0]}; the settings are {', '.join(known)}.")
    return Limits(
        **{
            each.name: _value(name, each, environment[name].strip())
            for name, each in known.items()
            if environment.get(name, "").strip()
        }
    )


def _value(name: str, each: Field, text: str) -> int | str:
    allowed = f"{name} must be {bounds(each)}"
    if choices := each.metadata.get("choices"):
        if text.lower() not in choices:
            raise BadSetting(f"{allowed}, not {text[:40]!r}.")
        return text.lower()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadSetting(f"{allowed} {each.metadata['unit']}, not {text[:40]!r}.")
    if not each.metadata["least"] <= int(text) <= each.metadata["most"]:
        raise BadSetting(f"{allowed} {each.metadata['unit']}, not {int(text)}.")
    return int(text)


def markdown() -> str:
    """The settings and their defaults as a Markdown table."""
    rows = ["| Variable | Default | Bounds | What it is |", "|---|---|---|---|"]
    for each in fields(Limits):
        unit = each.metadata.get("unit", "")
        cells = (f"`{variable(each)}`", f"{each.default} {unit}".strip(), bounds(each))
        rows.append(f"| {' | '.join(cells)} | {each.metadata['about']} |")
    return "\n".join(rows)


def listing(limits: Limits) -> str:
    """The settings as they are, for a terminal."""
    lines = []
    for each in fields(Limits):
        value, unit = getattr(limits, each.name), each.metadata.get("unit", "")
        default = "" if value == each.default else f"; default {each.default}"
        lines.append(f"{variable(each)} = {value} {unit}".rstrip() + f"  ({bounds(each)}{default})")
        lines += textwrap.wrap(each.metadata["about"], 90, initial_indent="    ")
    return "\n".join(lines)


try:
    LIMITS = read(os.environ)
except BadSetting as error:
    raise SystemExit(str(error)) from None

if __name__ == "__main__":
    print(markdown() if "--markdown" in sys.argv[1:] else listing(LIMITS))
