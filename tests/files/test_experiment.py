"""An experiment comes back from a link or a file as it was."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest

from playground.engine.kernels import KERNELS, SIZES, resize
from playground.files.comparison import PAIRS
from playground.files.experiment import (
    CHOICES,
    MAX_FILTERS,
    MAX_JSON,
    Experiment,
    Filter,
    compared,
    from_json,
    from_query,
    preset_filter,
    to_json,
    to_query,
    with_setting,
)
from playground.files.gallery import GALLERY
from playground.files.values import MAX_NAME, MAX_WEIGHT
from tests.files.validity import problems

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
        ({"pool_size": "2.0"}, "The pooling window in this link is not one the playground knows."),
        ({"picture": "../../etc/passwd"}, "The picture in this link"),
        ({"picture": "upload-" + "g" * 32}, "The picture in this link"),
        ({"temperature": "nan"}, "The temperature in this link"),
        ({"temperature": "0"}, "The temperature in this link"),
        ({"seed": "-1"}, "The seed in this link"),
        ({"active": "8"}, "The chosen filter in this link"),
        ({"f0": "nonsense"}, "1 of the filters in this link cannot be read."),
        ({"f0": "edge", "f1": "a|0|1,2|"}, "1 of the filters in this link cannot be read."),
    ],
)
def test_what_a_link_has_that_cannot_be_used_is_said_in_one_sentence(query, note):
    experiment, notes = from_query({"pool": "sum", **query})
    assert len(notes) == 1 and notes[0].startswith(note) and notes[0].endswith(".")
    assert experiment.pool == "sum"
    assert problems(experiment) == []


def test_filters_of_several_sizes_become_as_large_as_the_largest_of_them():
    experiment, notes = from_query({"f0": "edge", "f1": "gaussian_blur_5"})
    assert notes == []
    assert experiment.kernel_size == 5
    assert experiment.filters[0].weight == resize(KERNELS["edge"].weight, 5)
    assert experiment.filters[1].weight == KERNELS["gaussian_blur_5"].weight


def test_the_filter_shown_large_is_always_one_that_exists():
    experiment, _ = from_query({"active": "5", "f0": "edge", "f1": "edge"})
    assert experiment.active == 0


def test_a_file_with_too_many_filters_keeps_the_first_eight():
    content = json.loads(to_json(Experiment()))
    content["filters"] = [asdict(preset_filter("edge")) | {"bias": i} for i in range(11)]
    experiment, notes = from_json(json.dumps(content).encode())
    assert [f.bias for f in experiment.filters] == list(range(8))
    assert notes == ["A file may have 8 filters; the rest was left out."]


def test_filters_that_are_no_list_are_noted():
    experiment, notes = from_json(b'{"cnn_playground": 1, "filters": {"0": "edge"}}')
    assert experiment == Experiment() and len(notes) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("pool:average", ("pool", ["average"])),
        ("pool:average,sum", ("pool", ["average", "sum"])),
        ("pool:sum,sum", ("pool", ["sum"])),
        ("convolution:1", ("convolution", [True])),
        ("convolution:0", ("convolution", [False])),
        ("padding:same", ("padding", ["same"])),
        ("padding:3", ("padding", [3])),
        ("active:7", ("active", [7])),
        ("stride:2", ("stride", [2])),
    ],
)
def test_a_comparison_comes_back_from_a_link_and_a_file(written, read):
    experiment, notes = from_query({"against": written})
    assert notes == [] and compared(experiment) == read
    assert [type(value) for value in compared(experiment)[1]] == [type(value) for value in read[1]]
    assert through_a_link(experiment) == (experiment, [])
    assert from_json(to_json(experiment).encode()) == (experiment, [])


@pytest.mark.parametrize(
    "written",
    [
        "", ":", "pool", "pool:", "pool:,", "pool:average,", "pool:median", "view:maps", "seed:1",
        "filters:1", "against:pool", "stride:2,3", "stride:9", "active:8", "active:-1",
        "active:1.5", "pool:max,sum,average", "pool:average:sum", "convolution:2",
        "pool:" + "sum," * 10_000, "padding_mode:__class__", 3, None, ["pool:sum"],
        {"pool": "sum"}, True,
    ],
    ids=lambda written: repr(written)[:20],
)  # fmt: skip
def test_a_comparison_that_cannot_be_is_noted_and_left_out(written):
    experiment, notes = from_json(
        json.dumps({"cnn_playground": 1, "against": written, "pool": "sum"}).encode()
    )
    assert experiment == Experiment(pool="sum")
    assert notes == ["The comparison in this file is not one the playground knows."]
    with pytest.raises(ValueError):
        with_setting(Experiment(), "against", written)


@pytest.mark.parametrize("key", PAIRS)
def test_a_ready_made_comparison_is_a_valid_experiment_from_any(key):
    rng = np.random.default_rng(7)
    for _ in range(60):
        made = with_setting(random_experiment(rng), "pair", key)
        assert problems(made) == [] and through_a_link(made) == (made, [])
        name, values = compared(made)
        assert getattr(made, name) not in values
        assert with_setting(made, "pair", key) == made
        if key == "padding":
            assert made.padding != 0
        if key == "flipping":
            turned = tuple(row[::-1] for row in made.filter.weight[::-1])
            assert turned != made.filter.weight


@pytest.mark.parametrize("key", ["", "stride:2", None, 3, ["padding"], "__class__"])
def test_other_pairs_are_refused(key):
    with pytest.raises(ValueError):
        with_setting(Experiment(), "pair", key)
