"""What a network makes of a picture, as the browser is told: true numbers, honest words, bounds."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from playground.datasets.digits import digits
from playground.datasets.own import START
from playground.engine import layers
from playground.engine.errors import EngineError
from playground.engine.network import Network, Node, init_params, trace
from playground.files.archives import LOADED
from playground.files.images import from_bytes, load_image
from playground.files.setup import CHOICES
from playground.networks.shipped import shipped
from playground.networks.small import small_network
from playground.ui.use import answer as module
from playground.ui.use.answer import answer
from playground.ui.use.subject import Subject, fitted, is_bright, kept
from tests.experiments import Unpacked
from tests.files.pictures import encode

LENET = Subject(*shipped("lenet5"), True)


def a_digit(number: int = 0) -> tuple[np.ndarray, int]:
    data = digits()
    row = data.held_out_rows[number]
    return data.batch([row])[0], int(data.targets[row])


def told(subject: Subject, picture: np.ndarray, truth: int | None = None) -> Unpacked:
    return Unpacked(answer(subject, picture, "What the network sees", truth, 7))


def untrained(*nodes: Node, shape=(1, 6, 6), labels=()) -> Subject:
    network = Network("made up", shape, nodes, labels)
    return Subject(network, init_params(network, np.random.default_rng(0)), False)


@pytest.mark.parametrize("number", range(0, 1000, 100))
def test_every_stage_is_the_engine_s_with_its_true_ranges(number):
    picture, _ = a_digit(number)
    message = told(LENET, picture)
    stages = trace(LENET.network, LENET.params, picture[None])
    assert [stage["title"] for stage in message.header["stages"]] == list(stages)
    for stage, computed in zip(message.header["stages"], stages.values(), strict=True):
        output = computed.output[0]
        assert (stage["minimum"], stage["maximum"]) == (output.min(), output.max())
        maps = output[None] if output.ndim == 1 else output
        for entry, values in zip(stage["maps"], maps, strict=True):
            assert (entry["minimum"], entry["maximum"]) == (values.min(), values.max())
            codes = message.array(entry["codes"], entry["shape"])
            low, high = entry["low"], entry["high"]
            shown = low + codes.astype(float) / 255 * (high - low)
            np.testing.assert_allclose(shown, np.atleast_2d(values), atol=(high - low) / 500)


def test_the_maps_of_a_stage_share_one_range_and_zero_is_white_among_negative_values():
    for stage in told(LENET, a_digit()[0]).header["stages"]:
        assert len({(entry["low"], entry["high"], entry["table"]) for entry in stage["maps"]}) == 1
        entry = stage["maps"][0]
        if stage["minimum"] < 0:
            assert entry["table"] == "diverging" and entry["low"] == -entry["high"]
        else:
            assert entry["table"] == "grey"


def test_the_picture_is_sent_exactly_in_grey_and_in_colour():
    picture, _ = a_digit()
    message = told(LENET, picture)
    codes = message.array(message.header["input"]["codes"], (28, 28))
    np.testing.assert_array_equal(from_bytes(codes), picture[0])
    network = small_network((3, 12, 12), ("a", "b"))
    subject = Subject(network, init_params(network, np.random.default_rng(0)), False)
    colour = from_bytes(np.random.default_rng(1).integers(0, 256, (3, 12, 12), dtype=np.uint8))
    message = told(subject, colour)
    codes = message.array(message.header["input"]["codes"], (12, 12, 3))
    np.testing.assert_array_equal(from_bytes(codes).transpose(2, 0, 1), colour)


def test_probabilities_scores_and_verdict_are_those_of_the_last_two_stages():
    picture, truth = a_digit(300)
    header = told(LENET, picture, truth).header
    stages = trace(LENET.network, LENET.params, picture[None])
    shares, scores = stages["softmax"].output[0], stages["fc3"].output[0]
    assert [row["label"] for row in header["rows"]] == list("0123456789")
    np.testing.assert_array_equal([row["length"] for row in header["rows"]], shares)
    assert [row["score"].replace("−", "-") for row in header["rows"]] == [
        f"{s:.2f}" for s in scores
    ]
    assert [row["best"] for row in header["rows"]].index(True) == shares.argmax()
    assert header["title"] == "Class probabilities" and header["right"] is True
    assert header["verdict"] == f"{truth} – right"
    wrong = told(LENET, picture, (truth + 1) % 10).header
    assert wrong["right"] is False and wrong["verdict"].startswith(f"{truth} – wrong")


def test_an_untrained_network_gives_no_probabilities():
    subject = replace(
        LENET, params=init_params(LENET.network, np.random.default_rng(0)), trained=False
    )
    header = told(subject, a_digit()[0]).header
    assert "robabilit" not in header["title"] and "%" not in header["spoken"]
    assert "no probabilities" in header["caveat"]
    for row in header["rows"]:
        assert re.fullmatch(r"0\.\d{3}", row["share"])


def test_what_is_nearly_certain_is_not_rounded_to_certainty():
    header = told(LENET, a_digit(300)[0]).header
    for row in header["rows"]:
        assert row["share"] not in ("100.0 %", "0.0 %")


def test_a_black_picture_is_not_taken_for_a_class():
    header = told(LENET, np.zeros((1, 28, 28), np.float32)).header
    assert header["verdict"] == "Nothing to see yet"
    assert not any(row["best"] for row in header["rows"])


def test_weights_from_a_file_prove_nothing():
    assert "does not prove" in told(replace(LENET, trained=None), a_digit()[0]).header["caveat"]


def test_other_endings_are_called_what_they_are():
    flat = untrained(Node("flatten", layers.Flatten()), Node("units", layers.Linear(3)))
    header = told(flat, np.ones((1, 6, 6), np.float32)).header
    assert "without a softmax" in header["caveat"] and header["columns"][0] == "output"
    assert [row["label"] for row in header["rows"]] == ["output 1", "output 2", "output 3"]
    maps = untrained(Node("conv", layers.Conv2d(2, 3)))
    header = told(maps, np.ones((1, 6, 6), np.float32)).header
    assert header["rows"] == [] and "ends in maps" in header["caveat"]


def test_a_large_network_is_shown_in_part_and_says_so():
    nodes = [Node("conv", layers.Conv2d(90, 3)), *(Node(f"r{i}", layers.ReLU()) for i in range(80))]
    subject = untrained(*nodes, Node("flatten", layers.Flatten()), shape=(1, 100, 100))
    data = answer(subject, np.ones((1, 100, 100), np.float32), "", None, 1)
    assert len(data) < 4_000_000
    header = Unpacked(data).header
    assert len(header["stages"]) == module.MAX_STAGES
    assert sum(len(stage["maps"]) for stage in header["stages"]) <= module.ALL_MAPS
    assert header["stages"][0]["more"] == "The 32 strongest of 90 maps."
    assert len(header["rows"]) == module.MAX_ROWS


def test_in_brief_the_first_maps_of_each_stage_stay_while_a_network_learns():
    picture, truth = a_digit()
    said = answer(LENET, picture, "seen", truth, 1, brief=True, aloud=False)
    header = (message := Unpacked(said)).header
    stages = trace(LENET.network, LENET.params, picture[None])
    shown = {stage["title"]: stage for stage in header["stages"]}
    assert set(stages) - set(shown) == {"flatten", "softmax"}
    second = shown["conv2"]
    assert [entry["label"] for entry in second["maps"]] == [f"map {n}" for n in range(1, 9)]
    assert "the first 8 of 16 maps" in second["size"] and "6 maps" in shown["conv1"]["size"]
    for entry, values in zip(second["maps"], stages["conv2"].output[0], strict=False):
        codes = message.array(entry["codes"], entry["shape"]).astype(float)
        low, high = entry["low"], entry["high"]
        np.testing.assert_allclose(
            low + codes / 255 * (high - low), values, atol=(high - low) / 500
        )
    assert (
        header["spoken"] == ""
        and header["verdict"] == told(LENET, picture, truth).header["verdict"]
    )


def test_numbers_that_overflow_end_in_a_sentence():
    network, params = shipped("lenet5")
    huge = {name: {k: a * np.float32(1e30) for k, a in own.items()} for name, own in params.items()}
    with pytest.raises(EngineError, match="too large"):
        answer(Subject(network, huge, None), a_digit()[0], "", None, 1)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 48, 48), (1, 200, 200)])
def test_an_uploaded_picture_is_brought_to_the_network_s_input(channels, shape):
    rng = np.random.default_rng(0)
    picture = from_bytes(rng.integers(0, 256, (channels, 90, 160), dtype=np.uint8))
    small = kept(picture)
    assert small.dtype == np.uint8 and small.shape == (channels, 90, 90)
    found = fitted(small, shape)
    assert found.shape == shape and found.dtype == np.float32
    np.testing.assert_allclose(found + fitted(small, shape, inverted=True), 1, atol=1e-6)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("side", CHOICES["side"])
def test_a_new_picture_is_prepared_as_the_own_pictures_were_that_were_learned(side, colour):
    rng = np.random.default_rng(side)
    codes = rng.integers(0, 256, (4, 150, 301, 3), dtype=np.uint8)
    pictures = [load_image(encode(each, "PNG"), LOADED) for each in codes]
    collection = START.merged({"Class 1": pictures[:2], "Class 2": pictures[2:]})[0]
    learned = collection.dataset(side, colour)
    shape = (3 if colour else 1, side, side)
    for row, picture in enumerate(pictures):
        assert np.array_equal(fitted(kept(picture), shape), learned.batch(row))


@pytest.mark.parametrize("shape", [(2, 28, 28), (1, 28, 30), (5,)])
def test_a_shape_that_no_picture_has_is_refused_in_a_sentence(shape):
    with pytest.raises(EngineError, match="no square picture"):
        fitted(np.zeros((1, 8, 8), np.uint8), shape)


def test_paper_is_bright_and_a_digit_is_not():
    assert is_bright(np.full((1, 4, 4), 230, np.uint8))
    assert not is_bright(digits().images[0])
