"""The Practise page's exercises: which a link asks for, and what the browser is sent of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from playground.engine.exercises import TOPICS, exercise
from playground.ui.words import for_browser

BATCH = 10
MAX_SEED = 2**31 - 1
MAX_NUMBER = 1_000_000
KEYS = ("seed", "n", "topics")


@dataclass(frozen=True)
class Practice:
    """An endless row of exercises, and the place in it.

    Attributes
    ----------
    seed : int
        The row: the same for everybody who has the same.
    number : int
        The exercise that is on the screen, or the first one that the browser asks for.
    topics : tuple of str
        Keys of `TOPICS`, in their order.
    """

    seed: int
    number: int = 1
    topics: tuple[str, ...] = tuple(TOPICS)


@dataclass(frozen=True)
class Visit:
    """One drawing of the page.

    Attributes
    ----------
    practice : Practice
        The exercises that the browser is sent.
    number : int
        Changes with every drawing of the page, and not when the browser asks for more exercises.
    resume : bool
        The address names no exercise: the browser goes on where it stopped.
    notes : tuple of str
        What the page has to say about its link.
    """

    practice: Practice
    number: int
    resume: bool = False
    notes: tuple[str, ...] = ()


def read(query: Mapping[str, str], before: Visit | None, number: int) -> Visit:
    """The visit that an address asks for; one without exercises brings back those from before."""
    # On the way back Streamlit brings the queries of other pages, which may have a seed as well.
    if before and not (query and query.keys() <= set(KEYS)):
        return Visit(before.practice, number, resume=True)
    practice, notes = from_query(query, before.practice.seed if before else new_seed())
    return Visit(practice, number, notes=tuple(notes))


def new_seed() -> int:
    """A seed for a new set, short enough to be called across a classroom."""
    return 1 + secrets.randbelow(9999)


def to_query(practice: Practice) -> dict[str, str]:
    """The query of a link to the exercise."""
    query = {"seed": str(practice.seed), "n": str(practice.number)}
    if practice.topics != tuple(TOPICS):
        query["topics"] = ",".join(practice.topics)
    return query


def from_query(query: Mapping[str, str], seed: int) -> tuple[Practice, list[str]]:
    """The exercise of a link, and one sentence for everything in it that could not be used.

    ``seed`` stands in for one that is missing or no seed.
    """
    notes = []
    found = whole(query.get("seed", str(seed)), 0, MAX_SEED)
    if found is None:
        notes.append(f"The seed in this link is not a whole number; set {seed} stands in.")
    number = whole(query.get("n", "1"), 1, MAX_NUMBER)
    if number is None:
        notes.append(
            f"Exercises are counted from 1 to {MAX_NUMBER}, and the one in this link is not "
            "among them; here is the first."
        )
    topics, known = tuple(TOPICS), True
    if "topics" in query:
        asked = query["topics"][:1000].split(",")
        topics = in_order(asked) or topics
        known = set(asked) <= set(TOPICS)
    if not known:
        notes.append("This link names a topic that the playground does not know.")
    return Practice(seed if found is None else found, number or 1, topics), notes


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number from outside, as text or as a number, or ``None`` if it is not one."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,10}", value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    return None


def in_order(topics: Any) -> tuple[str, ...]:
    """Those of the topics that there are, in their order."""
    return tuple(topic for topic in TOPICS if topic in topics)


def message(visit: Visit, answered: str) -> dict[str, Any]:
    """What the browser's component takes: a batch of exercises with their answers.

    ``answered`` is the number of the last edit that was taken in.
    """
    practice = visit.practice
    words = for_browser()
    terms = {"true_convolution", *(topic.term for topic in TOPICS.values())}
    last = min(practice.number + BATCH, MAX_NUMBER + 1)
    return {
        **asdict(practice),
        "query": to_query(practice),
        "last": MAX_NUMBER,
        "visit": visit.number,
        "resume": visit.resume,
        "answered": answered,
        "labels": {key: topic.label for key, topic in TOPICS.items()},
        "terms": {key: topic.term for key, topic in TOPICS.items()},
        "words": {key: words[key] for key in terms},
        "exercises": [
            asdict(exercise(practice.seed, number, practice.topics))
            for number in range(practice.number, last)
        ],
    }
