"""One filter as it stands in a link or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.engine.kernels import KERNELS, Weights
from playground.files.values import clean_name, number, square


@dataclass(frozen=True)
class Filter:
    """One filter of the layer: a name, square weights, a bias, and the preset it began as."""

    name: str
    weight: Weights
    bias: float = 0.0
    preset: str = ""


def preset_filter(key: str) -> Filter:
    """The filter that a preset makes."""
    return Filter(KERNELS[key].name, KERNELS[key].weight, 0.0, key)


def filter_text(filter_: Filter) -> str:
    """A filter as one word of a link: its preset's key, or name, bias, weights and preset."""
    if filter_.preset in KERNELS and filter_ == preset_filter(filter_.preset):
        return filter_.preset
    numbers = ",".join(_short(v) for row in filter_.weight for v in row)
    return "|".join((filter_.name, _short(filter_.bias), numbers, filter_.preset))


def _short(value: float) -> str:
    return repr(value).removesuffix(".0")


def parse_text(text: Any) -> Filter | None:
    """The filter of a link's word, or None if it cannot be read."""
    if not isinstance(text, str) or len(text) > 4000:
        return None
    if text in KERNELS:
        return preset_filter(text)
    parts = text.rsplit("|", 3)  # a name may hold a "|", the rest cannot
    if len(parts) != 4:
        return None
    return parse_object(
        {"name": parts[0], "bias": parts[1], "weight": [parts[2].split(",")], "preset": parts[3]}
    )


def parse_object(entry: Any) -> Filter | None:
    """The filter of an entry of a file, or None if it cannot be read."""
    try:
        weight = square([v for row in entry["weight"] for v in row])
        name = entry["name"]
        if not isinstance(name, str):
            return None
        preset = entry.get("preset", "")
        known = preset if isinstance(preset, str) and preset in KERNELS else ""
        return Filter(clean_name(name), weight, number(entry.get("bias", 0)), known)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
