"""What a session remembers: the history, the link, the pictures."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from playground.files.experiment import Experiment, from_query, to_query
from playground.ui import state
from tests.ui.session import new_session

START = Experiment()
STRIDES = [replace(START, stride=n) for n in (2, 3, 4)]


@pytest.fixture
def address(monkeypatch):
    address = new_session(monkeypatch)
    state.read_link()
    return address


def test_a_session_begins_with_the_start_and_nothing_to_undo(address):
    assert state.experiment() == START
    assert not state.can_undo() and not state.can_redo()
    assert state.notes() == [] and address.written == 0


def test_undo_and_redo_go_through_every_change_and_the_link_follows(address):
    for experiment in STRIDES:
        state.commit(experiment)
    seen = []
    while state.can_undo():
        state.undo()
        seen.append(state.experiment())
        assert from_query(address.query) == (state.experiment(), [])
    assert seen == [STRIDES[1], STRIDES[0], START]
    while state.can_redo():
        state.redo()
    assert state.experiment() == STRIDES[2]
    assert from_query(address.query) == (STRIDES[2], [])


def test_a_change_after_undo_ends_what_could_be_redone(address):
    state.commit(STRIDES[0])
    state.undo()
    state.commit(STRIDES[1])
    assert not state.can_redo()
    state.undo()
    assert state.experiment() == START


def test_undo_keeps_the_way_the_experiment_is_looked_at(address):
    state.commit(STRIDES[0])
    state.replace_now(replace(STRIDES[0], view="numbers"))
    state.undo()
    assert state.experiment() == replace(START, view="numbers")
    state.redo()
    assert state.experiment() == replace(STRIDES[0], view="numbers")


def test_undoing_nothing_does_nothing(address):
    state.undo()
    state.redo()
    assert state.experiment() == START and address.written == 0


def test_a_gesture_is_one_step_and_writes_the_link_when_it_begins_and_rests(address):
    for experiment in STRIDES:
        state.commit(experiment, gesture="drag-1")
    assert state.experiment() == STRIDES[2]
    assert from_query(address.query)[0] == STRIDES[0]
    state.settle_link()
    assert from_query(address.query)[0] == STRIDES[2]
    assert address.written == 2
    state.undo()
    assert state.experiment() == START and not state.can_undo()


def test_two_gestures_are_two_steps(address):
    state.commit(STRIDES[0], gesture="drag-1")
    state.commit(STRIDES[1], gesture="drag-2")
    state.undo()
    assert state.experiment() == STRIDES[0]


def test_after_undo_the_same_gesture_begins_a_new_step(address):
    state.commit(STRIDES[0], gesture="drag-1")
    state.undo()
    state.commit(STRIDES[1], gesture="drag-1")
    assert state.can_undo() and not state.can_redo()
    state.undo()
    assert state.experiment() == START


def test_committing_what_is_there_is_no_step(address):
    state.commit(START)
    assert not state.can_undo() and address.written == 0


def test_the_history_keeps_the_latest_steps(address):
    for seed in range(1, state.HISTORY + 50):
        state.commit(replace(START, seed=seed))
    steps = 0
    while state.can_undo():
        state.undo()
        steps += 1
    assert steps == state.HISTORY
    assert state.experiment().seed == 49


def test_a_link_is_taken_over_on_the_first_run_without_a_step(monkeypatch):
    new_session(monkeypatch, **to_query(STRIDES[1]))
    state.read_link()
    assert state.experiment() == STRIDES[1] and not state.can_undo()


def test_an_address_that_changes_later_is_a_step_that_can_be_undone(address):
    state.commit(STRIDES[0])
    address.query = to_query(START)
    state.read_link()
    assert state.experiment() == START
    state.undo()
    assert state.experiment() == STRIDES[0]


def test_our_own_address_is_not_read_again(address):
    state.commit(STRIDES[0])
    state.say("Something.")
    state.read_link()
    assert state.notes() == ["Something."] and state.experiment() == STRIDES[0]


def test_a_bad_link_says_what_it_could_not_use(monkeypatch):
    new_session(monkeypatch, v="1", stride="99", dilation="2")
    state.read_link()
    assert state.experiment() == replace(START, dilation=2)
    assert state.notes() == ["The stride in this link is not one the playground knows."]


def test_replacing_the_experiment_is_no_step(address):
    state.replace_now(STRIDES[0])
    assert state.experiment() == STRIDES[0] and not state.can_undo()
    assert from_query(address.query)[0] == STRIDES[0]


def test_only_the_latest_pictures_are_kept(address):
    pixels = np.zeros((1, 2, 2), np.uint8)
    for key in ("a", "b", "c", "a", "d"):
        state.keep_picture(key, pixels)
    assert list(state.own_pictures()) == ["c", "a", "d"]


def test_what_is_said_stays_until_it_is_hushed(address):
    state.say("One.")
    state.say("")
    assert state.notes() == ["One."]
    state.say("Two.")
    assert state.notes() == ["Two."]
    state.hush()
    assert state.notes() == []


@pytest.mark.parametrize("event", [None, 3, [], "x", {}, {"seq": 3}, {"seq": None}])
def test_an_event_without_a_number_is_handed_on_and_answers_nothing(address, event):
    state.st.session_state["kernel"] = SimpleNamespace(edit=event)
    assert state.take_event("kernel") == event
    assert state.answered("kernel") == ""


def test_an_event_of_a_component_that_has_left_the_page_is_none(address):
    assert state.take_event("pad") is None and state.answered("pad") == ""


def test_an_event_is_answered_by_its_number_which_cannot_be_long(address):
    state.st.session_state["kernel"] = SimpleNamespace(edit={"seq": "x" * 10_000})
    state.take_event("kernel")
    assert state.answered("kernel") == "x" * 40
    assert state.answered("pipeline") == ""


def test_versions_grow(address):
    assert state.next_version() < state.next_version() < state.next_version()


def test_a_watcher_sees_what_is_on_the_screen_later(address):
    watch = state.watcher()
    state.commit(STRIDES[0])
    state.keep_picture("a", np.zeros((1, 2, 2), np.uint8))
    experiment, own = watch()
    assert experiment == STRIDES[0] and list(own) == ["a"]
