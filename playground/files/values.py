"""Numbers and names from outside, as an experiment may keep them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from playground.engine.kernels import SIZES, Weights

MAX_NAME = 40
MAX_WEIGHT = 1000.0
# Narrower than float(), which also takes "1_0", "nan", spaces and the digits of every script.
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def clean_name(name: str) -> str:
    """A filter's name as it may be kept: one line of at most 40 visible characters."""
    visible = "".join(c if c.isprintable() else " " for c in name[: 4 * MAX_NAME])
    return " ".join(visible.split())[:MAX_NAME].strip() or "My filter"


def number(value: Any, limit: float = MAX_WEIGHT) -> float:
    """A finite number within ``±limit``; anything else raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a number")
    if isinstance(value, str) and (len(value) > 40 or not DECIMAL.fullmatch(value)):
        raise ValueError("not a number")
    value = float(value) if isinstance(value, str) else value
    if not abs(value) <= limit:  # so that NaN is refused, too
        raise ValueError("out of range")
    return float(value) + 0.0  # -0.0 becomes 0.0


def square(flat: list[Any]) -> Weights:
    """Weights in reading order as a square kernel; anything else raises `ValueError`."""
    size = math.isqrt(len(flat))
    if size not in SIZES or size * size != len(flat):
        raise ValueError("not a kernel")
    values = [number(v) for v in flat]
    return tuple(tuple(values[r * size : (r + 1) * size]) for r in range(size))


def one_of(choices: tuple) -> Callable[[Any], Any]:
    """A function that reads one of these choices, and raises `ValueError` at anything else.

    A link has text where a file or a control has numbers, true and false; somebody who writes one
    may write 10 for 10.0.
    """
    by_text = {str(int(c)) if isinstance(c, bool) else str(c): c for c in choices}
    by_text |= {f"{c:g}": c for c in choices if isinstance(c, float)}

    def read(value: Any) -> Any:
        if isinstance(value, bool):
            value = int(value)
        if not isinstance(value, str | int | float) or str(value) not in by_text:
            raise ValueError("not offered")
        return by_text[str(value)]

    return read


def whole_within(low: int, high: int) -> Callable[[Any], int]:
    """A function that reads a whole number from low to high, and raises `ValueError` otherwise."""

    def read(value: Any) -> int:
        result = number(value, limit=high)
        if result != int(result) or result < low:
            raise ValueError("out of range")
        return int(result)

    return read
