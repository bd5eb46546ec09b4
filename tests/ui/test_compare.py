"""The view that compares: its maps and differences are the engine's, and its sentences true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.kernels import resize
from playground.files.comparison import THREE, write_against
from playground.files.experiment import (
    CHOICES,
    COMPARED,
    Experiment,
    compared,
    preset_filter,
)
from playground.ui import compare, pictures, screen
from playground.ui.compare_maps import STAGES, more
from playground.ui.compare_words import percent
from playground.ui.components import pack
from playground.ui.message import Parcel
from tests.experiments import Unpacked, random_experiment, random_picture

SMALL = Experiment(picture="seven", view="compare")
SHAPES = ((1, 28, 28), (3, 31, 20), (1, 5, 5), (3, 40, 64))


def sent(computed: screen.Screen) -> Unpacked:
    parcel = Parcel()
    header = more(computed, parcel)
    return Unpacked(pack(header, parcel.arrays))


def random_screens(seed: int, count: int):
    """Random experiments, compared with random other values, on random pictures."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        channels, rows, columns = SHAPES[number % len(SHAPES)]
        experiment = random_experiment(rng)
        if experiment.colour == "grey":
            channels = 1
        picture = random_picture(rng, channels, rows, columns)
        shape = screen.as_batch(picture, experiment.colour).shape
        experiment, _ = screen.settle(experiment, shape)
        name = COMPARED[rng.integers(len(COMPARED))]
        fitting = [
            v for v, reason in compare.choices(experiment, name, shape).items() if not reason
        ]
        most = int(rng.integers(1, 3)) if name in THREE else 1
        # Where nothing else fits, something that does not is asked for.
        values = fitting[:most] or [0 if name == "active" else CHOICES[name][-1]]
        experiment = replace(experiment, against=write_against(name, values))
        yield screen.compute(experiment, picture), picture


def side_maps(experiment: Experiment, name: str, value, picture: np.ndarray):
    """The maps of one side by stage; what a stage is left out of passes on what it has."""
    computed = screen.compute(replace(experiment, **{name: value}), picture)
    found = {}
    for stage in STAGES:
        if stage in computed.stages:
            last = computed.maps(stage)[computed.experiment.active]
        found[stage] = last
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_maps_of_all_sides_and_their_differences_are_the_engines(seed):
    for computed, picture in random_screens(seed, 12):
        got = sent(computed)
        header = got.header["compare"]
        experiment = computed.experiment
        name, values = compared(experiment)
        own = getattr(experiment, name)
        if len(header["sides"]) == 1:
            assert header["note"] and all(not stage["differences"] for stage in header["stages"])
            continue
        assert [side["letter"] for side in header["sides"]] == list("ABC"[: 1 + len(values)])
        assert len({side["label"] for side in header["sides"]}) == 1 + len(values)
        sides = [side_maps(experiment, name, value, picture) for value in (own, *values)]
        for stage in header["stages"]:
            maps = [side[stage["name"]] for side in sides]
            shape = tuple(stage["shape"])
            assert shape == tuple(min(m.shape[axis] for m in maps) for axis in (1, 2))
            step = (stage["high"] - stage["low"]) / 255
            taken = []
            for entry, side in zip(stage["sides"], maps, strict=True):
                assert tuple(entry["shape"]) == side.shape[1:]
                np.testing.assert_allclose(
                    [entry["minimum"], entry["maximum"]],
                    [side.min(), side.max()],
                    rtol=1e-4,
                    atol=1e-4,
                )
                codes = got.array(entry["codes"], side.shape)
                drawn = stage["low"] + codes * step
                cut = np.clip(side, stage["low"], stage["high"])
                assert np.abs(drawn - cut).max() <= 0.51 * step + 1e-4 * max(1, np.abs(cut).max())
                rows = got.array(entry["rows"], shape[:1], np.float32).astype(int)
                columns = got.array(entry["columns"], shape[1:], np.float32).astype(int)
                taken.append(side[:, rows[:, None], columns])
            for entry, other in zip(stage["differences"], taken[1:], strict=True):
                values_there = other.astype(np.float64) - taken[0]
                close = dict(rtol=1e-3, atol=1e-3 * max(1, np.abs(taken[0]).max()))
                np.testing.assert_allclose(entry["minimum"], values_there.min(), **close)
                np.testing.assert_allclose(entry["maximum"], values_there.max(), **close)
                np.testing.assert_allclose(entry["mean"], np.abs(values_there).mean(), **close)
                surely = (np.abs(values_there) > 1e-2 * max(1, np.abs(taken[0]).max())).mean()
                maybe = (values_there != 0).mean()
                assert surely <= entry["share"] <= maybe + 1e-12
                codes = got.array(entry["codes"], values_there.shape)
                drawn = entry["limit"] * (codes / 127.5 - 1)
                cut = np.clip(values_there, -entry["limit"], entry["limit"])
                assert np.abs(drawn - cut).max() <= entry["limit"] / 200 + close["atol"]
                part, row, column = entry["largest"]
                largest = np.abs(values_there).max()
                assert abs(values_there[part, row, column]) >= largest - close["atol"]


def test_a_message_says_that_nothing_differs_exactly_where_nothing_does():
    for computed, _ in random_screens(9, 40):
        header = sent(computed).header["compare"]
        assert len(header["sentences"]) == len(header["sides"]) - 1
        for i, sentence in enumerate(header["sentences"]):
            differs = any(stage["differences"][i]["share"] for stage in header["stages"])
            assert ("differs from A" in sentence) == differs
            assert sentence[0].isupper() and sentence.endswith(".")


SYMMETRIC, SOBEL = preset_filter("gaussian_blur"), preset_filter("sobel_x")
ONE = replace(SOBEL, weight=((2.0,),), preset="")
EDGE = replace(SMALL, filters=(preset_filter("edge"), SOBEL, replace(SOBEL, name="Again")))
WHY = {
    "There is no padding to fill": replace(EDGE, against="padding_mode:reflect"),
    "turned by 180°": replace(EDGE, against="convolution:1"),
    "has no neighbours": replace(EDGE, filters=(ONE,), against="dilation:3"),
    "There is no pooling": replace(EDGE, pool="none", against="pool_size:3"),
    "same weights and bias": replace(EDGE, active=1, against="active:2"),
    "No value of the convolution is negative": replace(
        EDGE, filters=(SYMMETRIC,), against="activation:none"
    ),
    "All weights of this kernel are 0": replace(
        EDGE, filters=(replace(ONE, weight=resize(((0.0,),), 3)),), against="stride:2"
    ),
    "Padding adds cells around the map": replace(EDGE, pool="none", against="padding:2"),
    "Stride 2 keeps every second cell of every second row of stride 1": replace(
        EDGE, pool="none", against="stride:2"
    ),
    "Stride 4 keeps every second cell of every second row of stride 2": replace(
        EDGE, pool="none", stride=2, against="stride:4"
    ),
    "Stride 3 keeps every third cell": replace(EDGE, pool="none", stride=3, against="stride:1"),
    "Pooling stride 4 keeps every second cell": replace(EDGE, against="pool_stride:4"),
    "both give the same values": replace(
        EDGE, filters=(ONE,), padding=1, padding_mode="circular", against="padding_mode:zeros"
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", WHY)
def test_the_page_says_why_nothing_differs(reason):
    experiment = WHY[reason]
    computed = screen.compute(experiment, pictures.picture_of(experiment, {}))
    header = sent(computed).header["compare"]
    (sentence,) = header["sentences"]
    assert reason in sentence and "differs" not in sentence
    assert all(stage["differences"][0]["share"] == 0 for stage in header["stages"])


def test_a_stride_that_keeps_cells_and_then_pools_says_both():
    experiment = replace(EDGE, against="stride:2")
    computed = screen.compute(experiment, pictures.picture_of(experiment, {}))
    (sentence,) = sent(computed).header["compare"]["sentences"]
    assert sentence.startswith("Stride 2 keeps every second cell")
    assert "After that, B differs from A in" in sentence and sentence.endswith("of the pooling.")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (1e-9, "0.1 %"), (1 - 1e-9, "99.9 %"), (0.5, "50.0 %")],
)
def test_only_all_is_100_per_cent_and_only_nothing_0(share, text):
    assert percent(share) == text
