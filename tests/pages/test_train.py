"""The Train page without a browser: its controls, its run, and links from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.files.setup import Setup, from_query
from playground.ui.training import memory
from tests.experiments import Unpacked

QUICK = {"dataset": "bars", "network": "small", "filters": "2", "hidden": "0", "epochs": "1"}


def draw_train() -> None:
    from playground.pages import train

    train.draw()


def open_page(**query: str) -> AppTest:
    at = AppTest.from_function(draw_train, default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    return run(at)


def run(what) -> AppTest:
    """Draw the page again, after something was done to one of its elements."""
    at = what.run()
    assert not at.exception, at.exception
    return at


def linked(at: AppTest) -> Setup:
    setup, notes = from_query({name: at.query_params[name] for name in at.query_params})
    assert notes == []
    return setup


def until(at: AppTest, done: Callable[[], bool]) -> None:
    """Draw the page until something has happened in the thread that trains."""
    for _ in range(400):
        run(at)
        if done():
            return
        time.sleep(0.02)
    pytest.fail("it never happened")


@pytest.fixture(autouse=True)
def _session_is_there(monkeypatch):
    """AppTest has no server that could be asked whether the session lives."""
    monkeypatch.setattr(memory, "is_there", lambda session: True)


def progress(at: AppTest) -> str:
    return at.get("progress")[0].proto.text


def test_the_page_opens_with_an_untrained_network_and_says_so():
    at = open_page()
    assert "Nothing has been learned yet" in progress(at)
    assert at.expander[0].label == "13 layers, 61,706 parameters"
    assert linked(at) == Setup()


def test_what_is_chosen_stands_in_the_link_and_in_the_layers():
    at = open_page(**QUICK)
    before = at.expander[0].label
    run(at.selectbox(key="filters").set_value(8))
    assert linked(at).filters == 8
    assert at.expander[0].label != before
    run(at.selectbox(key="learning_rate").set_value(0.01))
    run(at.number_input(key="seed").set_value(7.0))
    assert (linked(at).learning_rate, linked(at).seed) == (0.01, 7)


def test_a_run_learns_to_its_end_and_reset_makes_a_new_one():
    at = open_page(**QUICK)
    run(at.button(key="one_step").click())
    until(at, lambda: "Paused" in progress(at) and "step 1 of" in progress(at))
    run(at.button(key="start").click())
    until(at, lambda: "Finished" in progress(at))
    accuracy = [metric.value for metric in at.metric]
    assert len(accuracy) == 2 and all(value.endswith("%") for value in accuracy)
    run(at.selectbox(key="epochs").set_value(2))
    assert "made with other settings (number of epochs)" in at.info[0].value
    run(at.button(key="reset").click())
    assert "Ready" in progress(at) and not at.info


def test_filters_made_on_the_other_page_are_where_my_filters_start_from():
    at = open_page(**{**QUICK, "network": "mine"})
    shown = " ".join(text.value for text in at.text)
    assert "Edges: all neighbours" in shown and "stay as they are" in shown
    run(at.selectbox(key="free").set_value(True))
    assert linked(at).free and len(linked(at).own) == 4


@pytest.mark.parametrize(
    "query",
    [
        {"dataset": "../x", "network": "vgg", "epochs": "1e9", "seed": "-1"},
        {"f0": "x" * 5000, "network": "mine", "v": "99"},
        dict.fromkeys(("learning_rate", "pool", "section", "hidden"), "\x00💥<script>"),
    ],
)
def test_a_hostile_link_is_answered_in_sentences(query):
    at = open_page(**query)
    assert all(text.value.endswith(".") for text in at.text)
    assert linked(at).dataset == "digits"


def test_a_network_that_is_being_trained_can_be_used():
    at = open_page(**QUICK)
    run(at.button(key="one_step").click())
    until(at, lambda: "step 1 of" in progress(at))
    run(at.button_group(key="section").set_value("use"))
    names = at.button_group(key="use_network").options
    assert any("small network, trained here" in str(name) for name in names)


def send(at: AppTest, event, name: str = "training") -> AppTest:
    """An edit from one of the page's own components, as the browser would send it."""
    found = [each.proto for each in at.get("bidi_component")]
    own = next(each for each in found if each.component_name == f"cnn_{name}")
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{own.id}__events"
    state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
    at._run(states)
    assert not at.exception, at.exception
    return run(at)


def panel(at: AppTest, name: str = "training") -> dict:
    sent = [each.proto for each in at.get("bidi_component")]
    return Unpacked(next(e.bytes for e in sent if e.component_name == f"cnn_{name}")).header


def test_a_cell_of_the_confusion_shows_its_pictures_and_nonsense_the_worst_mistakes():
    at = open_page(**QUICK, panel="mistakes")
    run(at.button(key="start").click())
    until(at, lambda: "Finished" in progress(at))
    confusion = panel(at)["confusion"]
    send(at, {"op": "cell", "row": 1, "column": 1, "seq": "a.1"})
    assert panel(at)["cell"] == [1, 1] and panel(at)["answered"] == "a.1"
    assert len(panel(at)["pictures"]) == min(confusion[1][1], 48)
    for nonsense in (
        *(None, 7, [], {"op": "cell"}, {"op": {}, "row": [], "column": "1"}),
        *({"op": "cell", "row": row, "column": 0} for row in (9, -1, True, 1.5, "0")),
    ):
        send(at, {"op": "cell", "row": 0, "column": 0})
        send(at, nonsense)
        assert panel(at)["cell"] == (None if isinstance(nonsense, dict) else [0, 0])
    run(at.button_group(key="panel").set_value("film"))
    assert panel(at)["kind"] == "film" and linked(at).panel == "film"


def test_filters_made_by_hand_are_judged_frozen_and_then_let_go():
    at = open_page(**{**QUICK, "network": "mine"})
    run(at.button(key="start").click())
    until(at, lambda: any(each.key == "let_go" and not each.disabled for each in at.button))
    said = next(text.value for text in at.markdown if "Made by hand" in text.value)
    accuracy = at.metric[1].value
    assert accuracy in said
    run(at.button(key="let_go").click())
    until(at, lambda: any("free, " in text.value for text in at.markdown))
    until(at, lambda: "Finished" in progress(at))
    said = next(text.value for text in at.markdown if "Made by hand" in text.value)
    assert f"{accuracy} of the held-out" in said
    assert linked(at).free and not at.info


def test_a_picture_is_watched_beside_the_filters_and_another_can_be_chosen():
    at = open_page(**QUICK)
    run(at.button(key="one_step").click())
    until(at, lambda: "Paused" in progress(at))
    before = panel(at, "stages")
    assert before["brief"] and before["seen"].startswith("Held-out picture 1:")
    assert before["spoken"] and not any(each.key == "watched_source" for each in at.button_group)
    run(at.button(key="one_step").click())
    until(at, lambda: "Paused" in progress(at) and "step 2 of" in progress(at))
    after = panel(at, "stages")
    assert after["seen"] == before["seen"] and after["rows"] != before["rows"]
    run(at.button(key="watched_another").click())
    assert panel(at, "stages")["seen"].startswith("Held-out picture 390:")
    use_memory = at.session_state["playground_use"]
    use_memory.strokes = [np.array([[0.3, 0.2], [0.5, 0.8]], np.float32)]
    use_memory.upload = np.full((1, 40, 40), 200, np.uint8)
    run(at)
    for source, seen in (("draw", "Your drawing"), ("upload", "Your picture")):
        run(at.button_group(key="watched_source").set_value(source))
        assert panel(at, "stages")["seen"] == seen
        assert not any(each.key == "watched_another" for each in at.button)


def test_what_is_used_is_the_network_as_it_is_now():
    at = open_page(**QUICK, section="use")
    run(at.button_group(key="section").set_value("learn"))
    run(at.button(key="one_step").click())
    until(at, lambda: "Paused" in progress(at))
    watched = panel(at, "stages")["rows"]
    run(at.button_group(key="section").set_value("use"))
    run(at.button_group(key="use_source").set_value("held_out"))
    assert panel(at, "stages")["rows"] == watched
    memory_of_page = at.session_state["playground_train"]
    running = memory.runs().find(memory_of_page.token, "")
    running.one_step()
    while running.look().step < 2:
        time.sleep(0.02)
    run(at)
    assert panel(at, "stages")["rows"] != watched


def test_the_lesson_on_one_backward_pass_is_part_of_its_link():
    steps = {"section": "backward", "lesson_picture": "cat", "lesson_target": "1"}
    at = open_page(**steps, lesson_taken="0.3x2,1.0x1", lesson_pick="1.0.2.3.1.1")
    header = panel(at, "backward")
    assert (header["step"], header["pick"], header["fresh"]) == (3, [1, 0, 2, 3, 1, 1], False)
    send(at, {"op": "back", "seq": "a.1"}, "backward")
    assert at.query_params["lesson_taken"] == "0.3x2"
    send(at, {"op": "pick", "value": [1, 0, 0, 0, 2, 2], "gesture": "pick"}, "backward")
    assert panel(at, "backward")["pick"] == [1, 0, 0, 0, 2, 2]
    again = open_page(**{name: at.query_params[name] for name in at.query_params})
    assert panel(again, "backward")["kept"] == panel(at, "backward")["kept"]
    run(at.button_group(key="section").set_value("learn"))
    assert not any(name.startswith("lesson_") for name in at.query_params)
    run(at.button_group(key="section").set_value("backward"))
    assert panel(at, "backward")["step"] == 2


def test_a_lesson_that_was_not_linked_may_come_back_from_the_browser_and_a_bad_one_is_said():
    assert panel(open_page(section="backward"), "backward")["fresh"]
    at = open_page(section="backward", lesson_taken="9x9", lesson_rate="-1", lesson_pick="\x00")
    said = [text.value for text in at.text]
    assert len(said) == 3 and all(sentence.endswith(".") for sentence in said)


def test_the_way_back_brings_no_query_of_another_page():
    at = open_page(network="small", seed="3")
    for foreign in ({"v": "1", "f0": "sobel_x", "picture": "cat"}, {"seed": "9", "n": "2"}):
        at.query_params.clear()
        for name, value in foreign.items():
            at.query_params[name] = value
        run(at)
        assert linked(at) == Setup(network="small", seed=3)
