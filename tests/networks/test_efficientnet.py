"""EfficientNet-Lite0 beside its original, layer by layer, and what it says about photographs.

`tests/networks/data/efficientnet_lite0.npz` holds what PyTorch computed with the original's own
code and weights: ``python -m tools.record_efficientnet WHEEL`` made it.
"""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import Add, Conv2d, ReLU6
from playground.engine.network import summary, trace
from playground.files.gallery import gallery_picture
from playground.files.preparation import PREPARATIONS, prepare
from playground.networks.efficientnet import STAGES, efficientnet_lite0, same_padding
from playground.networks.four_classes import GROUPS, OTHER, four_classes
from playground.networks.imagenet import imagenet_labels, imagenet_names
from playground.networks.shipped import shipped
from tests.sources import ROOT

KEY = "efficientnet_lite0"
PICTURES = ("cat", "coffee", "cameraman")
BEST = {"cat": {"Egyptian cat", "tabby", "tiger cat"}, "coffee": {"espresso"},
        "cameraman": {"tripod"}}  # fmt: skip


@pytest.fixture(scope="module")
def original():
    with np.load(ROOT / "tests" / "networks" / "data" / f"{KEY}.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def stages():
    network, params = shipped(KEY)
    return {
        name: trace(network, params, prepare(gallery_picture(name), PREPARATIONS[KEY])[None])
        for name in PICTURES
    }


def top(values, count=5):
    return np.argsort(values)[::-1][:count].tolist()


@pytest.mark.parametrize("name", PICTURES)
def test_the_five_best_classes_are_the_original_s(name, stages, original):
    found = stages[name]["softmax"].output[0]
    logits = original[f"{name}.logits"]
    assert top(found) == top(logits)
    expected = np.exp(logits - logits.max(), dtype=np.float64)
    np.testing.assert_allclose(found, expected / expected.sum(), atol=0.005)
    # The weights are rounded to 16 bits; the logits lie between about -3 and 11.
    np.testing.assert_allclose(stages[name]["fc"].output[0], logits, atol=0.03)


@pytest.mark.parametrize("name", PICTURES)
def test_every_layer_computes_what_the_original_s_does(name, stages, original):
    compared = [key.removeprefix("places.") for key in original if key.startswith("places.")]
    kinds = [type(stage.layer) for stage in stages[name].values()]
    assert len(compared) == kinds.count(Conv2d) + kinds.count(Add) == 58
    for layer in compared:
        expected = original[f"{name}.{layer}"]
        found = stages[name][layer].output.reshape(-1)[original[f"places.{layer}"]]
        off = np.abs(found - expected) / np.abs(stages[name][layer].output).max()
        # The weights are rounded to 16 bits, and large terms that cancel let that be seen.
        assert off.max() < 0.02 and off.mean() < 0.0015, (layer, off.max(), off.mean())


@pytest.mark.parametrize("name", PICTURES)
def test_photographs_are_recognised(name, stages):
    network, _ = shipped(KEY)
    found = top(stages[name]["softmax"].output[0], len(BEST[name]))
    assert {network.labels[k] for k in found} == BEST[name]


def test_a_cat_is_a_cat_and_coffee_something_else(stages):
    said = {name: four_classes(stages[name]["softmax"].output[0]) for name in PICTURES}
    assert said["cat"]["cat"] > 0.8
    assert said["coffee"][OTHER] > 0.9 and said["cameraman"][OTHER] > 0.9
    for groups in said.values():
        assert list(groups) == ["dog", "cat", "boat", "bird", OTHER]
        assert sum(groups.values()) == pytest.approx(1, abs=1e-5)


def test_the_four_classes_are_separate_and_their_classes_are_called_so():
    classes = [k for group in GROUPS for k in group.classes]
    assert len(set(classes)) == len(classes) and 0 <= min(classes) <= max(classes) < 1000
    assert [len(group.classes) for group in GROUPS] == [118, 5, 15, 59]
    labels = imagenet_labels()
    named = {group.name: [labels[k] for k in group.classes] for group in GROUPS}
    assert {"Chihuahua", "Mexican hairless"} <= set(named["dog"]) and "dingo" not in named["dog"]
    assert all("cat" in " ".join(imagenet_names()[k]) for k in GROUPS[1].classes)
    assert {"canoe", "yawl", "liner"} <= set(named["boat"]) and "airship" not in named["boat"]
    assert {"cock", "albatross", "crane (bird)"} <= set(named["bird"])
    assert four_classes(np.eye(1000)[151]) == {"dog": 1, "cat": 0, "boat": 0, "bird": 0, OTHER: 0}
    with pytest.raises(EngineError, match="not over 10 numbers"):
        four_classes(np.ones(10))


def test_the_thousand_names_are_all_different_and_fit_a_line():
    labels = imagenet_labels()
    assert len(labels) == len(set(labels)) == len(imagenet_names()) == 1000
    assert max(map(len, labels)) <= 40 and all(label.strip() == label for label in labels)
    assert imagenet_names()[281] == ("tabby", "tabby cat")


def test_the_stages_have_the_sizes_and_channels_of_the_paper_s_table():
    # Table 1 at 224 x 224: the resolution there is that of the stage's input.
    rows = {row.name: row.output_shape for row in summary(efficientnet_lite0())}
    assert rows["stem.relu"] == (32, 112, 112)
    sizes = [112, 56, 28, 14, 14, 7, 7]
    for number, (stage, size) in enumerate(zip(STAGES, sizes, strict=True), 1):
        last = f"block{number}{'abcd'[stage.repeats - 1]}"
        assert rows[f"{last}.project"] == (stage.channels, size, size)
        assert f"block{number}{'abcde'[stage.repeats]}.project" not in rows
    assert rows["head.relu"] == (1280, 7, 7) and rows["fc"] == (1000,)
    assert sum(name.endswith(".project") for name in rows) == 16


def test_the_multiply_adds_are_near_the_published_ones():
    # https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite says 407
    # million, of a count that has other operations than those of weights in it as well.
    network = efficientnet_lite0()
    rows = summary(network)
    counted = sum(row.multiply_adds for row in rows)
    norms = sum(
        prod(row.output_shape)
        for row, node in zip(rows, network.nodes, strict=True)
        if isinstance(node.layer, Conv2d)
    )
    assert counted == 385_187_552
    # One for the batch norm and one for its sum at each output bring it within a fiftieth more.
    assert abs((counted + 2 * norms) / 407e6 - 1) < 0.021


def test_the_padding_is_tensorflow_s():
    # One pixel, or three, more at the bottom and the right where the stride is 2.
    assert same_padding(224, 3, 2) == (0, 1, 0, 1)
    assert same_padding(56, 5, 2) == (1, 2, 1, 2)
    assert same_padding(112, 3, 1) == (1, 1, 1, 1)
    assert same_padding(7, 3, 2) == (1, 1, 1, 1)


def test_blocks_fold_by_their_prefix_and_add_where_the_shapes_allow():
    nodes = efficientnet_lite0().nodes
    blocks = {node.name.partition(".")[0] for node in nodes if "." in node.name}
    assert len(blocks) == 16 + 2  # and the stem and the head
    added = {node.name.partition(".")[0] for node in nodes if isinstance(node.layer, Add)}
    repeats = {f"block{n}{'abcd'[k]}" for n, s in enumerate(STAGES, 1) for k in range(s.repeats)}
    assert added == {name for name in repeats if not name.endswith("a")}
    assert sum(isinstance(node.layer, ReLU6) for node in nodes) == 1 + 15 + 16 + 1
