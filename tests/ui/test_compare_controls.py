"""The controls of the comparison without a browser: what is chosen is compared, and in the link."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playground.files.comparison import PAIRS
from playground.files.experiment import (
    COMPARED,
    Experiment,
    compared,
    preset_filter,
    to_query,
    with_setting,
)
from playground.ui import compare, pictures, screen
from tests.experiments import Unpacked
from tests.pages.app import App

SMALL = Experiment(picture="seven", view="compare")
SYMMETRIC, SOBEL = preset_filter("gaussian_blur"), preset_filter("sobel_x")


class Comparing(App):
    """A session that looks at the comparison."""

    def _act(self, action, *, draw: bool = True) -> None:
        before = self.experiment
        action()
        self.check()
        if self.experiment != before:
            drawn = [each.proto.component_name for each in self.at.get("bidi_component")]
            assert "cnn_compare" in drawn
        if draw:
            self.run()

    @property
    def shown(self) -> dict:
        return Unpacked(self.component("compare").bytes).header["compare"]

    @property
    def labels(self) -> list[str]:
        return [side["label"] for side in self.shown["sides"]]


def opened(experiment: Experiment) -> Comparing:
    return Comparing(**to_query(experiment))


@pytest.fixture(scope="module")
def page():
    """One session that several tests share."""
    return opened(SMALL)


@pytest.mark.parametrize("name", COMPARED)
def test_every_setting_can_differ_and_every_value_that_is_offered_can_be_chosen(page, name):
    page.choose("compared", name)
    assert compared(page.experiment)[0] == name
    own = getattr(page.experiment, name)
    shape = screen.as_batch(pictures.picture_of(SMALL, {}), "sum").shape
    choices = compare.choices(page.experiment, name, shape)
    assert own not in choices
    fitting = [value for value, reason in choices.items() if not reason]
    for value in {fitting[-1], fitting[0]}:
        page.choose("against_B", value)
        assert compared(page.experiment)[1][0] == value
        assert page.linked() == (page.experiment, [])
        assert page.labels[:2] == [
            compare.named(page.experiment, name, each) for each in (own, value)
        ]
        assert page.at.selectbox(key="against_B").value == value


def test_a_third_side_comes_and_goes():
    page = opened(replace(SMALL, against="pool:average"))
    assert page.labels == ["max", "average"]
    page.choose("against_C", "sum")
    assert page.experiment.against == "pool:average,sum"
    assert page.labels == ["max", "average", "sum"]
    page.choose("against_B", "sum")
    assert page.experiment.against == "pool:sum" and page.labels == ["max", "sum"]
    page.choose("against_C", "none")
    assert page.labels == ["max", "sum", "no pooling"]
    page.choose("against_C", compare.NOTHING)
    assert page.labels == ["max", "sum"]
    page.click("undo")
    assert page.labels == ["max", "sum", "no pooling"]
    page.choose("compared", "stride")
    assert page.labels == ["stride 1", "stride 2"]
    assert not [box for box in page.at.selectbox if box.key == "against_C"]


# What each ready-made comparison changes in the experiment of the next test.
CHANGED = {
    "padding": "padding filled with: circular → zeros, padding: none → 1",
    "pooling": "pooling: none → max",
    "flipping": "flipped kernel: convolution → cross-correlation, a filter more: Emboss",
    "stride": "stride: 2 → 1",
}


@pytest.mark.parametrize("key", PAIRS)
def test_a_ready_made_comparison_is_one_click_and_one_step_back(key):
    start = replace(
        SMALL, picture="boat", side=64, stride=2, padding_mode="circular", pool="none",
        convolution=True, against="activation:tanh", filters=(preset_filter("edge"),),
    )  # fmt: skip
    page = opened(start)
    (changes,) = [pair["changes"] for pair in page.shown["pairs"] if pair["key"] == key]
    assert CHANGED[key] == changes
    page.send("compare", {"op": "set", "name": "pair", "value": key, "seq": "a.1"})
    made = page.experiment
    assert "" in [pair["changes"] for pair in page.shown["pairs"] if pair["key"] == key]
    assert made == with_setting(start, "pair", key)
    assert page.said == "" and page.shown["note"] == ""
    assert [pair["key"] for pair in page.shown["pairs"] if pair["chosen"]] == [key]
    assert len(page.labels) == (3 if key == "pooling" else 2)
    differs = any(d["share"] for stage in page.shown["stages"] for d in stage["differences"])
    assert differs or "keeps every second cell" in page.shown["sentences"][0]
    page.send("compare", {"op": "undo", "seq": "a.2"})
    assert page.experiment == start


def test_a_ready_made_comparison_that_does_not_fit_says_why():
    page = opened(replace(SMALL, picture="example5", pool="none", dilation=2))
    reasons = {pair["key"]: pair["reason"] for pair in page.shown["pairs"]}
    assert "does not fit" in reasons["pooling"] or "window" in reasons["pooling"]
    assert reasons["padding"] == ""


@pytest.mark.parametrize(
    "against",
    ["", "pool", "pool:median", "view:maps", "stride:2,3", "active:99", "pool:" + "sum," * 9999],
    ids=lambda text: text[:12] or "empty",
)
def test_a_hostile_comparison_is_noted_and_the_page_opens(against):
    page = Comparing(**{**to_query(SMALL), "against": against})
    assert page.experiment == SMALL and "comparison" in page.said
    assert page.labels == ["max", "average"]


@pytest.mark.parametrize(
    ("experiment", "note", "labels"),
    [
        (replace(SMALL, against="active:7"), "Filter 8 cannot be compared now. There is no filter",
         ["1 Edges: all neighbours", "2 Sobel: vertical edges"]),
        (replace(SMALL, filters=(SOBEL,), against="active:7"), "There is no filter 8.", None),
        (replace(SMALL, filters=(SOBEL,), against="active:0"), "only one filter", None),
        (replace(SMALL, picture="example5", pool="none", against="dilation:4"),
         "Dilation 4 cannot be compared now.", ["dilation 1", "dilation 2"]),
        (replace(SMALL, stride=2, against="padding:same"), "stride", ["no padding", "padding 1"]),
        (replace(SMALL, pool="average", against="pool:average"), "", ["average", "sum"]),
        (replace(SMALL, pool="average", against="pool:average,max"), "", ["average", "max"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_gives_way_and_the_page_says_so(experiment, note, labels):
    page = opened(experiment)
    assert note in page.shown["note"] and bool(page.shown["note"]) == bool(note)
    if labels is None:
        assert len(page.labels) == 1 and page.shown["sentences"] == []
        assert page.at.selectbox(key="against_B").disabled
    else:
        assert len(page.labels) == 2
        assert [a[:6] for a in page.labels] == [b[:6] for b in labels]


def test_a_filters_name_never_becomes_markdown():
    name = "![x](http://elsewhere.example/x.png)"
    filters = (replace(SOBEL, name=name, preset=""), SYMMETRIC)
    page = opened(replace(SMALL, filters=filters, against="active:1"))
    assert page.labels[0] == f"1 {page.experiment.filters[0].name}"
    assert all("elsewhere" not in box.help for box in page.at.selectbox if box.help)
    assert all("elsewhere" not in text.value for text in page.at.markdown)


@pytest.mark.parametrize(
    "event",
    [{"op": "set", "name": "pair", "value": value} for value in (None, "", ["padding"], 10**40)]
    + [{"op": "set", "name": "against", "value": value} for value in ("x", None, {}, "stride:1e9")],
    ids=lambda event: json.dumps(event)[10:60],
)
def test_hostile_events_change_nothing(page, event):
    before = page.experiment
    page.send("compare", {**event, "seq": "a.1"})
    assert page.experiment == before
