"""The famous networks beside the tables of their papers: sizes of maps, and what they cost."""

from __future__ import annotations

from collections import Counter
from math import prod

import pytest

from playground.engine.layers import Concat, Conv2d, LocalResponseNorm
from playground.engine.network import summary
from playground.networks import NETWORKS
from playground.networks.resnet import resnet50

SHAPES = {
    # Krizhevsky et al. 2012, section 3.5; the input is the one that its arithmetic needs.
    "alexnet": {
        "conv1": (96, 55, 55), "pool1": (96, 27, 27), "conv2": (256, 27, 27),
        "pool2": (256, 13, 13), "conv3": (384, 13, 13), "conv4": (384, 13, 13),
        "conv5": (256, 13, 13), "pool5": (256, 6, 6), "fc6": (4096,), "fc7": (4096,),
    },
    # Zeiler & Fergus 2013, figure 3.
    "zfnet": {
        "conv1": (96, 110, 110), "pool1": (96, 55, 55), "conv2": (256, 26, 26),
        "pool2": (256, 13, 13), "conv3": (384, 13, 13), "conv4": (384, 13, 13),
        "conv5": (256, 13, 13), "pool5": (256, 6, 6), "fc6": (4096,), "fc7": (4096,),
    },
    # Szegedy et al. 2014, table 1.
    "googlenet": {
        "conv1": (64, 112, 112), "pool1": (64, 56, 56), "conv2": (192, 56, 56),
        "pool2": (192, 28, 28), "inception3a.concat": (256, 28, 28),
        "inception3b.concat": (480, 28, 28), "pool3": (480, 14, 14),
        "inception4a.concat": (512, 14, 14), "inception4b.concat": (512, 14, 14),
        "inception4c.concat": (512, 14, 14), "inception4d.concat": (528, 14, 14),
        "inception4e.concat": (832, 14, 14), "pool4": (832, 7, 7),
        "inception5a.concat": (832, 7, 7), "inception5b.concat": (1024, 7, 7),
        "average": (1024, 1, 1),
    },
    # Simonyan & Zisserman 2014, table 1.
    **dict.fromkeys(("vgg16", "vgg19"), {
        "block1.pool": (64, 112, 112), "block2.pool": (128, 56, 56), "block3.pool": (256, 28, 28),
        "block4.pool": (512, 14, 14), "block5.pool": (512, 7, 7), "fc1": (4096,), "fc2": (4096,),
    }),
    # He et al. 2015, table 1.
    **dict.fromkeys(("resnet18", "resnet34"), {
        "conv1": (64, 112, 112), "pool1": (64, 56, 56), "stage2_block2.relu": (64, 56, 56),
        "stage3_block2.relu": (128, 28, 28), "stage4_block2.relu": (256, 14, 14),
        "stage5_block2.relu": (512, 7, 7), "average": (512, 1, 1),
    }),
    "resnet50": {
        "conv1": (64, 112, 112), "pool1": (64, 56, 56), "stage2_block3.relu": (256, 56, 56),
        "stage3_block4.relu": (512, 28, 28), "stage4_block6.relu": (1024, 14, 14),
        "stage5_block3.relu": (2048, 7, 7), "average": (2048, 1, 1),
    },
    # Huang et al. 2016, table 1.
    "densenet121": {
        "conv1": (64, 112, 112), "pool1": (64, 56, 56), "dense1_layer6.concat": (256, 56, 56),
        "transition1.pool": (128, 28, 28), "dense2_layer12.concat": (512, 28, 28),
        "transition2.pool": (256, 14, 14), "dense3_layer24.concat": (1024, 14, 14),
        "transition3.pool": (512, 7, 7), "dense4_layer16.concat": (1024, 7, 7),
        "average": (1024, 1, 1),
    },
}  # fmt: skip


def multiply_adds(network):
    return sum(row.multiply_adds for row in summary(network))


@pytest.mark.parametrize("key", SHAPES)
def test_every_stage_has_the_shape_of_the_paper_s_table(key):
    shapes = NETWORKS[key]().shapes()
    assert {name: shapes[name] for name in SHAPES[key]} == SHAPES[key]


def test_alexnet_has_as_many_neurons_as_the_paper_counts():
    # End of section 3.5. For the first layer it counts 253,440, which no size of 96 maps gives.
    shapes = NETWORKS["alexnet"]().shapes()
    counts = [prod(shapes[f"conv{i}"]) for i in (2, 3, 4, 5)]
    assert counts == [186_624, 64_896, 64_896, 43_264]


@pytest.mark.parametrize(
    ("key", "published"),
    [
        ("alexnet", 724e6),  # Sze et al. 2017, table II, https://arxiv.org/abs/1703.09039
        ("vgg16", 15.5e9),  # the same
        ("vgg19", 19.6e9),  # He et al. 2015, section 3.3
        ("resnet18", 1.8e9),  # its table 1
        ("resnet34", 3.6e9),
        ("resnet50", 4.1e9),  # torchvision's, which is this form
        ("densenet121", 5.724e9 / 2),  # counts a multiplication and an addition; with all norms
    ],
)
def test_the_multiply_adds_are_the_published_ones(key, published):
    assert multiply_adds(NETWORKS[key]()) == pytest.approx(published, rel=0.02)


def test_resnet_50_of_the_paper_costs_what_its_table_says_with_the_same_weights():
    paper = resnet50(stride_in="conv1")
    assert multiply_adds(paper) == pytest.approx(3.8e9, rel=0.02)
    assert [r.parameters for r in summary(paper)] == [r.parameters for r in summary(resnet50())]


def test_each_inception_module_costs_what_the_table_says():
    # In millions; the table's column "ops". Its 54 for 5a do not follow from the filters that it
    # has for it, which make 51.
    published = {
        "3a": 128, "3b": 304, "4a": 73, "4b": 88, "4c": 100, "4d": 119, "4e": 170, "5a": 51,
        "5b": 71,
    }  # fmt: skip
    found = Counter()
    for row in summary(NETWORKS["googlenet"]()):
        if row.name.startswith("inception"):
            found[row.name.partition(".")[0].removeprefix("inception")] += row.multiply_adds / 1e6
    assert found == pytest.approx(published, abs=1)


@pytest.mark.parametrize("key", SHAPES)
def test_nodes_of_a_block_stand_together_under_its_name(key):
    names = [node.name.partition(".")[0] for node in NETWORKS[key]().nodes if "." in node.name]
    runs = [name for name, before in zip(names, [None, *names], strict=False) if name != before]
    assert len(runs) == len(set(runs))
    assert bool(runs) == (key not in ("alexnet", "zfnet"))


def test_every_layer_of_a_dense_block_reads_all_maps_before_it():
    network = NETWORKS["densenet121"]()
    shapes, wiring = network.shapes(), {n.name: s for n, s in network.wiring()}
    for layer in range(1, 25):
        name = f"dense3_layer{layer}"
        assert shapes[name + ".norm1"][0] == 256 + 32 * (layer - 1)
        assert wiring[f"{name}.concat"] == (*wiring[f"{name}.norm1"], f"{name}.conv2")
    joins = [node for node in network.nodes if isinstance(node.layer, Concat)]
    assert len(joins) == 6 + 12 + 24 + 16


def test_alexnet_s_groups_see_half_of_the_maps_and_its_norms_are_the_paper_s():
    layers = {node.name: node.layer for node in NETWORKS["alexnet"]().nodes}
    groups = [layers[f"conv{i}"].groups for i in (1, 2, 3, 4, 5)]
    assert groups == [1, 2, 1, 2, 2]
    norms = {layer for layer in layers.values() if isinstance(layer, LocalResponseNorm)}
    assert norms == {LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)}


def test_no_convolution_before_a_batch_norm_has_a_bias():
    for key in ("resnet18", "resnet34", "resnet50", "densenet121"):
        convolutions = [n.layer for n in NETWORKS[key]().nodes if isinstance(n.layer, Conv2d)]
        assert not any(layer.bias for layer in convolutions)
