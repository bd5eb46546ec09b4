"""What the kernel editor is told, and that a hostile edit gets a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, SIZES, TRANSFORMS
from playground.files.experiment import MAX_FILTERS, from_json, to_json
from playground.ui.kernel_editor import GROUPS, PRESETS, apply, view
from playground.ui.kernel_edits import OPERATIONS
from tests.ui.kernels import SIZE_CHOICES, START, edit

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
