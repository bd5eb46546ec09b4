"""Descriptions of networks by strangers: a network that runs, or one sentence."""

from __future__ import annotations

import copy
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.files import BadFile
from playground.files.descriptions import describe, network_from
from tests.files.weight_files import CONTENT, described, refusal


def changed(place: tuple, value) -> dict:
    """The description of the network with one thing in it changed."""
    description = copy.deepcopy(CONTENT["network"])
    part = description
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return description


CONV = ("nodes", 0, "settings")


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (("input_shape",), [1, 8], "takes no pictures"),
        (("input_shape",), [1, 8, 4000], "takes no pictures"),
        (("input_shape",), [1, 8, 8, 8], "takes no pictures"),
        (("input_shape",), [1, 8, -8], "damaged"),
        (("input_shape",), [1, 8, 8.0], "damaged"),
        (("name",), 7, "damaged"),
        (("labels",), ["a", "b"], "one label for each output"),
        (("labels",), ["a", "b", None], "damaged"),
        (("labels",), ["a"] * 1001, "more than 1,000 labels"),
        (("nodes",), [], "takes no pictures"),
        (("nodes",), [CONTENT["network"]["nodes"][1]] * 201, "more than 200 nodes"),
        (("nodes", 1), "ReLU", "damaged"),
        (("nodes", 1, "name"), "conv", "called “conv”"),
        (("nodes", 1, "name"), "../relu", "damaged"),
        (("nodes", 1, "layer"), "Layer", "does not know"),
        (("nodes", 1, "layer"), "__class__", "does not know"),
        (("nodes", 1, "layer"), "eval", "does not know"),
        (("nodes", 1, "inputs"), ["later"], "reads “later”"),
        (("nodes", 1, "inputs"), [["conv"]], "damaged"),
        (("nodes", 1, "inputs"), ["later" * 1000], "damaged"),
        (("nodes", 1, "inputs"), ["conv"] * 65, "more than 64"),
        (("nodes", 1, "settings"), {"__class__": 1}, "a setting"),
        (("nodes", 4, "settings"), {}, "damaged"),
        ((*CONV, "filters"), 0, "at least 1"),
        ((*CONV, "filters"), 10**6, "damaged"),
        ((*CONV, "filters"), True, "damaged"),
        ((*CONV, "filters"), 2.0, "damaged"),
        ((*CONV, "kernel_size"), 9, "does not fit"),
        ((*CONV, "kernel_size"), [3, 3, 3], "damaged"),
        ((*CONV, "kernel_size"), "3", "damaged"),
        ((*CONV, "stride"), 0, "at least 1"),
        ((*CONV, "padding"), 2**16, "too large"),
        ((*CONV, "padding"), "big", "must be numbers"),
        ((*CONV, "padding_mode"), "mirror", "padding mode"),
        ((*CONV, "dilation"), [2**16, 2**16], "does not fit"),
        ((*CONV, "groups"), 2, "equal groups"),
        ((*CONV, "bias"), 1, "damaged"),
        (("nodes", 2, "settings", "kernel_size"), [2, 0], "at least 1"),
        (("nodes", 2, "settings", "stride"), 1.5, "damaged"),
        (("nodes", 4, "settings", "units"), 0, "damaged"),
        (("nodes", 4, "settings", "units"), -3, "damaged"),
        (("nodes", 3, "layer"), "ReLU", "put a Flatten"),
    ],
)
def test_a_network_that_is_none_is_refused(place, value, why):
    description = changed(place, value)
    with pytest.raises(BadFile, match=why):
        network_from(description)
    assert why in refusal(described(json.dumps(CONTENT | {"network": description})))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, "1", None, True])
def test_a_real_setting_must_be_a_real_number(value):
    node = {"name": "leaky", "layer": "LeakyReLU", "inputs": []}
    node["settings"] = {"negative_slope": value}
    with pytest.raises(BadFile, match="damaged"):
        network_from(changed(("nodes", 1), node))


@pytest.mark.parametrize(
    "nodes",
    [
        # each doubles the channels
        [("input", "Concat", {}, ["input", "input"])]
        + [(f"c{k}", "Concat", {}, [f"c{k - 1}" if k else "first"] * 2) for k in range(40)],
        [("conv", "Conv2d", {"filters": 60_000, "kernel_size": 1}, [])],
        [("conv", "Conv2d", {"filters": 500, "kernel_size": 99, "padding": "same"}, [])],
        [("conv", "Conv2d", {"filters": 1, "kernel_size": 1, "padding": 5000}, [])],
        [("conv", "Conv2d", {"filters": 1, "kernel_size": 2, "dilation": 60_000,
                             "padding": "same"}, [])],
        [("flatten", "Flatten", {}, []), ("units", "Linear", {"units": 60_000}, [])],
        [(f"r{k}", "ReLU", {}, []) for k in range(99)],
    ],
    ids=["doubling", "outputs", "work", "padding", "dilation", "weights", "depth"],
)  # fmt: skip
def test_a_network_that_would_take_too_much_is_refused_before_it_exists(nodes):
    nodes = [dict(zip(("name", "layer", "settings", "inputs"), n, strict=True)) for n in nodes]
    if nodes[0]["name"] == "input":
        nodes[0]["name"] = "first"
    large = {"name": "large", "input_shape": [4, 300, 300], "labels": [], "nodes": nodes}
    tracemalloc.start()
    with pytest.raises(BadFile, match="too large"):
        network_from(large)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
PLACES = [
    place
    for k, node in enumerate(CONTENT["network"]["nodes"])
    for place in [
        ("nodes", k),
        *(("nodes", k, key) for key in node),
        *(("nodes", k, "settings", key) for key in node["settings"]),
    ]
] + [(key,) for key in CONTENT["network"]]


@settings(max_examples=300)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_is_written_into_a_description_it_is_a_network_or_a_sentence(place, value):
    try:
        network = network_from(changed(place, value))
    except BadFile as error:
        assert str(error).endswith(".")
    else:
        assert network_from(describe(network)) == network
        assert min(min(shape) for shape in network.shapes().values()) >= 1
