"""Damaged links and files of settings."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

from playground.files import experiment, lesson, place, setup
from playground.files.comparison import PAIRS, ready_made
from playground.files.filters import filter_text, preset_filter
from playground.files.settings import CHOICES
from playground.ui import practise
from tests.fuzz.mutation import TOKENS, changed_text, changed_tree, mutated

READERS = {
    "experiment": experiment.from_query,
    "setup": setup.from_query,
    "place": place.from_query,
    "lesson": lesson.from_query,
    "practice": lambda query: practise.from_query(query, 7),
}
WRITERS = {
    "experiment": experiment.to_query,
    "setup": lambda found: setup.to_query(found) if found.network == "mine" else _without(found),
    "place": place.to_query,
    "lesson": lesson.to_query,
    "practice": practise.to_query,
}


def _without(found: setup.Setup) -> dict[str, str]:
    """The link with the filters, which it leaves out where the network does not use them."""
    return setup.to_query(found) | {f"f{i}": filter_text(each) for i, each in enumerate(found.own)}


@cache
def _queries() -> list[tuple[str, dict[str, str]]]:
    """Links of every page that say something about every setting."""
    start = experiment.Experiment()
    experiments = [start, *(ready_made(start, key) for key in PAIRS)]
    for name, choices in CHOICES.items():
        experiments += [experiment.with_setting(start, name, choice) for choice in choices]
    own = tuple(preset_filter(key) for key in ("emboss", "sobel_x", "gaussian_blur"))
    setups = [setup.Setup(), setup.with_own(setup.Setup(network="mine", seed=5), own)]
    for name, choices in setup.CHOICES.items():
        setups.append(setup.with_setting(setups[0], name, choices[-1]))
    places = [
        place.Place(),
        place.Place("efficientnet_lite0", "cat", "stem.conv", 3, 4, 5, 48, ("a", "b"), "a", True),
        place.Place(picture="upload-" + "0f" * 16, patch=8, stride=4, fill="white", target=7),
    ]
    lessons = [
        lesson.Lesson(),
        lesson.Lesson(
            target=1, seed=9, rate=0.3, taken=(0.1, 0.1, 3.0), pick=lesson.pick_from([0] * 6)
        ),
    ]
    practices = [practise.Practice(4), practise.Practice(9, 12, tuple(practise.TOPICS)[:2])]
    return [
        *(("experiment", experiment.to_query(each)) for each in experiments),
        *(("setup", setup.to_query(each)) for each in setups),
        *(("place", place.to_query(each)) for each in places),
        *(("lesson", lesson.to_query(each)) for each in lessons),
        *(("practice", practise.to_query(each)) for each in practices),
    ]


def damaged_link(source: Random) -> tuple[str, dict[str, str]]:
    """A page and the query of a link to it, with something wrong with it."""
    page, query = source.choice(_queries())
    query = dict(query)
    known = source.choice([other for kind, other in _queries() if kind == page])
    for _ in range(source.choice((1, 2, 4))):
        name = source.choice([*known, *query, source.choice(TOKENS)])
        text = query.get(name, known.get(name, source.choice(TOKENS)))
        query[name] = changed_text(text, source)
        if not source.randrange(6):
            query[changed_text(name, source)] = query.pop(name)
    return page, query


def damaged_labels(source: Random) -> tuple[bytes, int]:
    """A list of labels, and how many there should be."""
    count = source.choice((1, 3, 10))
    lines = [source.choice(("cat", "tabby, tabby cat", *TOKENS)) for _ in range(count)]
    text = source.choice(("\n", "\n", "\r\n", "\r")).join(lines)
    data = text.encode(source.choice(("utf-8", "utf-8-sig", "utf-16")), "replace")
    return (data if source.randrange(2) else mutated(data, source)), count


@cache
def _experiments() -> list[Any]:
    start = experiment.Experiment()
    found = [start, *(ready_made(start, key) for key in PAIRS)]
    return [json.loads(experiment.to_json(each)) for each in found]


def damaged_experiment(source: Random) -> bytes:
    """A saved experiment with something wrong with it."""
    tree = source.choice(_experiments())
    if not source.randrange(4):
        return mutated(json.dumps(tree).encode(), source)
    return json.dumps(changed_tree(tree, source)).encode()
