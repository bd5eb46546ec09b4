"""The Network page without a browser: networks, pictures, layers, maps, cells, links, nonsense."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.network import trace
from playground.engine.outline import outline
from playground.files.images import encode_png
from playground.files.place import Place, from_query
from playground.networks import NETWORKS
from playground.networks.shipped import shipped
from playground.ui.network.subjects import held_out_digits
from tests.datasets.drawings import DIGITS
from tests.experiments import Unpacked, random_picture


def draw_network() -> None:
    from playground.pages import network

    network.draw()


def unframed(data: bytes) -> Iterator[Unpacked]:
    """The messages in what a component was sent."""
    while data:
        (length,) = struct.unpack_from("<I", data)
        yield Unpacked(data[4 : 4 + length])
        data = data[4 + length :]


class Page:
    """A session on the page, and what its browser was sent."""

    numbers = itertools.count()

    def __init__(self, **query: str) -> None:
        self.at = AppTest.from_function(draw_network, default_timeout=60)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.run(self.at)

    def run(self, what) -> None:
        what.run()
        assert not self.at.exception, self.at.exception

    def part(self, name: str) -> Unpacked | None:
        """What was delivered under this name."""
        found = None
        for element in self.at.get("bidi_component"):
            if element.proto.component_name in ("cnn_network", "cnn_delivery"):
                for message in unframed(element.proto.bytes):
                    found = message if message.header["part"] == name else found
        return found

    @property
    def view(self) -> dict[str, Any]:
        return self.part("view").header

    def send(self, event: Any, component: str = "network", *, whole: bool = True) -> None:
        """An edit from a component, as Streamlit's front end sends it; then the page once more."""
        if isinstance(event, dict) and "seq" not in event:
            event = {**event, "seq": f"page.{next(self.numbers)}"}
        sent = [each.proto for each in self.at.get("bidi_component")]
        own = next(each for each in sent if each.component_name == f"cnn_{component}")
        states = self.at._tree.get_widget_states()
        state = states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{own.id}__events"
        state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
        self.at._run(states)
        assert not self.at.exception, self.at.exception
        if whole:
            self.run(self.at)

    def look(self, **at: Any) -> None:
        self.send({"op": "look", "at": at})

    @property
    def said(self) -> str:
        return " ".join(text.value for text in self.at.text)

    @property
    def linked(self) -> Place:
        query = {name: self.at.query_params[name] for name in self.at.query_params}
        place, notes = from_query(query)
        assert notes == []
        return place


def opened_map(page: Page) -> np.ndarray:
    message = page.part("map")
    shape = message.header["map"]["shape"]
    return message.array(message.header["values"], shape, np.float32)


def test_what_is_looked_at_is_what_the_engine_computes():
    page = Page(network="lenet5", picture="held-4", node="conv2")
    network, params = shipped("lenet5")
    image = held_out_digits()[0][4]
    stages = trace(network, params, image[np.newaxis])
    maps = stages["conv2"].output[0]
    header = page.part("maps").header
    assert [each["channel"] for each in header["maps"]] == np.argsort(
        -np.abs(maps).mean(axis=(1, 2), dtype=np.float64), kind="stable"
    ).tolist()
    chosen = page.view["place"]["channel"]
    assert chosen == header["maps"][0]["channel"]
    assert (opened_map(page) == maps[chosen]).all()
    page.look(channel=3, row=2, column=7)
    assert (opened_map(page) == maps[3]).all()
    cell = page.part("cell").header
    assert cell["place"] == [3, 2, 7] and cell["value"] == float(maps[3, 2, 7])
    total = sum(group["total"] for group in cell["groups"]) + cell["rest"] + cell["bias"]
    assert total == pytest.approx(cell["value"], rel=1e-5)
    assert page.view["cell"] == cell["digest"]
    outputs = page.part("pass").header["outputs"]
    shares = stages["softmax"].output[0]
    assert outputs["verdict"] == f"{shares.argmax()} – right"
    assert [row["length"] for row in outputs["rows"]] == shares.tolist()


def test_an_edit_that_comes_again_draws_everything_anew_and_writes_the_address():
    page = Page(network="lenet5", picture="held-4")
    event = {"op": "look", "at": {"node": "conv2"}, "seq": "again.1"}
    page.send(event)
    page.at.query_params.clear()  # the answer was lost, the browser has the old address
    page.send(event, whole=False)
    assert page.linked.node == "conv2" and page.view["answered"] == "again.1"
    assert page.part("graph") and page.part("pass") and page.part("maps")


def test_a_stroke_is_read_and_the_layers_are_not_sent_anew():
    page = Page(network="lenet5")
    assert page.part("pass").header["outputs"]["verdict"] == "Nothing to see yet"
    before = page.part("graph").header
    page.send({"op": "strokes", "strokes": DIGITS[3], "seq": "pad.1"}, "pad")
    assert page.part("pass").header["outputs"]["verdict"] == "3"
    assert page.part("graph").header == before
    assert page.linked.picture == "draw"


def test_everything_that_is_chosen_stands_in_the_link_and_a_reload_finds_it():
    page = Page(network="lenet5", picture="held-9")
    page.look(node="pool2")
    page.look(channel=5, row=1, column=2)
    page.look(unfolded=["a", "b"])
    page.look(top="relu1")
    place = page.linked
    assert (place.node, place.channel, place.row, place.column) == ("pool2", 5, 1, 2)
    assert (place.unfolded, place.top) == (("a", "b"), "relu1")
    again = Page(**{name: page.at.query_params[name] for name in page.at.query_params})
    assert again.view["place"] == page.view["place"]
    assert again.part("cell").header == page.part("cell").header
    assert not again.said.startswith("This")


def test_undo_leads_back_through_layers_pictures_and_networks():
    page = Page(network="lenet5", picture="held-0")
    page.look(node="conv2")
    page.look(channel=2, row=0, column=0)
    page.run(page.at.button(key="network_another").click())
    assert page.linked.picture == "held-389" and page.linked.node == "conv2"
    page.run(page.at.selectbox(key="network_choice").set_value("resnet18"))
    assert page.linked.network == "resnet18" and page.linked.node == ""
    for picture, node, channel in (("held-389", "conv2", 2), ("held-0", "conv2", 2)):
        page.run(page.at.button(key="undo").click())
        found = page.linked
        assert (found.network, found.picture, found.node, found.channel) == (
            "lenet5", picture, node, channel,
        )  # fmt: skip
    page.run(page.at.button(key="redo").click())
    assert page.linked.picture == "held-389"


def test_a_large_network_is_computed_slice_by_slice_and_can_be_cancelled():
    page = Page(network="resnet18", node="stage2_block1.conv1", picture="coffee")
    assert page.view["working"]["title"] and page.view["pass"] == ""
    assert page.view["working"]["left"] is None
    assert page.part("graph").header["items"]
    page.send({"op": "cancel"})
    assert page.view["working"] is None and page.view["stopped"]
    page.send({"op": "again"})
    for _ in range(100):
        if page.view["working"] is None:
            break
        page.send({"op": "go"})
    outputs = page.part("pass").header["outputs"]
    assert outputs["title"].startswith("Outputs of the softmax") and "%" not in outputs["spoken"]
    assert "random" in outputs["caveat"]
    assert page.part("maps").header["node"] == "stage2_block1.conv1"


def test_the_occlusion_map_is_asked_for_and_made_in_slices():
    page = Page(network="lenet5", picture="held-0")
    assert page.part("occlusion") is None
    page.look(patch="8", stride="4", fill="black")
    page.look(occlusion=True)
    while page.view["working"]:
        page.send({"op": "go"})
    header = page.part("occlusion").header
    assert header["done"] == header["total"] == 36
    assert header["lowest"] <= header["highest"] <= header["uncovered"] <= 1
    assert page.linked.occlusion and page.linked.fill == "black"


def test_an_own_picture_is_prepared_and_its_link_brings_another_session_the_gallery():
    page = Page(network="lenet5", picture="cat")
    picture = encode_png(random_picture(np.random.default_rng(3), 3, 40, 50))
    page.at.file_uploader(key="upload").set_value(("x.png", picture, "image/png"))
    page.run(page.at)
    assert page.linked.picture.startswith("upload-")
    seen = []
    for inverted in (False, True):
        page.run(page.at.toggle(key="network_inverted").set_value(inverted))
        message = page.part("pass")
        shape, codes = (message.header["input"][name] for name in ("shape", "codes"))
        seen.append(message.array(codes, shape).astype(int))
    assert (seen[0] + seen[1] == 255).all()
    other = Page(network="lenet5", picture=page.linked.picture)
    other.send({"op": "restore", "png": "no picture"}, "gallery")
    assert "somebody’s own" in other.said and other.linked.picture == "cat"


@pytest.mark.parametrize(
    "query",
    [
        {"network": "nothing_here", "picture": "../x", "node": "\x00"},
        {"network": "own"},
        {"network": "lenet5", "node": "no such layer", "channel": "3", "row": "1"},
        {"network": "lenet5", "node": "conv1", "channel": "6", "row": "99", "column": "3"},
        {"network": "lenet5", "node": "fc1", "channel": "500", "row": "2", "column": "2"},
        {"network": "lenet5", "picture": "held-99999"},
        {"network": "efficientnet_lite0", "picture": "draw"},
    ],
)
def test_a_link_to_what_is_not_there_is_answered_in_sentences(query):
    page = Page(**query)
    assert page.said.endswith(".")
    assert page.part("pass") is not None


NONSENSE = [
    None, 7, [], "go", {"op": "look"}, {"op": []}, {"op": "look", "at": 3},
    {"op": "look", "at": {"network": "own"}}, {"op": "look", "at": {"node": ["conv1"]}},
    {"op": "look", "at": {"channel": 10**9}}, {"op": "look", "at": {"row": float("nan")}},
    {"op": "look", "at": {"unfolded": [[]]}}, {"op": "look", "at": {"": 1}},
    {"op": "go"}, {"op": "cancel"}, {"op": "again"}, {"op": "rest"},
]  # fmt: skip


def test_nonsense_from_the_browser_changes_nothing():
    page = Page(network="lenet5", picture="held-0", node="pool1", channel="2")
    before = page.view["place"]
    for event in NONSENSE:
        page.send(event)
        assert page.view["place"] == before
    page.look(node="no such layer")
    assert "no layer" in page.said and page.part("maps") is not None


def test_a_link_to_a_layer_in_folded_blocks_opens_them():
    page = Page(network="densenet121", node="dense2_layer3.conv1", picture="cat")
    around = outline(NETWORKS["densenet121"]()).block_of(page.linked.node)
    assert around and set(around) <= set(page.linked.unfolded)
    page.look(unfolded=[])
    assert page.linked.unfolded == ()
