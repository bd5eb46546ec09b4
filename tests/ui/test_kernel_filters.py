"""Edits of the layer: the size of its kernels and the list of its filters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, SIZES, resize
from playground.files.experiment import MAX_FILTERS, Experiment
from playground.ui.kernel_editor import apply
from tests.ui.kernels import ODD, START, edit, of_presets


def names(experiment: Experiment) -> list[str]:
    return [filter_.name for filter_ in experiment.filters]


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
