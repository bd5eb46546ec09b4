"""The section without a browser: drawing, choosing, uploading, weights out and in, nonsense."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.datasets.strokes import picture_of_strokes, strokes_from
from playground.engine.network import forward
from playground.files.images import encode_png, from_bytes
from playground.files.weights import save_weights
from playground.networks.shipped import shipped
from tests.datasets.drawings import DIGITS
from tests.experiments import Unpacked
from tests.files.weight_files import DATA, NETWORK, PARAMS, npz


def draw_section() -> None:
    import numpy as np

    from playground.datasets.shapes import shapes
    from playground.engine.network import init_params
    from playground.networks.small import small_network
    from playground.ui import address, use_section
    from playground.ui.use.subject import Subject

    def find():
        if "own" not in address.read():
            return None
        data = shapes(train=40, held_out=40)
        network = small_network(data.shape, data.labels)
        rows = data.held_out_rows
        params = init_params(network, np.random.default_rng(0))
        trained = address.read()["own"] == "trained"
        return Subject(network, params, trained, data.batch(rows), data.targets[rows])

    use_section.draw(find)


class Section:
    """A session that has the section alone on its page."""

    def __init__(self, **query: str) -> None:
        self.at = AppTest.from_function(draw_section, default_timeout=30)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception, self.at.exception
        self.sent = {e.proto.component_name: e.proto for e in self.at.get("bidi_component")}

    def then(self, action) -> None:
        action.run()
        assert not self.at.exception, self.at.exception
        self.run()

    def send(self, event: Any) -> None:
        """An edit from the pad, as Streamlit's front end sends it."""
        states = self.at._tree.get_widget_states()
        state = states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.sent['cnn_pad'].id}__events"
        state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
        self.at._run(states)
        assert not self.at.exception, self.at.exception
        self.run()

    def strokes(self, strokes: Any, seq: str = "page.1") -> None:
        self.send({"op": "strokes", "strokes": strokes, "seq": seq, "gesture": "draw"})

    def choose(self, key: str, value: str) -> None:
        self.then(self.at.button_group(key=key).set_value(value))

    @property
    def pad(self) -> dict[str, Any]:
        return Unpacked(self.sent["cnn_pad"].bytes).header

    @property
    def answer(self) -> dict[str, Any]:
        return Unpacked(self.sent["cnn_stages"].bytes).header

    @property
    def said(self) -> str:
        return " ".join(text.value for text in self.at.text)

    def upload(self, number: int, name: str, data: bytes, kind: str) -> None:
        """Give a file to an uploader, by its place on the page."""
        self.then(self.at.file_uploader[number].set_value((name, data, kind)))


@pytest.fixture
def section() -> Section:
    return Section()


@pytest.mark.parametrize("digit", [1, 7])
def test_a_drawn_digit_is_read_and_the_pad_is_answered(section, digit):
    assert section.answer["verdict"] == "Nothing to see yet"
    section.strokes(DIGITS[digit])
    assert section.pad["answered"] == "page.1"
    assert section.pad["points"] == sum(len(stroke) for stroke in DIGITS[digit]) / 2
    assert section.answer["verdict"] == str(digit)
    network, params = shipped("lenet5")
    picture = picture_of_strokes(strokes_from(DIGITS[digit]))
    shares = forward(network, params, picture[None])[0]
    np.testing.assert_array_equal([row["length"] for row in section.answer["rows"]], shares)
    section.strokes([], "page.2")
    assert section.answer["verdict"] == "Nothing to see yet"


@pytest.mark.parametrize(
    "event",
    [
        None, 5, "strokes", [], {}, {"op": "strokes"}, {"op": "evil", "strokes": [[0, 0]]},
        {"op": "strokes", "strokes": "x"}, {"op": "strokes", "strokes": [[2, 2]]},
        {"op": "strokes", "strokes": [[0.5] * 5000]}, {"op": "rest", "seq": 7},
        {"op": "strokes", "strokes": [[1e999, 0]], "seq": "x" * 9999},
    ],
)  # fmt: skip
def test_whatever_the_pad_sends_the_drawing_stays(section, event):
    section.strokes(DIGITS[7])
    section.send(event)
    assert section.answer["verdict"] == "7"
    assert len(section.said) < 200


def test_a_network_of_the_session_comes_first_once_it_has_learned():
    assert Section(own="trained").answer["rows"][0]["label"] == "circle"
    fresh = Section(own="fresh")
    assert fresh.answer["rows"][0]["label"] == "0"
    fresh.choose("use_network", "own")
    assert fresh.answer["rows"][0]["label"] == "circle"
    assert "no probabilities" in fresh.answer["caveat"] or "black" in fresh.answer["caveat"]


def test_held_out_pictures_are_shown_with_their_class(section):
    section.choose("use_source", "held_out")
    first = section.answer
    assert first["right"] is True and "It shows: 0." in section.said
    section.then(section.at.number_input(key="use_place").set_value(1000.0))
    assert "It shows: 9." in section.said
    section.then(section.at.button(key="use_another").click())
    assert section.at.number_input(key="use_place").value == 389.0


def test_an_uploaded_digit_on_paper_is_turned_bright_on_black(section):
    ink = (255 * picture_of_strokes(strokes_from(DIGITS[7]))).astype(np.uint8)
    paper = from_bytes(255 - np.kron(ink, np.ones((1, 6, 6), np.uint8)))
    section.choose("use_source", "upload")
    section.upload(1, "seven.png", encode_png(paper), "image/png")
    assert section.answer["verdict"] == "7"
    assert section.at.toggle[0].value is True
    section.then(section.at.toggle[0].set_value(False))
    assert "7" not in section.answer["verdict"] or section.answer["rows"][7]["length"] < 0.9


def test_a_file_that_is_no_picture_ends_in_one_sentence(section):
    section.choose("use_source", "upload")
    section.upload(1, "seven.png", b"\x89PNG nonsense", "image/png")
    assert section.said.count(".") <= 2 and section.said
    assert "cnn_stages" not in section.sent


def test_weights_go_out_and_come_back_with_their_network(section):
    section.strokes(DIGITS[1])
    before = [row["length"] for row in section.answer["rows"]]
    section.upload(0, "weights.npz", save_weights(*shipped("lenet5")), "")
    assert section.at.button_group(key="use_network").value in ("file", ["file"])
    assert [row["length"] for row in section.answer["rows"]] == before
    assert "does not prove" in section.answer["caveat"]


def test_a_network_of_another_size_takes_what_fits_it(section):
    section.upload(0, "weights.npz", save_weights(NETWORK, PARAMS), "")
    assert "cnn_pad" not in section.sent and "No picture yet." in section.at.caption[-1].value


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", DATA[:-40], npz({"conv.weight.npy": b"\x93NUMPY\x01\x00"}), b"\x80\x04."],
)
def test_a_hostile_file_of_weights_ends_in_one_sentence_and_changes_nothing(section, data):
    section.strokes(DIGITS[7])
    section.upload(0, "weights.npz", data, "")
    assert section.said.endswith(".") and len(section.said) < 200
    assert section.answer["verdict"] == "7"
    assert "file" not in section.at.button_group(key="use_network").options


def test_the_code_button_shows_a_program_for_the_network(section):
    section.at.button(key="use_code").click().run()
    assert not section.at.exception
    assert "class Network(nn.Module):" in section.at.code[0].value


def test_a_session_keeps_no_copy_of_the_weights(section):
    section.strokes(DIGITS[7])
    remembered = section.at.session_state["playground_use"]
    assert remembered.loaded is None
    assert sum(stroke.nbytes for stroke in remembered.strokes) < 10_000
