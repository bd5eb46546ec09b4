"""The section on one backward pass: what the browser may ask for, and that it is told the truth."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.gradients import gradients
from playground.engine.taken_apart import Pick
from playground.files.lesson import (
    LIMITS,
    MAX_SEED,
    MOST_STEPS,
    PICTURES,
    RATES,
    Lesson,
    to_query,
)
from playground.networks.example import CLASSES
from playground.ui import backward, backward_section, components, state
from playground.ui.backward import (
    NETWORK,
    Trail,
    after,
    picture_of,
    starting_weights,
    target_of,
)
from playground.ui.backward_message import message
from playground.ui.words import WORDS
from tests.experiments import Unpacked
from tests.ui.session import new_session

PICKS = st.builds(Pick, *(st.integers(0, most - 1) for most in LIMITS))
LESSONS = st.builds(
    Lesson,
    st.sampled_from(PICTURES),
    st.integers(0, 3),
    st.integers(1, MAX_SEED),
    st.sampled_from(RATES),
    st.lists(st.sampled_from(RATES), max_size=8).map(tuple),
    st.none() | PICKS,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
OPS = st.sampled_from(
    ["step", "back", "reset", "seed", "rate", "target", "picture", "pick", "restore"]
)


def sent(lesson: Lesson, trail: Trail | None = None) -> Unpacked:
    return Unpacked(message(lesson, trail or Trail(), 1, "", False))


def edited(lesson: Lesson, op: str, value=None) -> Lesson:
    return after(lesson, {"op": op, "value": value})


def test_what_a_lesson_can_choose_from_is_what_the_network_has():
    shapes = NETWORK.shapes()
    kernel = NETWORK.nodes[0].layer.weight_shape(NETWORK.input_shape)[2:]
    assert (*shapes["classes"], *shapes["pool"], *kernel) == LIMITS
    assert Lesson().picture == CLASSES[Lesson().target]


@given(LESSONS)
def test_what_the_browser_keeps_brings_the_lesson_back(lesson):
    stored = json.loads(json.dumps(to_query(lesson)))
    assert edited(Lesson(), "restore", stored) == lesson


@given(LESSONS, st.fixed_dictionaries({"op": OPS | ANYTHING, "value": ANYTHING}) | ANYTHING)
def test_whatever_the_browser_sends_the_lesson_stays_one_that_can_be_shown(lesson, event):
    found = after(lesson, event)
    assert edited(Lesson(), "restore", to_query(found)) == found
    assert len(found.taken) <= MOST_STEPS


@pytest.mark.parametrize(
    "change",
    [
        {"picture": "../boat"},
        {"picture": ["boat"]},
        {"target": "4"},
        {"target": True},
        {"seed": "0"},
        {"seed": "1.5"},
        {"rate": float("nan")},
        {"rate": "0.2"},
        {"taken": f"0.1x{MOST_STEPS + 1}"},
        {"taken": f"0.1x{MOST_STEPS},0.3x1"},
        {"taken": "0.1x-1"},
        {"taken": "0.1"},
        {"taken": ["0.1x1"]},
        {"pick": "0.0.0.0.0"},
        {"pick": "0.2.0.0.0.0"},
        {"pick": "0.0.0.0.0.²"},
        {"pick": [0, 0, 0, 0, 0, 0]},
    ],
)
def test_a_kept_lesson_that_was_tampered_with_is_left_alone(change):
    lesson = Lesson(rate=0.3, taken=(0.1,))
    change = {f"lesson_{name}": value for name, value in change.items()}
    assert edited(lesson, "restore", {**to_query(Lesson(seed=7)), **change}) == lesson


def test_steps_are_taken_at_the_rate_of_the_moment_and_taken_back_one_by_one():
    lesson = edited(edited(Lesson(), "step", 2), "rate", 1)
    lesson = edited(lesson, "step", 1)
    assert lesson.taken == (0.1, 0.1, 1.0)
    assert edited(lesson, "back").taken == (0.1, 0.1)
    assert edited(edited(lesson, "reset"), "back").taken == ()
    full = edited(edited(Lesson(), "step", MOST_STEPS), "step", 10)
    assert len(full.taken) == MOST_STEPS


def test_another_picture_target_or_seed_begins_untrained():
    lesson = replace(Lesson(taken=(0.1,)), pick=Pick(0, 0, 0, 0, 0, 0))
    for op, value in (("picture", "cat"), ("target", 3), ("seed", None)):
        new = edited(lesson, op, value)
        assert (new.taken, new.pick) == ((), None)
        assert new != replace(lesson, taken=(), pick=None)
    assert edited(lesson, "picture", "cat").target == 1  # a cat is a cat
    assert edited(lesson, "picture", "coffee").target == lesson.target


def test_other_weights_leave_no_map_without_life():
    lesson = Lesson()
    for _ in range(6):
        lesson = edited(lesson, "seed")
        found = gradients(
            NETWORK,
            starting_weights(lesson.seed),
            picture_of(lesson),
            target_of(lesson),
            "total_error",
        )
        assert found.stages["pool"].output[0].any(axis=(1, 2)).all()
    assert edited(Lesson(seed=MAX_SEED), "seed").seed < 100


@given(LESSONS, LESSONS)
def test_weights_and_errors_are_those_of_taking_every_step_anew(first, second):
    trail = Trail()
    trail.follow(first)
    for lesson in (
        replace(second, picture=first.picture, target=first.target, seed=first.seed),
        second,
    ):
        trail.follow(lesson)
        anew = Trail()
        anew.follow(lesson)
        assert trail.errors == anew.errors and len(anew.errors) == len(lesson.taken) + 1
        for node, own in anew.weights[-1].items():
            for name, array in own.items():
                np.testing.assert_array_equal(trail.weights[-1][node][name], array)


@given(LESSONS)
def test_every_number_that_is_sent_is_the_engines(lesson):
    trail = Trail()
    got = sent(lesson, trail)
    header = got.header
    found = gradients(
        NETWORK, trail.weights[-1], picture_of(lesson), target_of(lesson), "total_error"
    )
    unit, *cell, row, column = header["pick"]
    assert header["error"]["total"] == header["errors"][-1] == pytest.approx(found.loss)
    assert header["deltas"] == found.outputs["classes"][0].tolist()
    assert header["weight"]["gradient"] == found.params["conv"]["weight"][cell[0], 0, row, column]
    expected = {
        "dense": found.params["classes"]["weight"][unit].reshape(2, 5, 5),
        "pooled": found.outputs["pool"][0],
        "rectified": found.outputs["relu"][0, cell[:1]],
        "convolved": found.outputs["conv"][0, cell[:1]],
        "kernels": found.params["conv"]["weight"][:, 0],
        "weights": trail.weights[-1]["conv"]["weight"][:, 0],
    }
    for name, maps in expected.items():
        for entry, values in zip(header["maps"][name], maps, strict=True):
            shown = got.array(entry["values"], values.shape, np.float32)
            np.testing.assert_array_equal(shown, values.astype(np.float32))
            limit = max(abs(entry["low"]), abs(entry["high"]))
            assert (entry["table"], -entry["low"]) == ("diverging", entry["high"])
            assert limit >= np.abs(shown).max()


def test_the_articles_example_is_worked_out_and_words_are_there():
    header = sent(Lesson()).header
    before, trained = header["article"]
    assert before["outputs"] == [0.2, 0.4, 0.1, 0.3] and before["total"] == pytest.approx(0.55)
    assert trained["total"] == pytest.approx(0.06)
    assert header["classes"] == ["dog", "cat", "boat", "bird"]
    assert header["words"] == {
        key: [WORDS[key].term, WORDS[key].text, WORDS[key].formula] for key in header["words"]
    }


def test_the_untrained_example_is_wrong_and_ten_steps_make_it_right():
    header = sent(edited(Lesson(), "step", 10)).header
    start, end = header["errors"][0], header["errors"][-1]
    assert start > 0.5 and end < 0.02
    assert np.argmax(header["error"]["outputs"]) == 2


def test_the_section_takes_an_edit_in_and_answers_it(monkeypatch):
    new_session(monkeypatch)
    drawn = []
    monkeypatch.setattr(components, "backward", lambda **given: drawn.append(given))
    draw = backward_section.draw.__wrapped__
    draw()
    first = Unpacked(drawn[-1]["data"]).header
    assert first["fresh"] and first["step"] == 0
    event = {"op": "step", "value": 1, "seq": "tab.1"}
    state.st.session_state["backward"] = type("Trigger", (), {"edit": event})
    drawn[-1]["on_edit_change"]()
    draw()
    second = Unpacked(drawn[-1]["data"]).header
    assert (second["fresh"], second["step"], second["answered"]) == (False, 1, "tab.1")
    assert second["errors"][1] < second["errors"][0] == first["errors"][0]
    assert second["version"] > first["version"]
    assert backward.after(Lesson(), {"op": "restore", "value": second["kept"]}).taken == (0.1,)
