"""Own pictures on the Train page without a browser: gathered, undone, learned, and nonsense."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.datasets.own import Collection
from playground.ui.training import memory
from tests.experiments import Unpacked
from tests.files.pictures import encode
from tests.files.test_archives import zipped
from tests.pages.test_train import linked, open_page, progress, run, until

RNG = np.random.default_rng(9)
PNG = [encode(RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8), "PNG") for _ in range(12)]
OWN = {"dataset": "own", "network": "small", "filters": "2", "hidden": "0", "epochs": "2"}
SET = zipped({f"{name}/{k}.png": PNG[k + 6 * (name == "b")] for name in "ab" for k in range(6)})


@pytest.fixture(autouse=True)
def _session_is_there(monkeypatch) -> None:
    monkeypatch.setattr(memory, "is_there", lambda session: True)


@pytest.fixture
def at() -> Iterator[AppTest]:
    return open_page(**OWN)


def collection(at: AppTest) -> Collection:
    return at.session_state["playground_train"].history.now.collection


def sizes(at: AppTest) -> dict[str, int]:
    return {name: len(pictures) for name, pictures in collection(at).classes.items()}


def upload(at: AppTest, *files: bytes, kind: str = "image/png") -> AppTest:
    named = [(f"<b>{k}.png", data, kind) for k, data in enumerate(files)]
    return run(at.file_uploader[0].set_value(named))


def sent(at: AppTest):
    protos = [each.proto for each in at.get("bidi_component")]
    return next(each for each in protos if each.component_name == "cnn_collection")


def send(at: AppTest, event) -> AppTest:
    """An edit from the cards, as the browser would send it."""
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{sent(at).id}__events"
    state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
    at._run(states)
    assert not at.exception, at.exception
    return at


def said(at: AppTest) -> str:
    return " ".join(text.value for text in at.text)


def test_a_link_to_own_pictures_opens_an_empty_set_and_says_why(at):
    assert sizes(at) == {"Class 1": 0, "Class 2": 0}
    assert "it holds the settings, not the pictures" in said(at)
    run(at.button(key="start").click())
    assert "has no picture" in said(at) and "Nothing has been learned yet" in progress(at)


def test_classes_are_filled_renamed_emptied_and_everything_can_be_undone(at):
    upload(at, *PNG[:3])
    send(at, {"op": "fill", "name": "Class 2"})
    upload(at, *PNG[3:5])
    send(at, {"op": "rename", "name": "Class 2", "to": "dogs"})
    assert sizes(at) == {"Class 1": 3, "dogs": 2}
    key = collection(at).keys["Class 1"][1]
    send(at, {"op": "remove", "name": "Class 1", "key": key})
    assert sizes(at) == {"Class 1": 2, "dogs": 2} and key not in collection(at).keys["Class 1"]
    send(at, {"op": "undo"})
    assert collection(at).keys["Class 1"][1] == key
    send(at, {"op": "drop", "name": "dogs"})
    send(at, {"op": "add"})
    assert sizes(at) == {"Class 1": 3, "Class 2": 0}
    for _ in range(5):
        run(at.button(key="undo").click())
    assert sizes(at) == {"Class 1": 0, "Class 2": 0} and at.button(key="undo").disabled
    for _ in range(3):
        run(at.button(key="redo").click())
    assert sizes(at) == {"Class 1": 3, "dogs": 2}


def test_edits_that_cannot_be_made_change_nothing_and_are_answered_in_a_sentence(at):
    upload(at, *PNG[:2])
    for number, event in enumerate(
        (
            {"op": "remove", "name": "Class 1", "key": "x"},
            {"op": "remove", "name": ["Class 1"], "key": {}},
            {"op": "remove", "name": "Class 1"},
            {"op": "rename", "name": "Class 1", "to": "class 2"},
            {"op": "rename", "name": "Class 1"},
            {"op": "fill", "name": "Class 9"},
            {"op": "drop"},
        )
    ):
        send(at, {**event, "seq": f"a.{number}"})
        assert sizes(at) == {"Class 1": 2, "Class 2": 0}
        assert Unpacked(sent(at).bytes).header["answered"] == f"a.{number}"
        assert "no longer there" in said(at) or "already a class" in said(at)
    for nonsense in (None, 7, [], "x", {}, {"op": {}, "name": "Class 1"}):
        send(at, nonsense)
        assert sizes(at) == {"Class 1": 2, "Class 2": 0}


def test_an_archive_brings_its_classes_and_what_was_skipped_is_listed(at):
    upload(at, zipped({"a/1.png": PNG[0], "a/<i>.txt": b"?", "../x.png": PNG[1]}), PNG[2])
    assert sizes(at) == {"a": 1, "Class 1": 1}
    assert "“a/<i>.txt” was skipped" in said(at) and "leads out of the archive" in said(at)


def test_a_file_that_cannot_be_used_changes_nothing_and_says_so_in_one_sentence(at):
    bomb = zipped({"a/1.png": b"\0" * 9_000_000})
    for data in (b"PK\3\4 and then nothing", b"PK", bomb, b"", b"?"):
        upload(at, data)
        assert sizes(at) == {"Class 1": 0, "Class 2": 0} and at.button(key="undo").disabled
        notes = at.session_state["playground_own_pictures"].notes
        assert len(notes) == 1 and notes[0].endswith(".") and notes[0] in said(at)


def test_own_pictures_are_learned_and_a_change_of_them_is_told_beside_the_run(at):
    upload(at, SET)
    assert sizes(at) == {"a": 6, "b": 6}
    run(at.button(key="start").click())
    until(at, lambda: "Finished" in progress(at))
    job = memory_run(at).job
    assert job.network.labels == ("a", "b") and job.network.input_shape == (3, 32, 32)
    assert (len(job.targets), len(job.held_out_targets)) == (10, 2)
    assert not at.info
    open_pictures(at)
    send(at, {"op": "remove", "name": "a", "key": collection(at).keys["a"][0]})
    run(at)
    assert "made with other settings (your pictures)" in at.info[0].value
    run(at.button(key="undo").click())
    assert not at.info
    run(at.selectbox(key="colour").set_value(False))
    assert "choice of grey or colour" in at.info[0].value and not linked(at).colour
    run(at.button(key="reset").click())
    assert memory_run(at).job.network.input_shape == (1, 32, 32)


def open_pictures(at: AppTest) -> None:
    """Unfold the pictures, which fold up when there is a run to be looked at."""
    assert "cnn_collection" not in {e.proto.component_name for e in at.get("bidi_component")}
    at.session_state["playground_own_pictures"].open = True
    run(at)


def memory_run(at: AppTest):
    return memory.runs().find(at.session_state["playground_train"].token, "test")


def test_a_new_session_with_the_token_has_the_pictures_and_another_has_not(at):
    upload(at, SET)
    token = at.session_state["playground_train"].token
    again = open_page(**OWN)
    assert sizes(again) == {"Class 1": 0, "Class 2": 0}
    tab = next(
        each.proto for each in again.get("bidi_component") if each.proto.component_name == "cnn_tab"
    )
    states = again._tree.get_widget_states()
    state = states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{tab.id}__events"
    event = {"op": "restore", "token": token}
    state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
    again._run(states)
    run(again)
    assert collection(again).digest == collection(at).digest


def test_settings_are_undone_and_redone_with_their_controls_and_the_link():
    at = open_page()
    run(at.selectbox(key="epochs").set_value(2))
    run(at.selectbox(key="optimiser").set_value("sgd"))
    run(at.button_group(key="section").set_value("use"))
    run(at.button_group(key="section").set_value("learn"))
    run(at.button(key="undo").click())
    assert at.selectbox(key="optimiser").value == "adam" == linked(at).optimiser
    assert linked(at).epochs == 2
    run(at.button(key="undo").click())
    assert linked(at).epochs == 10 and at.button(key="undo").disabled
    run(at.button(key="redo").click())
    run(at.button(key="redo").click())
    assert (linked(at).epochs, linked(at).optimiser) == (2, "sgd")
    assert at.button(key="redo").disabled
