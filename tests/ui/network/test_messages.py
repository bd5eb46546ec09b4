"""What the browser is told of networks: their layers, maps and numbers, and what they answer."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.layers import LAYERS, Conv2d, Linear, MaxPool2d, Softmax
from playground.engine.network import INPUT, Network, Node, summary, trace
from playground.engine.opened import open_cell
from playground.networks.resnet import resnet18
from playground.networks.shipped import shipped
from playground.ui.network.cell_message import cell_message
from playground.ui.network.compute import passed, prepare
from playground.ui.network.glance import map_picture, shrink
from playground.ui.network.graph_message import graph_message
from playground.ui.network.inputs import Taken
from playground.ui.network.layer_words import NAMES, layer_name, layer_word, shape_words
from playground.ui.network.maps_message import maps_message
from playground.ui.network.subjects import SUBJECTS, UNTRAINED, Opened, held_out_digits
from playground.ui.network.verdict import share, verdict
from playground.ui.words import WORDS
from tests.experiments import Unpacked


@pytest.fixture(scope="module")
def lenet() -> Opened:
    return SUBJECTS["lenet5"].find()


def digit(number: int) -> Taken:
    images, targets = held_out_digits()
    x = images[number]
    return Taken(x, (255 * x).astype(np.uint8), f"digit {number}", "a digit", int(targets[number]))


def test_the_list_of_layers_has_every_layer_once_with_what_it_reads_and_costs():
    network = resnet18()
    subject = Opened(network, {}, False, key="resnet18")
    header = Unpacked(graph_message(subject, "x")).header
    items, reads = header["items"], header["reads"]
    names = [INPUT, *(node.name for node in network.nodes)]
    layers = {item["name"]: item for item in items if "node" in item}
    assert set(layers) == set(names)
    for node, sources in network.wiring():
        item = layers[node.name]
        assert [names[i] for i in reads[item["node"]]] == list(sources)
    shapes = network.shapes()
    for row in summary(network):
        item = layers[row.name]
        assert item["shape"] == " × ".join(map(str, shapes[row.name]))
        assert (f"{row.parameters:,} parameters" in item["spoken"]) == (row.parameters > 0)
    for place, item in enumerate(items):
        inside = items[place + 1 : place + 1 + item["size"]]
        assert all(each["level"] > item["level"] for each in inside)
        if item["size"]:
            assert inside[-1]["name"] == item["last"]
        behind = items[place + 1 + item["size"] :]
        assert not behind or behind[0]["level"] <= item["level"]
    assert any("residual block" in item["title"] for item in items)
    assert "11,689,512 parameters" in header["totals"]


def test_every_layer_has_a_name_and_every_word_it_asks_for_is_there():
    assert set(NAMES) <= {layer.__name__ for layer in LAYERS}
    assert {word for _, word in NAMES.values() if word} <= set(WORDS)
    assert layer_name(Conv2d(8, 3, 2, groups=8), 8) == "Depthwise convolution 3 × 3, stride 2"
    assert layer_word(Conv2d(8, 3, groups=8), 8) == "depthwise"
    assert layer_name(Conv2d(8, 3, groups=2), 8) == "Convolution in 2 groups 3 × 3"
    assert layer_name(MaxPool2d(2)) == "Max pooling 2 × 2, stride 2"
    assert layer_name(Linear(3)) == "Fully connected"
    assert shape_words((1, 5, 7)) == "1 map of 5 × 7" and shape_words((1000,)) == "1,000 units"


def test_maps_come_strongest_first_as_many_as_are_asked_for(lenet):
    values = np.random.default_rng(0).normal(0, 1, (60, 12, 12)).astype(np.float32)
    message = Unpacked(maps_message(lenet, "conv2", values, 24, "x"))
    order = np.argsort(-np.abs(values).mean(axis=(1, 2), dtype=np.float64), kind="stable")
    assert [each["channel"] for each in message.header["maps"]] == order[:24].tolist()
    for each in message.header["maps"]:
        codes = message.array(each["codes"], each["shape"]).astype(float)
        drawn = each["low"] + codes * (each["high"] - each["low"]) / 255
        step = (each["high"] - each["low"]) / 255
        assert np.abs(drawn - values[each["channel"]]).max() <= 0.51 * step
        assert each["minimum"] == values[each["channel"]].min()


def test_units_are_named_by_their_class_at_the_end_and_by_number_before_it(lenet):
    values = np.arange(10, dtype=np.float32)
    found = Unpacked(maps_message(lenet, "fc3", values, 24, "x")).header["units"]
    assert [unit["label"] for unit in found] == [str(9 - i) for i in range(10)]
    found = Unpacked(maps_message(lenet, "fc2", np.zeros(84, np.float32), 24, "x")).header
    assert found["units"][0]["label"] == "unit 1" and len(found["units"]) == 24


def test_a_small_map_has_the_means_of_blocks_and_the_true_range():
    plane = np.random.default_rng(1).random((50, 33), np.float32)
    small = shrink(plane, 20)
    assert small.shape == (17, 17)
    assert small[0, 0] == pytest.approx(plane[:3, :2].mean())
    assert small[-1, -1] == pytest.approx(plane[48:, 32:].mean())
    assert shrink(plane, 50) is plane
    found = map_picture(plane, False, 20)
    assert (found.minimum, found.maximum) == (plane.min(), plane.max())


def test_numbers_of_every_layer_of_lenet_add_up_as_they_are_told(lenet):
    network, params = shipped("lenet5")
    stages = trace(network, params, digit(5).x[None])
    there = {INPUT: digit(5).x[None]} | {name: s.output for name, s in stages.items()}
    for name, stage in stages.items():
        place = tuple(n // 2 for n in stage.output.shape[1:])
        cell = open_cell(network, params, there, name, place)
        header = Unpacked(cell_message(lenet, cell, "x")).header
        value = float(stage.output[0][place])
        assert header["value"] == value and header["field"] is not None
        if header["kind"] == "sum":
            terms = [each["total"] for each in header["groups"]]
            terms = terms or [each["product"] for each in header["parts"]]
            assert sum(terms) + header["rest"] + header["bias"] == pytest.approx(value, rel=1e-4)
        if header["kind"] == "softmax":
            rows = header["terms"]["rows"]
            assert sum(row["share"] for row in rows) == pytest.approx(1)
            assert [row["channel"] for row in rows if row["own"]] == [place[0]]
        if header["kind"] == "winner":
            counted = [each["value"] for each in header["parts"] if each["counts"]]
            assert counted == [value]


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_a_softmax_along_any_axis_marks_the_term_of_its_own_number(axis):
    network = Network("maps", (3, 4, 5), (Node("shares", Softmax(axis)),))
    x = np.random.default_rng(2).normal(0, 1, (1, 3, 4, 5)).astype(np.float32)
    place = (2, 1, 3)
    stages = trace(network, {}, x)
    there = {INPUT: x, "shares": stages["shares"].output}
    cell = open_cell(network, {}, there, "shares", place)
    rows = Unpacked(cell_message(Opened(network, {}, None, key="x"), cell, "x")).header["terms"][
        "rows"
    ]
    [own] = [row for row in rows if row["own"]]
    assert own["channel"] == place[axis - 1]
    assert own["share"] == pytest.approx(float(there["shares"][0][place]))
    assert own["label"] == ("map 3", "row 2", "column 4")[axis - 1]


def test_a_networks_answer_is_right_or_wrong_and_no_probability_without_training(lenet):
    taken = digit(7)
    prepare(lenet, taken, ["conv1"])
    found = verdict(lenet, taken, passed(lenet, taken))
    assert found["right"] is (found["verdict"] == f"{taken.truth} – right")
    assert found["title"] == "Class probabilities" and "%" in found["spoken"]
    untrained = Opened(lenet.network, lenet.params, False, key="lenet5")
    found = verdict(untrained, taken, passed(lenet, taken))
    assert found["title"] == "Outputs of the softmax" and "%" not in found["spoken"]
    assert share(0.00001, True) == "< 0.1 %" and share(0.5, False) == "0.500"


def test_every_network_without_trained_weights_says_so():
    assert all("random weights" in SUBJECTS[key].title for key in UNTRAINED)
    found = SUBJECTS["zfnet"].find()
    assert found.trained is False and "random" in found.caveat
    assert found.preparation.rows == found.network.input_shape[1]
