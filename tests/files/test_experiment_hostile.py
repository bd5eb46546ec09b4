"""No link and no file gets anything invalid into an experiment, or a traceback out."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.kernels import KERNELS
from playground.files import BadFile
from playground.files.experiment import (
    MAX_JSON,
    Experiment,
    from_json,
    from_query,
    with_setting,
)
from playground.files.gallery import GALLERY
from playground.files.values import number
from tests.files.validity import problems

BAD_NUMBERS = [
    "nan", "NaN", "inf", "-inf", "1e999", "-1e999", "1_0", "1_000.5", " 1", "1 ", "1\n", "+", "",
    ".", "e5", "1e", "0x10", "١٢", "１２", "²", "½", "1,5", "--1", "1000.0001", "1e4", "9" * 5000,
    "0." + "1" * 50, "1\x00", "\ud800", "True", "None", "1j",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS)
def test_what_is_no_plain_number_in_range_is_refused(text):
    with pytest.raises(ValueError):
        number(text)
    for name in ("temperature", "seed", "active", "stride", "padding"):
        assert problems(from_query({name: text})[0]) == []
    experiment, notes = from_query({"f0": f"x|{text}|1|"})
    assert experiment.filters == Experiment().filters and len(notes) == 1


KEYS = [field.name for field in fields(Experiment)] + [f"f{i}" for i in range(10)] + ["v"]
TEXTS = st.text() | st.sampled_from(BAD_NUMBERS) | st.sampled_from([*KERNELS, *GALLERY, "same"])
FILTER_TEXTS = st.tuples(
    st.text(),
    TEXTS,
    st.lists(TEXTS | st.integers().map(str), max_size=50).map(",".join),
    TEXTS,
).map("|".join)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), TEXTS | FILTER_TEXTS))
def test_no_link_raises_or_makes_an_invalid_experiment(query):
    experiment, notes = from_query(query)
    assert problems(experiment) == []
    assert all(note.endswith(".") and "\n" not in note and len(note) < 120 for note in notes)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
FILTER_OBJECTS = st.fixed_dictionaries(
    {"name": ANYTHING, "weight": st.lists(st.lists(ANYTHING, max_size=4), max_size=4) | ANYTHING},
    optional={"bias": ANYTHING, "preset": ANYTHING},
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), ANYTHING),
    st.lists(FILTER_OBJECTS | ANYTHING) | ANYTHING,
)
def test_no_json_raises_or_makes_an_invalid_experiment(content, filters):
    data = json.dumps({"cnn_playground": 1, **content, "filters": filters})
    experiment, _ = from_json(data.encode("utf-8", "surrogatepass"))
    assert problems(experiment) == []


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_values_that_are_no_text_do_not_break_a_link(query):
    assert problems(from_query(query)[0]) == []


@settings(max_examples=100, deadline=None)
@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_make_from_json_raise_anything_but_bad_file(data):
    with pytest.raises(BadFile):
        from_json(data)


def nested(depth, opening="[", closing="]"):
    return opening * depth + closing * depth


@pytest.mark.parametrize("depth", [50, 500, 900, 5000, 30_000])
@pytest.mark.parametrize("key", ["stride", "picture", "seed", "filters", "cnn_playground"])
def test_deep_json_is_answered_with_a_sentence(key, depth):
    data = f'{{"cnn_playground": 1, "{key}": {nested(depth)}}}'.encode()
    try:
        experiment, notes = from_json(data)
    except BadFile as error:
        assert "not valid JSON" in str(error)
    else:
        assert problems(experiment) == []
        assert len(notes) == 1


@pytest.mark.parametrize("key", ["stride", "seed", "temperature"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "9" * 4000, "9" * 5000, "-1", "{}"])
def test_json_numbers_out_of_range_are_answered_with_a_sentence(key, value):
    try:
        experiment, notes = from_json(f'{{"cnn_playground": 1, "{key}": {value}}}'.encode())
    except BadFile as error:
        assert "not valid JSON" in str(error)
    else:
        assert experiment == Experiment() and len(notes) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b"[1]", "not an experiment saved"),
        (b'"cnn_playground"', "not an experiment saved"),
        (b"{}", "not an experiment saved"),
        (b" " * (MAX_JSON + 1), "too large"),
    ],
)
def test_a_file_that_is_no_experiment_says_so(data, sentence):
    with pytest.raises(BadFile, match=sentence):
        from_json(data)


def test_a_filter_that_is_not_there_cannot_be_chosen():
    start = Experiment()
    assert with_setting(start, "active", len(start.filters) - 1).active == len(start.filters) - 1
    with pytest.raises(ValueError, match="no such filter"):
        with_setting(start, "active", len(start.filters))
