"""The Practise page's link, hostile ones too, and what the browser is sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.exercises import TOPICS, exercise
from playground.ui import practise, practise_visit, state
from playground.ui.practise import MAX_NUMBER, MAX_SEED, Practice, Visit, from_query, to_query
from playground.ui.words import WORDS
from tests.ui.session import new_session

EVERY = tuple(TOPICS)
PRACTICES = st.builds(
    Practice,
    st.integers(0, MAX_SEED),
    st.integers(1, MAX_NUMBER),
    st.sets(st.sampled_from(EVERY), min_size=1).map(practise.in_order),
)


@given(PRACTICES)
def test_a_link_brings_back_what_it_was_made_from(practice):
    assert from_query(to_query(practice), 1) == (practice, [])


@pytest.mark.parametrize(
    ("query", "found", "said"),
    [
        ({}, Practice(7), []),
        ({"seed": "x"}, Practice(7), ["seed"]),
        ({"seed": "-1"}, Practice(7), ["seed"]),
        ({"seed": "1e3", "n": "2"}, Practice(7, 2), ["seed"]),
        ({"seed": "٣"}, Practice(7), ["seed"]),
        ({"seed": str(MAX_SEED + 1)}, Practice(7), ["seed"]),
        ({"seed": "9" * 100_000}, Practice(7), ["seed"]),
        ({"seed": "3", "n": "0"}, Practice(3), ["counted"]),
        ({"seed": "3", "n": "1.5"}, Practice(3), ["counted"]),
        ({"seed": "3", "n": str(MAX_NUMBER + 1)}, Practice(3), ["counted"]),
        ({"seed": "3", "topics": "cats"}, Practice(3), ["topic"]),
        ({"seed": "3", "topics": ""}, Practice(3), ["topic"]),
        ({"seed": "3", "topics": "size,cats,relu"}, Practice(3, 1, ("relu", "size")), ["topic"]),
        ({"seed": "3", "topics": "relu,relu"}, Practice(3, 1, ("relu",)), []),
        ({"seed": "3", "topics": "relu," * 9999}, Practice(3, 1, ("relu",)), ["topic"]),
        ({"seed": "<b>", "n": "∞", "topics": "?"}, Practice(7), ["seed", "counted", "topic"]),
    ],
)
def test_what_a_link_has_that_cannot_be_used_is_said_in_one_sentence_each(query, found, said):
    practice, notes = from_query(query, 7)
    assert practice == found
    assert len(notes) == len(said)
    for note, word in zip(notes, said, strict=True):
        assert word in note and note.endswith(".") and len(note) < 200


@pytest.mark.parametrize("value", [None, True, 1.0, "1.0", " 1", "+1", [], {}, 0, 11, "11", "x"])
def test_what_is_no_whole_number_in_range_is_none(value):
    assert practise.whole(value, 1, 10) is None


def test_new_seeds_are_short_and_differ():
    seeds = {practise.new_seed() for _ in range(50)}
    assert len(seeds) > 40 and all(1 <= seed <= 9999 for seed in seeds)


def test_an_address_without_exercises_brings_back_those_from_before():
    before = Visit(Practice(5, 9, ("relu",)), 1)
    visit = practise.read({"v": "1"}, before, 2)
    assert visit == Visit(before.practice, 2, resume=True)
    assert practise.read({"n": "3"}, before, 2) == Visit(Practice(5, 3), 2)
    assert practise.read({"v": "1", "seed": "9"}, before, 2).resume  # of another page
    assert not practise.read({}, None, 1).resume


def test_the_message_is_json_and_holds_a_batch_of_exercises_without_their_cell():
    practice = Practice(3, 4, ("convolution", "pooling"))
    sent = json.loads(json.dumps(practise.message(Visit(practice, 8), "a.1"), allow_nan=False))
    assert [each["number"] for each in sent["exercises"]] == list(range(4, 4 + practise.BATCH))
    for each in sent["exercises"]:
        made = exercise(3, each["number"], practice.topics)
        assert each["task"]["answer"] == made.task.answer
        row, column = each["task"]["hidden"]
        assert each["task"]["result"]["values"][row][column] is None
    assert (sent["visit"], sent["resume"], sent["answered"]) == (8, False, "a.1")
    assert sent["query"] == to_query(practice)


def test_the_last_batch_ends_with_the_last_number():
    sent = practise.message(Visit(Practice(3, MAX_NUMBER - 1), 1), "")
    assert [each["number"] for each in sent["exercises"]] == [MAX_NUMBER - 1, MAX_NUMBER]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_its_word(topic):
    assert TOPICS[topic].term in WORDS
    assert TOPICS[topic].term in practise.message(Visit(Practice(1), 1), "")["words"]


def test_practising_leaves_the_link_of_the_filters_alone(monkeypatch):
    address = new_session(monkeypatch, v="1", stride="2")
    state.read_link()
    experiment, link = state.experiment(), dict(address.query)
    address.query = {}
    practise_visit.begin()
    practise_visit.go_to(Practice(5, 2))
    assert address.query == {"seed": "5", "n": "2"}
    address.query = {}
    state.read_link()
    assert address.query == link and state.experiment() == experiment
    assert not state.can_undo() and state.notes() == []


def test_the_browser_s_place_is_kept_when_topics_change(monkeypatch):
    address = new_session(monkeypatch, seed="5", n="2")
    practise_visit.begin()
    address.query = {"seed": "5", "n": "9"}  # the browser went on by itself
    assert practise_visit.on_screen() == Practice(5, 9)
