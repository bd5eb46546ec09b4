"""Edits of one kernel: its weights, bias, name and preset."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, TRANSFORMS, resize
from playground.files.experiment import MAX_NAME, Experiment, Filter, preset_filter
from playground.ui.kernel_editor import apply, view
from tests.ui.kernels import ODD, SIZE_CHOICES, START, edit, of_presets


def with_weight(rows) -> Experiment:
    weight = tuple(tuple(float(v) for v in row) for row in rows)
    return replace(START, filters=(Filter("Mine", weight),))


def test_weights_replace_those_of_one_filter_in_reading_order():
    after = edit(START, "weights", filter=1, weight=[1, 2, 3, 4, 5, 6, 7, 8, 9.5])
    assert after.filters[1].weight == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.5))
    assert (after.filters[1].name, after.filters[1].preset) == ("Sobel x", "sobel_x")
    assert after.filters[:1] + after.filters[2:] == START.filters[:1] + START.filters[2:]


def test_a_cell_changes_one_weight():
    after = edit(START, "cell", filter=0, cell=5, value=0.25)
    assert after.filters[0].weight == ((-1, -1, -1), (-1, 8, 0.25), (-1, -1, -1))


@pytest.mark.parametrize("count", [0, 1, 8, 10, 25])
def test_weights_of_another_size_than_the_layer_are_refused(count):
    with pytest.raises(EngineError, match="9 weights"):
        edit(START, "weights", filter=0, weight=[0.0] * count)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1000.5, -1e308, True, None, "x", [], 10**99])
def test_a_weight_or_bias_that_is_no_number_within_the_limits_is_refused(value):
    edits = (
        {"op": "weights", "weight": [0.0] * 8 + [value]},
        {"op": "cell", "cell": 4, "value": value},
        {"op": "bias", "value": value},
    )
    for each in edits:
        with pytest.raises(EngineError, match="must be a number from −1000 to 1000"):
            apply(START, {"filter": 0, **each})


def test_the_bias_changes_nothing_else():
    after = edit(ODD, "bias", filter=2, value=-0.5)
    assert after.filters[2] == replace(ODD.filters[2], bias=-0.5)
    assert replace(after, filters=ODD.filters) == ODD


def test_a_name_is_one_short_visible_line():
    after = edit(START, "name", filter=0, name=" My\n\x00edges  " + "x" * 10_000)
    assert after.filters[0].name.startswith("My edges xxx")
    assert len(after.filters[0].name) <= MAX_NAME


@pytest.mark.parametrize("key", KERNELS)
def test_a_preset_brings_its_name_and_weights_and_no_bias(key):
    after = edit(edit(START, "bias", filter=1, value=3), "preset", filter=1, key=key)
    size = max(3, len(KERNELS[key].weight))
    expected = Filter(KERNELS[key].name, resize(KERNELS[key].weight, size), 0.0, key)
    assert after.filters[1] == expected
    assert {len(filter_.weight) for filter_ in after.filters} == {size}


def test_a_larger_preset_grows_the_layer_and_centres_the_others():
    after = edit(START, "preset", filter=0, key="gaussian_blur_5")
    assert after.kernel_size == 5
    for before, now in zip(START.filters[1:], after.filters[1:], strict=True):
        assert np.array(now.weight)[1:-1, 1:-1].tolist() == np.array(before.weight).tolist()
        assert np.abs(now.weight).sum() == np.abs(before.weight).sum()


@pytest.mark.parametrize("key", TRANSFORMS)
def test_a_transform_is_the_engines(key):
    start = of_presets("emboss", "sharpen")
    after = edit(start, "transform", filter=0, key=key)
    assert after.filters[0] == replace(
        start.filters[0], weight=TRANSFORMS[key](start.filters[0].weight)
    )
    assert after.filters[1] == start.filters[1]


def test_weights_that_sum_to_zero_cannot_be_normalised_and_the_view_says_so():
    with pytest.raises(EngineError, match="sum to zero"):
        edit(START, "transform", filter=0, key="normalise")
    shown = view(START, SIZE_CHOICES, "", "")["filters"]
    assert [f["can_normalise"] for f in shown] == [False] * 4
    assert "sum to zero" in shown[0]["why_not"]
    assert "sum to 1 already" in shown[2]["why_not"]
    other = with_weight([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    assert view(other, SIZE_CHOICES, "", "")["filters"][0]["can_normalise"]


def test_a_tiny_sum_does_not_blow_the_weights_up():
    start = with_weight([[1000, -999.9999, 0], [0] * 3, [0] * 3])
    with pytest.raises(EngineError, match="beyond ±1000"):
        edit(start, "transform", filter=0, key="normalise")
    assert not view(start, SIZE_CHOICES, "", "")["filters"][0]["can_normalise"]


def test_random_weights_come_from_the_seed_and_the_next_ones_differ():
    once = edit(ODD, "random", filter=0)
    again = edit(ODD, "random", filter=0)
    twice = edit(once, "random", filter=0)
    assert once == again
    assert (once.filters[0].name, once.filters[0].preset, once.seed) == ("Random 5", "", 6)
    assert once.filters[0].weight != twice.filters[0].weight


def test_the_seed_starts_again_after_the_last_one():
    last = replace(START, seed=2**31 - 1)
    assert edit(last, "random", filter=0).seed == 0


def test_reset_returns_to_the_preset_or_to_the_identity():
    changed = edit(START, "cell", filter=1, cell=0, value=7)
    assert edit(changed, "reset", filter=1) == START
    assert edit(edit(START, "random", filter=1), "reset", filter=1).filters[1] == preset_filter(
        "identity"
    )


def test_reset_of_a_cut_preset_grows_the_layer_again():
    start = of_presets("gaussian_blur_5", "unsharp")
    cut = edit(start, "size", size=3)
    assert [f["edited"] for f in view(cut, SIZE_CHOICES, "", "")["filters"]] == [True, True]
    assert edit(cut, "reset", filter=0).filters[0] == start.filters[0]
