"""The lesson on one backward pass in a link: it comes back, and nothing hostile gets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.taken_apart import Pick
from playground.files.lesson import (
    LIMITS,
    MAX_SEED,
    MOST_STEPS,
    PICTURES,
    RATES,
    Lesson,
    from_query,
    to_query,
)
from playground.files.setup import Setup
from playground.files.setup import from_query as setup_from_query

KEYS = [f"lesson_{name}" for name in ("picture", "target", "seed", "rate", "taken", "pick")]
LESSONS = st.builds(
    Lesson,
    st.sampled_from(PICTURES),
    st.integers(0, 3),
    st.integers(1, MAX_SEED),
    st.sampled_from(RATES),
    st.lists(st.sampled_from(RATES), max_size=MOST_STEPS).map(tuple),
    st.none() | st.builds(Pick, *(st.integers(0, most - 1) for most in LIMITS)),
)


@given(LESSONS)
def test_a_link_brings_the_lesson_back_and_leaves_the_set_up_alone(lesson):
    query = to_query(lesson)
    assert from_query(query) == (lesson, [])
    assert setup_from_query(query) == (Setup(), [])
    assert sum(map(len, query.values())) < 2000


def test_a_link_without_a_lesson_has_none():
    assert from_query({"section": "backward", "seed": "3"}) == (None, [])


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=30) | st.none() | st.floats()))
def test_whatever_a_link_says_the_lesson_is_one_that_can_be_shown(query):
    lesson, notes = from_query(query)
    assert len(notes) <= len(query) and all(note.endswith(".") for note in notes)
    if lesson is not None:
        assert from_query(to_query(lesson)) == (lesson, [])


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ({"lesson_taken": f"0.1x{MOST_STEPS + 1}"}, "number of steps"),
        ({"lesson_taken": "0.1x1," * 10_000}, "number of steps"),
        ({"lesson_pick": "9.9.9.9.9.9"}, "weight"),
        ({"lesson_rate": "1e999"}, "learning rate"),
        ({"lesson_picture": "../boat"}, "picture"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence_and_the_rest_is_taken(query, what):
    lesson, (note,) = from_query({**query, "lesson_seed": "7"})
    assert what in note and lesson == Lesson(seed=7)
