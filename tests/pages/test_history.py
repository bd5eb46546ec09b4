"""The History page without a browser: systems, blocks, pictures, links, nonsense."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.network import forward
from playground.files import place
from playground.files.images import encode_png
from playground.files.moment import Moment, from_query
from playground.networks.history import HISTORY
from playground.ui.history import runs
from tests.experiments import Unpacked, random_picture


def draw_history() -> None:
    from playground.pages import history

    history.draw()


class Page:
    """A session on the page, and what its browser was sent."""

    numbers = itertools.count()

    def __init__(self, **query: str) -> None:
        self.at = AppTest.from_function(draw_history, default_timeout=60)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception, self.at.exception

    def element(self, component: str):
        sent = [each.proto for each in self.at.get("bidi_component")]
        return next(each for each in sent if each.component_name == f"cnn_{component}")

    def part(self, component: str) -> Unpacked:
        return Unpacked(self.element(component).bytes)

    def send(self, event: Any, component: str) -> None:
        """An edit from a component, as Streamlit's front end sends it; then the page once more."""
        if isinstance(event, dict) and "seq" not in event:
            event = {**event, "seq": f"page.{next(self.numbers)}"}
        states = self.at._tree.get_widget_states()
        state = states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.element(component).id}__events"
        state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
        self.at._run(states)
        assert not self.at.exception, self.at.exception
        self.run()

    @property
    def linked(self) -> Moment:
        query = {name: self.at.query_params[name] for name in self.at.query_params}
        moment, notes = from_query(query)
        assert notes == []
        return moment

    @property
    def said(self) -> str:
        return " ".join(text.value for text in self.at.text)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(system="densenet121", picture="coffee")


def test_the_block_runs_on_the_chosen_picture_beside_the_one_before_it(page):
    sides = page.part("blocks").header["sides"]
    assert [side["system"] for side in sides] == ["ResNet (2015)", "DenseNet (2016)"]
    network, params = runs.network_of(HISTORY[-1].blocks[0])
    output = forward(network, params, runs.seen("coffee").x[np.newaxis])[0]
    assert sides[1]["node"] == network.nodes[-1].name
    assert len(sides[1]["maps"]) == len(output)
    assert sides[1]["maximum"] == pytest.approx(float(output.max()), rel=1e-4)
    assert [row["name"] for row in sides[1]["rows"]][1:] == [n.name for n in network.nodes]
    assert any("random" in caption.value for caption in page.at.caption)


def test_each_system_has_its_words_figures_and_sources(page):
    for system in HISTORY:
        page.send({"op": "system", "key": system.keys[0]}, "timeline")
        assert page.linked.system == system.keys[0] and page.linked.picture == "coffee"
        text = " ".join(each.value for each in page.at.markdown)
        assert system.novelty in text and system.what_changed in text and system.url in text
        assert page.part("timeline").header["chosen"] == system.keys[0]
        links = [each.proto for each in page.at.get("page_link")]
        queries = [dict(parse_qsl(link.query_string)) for link in links]
        assert [query["network"] for query in queries] == list(system.keys)
        assert all(place.to_query(place.from_query(query)[0]) == query for query in queries)
        captions = " ".join(caption.value for caption in page.at.caption)
        assert all(error.source in captions for error in system.errors)


def test_layers_and_blocks_are_chosen_on_either_side_and_stand_in_the_link():
    page = Page(system="densenet121")
    node = "dense_layer2.concat"
    page.send({"op": "node", "side": "after", "value": node}, "blocks")
    page.send({"op": "block", "side": "before", "value": 1}, "blocks")
    assert page.linked == Moment("densenet121", before_block=1, after_node=node)
    again = Page(**{name: page.at.query_params[name] for name in page.at.query_params})
    before, after = again.part("blocks").header["sides"]
    assert before["block"] == 1 and after["node"] == node and len(after["maps"]) == 16


def test_an_own_picture_goes_through_the_blocks_and_a_lost_one_is_replaced_in_words():
    page = Page(system="vgg16")
    before = page.part("blocks").header["sides"][0]["maximum"]
    picture = encode_png(random_picture(np.random.default_rng(3), 3, 40, 50))
    page.at.file_uploader(key="upload").set_value(("x.png", picture, "image/png"))
    page.run()
    assert page.linked.picture.startswith("upload-")
    assert page.part("blocks").header["sides"][0]["maximum"] != before
    other = Page(system="vgg16", picture="upload-" + 32 * "0")
    other.send({"op": "restore", "png": None}, "gallery")
    assert "somebody’s own" in other.said and other.linked.picture == "cat"


@pytest.mark.parametrize(
    ("event", "component"),
    [
        ({"op": "system", "key": "<img>"}, "timeline"),
        ({"op": "system", "key": "resnet"}, "timeline"),
        ({"op": "node", "side": "after", "value": "no_such"}, "blocks"),
        ({"op": "block", "side": "after", "value": 7}, "blocks"),
        ({"op": "block", "side": "after", "value": "NaN"}, "blocks"),
    ],
)
def test_nonsense_from_the_browser_is_one_sentence(page, event, component):
    page.send(event, component)
    assert page.said and page.part("blocks").header["sides"]


def test_nonsense_in_a_link_is_one_sentence_a_part():
    page = Page(system="?", picture="etc", after_block="-1")
    assert len(page.at.text) == 3 and page.linked.system == "alexnet"
