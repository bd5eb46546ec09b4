"""The Practise page without a browser: its links, its topics, and the exercises that it sends."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.exercises import TOPICS
from playground.pages import PAGES, practise
from playground.ui import practise_visit, state
from playground.ui.practise import BATCH, MAX_NUMBER
from tests.ui.session import new_session

EVERY = list(TOPICS)


def draw_practise() -> None:
    from playground.pages import practise

    practise.draw()


def opened(**query: str) -> AppTest:
    at = AppTest.from_function(draw_practise, default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    return drawn(at.run())


def drawn(at: AppTest) -> AppTest:
    assert not at.exception, at.exception
    return at


def sent(at: AppTest) -> dict:
    """What the page sends to the component."""
    protos = [element.proto for element in at.get("bidi_component")]
    return json.loads(next(p.json for p in protos if p.component_name == "cnn_exercise"))[0]


def test_the_page_is_a_tab_of_its_own():
    assert [page.path for page in PAGES if page.draw is practise.draw] == ["practise"]


def test_the_same_link_is_the_same_exercises():
    one, other = (sent(opened(seed="12", n="3")) for _ in range(2))
    assert one["exercises"] == other["exercises"]
    assert [each["number"] for each in one["exercises"]] == list(range(3, 3 + BATCH))
    assert sent(opened(seed="13", n="3"))["exercises"] != one["exercises"]


def test_without_a_link_there_is_a_set_all_the_same():
    data = sent(opened())
    assert 1 <= data["seed"] <= 9999 and data["number"] == 1 and data["topics"] == EVERY


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ({"seed": "drop table", "n": "-1", "topics": "x"}, 3),
        ({"seed": "1", "n": "9" * 5000}, 1),
        ({"seed": "3" * 5000}, 1),
        ({"seed": "1", "topics": "size,<script>"}, 1),
        ({"seed": "1", "n": str(MAX_NUMBER)}, 0),
        ({"seed": "1", "unknown": "x", "v": "99"}, 0),
    ],
)
def test_a_hostile_link_is_answered_by_sentences(query, sentences):
    at = opened(**query)
    assert len(at.text) == sentences
    assert sent(at)["exercises"]


def test_the_topics_of_a_link_are_chosen_and_choosing_others_keeps_the_place():
    at = opened(seed="12", n="7", topics="pooling,relu")
    assert at.button_group(key="topics").value == ["relu", "pooling"]
    drawn(at.button_group(key="topics").set_value(["size"]).run())
    data = sent(at)
    assert (data["seed"], data["number"], data["topics"]) == (12, 7, ["size"])
    assert {each["topic"] for each in data["exercises"]} == {"size"}
    assert data["query"] == {"seed": "12", "n": "7", "topics": "size"}
    drawn(at.button_group(key="topics").set_value([]).run())
    assert sent(at)["topics"] == EVERY
    assert at.button_group(key="topics").value == EVERY


def test_a_new_set_has_another_seed_and_the_same_topics():
    at = opened(seed="123456", n="7", topics="relu")
    drawn(at.button[0].click().run())
    data = sent(at)
    assert data["seed"] != 123456
    assert (data["number"], data["topics"]) == (1, ["relu"])
    assert data["query"]["seed"] == str(data["seed"])


@pytest.mark.parametrize(
    ("event", "number"),
    [
        ({"op": "more", "number": 13, "seq": "a.1"}, 13),
        ({"op": "more", "number": MAX_NUMBER, "seq": "a.2"}, MAX_NUMBER),
        *(
            ({"op": "more", "number": bad}, 3)
            for bad in (0, -5, MAX_NUMBER + 1, 1.5, True, None, "x", [], {}, 10**30, float("nan"))
        ),
        *((bad, 3) for bad in (None, 7, "more", [], [{}], {})),
    ],
)
def test_more_exercises_come_when_they_are_asked_for_and_nonsense_changes_nothing(
    monkeypatch, event, number
):
    new_session(monkeypatch, seed="5", n="3")
    practise_visit.begin()
    visit = practise_visit.visit().number
    state.st.session_state["exercise"] = SimpleNamespace(edit=event)
    practise._on_exercise()
    assert practise_visit.visit().practice.number == number
    assert practise_visit.visit().number == visit
