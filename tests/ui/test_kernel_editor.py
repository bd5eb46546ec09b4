"""Edits of the kernel editor: what each one does, and that a hostile one gets a sentence."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, SIZES, TRANSFORMS, resize
from playground.files.experiment import (
    MAX_FILTERS,
    MAX_NAME,
    Experiment,
    Filter,
    from_json,
    preset_filter,
    to_json,
)
from playground.ui.kernel_editor import GROUPS, PRESETS, apply, view
from playground.ui.kernel_edits import OPERATIONS

START = Experiment()
SIZE_CHOICES = [{"size": size, "reason": ""} for size in SIZES]
# Settings, in case that an edit changes something that is none of its business.
ODD = replace(START, picture="boat", stride=2, padding=1, temperature=3.0, seed=5)


def edit(experiment: Experiment, op: str, **values) -> Experiment:
    return apply(experiment, {"op": op, **values})


def with_weight(rows) -> Experiment:
    weight = tuple(tuple(float(v) for v in row) for row in rows)
    return replace(START, filters=(Filter("Mine", weight),))


def of_presets(*keys: str) -> Experiment:
    return replace(START, filters=tuple(preset_filter(key) for key in keys))


def names(experiment: Experiment) -> list[str]:
    return [filter_.name for filter_ in experiment.filters]


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
    assert [f["can_normalise"] for f in shown] == [False, False, True, True]
    assert "sum to zero" in shown[0]["why_not"]


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


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_that_of_every_filter(size):
    after = edit(START, "size", size=size)
    expected = tuple(replace(f, weight=resize(f.weight, size)) for f in START.filters)
    assert after == replace(START, filters=expected)


def test_growing_and_shrinking_again_changes_nothing():
    assert edit(edit(START, "size", size=7), "size", size=3) == START


def test_filters_are_added_up_to_the_limit_and_each_is_another_preset():
    experiment = of_presets("sharpen")
    for count in range(2, MAX_FILTERS + 1):
        experiment = edit(experiment, "add")
        assert experiment.active == len(experiment.filters) - 1 == count - 1
    assert len(set(names(experiment))) == MAX_FILTERS
    assert all(len(KERNELS[f.preset].weight) == 3 for f in experiment.filters)
    for op in ({"op": "add"}, {"op": "duplicate", "filter": 0}):
        with pytest.raises(EngineError, match="at most 8 filters"):
            apply(experiment, op)


def test_a_filter_added_to_a_layer_of_1x1_kernels_is_an_identity():
    after = edit(edit(START, "size", size=1), "add")
    assert after.filters[-1].weight == ((1.0,),)


def test_a_duplicate_stands_next_to_its_original_and_is_active():
    after = edit(START, "duplicate", filter=1)
    assert names(after)[1:3] == ["Sobel x", "Sobel x copy"]
    assert after.active == 2
    assert after.filters[2] == replace(START.filters[1], name="Sobel x copy")
    long = edit(edit(START, "name", filter=0, name="n" * 40), "duplicate", filter=0)
    assert long.filters[1].name == "n" * 35 + " copy"


@pytest.mark.parametrize("active", range(4))
@pytest.mark.parametrize("removed", range(4))
def test_removing_a_filter_keeps_the_active_one_unless_it_is_the_one(active, removed):
    start = replace(START, active=active)
    after = edit(start, "remove", filter=removed)
    assert names(after) == [n for i, n in enumerate(names(start)) if i != removed]
    if active != removed:
        assert after.filter == start.filter
    assert 0 <= after.active < 3


def test_the_last_filter_stays():
    with pytest.raises(EngineError, match="last filter stays"):
        edit(of_presets("edge"), "remove", filter=0)


@pytest.mark.parametrize("start", range(4))
@pytest.mark.parametrize("to", range(4))
def test_a_moved_filter_stands_where_it_was_sent_and_the_active_one_stays_active(start, to):
    for active in range(4):
        before = replace(START, active=active)
        after = edit(before, "move", filter=start, to=to)
        assert after.filters[to] == before.filters[start]
        assert sorted(names(after)) == sorted(names(before))
        assert after.filter == before.filter


def test_selecting_and_flipping_change_one_setting():
    assert edit(ODD, "select", filter=3) == replace(ODD, active=3)
    assert edit(ODD, "convolution", value=True) == replace(ODD, convolution=True)


# By name: the test's report could not print them.
VAST = {
    "integer": 10**5000,
    "digits": "9" * 5000,
    "text": "x" * 10**6,
    "list": [0.0] * 10**5,
    "infinity": "1e999",
    "bytes": b"x",
}


def vast(name: str) -> object:
    return VAST[name]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from([*VAST]).map(vast),
    lambda inner: (
        st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)
FIELDS = ("filter", "weight", "cell", "value", "name", "key", "size", "to", "gesture", "seq")
PLAUSIBLE = {
    "filter": st.integers(0, 3),
    "to": st.integers(0, 3),
    "cell": st.integers(0, 8),
    "value": st.floats(-10, 10) | st.booleans(),
    "name": st.text(),
    "key": st.sampled_from([*KERNELS, *TRANSFORMS]),
    "size": st.sampled_from(SIZES),
    "weight": st.lists(st.floats(-10, 10), min_size=9, max_size=9),
}
EVENTS = JUNK | st.fixed_dictionaries(
    {"op": st.sampled_from([*OPERATIONS]) | JUNK},
    optional={name: PLAUSIBLE.get(name, JUNK) | JUNK for name in FIELDS},
)


@given(EVENTS)
def test_whatever_comes_in_gives_an_experiment_that_can_be_kept_or_a_sentence(event):
    try:
        after = apply(START, event)
    except EngineError as error:
        assert str(error).endswith(".") and len(str(error)) < 200
    else:
        assert 1 <= len(after.filters) <= MAX_FILTERS
        assert 0 <= after.active < len(after.filters)
        assert {len(f.weight) for f in after.filters} == {after.kernel_size} <= set(SIZES)
        assert from_json(to_json(after).encode()) == (after, [])
        json.dumps(view(after, SIZE_CHOICES, "", ""), allow_nan=False)


@pytest.mark.parametrize("op", [None, 3, "", "WEIGHTS", "__class__", [], {}, "x" * 10**6])
def test_an_unknown_operation_is_refused_without_repeating_it(op):
    with pytest.raises(EngineError, match="does not know") as error:
        apply(START, {"op": op, "filter": 0})
    assert len(str(error.value)) < 100


@pytest.mark.parametrize("index", [-1, 4, 10**30, 1.0, "0", None, True, []])
@pytest.mark.parametrize(
    "op", [op for op in OPERATIONS if op not in ("size", "add", "convolution")]
)
def test_a_filter_that_is_not_there_is_refused(op, index):
    with pytest.raises(EngineError, match="the layer has 4 filters"):
        apply(START, {"op": op, "filter": index})


def test_the_view_shows_what_is_there():
    changed = edit(edit(START, "cell", filter=1, cell=0, value=7), "select", filter=1)
    shown = view(changed, SIZE_CHOICES, "abc.7", "A sentence.")
    assert (shown["active"], shown["size"], shown["convolution"]) == (1, 3, False)
    assert (shown["answered"], shown["note"], shown["sizes"]) == (
        "abc.7",
        "A sentence.",
        SIZE_CHOICES,
    )
    one = shown["filters"][1]
    assert one["weight"] == [7, 0, 1, -2, 0, 2, -1, 0, 1]
    assert (one["name"], one["preset"], one["edited"], one["sum"]) == (
        "Sobel x",
        "sobel_x",
        True,
        8,
    )
    assert [f["edited"] for f in shown["filters"]] == [False, True, False, False]
    assert not any(f["edited"] for f in view(edit(START, "size", size=5), [], "", "")["filters"])


def test_every_preset_is_offered_once_and_every_group_names_presets():
    assert [preset["key"] for preset in PRESETS] == list(KERNELS)
    grouped = [key for keys in GROUPS.values() for key in keys]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= set(KERNELS)
