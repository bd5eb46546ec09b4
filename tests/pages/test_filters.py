"""The Filters page without a browser: every control, the link, the history, and bad input."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.kernels import KERNELS
from playground.files.experiment import CHOICES, Experiment, preset_filter, to_json, to_query
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import encode_png, from_bytes, load_image, resize, to_grey
from playground.ui.controls import LABELS
from playground.ui.kernel_edits import OPERATIONS
from tests.experiments import Unpacked, random_experiment
from tests.pages.app import App

START = Experiment()
SMALL = replace(START, picture="seven")


def picture_of(experiment: Experiment) -> np.ndarray:
    picture = resize(gallery_picture(experiment.picture, 512), experiment.side)
    return to_grey(picture) if experiment.colour == "grey" else picture


def opened(experiment: Experiment) -> App:
    return App(**to_query(experiment))


@pytest.fixture(scope="module")
def app():
    """One session that many tests share; none relies on what is on its screen."""
    return App()


def test_the_first_screen_is_a_filtered_photograph_and_one_sentence_to_try():
    app = App()
    assert app.experiment == START
    assert app.said == ""
    assert any("Try this" in text.value for text in app.at.markdown)
    app.check_maps(picture_of(START))
    assert app.message().header["stages"][0]["maps"][0]["maximum"] > 0
    assert app.linked() == (START, [])


@pytest.mark.parametrize("name", [*LABELS])
def test_every_choice_of_a_control_changes_the_experiment_and_the_maps(name):
    # Padding and pooling, so that what fills them and how they step makes a difference.
    app = opened(replace(SMALL, padding=1))
    for choice in [*CHOICES[name][1:], CHOICES[name][0]]:
        app.choose(name, choice)
        assert getattr(app.experiment, name) == choice
        assert app.at.selectbox(key=name).value == choice
        app.check_maps(picture_of(app.experiment))
        assert app.linked() == (app.experiment, [])
    assert not app.at.button(key="undo").disabled


def test_undo_and_redo_restore_the_controls_and_the_maps():
    app = App()
    app.choose("stride", 2)
    app.send("kernel", {"op": "cell", "filter": 0, "cell": 4, "value": 3, "seq": "a.1"})
    edited = app.experiment
    app.click("undo")
    assert app.experiment == replace(START, stride=2)
    app.click("undo")
    assert app.experiment == START and app.at.selectbox(key="stride").value == 1
    assert app.at.button(key="undo").disabled
    app.check_maps(picture_of(START))
    app.click("redo")
    app.click("redo")
    assert app.experiment == edited and app.at.button(key="redo").disabled
    assert app.linked() == (edited, [])
    app.check_maps(picture_of(edited))


def test_a_link_restores_picture_filters_and_settings():
    rng = np.random.default_rng(3)
    for picture in ("seven", "boat", "coffee"):
        experiment = random_experiment(rng, picture=picture, kernel_size=3, dilation=1, side=64)
        app = opened(experiment)
        assert app.experiment == experiment and app.said == ""
        app.check_maps(picture_of(experiment))
        assert app.at.selectbox(key="activation").value == experiment.activation


def test_a_bad_link_says_so_and_opens_with_what_it_could_use():
    app = App(v="1", picture="dog", stride="7", dilation="2", f0="nonsense", f1="sharpen")
    assert app.experiment == replace(START, dilation=2, filters=(preset_filter("sharpen"),))
    assert len(app.at.text) == 3
    for word in ("picture", "stride", "filters"):
        assert word in app.said
    app.choose("stride", 2)
    assert app.said == ""


def test_a_link_of_a_combination_that_does_not_fit_is_settled_and_said():
    app = App(v="1", picture="example5", dilation="4", f0="sobel_x")
    assert app.experiment.picture == "example5" and app.experiment.dilation < 4
    assert "dilation is now 1" in app.said
    app.check_maps(picture_of(app.experiment))
    assert app.linked() == (app.experiment, [])


def test_a_picture_that_is_too_small_for_the_settings_settles_them():
    app = opened(replace(START, dilation=4, pool="none"))
    app.send("gallery", {"op": "picture", "key": "example5", "seq": "a.1"})
    assert app.experiment.picture == "example5" and app.experiment.dilation == 1
    assert "dilation is now 1" in app.said
    app.check_maps(picture_of(app.experiment))
    app.click("undo")
    assert app.experiment == replace(START, dilation=4, pool="none")


def test_what_does_not_fit_is_not_offered_and_the_page_says_why():
    app = opened(replace(START, picture="example5"))
    offered = app.at.selectbox(key="dilation").options
    assert offered == ["1"]
    assert any("Not offered now" in caption.value for caption in app.at.caption)


def test_every_picture_of_the_gallery_can_be_chosen(app):
    for key in GALLERY:
        app.send("gallery", {"op": "picture", "key": key, "seq": f"a.{key}"})
        assert app.experiment.picture == key
        app.check_maps(picture_of(app.experiment))


def test_every_preset_can_be_chosen_and_fits(app):
    app.send("gallery", {"op": "picture", "key": "seven"})
    for key in KERNELS:
        app.send("kernel", {"op": "preset", "filter": 0, "key": key, "seq": f"b.{key}"})
        assert app.experiment.filters[0].preset == key
        assert app.message().header["editor"]["answered"] == f"b.{key}"
        app.check_maps(picture_of(app.experiment))


def test_the_end_of_a_gesture_draws_what_a_lost_request_left_undrawn():
    app = App()
    session = app.at.session_state["playground"]
    session.experiment = replace(session.experiment, activation="tanh")
    app.send("kernel", {"op": "rest", "seq": "a.1"}, draw=False)
    drawn = {each.proto.component_name for each in app.at.get("bidi_component")}
    assert {"cnn_kernel", "cnn_pipeline", "cnn_gallery"} <= drawn


def test_a_gesture_is_one_step_and_its_rest_writes_the_link():
    app = App()
    for n in range(1, 6):
        app.send("kernel", {"op": "cell", "filter": 0, "cell": 0, "value": n, "gesture": "g"})
    assert app.experiment.filters[0].weight[0][0] == 5
    app.send("kernel", {"op": "rest", "seq": "a.9"})
    assert app.linked() == (app.experiment, [])
    app.click("undo")
    assert app.experiment == START


def test_an_edit_of_a_kernel_draws_only_the_maps_and_a_setting_its_controls_too():
    app = App()
    app.send("kernel", {"op": "cell", "filter": 0, "cell": 0, "value": 1}, draw=False)
    app.send("kernel", {"op": "cell", "filter": 0, "cell": 0, "value": 2}, draw=False)
    drawn = app.at.get("bidi_component")
    assert [each.proto.component_name for each in drawn] == ["cnn_pipeline"]
    assert not app.at.selectbox


def test_the_temperature_and_the_chosen_filter_come_from_the_maps():
    app = App()
    app.send("pipeline", {"op": "set", "name": "temperature", "value": 2.5, "seq": "a.1"})
    assert app.experiment.temperature == 2.5
    assert app.message().header["softmax"]["temperature"] == 2.5
    assert app.message().header["answered"] == "a.1"
    app.send("pipeline", {"op": "select", "filter": 3})
    assert app.experiment.active == 3
    sizes = [entry["shape"] for entry in app.message().header["stages"][0]["maps"]]
    assert sizes[3] == [254, 254] and sizes[0] != sizes[3]


def test_an_uploaded_picture_goes_through_the_network():
    rng = np.random.default_rng(0)
    data = encode_png(from_bytes(rng.integers(0, 256, (3, 30, 50), np.uint8)))
    app = App()
    app.upload("upload", "photo.png", data, "image/png")
    assert app.experiment.picture.startswith("upload-") and app.said == ""
    app.check_maps(load_image(data))
    header = Unpacked(app.component("gallery").bytes).header
    assert header["chosen"] == header["pictures"][0]["key"] == app.experiment.picture


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(100), b"GIF89a"])
def test_a_bad_upload_is_one_sentence_and_the_page_goes_on(data):
    app = App()
    app.upload("upload", "x.png", data, "image/png")
    assert app.experiment == START
    assert len(app.at.text) == 1 and app.said.endswith(".")
    app.choose("stride", 2)
    assert app.said == "" and app.experiment.stride == 2


def test_a_link_with_somebody_elses_picture_says_so_and_keeps_the_rest():
    experiment = replace(START, picture="upload-" + "0" * 32, stride=2)
    app = opened(experiment)
    assert Unpacked(app.component("gallery").bytes).header["missing"] == experiment.picture
    app.send("gallery", {"op": "restore", "key": experiment.picture, "png": "", "seq": "a.1"})
    assert app.experiment == replace(START, stride=2)
    assert "is not here; the cat stands in" in app.said


def test_a_saved_experiment_opens():
    experiment = random_experiment(np.random.default_rng(5), picture="boat", kernel_size=5)
    experiment = replace(experiment, dilation=1, stride=1, side=64)
    app = App()
    app.upload("open_experiment", "e.json", to_json(experiment).encode(), "application/json")
    assert app.experiment == experiment and app.said == ""
    assert app.at.selectbox(key="pool").value == experiment.pool
    app.click("undo")
    assert app.experiment == START


@pytest.mark.parametrize("data", [b"", b"not json", b"{}", b"[" * 50_000, b'{"cnn_playground": 9}'])
def test_a_file_that_is_no_experiment_is_one_sentence(data):
    app = App()
    app.upload("open_experiment", "e.json", data, "application/json")
    assert app.experiment == START
    assert app.said.endswith(".") and app.said.startswith("This file")


def test_a_saved_experiment_that_does_not_fit_is_settled_and_said():
    content = json.loads(to_json(replace(START, picture="example5", dilation=4)))
    app = App()
    app.upload("open_experiment", "e.json", json.dumps(content).encode(), "application/json")
    assert app.experiment.dilation == 1 and "dilation is now 1" in app.said


GARBAGE = [
    *(None, True, 0, -1.5, float("nan"), float("inf"), 10**300, "", "text", "x" * 100_000),
    *([], [[]], [{"op": "cell"}], {}, {"op": None}, {"op": []}, {"op": {}}, {"op": "no such"}),
    *({"op": op} for op in (*OPERATIONS, "set", "rest", "picture", "restore")),
    *(
        {"op": op, "filter": value, "cell": value, "value": value, "key": value, "name": value,
         "weight": value, "png": value, "to": value, "size": value, "gesture": value, "seq": value}
        for op in (*OPERATIONS, "set", "picture", "restore")
        for value in (float("nan"), [], "x" * 5000)
    ),
]  # fmt: skip


@pytest.mark.parametrize("name", ["kernel", "pipeline", "gallery"])
def test_garbage_from_a_component_never_raises_and_keeps_the_screen_right(app, name):
    app.send("gallery", {"op": "picture", "key": "seven"})
    for event in GARBAGE:
        app.send(name, event, draw=False)
    app.run()
    assert app.linked() == (app.experiment, [])
    app.check_maps(picture_of(app.experiment))
    app.send("kernel", {"op": "preset", "filter": 0, "key": "sharpen"})
    assert app.experiment.filters[0].preset == "sharpen" and app.said == ""


def test_histograms_are_drawn_on_demand_and_follow_the_experiment(app):
    app.at.toggle(key="histograms").set_value(True).run()
    app.run()
    assert len(app.at.get("plotly_chart")) == 1
    app.choose("pool", "none")
    app.choose("activation", "tanh")
    assert "Tanh" in app.at.get("plotly_chart")[0].proto.spec
    app.at.toggle(key="histograms").set_value(False).run()
    app.run()
    assert len(app.at.get("plotly_chart")) == 0


def test_the_code_dialog_shows_three_programs():
    app = App()
    app.at.button(key="code").click().run()
    app.check()
    programs = [block.value for block in app.at.code]
    assert len(programs) == 3
    for program, library in zip(programs, ("numpy", "torch", "keras"), strict=True):
        assert re.search(f"^(import|from) {library}", program, re.MULTILINE)
        compile(program, library, "exec")
