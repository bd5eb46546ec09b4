"""Everything chosen in the lesson on one backward pass, as one value: for links and reloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Any

from playground.engine.taken_apart import Pick
from playground.files.values import one_of, whole_within

# Pictures that are square and still show something at 12 × 12, and what they are called here.
PICTURES = ("boat", "cat", "rocket", "coffee", "astronaut", "cameraman", "seven", "checkerboard")
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
MOST_STEPS = 200
MAX_SEED = 9999
# How many there are to choose from in the example network: classes, pooled maps, rows and columns
# of a pooled map, rows and columns of a kernel.
LIMITS = (4, 2, 5, 5, 3, 3)
PREFIX = "lesson_"
LONGEST = 16 * MOST_STEPS


@dataclass(frozen=True)
class Lesson:
    """Everything that the user chose; the weights follow from it.

    Attributes
    ----------
    picture : str
        One of `PICTURES`.
    target : int
        The number of the class that it is to be taken for.
    seed : int
        Of the starting weights.
    rate : float
        The learning rate of the next step, one of `RATES`.
    taken : tuple of float
        The learning rate of each step that was taken.
    pick : Pick or None
        What is taken apart; ``None`` until something was chosen.
    """

    picture: str = "boat"
    target: int = 2  # a boat
    seed: int = 837  # whose outputs are close to the article's, and whose maps are half alive
    rate: float = 0.1
    taken: tuple[float, ...] = ()
    pick: Pick | None = None


def to_query(lesson: Lesson) -> dict[str, str]:
    """The lesson as a part of the query of a link."""
    query = {
        "picture": lesson.picture,
        "target": str(lesson.target),
        "seed": str(lesson.seed),
        "rate": str(lesson.rate),
    }
    if lesson.taken:
        runs = ((rate, len(list(steps))) for rate, steps in groupby(lesson.taken))
        query["taken"] = ",".join(f"{rate}x{count}" for rate, count in runs)
    if lesson.pick:
        query["pick"] = ".".join(map(str, astuple(lesson.pick)))
    return {PREFIX + name: value for name, value in query.items()}


def from_query(query: Mapping[Any, Any]) -> tuple[Lesson | None, list[str]]:
    """The lesson of a link, and one sentence for everything in it that could not be used.

    Without anything of a lesson in the query there is none.
    """
    values, notes = {}, []
    for name, (label, parse) in _PARTS.items():
        if PREFIX + name in query:
            try:
                values[name] = parse(query[PREFIX + name])
            except (ValueError, TypeError, OverflowError):
                notes.append(f"The {label} in this link is not one the playground knows.")
    return (Lesson(**values) if values else None), notes


def _taken(value: Any) -> tuple[float, ...]:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError("no steps")
    taken: tuple[float, ...] = ()
    for run in value.split(","):
        rate, _, count = run.partition("x")
        most = MOST_STEPS - len(taken)
        if most < 1 or not re.fullmatch("[0-9]{1,3}", count):
            raise ValueError("too many steps")
        taken += (_rate(rate),) * whole_within(1, most)(count)
    return taken


def _pick(value: Any) -> Pick:
    places = value.split(".") if isinstance(value, str) and len(value) <= 40 else []
    return pick_from([int(each) if re.fullmatch("[0-9]{1,3}", each) else -1 for each in places])


def pick_from(places: Any) -> Pick:
    """What is taken apart, from as many whole numbers; anything else raises `ValueError`."""
    if not isinstance(places, list) or len(places) != len(LIMITS):
        raise ValueError("no choice")
    for place, limit in zip(places, LIMITS, strict=True):
        if type(place) is not int or not 0 <= place < limit:
            raise ValueError("not there")
    return Pick(*places)


_rate = one_of(RATES)
# One row a part: what a sentence calls it, and how it is read from outside.
_PARTS = {
    "picture": ("lesson's picture", one_of(PICTURES)),
    "target": ("lesson's class", whole_within(0, LIMITS[0] - 1)),
    "seed": ("lesson's seed", whole_within(1, MAX_SEED)),
    "rate": ("lesson's learning rate", _rate),
    "taken": ("number of steps of the lesson", _taken),
    "pick": ("weight that the lesson takes apart", _pick),
}
