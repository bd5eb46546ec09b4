"""A network of one's own on the Network page: opened, looked into, changed, taken away, refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from onnx import helper

from playground.engine.network import forward, init_params
from playground.engine.partial import outputs_of
from playground.files.gallery import gallery_picture
from playground.files.onnx import load_onnx
from playground.files.onnx_export import onnx_bytes
from playground.files.preparation import IMAGENET, Preparation, prepare
from playground.files.state_dict import load_state
from playground.files.state_export import state_npz
from playground.limits import LIMITS
from playground.networks import NETWORKS
from playground.networks.shipped import shipped
from playground.networks.small import small_network
from playground.ui import networks
from playground.ui.network.inputs import LARGEST
from playground.ui.network.subjects import held_out_digits
from tests.files.onnx_files import chain, model, tensor
from tests.pages.test_network import Page, opened_map

RNG = np.random.default_rng(5)
LABELS = ("a", "b", "c")


def small(labels: tuple[str, ...] = LABELS) -> bytes:
    """A network for small colour pictures."""
    network = small_network((3, 16, 16), labels, hidden=0)
    return onnx_bytes(network, init_params(network, np.random.default_rng(0)))


def unknown() -> bytes:
    """A convolution, and then an operator that is not known."""
    weights = {"w": RNG.normal(size=(2, 3, 3, 3)).astype(np.float32)}
    return chain(("Conv", ["w"], {}), ("Det", [], {}), shape=(1, 3, 8, 8), weights=weights)


def elsewhere() -> bytes:
    """Weights that would be read from another file of the server."""
    made = model([helper.make_node("Conv", ["x", "w"], ["y"])], (1, 3, 8, 8))
    weight = tensor("w", np.zeros((2, 3, 3, 3), np.float32))
    weight.ClearField("raw_data")
    weight.data_location = 1
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    made.graph.initializer.append(weight)
    return made.SerializeToString()


class OwnPage(Page):
    """A session with files of networks."""

    def upload(self, name: str, data: bytes, begin: str = "network_file") -> None:
        [field] = [each for each in self.at.file_uploader if each.key.startswith(begin)]
        field.set_value((name, data, "application/octet-stream"))
        self.run(self.at)
        self.run(self.at)

    @property
    def captions(self) -> str:
        return " ".join(each.value for each in self.at.caption)

    @property
    def labels(self) -> list[str]:
        return [row["label"] for row in self.part("pass").header["outputs"]["rows"]]

    def choose(self, key: str, value) -> None:
        self.at.selectbox(key=key).set_value(value)
        self.run(self.at)
        self.run(self.at)


def test_an_onnx_file_opens_and_its_numbers_are_the_engines():
    page = OwnPage()
    page.upload("<b>x</b>.onnx", small())
    assert page.linked.network == "model" and "not part of the link" in page.captions
    network, params = load_onnx(small())
    node = network.nodes[2].name
    page.look(node=node, channel=3)
    for numbers, preparation in (
        ("imagenet", replace(IMAGENET, rows=16, columns=16, resize=None)),
        ("bytes", Preparation(16, 16, scale=255)),
    ):
        page.choose("network_numbers", numbers)
        x = prepare(gallery_picture("cat", LARGEST), preparation)[None]
        made = outputs_of(network, params, x, [node])[node][0]
        assert opened_map(page) == pytest.approx(made[3], rel=1e-5, abs=1e-6)
        rows = page.part("pass").header["outputs"]["rows"]
        expected = forward(network, params, x)[0]
        assert [row["label"] for row in rows] == list(LABELS)
        assert [row["length"] for row in rows] == pytest.approx(expected, rel=1e-4)


def test_what_stands_behind_an_unknown_operator_is_left_out_and_the_rest_runs():
    page = OwnPage()
    page.upload("x.onnx", unknown())
    assert "the operator “Det”" in page.said and "the step up to there" in page.said
    assert opened_map(page).shape == (6, 6)
    assert page.view["place"]["node"] == "v0" or page.linked.network == "model"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (small()[:-200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not an ONNX network"),
        (elsewhere(), "other files"),
        (chain(("Det", [], {}), shape=(1, 3, 8, 8)), "first step of this network"),
        (chain(("Relu", [], {}), shape=(1, 5, 8, 7)), "no picture in grey or colour"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_the_page_stays(data, sentence):
    page = OwnPage()
    page.upload("x.onnx", data)
    assert sentence in page.said and page.linked.network == "lenet5"
    page.look(node="conv2")
    assert page.view["place"]["node"] == "conv2"


def test_labels_are_pasted_uploaded_and_offered_and_stay_text():
    page = OwnPage()
    page.upload("x.onnx", small(("",) * 3))
    hostile = "<img src=x onerror=alert(1)>"
    page.at.text_area(key="network_own_labels").set_value(f"{hostile}\nb\nc")
    page.run(page.at)
    page.run(page.at)
    assert page.labels == [hostile, "b", "c"]
    page.upload("labels.txt", b"x\ny", "labels_file")
    assert "2 labels, and the network has 3 outputs" in page.said
    page.upload("labels.txt", b"x\ny\nz", "labels_file")
    assert page.labels == ["x", "y", "z"]
    page.choose("network_list", "none")
    assert page.labels == ["output 1", "output 2", "output 3"]


def test_a_preparation_that_cannot_be_is_a_sentence_and_changes_nothing():
    page = OwnPage()
    page.upload("x.onnx", small())
    for key, value, sentence in (
        ("network_mean", "1 2", "must be 3 numbers"),
        ("network_mean", "1 two 3", "Write numbers"),
        ("network_std", "1 0 1", "must be above 0"),
        ("network_mean", "nan 0 0", "mean"),
    ):
        page.at.text_input(key=key).set_value(value)
        page.run(page.at)
        assert sentence in page.said, key
        page.run(page.at)
    page.at.number_input(key="network_rows").set_value(64.0)
    page.run(page.at)
    assert "cannot take 64 × 16" in page.said
    assert page.at.number_input(key="network_rows").value == 16.0


def test_no_session_holds_more_than_it_may(monkeypatch):
    monkeypatch.setattr(networks, "LIMITS", replace(LIMITS, session_models_mb=0))
    page = OwnPage()
    page.upload("x.onnx", small())
    assert "one session has 0 MB" in page.said and page.linked.network == "lenet5"


def test_a_model_that_is_removed_leaves_the_page_where_it_can_be():
    page = OwnPage()
    page.upload("x.onnx", small())
    page.run(page.at.button(key="network_remove").click())
    assert page.linked.network == "lenet5"
    assert not [each for each in page.at.button if each.key == "network_remove"]


def test_weights_from_a_file_stand_in_a_network_that_is_here():
    network = NETWORKS["lenet5"]()
    params = init_params(network, np.random.default_rng(3))
    data = state_npz(network, params)
    loaded = load_state(data, network)
    assert all((loaded[n][k] == a).all() for n, own in params.items() for k, a in own.items())
    page = OwnPage(picture="held-4", node="conv2", channel="2")
    page.upload("w.npz", data, "weights_file")
    assert page.said.count("damaged") == 0
    image = held_out_digits()[0][4][None]
    made = outputs_of(network, params, image, ["conv2"])["conv2"][0]
    assert opened_map(page) == pytest.approx(made[2], abs=1e-6)
    assert "does not prove" in page.part("pass").header["outputs"]["caveat"]
    page.run(page.at.button(key="network_no_weights").click())
    page.run(page.at)
    shipped_maps = outputs_of(*shipped("lenet5"), image, ["conv2"])["conv2"][0]
    assert opened_map(page) == pytest.approx(shipped_maps[2], abs=1e-6)
    page.upload("w.npz", small(), "weights_file")
    assert "no named weights" in page.said


def test_the_session_that_comes_back_with_its_token_finds_its_model():
    page = OwnPage()
    page.upload("x.onnx", small())
    token = page.at.session_state["playground_train"].token
    again = OwnPage(network="model", node="relu1")
    assert "not in this browser tab" in again.said
    again.send({"op": "restore", "token": token, "seq": "tab.1"}, "tab")
    assert again.linked.network == "model" and again.said == again.at.text[0].value
