"""An experiment comes back from a link or a file as it was, and nothing hostile gets in."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields, replace
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.kernels import KERNELS, SIZES
from playground.files import BadFile
from playground.files.experiment import (
    CHOICES,
    MAX_FILTERS,
    MAX_JSON,
    RANGES,
    UPLOAD,
    Experiment,
    Filter,
    from_json,
    from_query,
    preset_filter,
    to_json,
    to_query,
)
from playground.files.gallery import GALLERY
from playground.files.values import MAX_NAME, MAX_WEIGHT, clean_name, number, square

NAMES = [
    "a", "My filter", "a|b||c", "|", "Größe ×−→", "日本語", "🙂🙂", "x=1&y=2#z?%20+", "'\"`\\",
    "<script>alert(1)</script>", "a,b,c", "v", "edge", "1|2|3|", "x" * MAX_NAME, "😀" * MAX_NAME,
]  # fmt: skip


def random_weight(rng, size):
    """Draw weights of very different kinds: whole, tenths, fractions, full doubles, extremes."""
    kind = rng.integers(6)
    values = {
        0: lambda: rng.integers(-9, 10, (size, size)),
        1: lambda: rng.integers(-90, 91, (size, size)) / 10,
        2: lambda: np.full((size, size), 1 / size**2),
        3: lambda: rng.uniform(-MAX_WEIGHT, MAX_WEIGHT, (size, size)),
        4: lambda: rng.standard_normal((size, size)) * 10.0 ** rng.integers(-300, 2),
        5: lambda: rng.choice([MAX_WEIGHT, -MAX_WEIGHT, 5e-324, 0.1, 1e-7], (size, size)),
    }[int(kind)]()
    return tuple(tuple(float(v) for v in row) for row in values)


def random_filter(rng, size):
    keys = [key for key, kernel in KERNELS.items() if len(kernel.weight) == size]
    if keys and rng.random() < 0.4:
        filter_ = preset_filter(keys[rng.integers(len(keys))])
        change = rng.integers(4)
        if change == 1:
            return replace(filter_, weight=random_weight(rng, size))
        if change == 2:
            return replace(filter_, bias=0.5)
        if change == 3:
            return replace(filter_, name=NAMES[rng.integers(len(NAMES))])
        return filter_
    bias = [0.0, 1.0, -0.1, float(rng.uniform(-1000, 1000))][rng.integers(4)]
    return Filter(NAMES[rng.integers(len(NAMES))], random_weight(rng, size), bias)


def random_experiment(rng):
    """Draw a valid experiment, with most settings moved away from the start."""
    chosen = {
        name: options[rng.integers(len(options))]
        for name, options in CHOICES.items()
        if rng.random() < 0.7
    }
    size = SIZES[rng.integers(len(SIZES))]
    count = int(rng.integers(1, MAX_FILTERS + 1))
    if rng.random() < 0.9:
        chosen["filters"] = tuple(random_filter(rng, size) for _ in range(count))
        chosen["active"] = int(rng.integers(count))
    upload = "upload-" + "".join(rng.choice([*"0123456789abcdef"], 32))
    return Experiment(
        **chosen,
        picture=[*GALLERY, upload][rng.integers(len(GALLERY) + 1)],
        temperature=[1.0, 0.01, 100.0, float(rng.uniform(0.01, 100))][rng.integers(4)],
        seed=[0, 2**31 - 1, int(rng.integers(2**31))][rng.integers(3)],
    )


def through_a_link(experiment):
    url = urlencode(to_query(experiment))
    return from_query({key: values[-1] for key, values in parse_qs(url).items()})


def problems(experiment):
    """List what makes an experiment invalid; the page relies on none of it happening."""
    found = []
    for name, options in CHOICES.items():
        value = getattr(experiment, name)
        if not any(value == option and type(value) is type(option) for option in options):
            found.append(f"{name} = {value!r}")
    for name, (low, high) in RANGES.items():
        value = getattr(experiment, name)
        if type(value) is not int or not low <= value <= high:
            found.append(f"{name} = {value!r}")
    if experiment.picture not in GALLERY and not UPLOAD.fullmatch(experiment.picture):
        found.append("picture")
    if type(experiment.temperature) is not float or not 0.01 <= experiment.temperature <= 100:
        found.append("temperature")
    if not 1 <= len(experiment.filters) <= MAX_FILTERS:
        found.append("number of filters")
    if experiment.active >= len(experiment.filters):
        found.append("active")
    for filter_ in experiment.filters:
        size = len(filter_.weight)
        values = [v for row in filter_.weight for v in row]
        if size not in SIZES or size != experiment.kernel_size or len(values) != size * size:
            found.append("size")
        for value in (*values, filter_.bias):
            if type(value) is not float or not abs(value) <= MAX_WEIGHT or str(value) == "-0.0":
                found.append(f"value {value!r}")
        if clean_name(filter_.name) != filter_.name or not filter_.name.isprintable():
            found.append("name")
        if filter_.preset and filter_.preset not in KERNELS:
            found.append("preset")
    return found


def test_the_start_is_valid_and_its_link_is_empty():
    assert problems(Experiment()) == []
    assert to_query(Experiment()) == {"v": "1"}
    assert from_query({}) == (Experiment(), [])


def test_a_thousand_experiments_come_back_from_their_links():
    rng = np.random.default_rng(2024)
    seen = set()
    for _ in range(1000):
        experiment = random_experiment(rng)
        assert problems(experiment) == []
        assert through_a_link(experiment) == (experiment, [])
        seen.add(experiment)
    assert len(seen) > 990


def test_experiments_come_back_from_their_files():
    rng = np.random.default_rng(2025)
    for _ in range(300):
        experiment = random_experiment(rng)
        data = to_json(experiment).encode()
        assert len(data) <= MAX_JSON
        assert from_json(data) == (experiment, [])


def test_the_largest_experiment_fits_a_link_and_a_file():
    weight = ((-123.45678901234567,) * 7,) * 7
    experiment = Experiment(filters=(Filter("😀" * MAX_NAME, weight, -0.12345678901234567),) * 8)
    assert through_a_link(experiment) == (experiment, [])
    assert len(urlencode(to_query(experiment))) < 16 * 1024
    assert len(to_json(experiment)) <= MAX_JSON
    assert from_json(to_json(experiment).encode()) == (experiment, [])


def test_every_choice_comes_back_with_its_type():
    for name, options in CHOICES.items():
        for option in options:
            experiment = replace(Experiment(), **{name: option})
            for back, notes in (
                through_a_link(experiment),
                from_json(to_json(experiment).encode()),
            ):
                assert back == experiment and notes == []
                assert type(getattr(back, name)) is type(option)


def test_a_preset_is_short_in_a_link():
    experiment = Experiment(filters=(preset_filter("sobel_x"),))
    assert to_query(experiment)["f0"] == "sobel_x"


def test_a_partial_link_opens_with_what_it_has():
    experiment, notes = from_query({"stride": "2", "f3": "sobel_y"})
    assert notes == []
    assert experiment == Experiment(stride=2, filters=(preset_filter("sobel_y"),))


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ({"v": "7"}, "This link is from another version of the playground."),
        ({"stride": "9"}, "The stride in this link is not one the playground knows."),
        ({"pool_size": "2.0"}, "The pool size in this link is not one the playground knows."),
        ({"picture": "../../etc/passwd"}, "The picture in this link"),
        ({"picture": "upload-" + "g" * 32}, "The picture in this link"),
        ({"temperature": "nan"}, "The temperature in this link"),
        ({"temperature": "0"}, "The temperature in this link"),
        ({"seed": "-1"}, "The seed in this link"),
        ({"active": "8"}, "The active in this link"),
        ({"f0": "nonsense"}, "1 of the filters in this link cannot be read."),
        ({"f0": "edge", "f1": "a|0|1,2|"}, "1 of the filters in this link cannot be read."),
        ({"f0": "edge", "f1": "gaussian_blur_5"}, "Filters of another size"),
    ],
)
def test_what_a_link_has_that_cannot_be_used_is_said_in_one_sentence(query, note):
    experiment, notes = from_query({"pool": "sum", **query})
    assert len(notes) == 1 and notes[0].startswith(note) and notes[0].endswith(".")
    assert experiment.pool == "sum"
    assert problems(experiment) == []


def test_the_filter_shown_large_is_always_one_that_exists():
    experiment, _ = from_query({"active": "5", "f0": "edge", "f1": "edge"})
    assert experiment.active == 0


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


@pytest.mark.parametrize(
    "value",
    [True, False, None, [], {}, math.nan, math.inf, -math.inf, 10**400, -(10**400), 1000.5, b"1",
     1j, object()],
)  # fmt: skip
def test_values_of_other_types_are_no_numbers(value):
    with pytest.raises(ValueError):
        number(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-1.5", -1.5), ("+.5", 0.5), ("2.", 2), ("1e-3", 1e-3), ("-0", 0), ("1E2", 100)],
)
def test_plain_decimal_numbers_are_read(text, value):
    assert number(text) == value and str(number(text)) != "-0.0"


@pytest.mark.parametrize("count", [0, 2, 3, 4, 8, 16, 36, 64, 81])
def test_only_the_offered_sizes_are_kernels(count):
    with pytest.raises(ValueError):
        square([1.0] * count)


@given(st.text())
def test_a_clean_name_is_one_visible_line_and_stays_as_it_is(name):
    clean = clean_name(name)
    assert 1 <= len(clean) <= MAX_NAME
    assert clean.isprintable() and clean == clean.strip() == clean_name(clean)


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


def test_a_file_with_too_many_filters_keeps_the_first_eight():
    content = json.loads(to_json(Experiment()))
    content["filters"] = [asdict(preset_filter("edge")) | {"bias": i} for i in range(11)]
    experiment, notes = from_json(json.dumps(content).encode())
    assert [f.bias for f in experiment.filters] == list(range(8))
    assert notes == ["A file may have 8 filters; the rest was left out."]


def test_filters_that_are_no_list_are_noted():
    experiment, notes = from_json(b'{"cnn_playground": 1, "filters": {"0": "edge"}}')
    assert experiment == Experiment() and len(notes) == 1
