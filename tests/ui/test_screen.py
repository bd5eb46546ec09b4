"""From an experiment to the browser's message: what is sent is what was computed."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.kernels import SIZES, resize
from playground.files.experiment import CHOICES, SETTING_NAMES, Experiment, Filter
from playground.ui.kernel_editor import news
from playground.ui.message import message
from playground.ui.screen import (
    as_batch,
    compute,
    kernel_sizes,
    map_names,
    options,
    reason_against,
    settle,
    size_formulas,
)
from tests.experiments import Unpacked, random_experiment, random_picture

SHAPES = ((1, 5, 5), (1, 28, 28), (3, 31, 20), (3, 97, 170))


def screens(seed: int, count: int):
    """Random experiments on random pictures, settled and computed."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        channels, rows, columns = SHAPES[number % len(SHAPES)]
        experiment = random_experiment(rng)
        if experiment.colour == "grey":
            channels = 1
        picture = random_picture(rng, channels, rows, columns)
        shape = as_batch(picture, experiment.colour).shape
        yield compute(settle(experiment, shape)[0], picture), picture


def sent(screen) -> Unpacked:
    return Unpacked(message(screen, "digest", "a.1", 7, news(screen.experiment, "b.2")))


def block_means(values: np.ndarray, step: int) -> np.ndarray:
    rows, columns = values.shape[-2] // step, values.shape[-1] // step
    cut = values[..., : rows * step, : columns * step]
    return cut.reshape(*values.shape[:-2], rows, step, columns, step).mean(axis=(-3, -1))


@pytest.mark.parametrize("seed", range(6))
def test_the_message_holds_every_map_within_one_level_of_its_values(seed):
    for screen, _ in screens(seed, 8):
        got = sent(screen)
        active = screen.experiment.active
        assert [s["name"] for s in got.header["stages"]] == map_names(screen.experiment)
        for stage in got.header["stages"]:
            maps = screen.maps(stage["name"])
            assert tuple(stage["shape"]) == maps.shape[2:]
            assert len(stage["maps"]) == len(maps)
            for i, entry in enumerate(stage["maps"]):
                values, shape = maps[i], tuple(entry["shape"])
                assert entry["minimum"] == values.min() and entry["maximum"] == values.max()
                assert entry["low"] < entry["high"]
                assert (entry["table"] == "rgb") == (len(values) == 3)
                if i == active:
                    assert shape == maps.shape[2:]
                elif shape != maps.shape[2:]:
                    step = math.ceil(max(maps.shape[2:]) / 80)
                    assert max(shape) <= 80
                    values = block_means(values.astype(np.float64), step)
                place = (values - entry["low"]) / (entry["high"] - entry["low"]) * 255
                parts = (3,) if entry["table"] == "rgb" else ()
                codes = got.array(entry["codes"], (*shape, *parts))
                codes = codes.transpose(2, 0, 1) if parts else codes[None]
                assert np.abs(codes - np.clip(place, 0, 255)).max() <= 1


def test_the_largest_thumbnail_is_small_and_only_the_chosen_map_comes_in_full():
    rng = np.random.default_rng(1)
    for shape in ((1, 512, 512), (1, 512, 90), (1, 81, 500)):
        screen = compute(Experiment(active=2), random_picture(rng, *shape))
        for stage in sent(screen).header["stages"]:
            sizes = [entry["shape"] for entry in stage["maps"]]
            assert sizes[2] == stage["shape"]
            assert all(max(size) <= 80 for i, size in enumerate(sizes) if i != 2)


@pytest.mark.parametrize("seed", range(3))
def test_small_maps_bring_their_exact_values(seed):
    found = 0
    for screen, _ in screens(seed, 8):
        got = sent(screen)
        for stage in got.header["stages"]:
            maps = screen.maps(stage["name"])
            for i, entry in enumerate(stage["maps"]):
                if "values" in entry:
                    found += 1
                    assert i == screen.experiment.active
                    values = got.array(entry["values"], maps.shape[2:], np.float32)
                    assert (values == maps[i, 0]).all()
    assert found > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_message_says_the_settings_and_the_softmax_of_the_screen(seed):
    for screen, _ in screens(seed, 8):
        experiment, header = screen.experiment, sent(screen).header
        settings, softmax = header["settings"], header["softmax"]
        assert (header["version"], header["answered"], header["picture"]) == (7, "a.1", "digest")
        assert header["editor"]["answered"] == "b.2"
        for filter_, shown in zip(experiment.filters, settings["filters"], strict=True):
            weight = np.array(filter_.weight)
            turned = weight[::-1, ::-1] if experiment.convolution else weight
            np.testing.assert_allclose(shown["weight"], turned.ravel(), rtol=1e-6)
            assert (shown["name"], shown["bias"]) == (filter_.name, filter_.bias)
        for name in ("active", "colour", "stride", "padding_mode", "dilation", "activation"):
            assert settings[name] == getattr(experiment, name)
        last = map_names(experiment)[-1]
        scores = screen.maps(last).mean(axis=(1, 2, 3), dtype=np.float64)
        np.testing.assert_allclose(softmax["scores"], scores, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(sum(softmax["exponentials"]), softmax["total"])
        shares = np.array(softmax["exponentials"]) / softmax["total"]
        np.testing.assert_allclose(softmax["probabilities"], shares, rtol=1e-6)


def value_of(formula: str) -> int:
    """What a size formula comes to, worked out from its text."""
    text = formula.replace("−", "-").replace("·", "*").replace("⌊", "floor(").replace("⌋", ")")
    return eval(text, {"floor": math.floor, "__builtins__": {}})


@pytest.mark.parametrize("seed", range(4))
def test_a_size_formula_comes_to_the_true_size(seed):
    for screen, _ in screens(seed + 100, 20):
        for name, text in size_formulas(screen).items():
            shape = screen.stages[name].output.shape[2:]
            if name == "activation":
                assert shape == screen.stages[name].inputs[0].shape[2:]
                continue
            assert text.count("=") == (2 if " rows\n" in text else 1)
            made = []
            for part in text.removesuffix(" columns").split(" rows\n"):
                formula, size = part.split(" = ")
                assert value_of(formula) == int(size)
                made.append(int(size))
            assert tuple(made if len(made) == 2 else 2 * made) == shape


def fails(experiment: Experiment, picture: np.ndarray) -> str:
    try:
        compute(experiment, picture)
    except EngineError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(4))
def test_a_choice_is_offered_exactly_if_trying_it_works(seed):
    rng = np.random.default_rng(seed)
    for shape in ((1, 5, 5), (3, 5, 5), (1, 3, 9), (1, 28, 28)):
        picture = random_picture(rng, *shape)
        experiment = random_experiment(rng, count=1, colour="each" if shape[0] == 3 else "grey")
        batch = as_batch(picture, experiment.colour)
        for name in set(CHOICES) - {"colour", "side"}:
            for choice, reason in options(experiment, name, batch.shape).items():
                assert reason == fails(replace(experiment, **{name: choice}), picture)
        for entry in kernel_sizes(experiment, batch.shape):
            weight = resize(experiment.filter.weight, entry["size"])
            resized = replace(experiment, filters=(Filter("Other size", weight),))
            assert entry["reason"] == fails(resized, picture)


def test_every_size_of_kernel_is_judged():
    assert [entry["size"] for entry in kernel_sizes(Experiment(), (1, 1, 9, 9))] == list(SIZES)


@pytest.mark.parametrize("side", [1, 2, 5, 28, 256])
def test_whatever_does_not_fit_is_settled_so_that_it_does(side):
    rng = np.random.default_rng(side)
    changed = 0
    for _ in range(300):
        experiment = random_experiment(rng)
        shape = (1, 1, side, side) if rng.random() < 0.5 else (1, 3, side, max(1, side // 2))
        reason = reason_against(experiment, shape)
        settled, sentence = settle(experiment, shape)
        assert reason_against(settled, shape) == ""
        assert settle(settled, shape) == (settled, "")
        assert (sentence == "") == (settled == experiment) == (reason == "")
        changed += settled != experiment
        if reason:
            assert sentence.startswith(reason)
            for name in CHOICES:
                old, new = getattr(experiment, name), getattr(settled, name)
                said = f"{SETTING_NAMES.get(name, name)} is now {new}" in sentence
                assert said == (old != new)
            assert settled.filters == experiment.filters
    assert changed > (100 if side <= 5 else 0) or side == 256


def test_what_settles_can_be_computed():
    rng = np.random.default_rng(0)
    for _ in range(60):
        experiment = random_experiment(rng, colour="grey")
        picture = random_picture(rng, 1, 5, 5)
        screen = compute(settle(experiment, (1, 1, 5, 5))[0], picture)
        assert all(stage.output.size for stage in screen.stages.values())


def test_channel_by_channel_every_channel_is_filtered_by_itself():
    rng = np.random.default_rng(0)
    picture = random_picture(rng, 3, 20, 24)
    apart = compute(Experiment(colour="each"), picture)
    for channel in range(3):
        alone = compute(Experiment(colour="grey"), picture[channel : channel + 1])
        for name in map_names(Experiment()):
            np.testing.assert_allclose(
                apart.maps(name)[:, channel], alone.maps(name)[:, 0], rtol=1e-5, atol=1e-6
            )


def test_the_titles_name_the_chosen_functions():
    screen = compute(Experiment(activation="tanh", pool="sum"), np.zeros((1, 9, 9), np.float32))
    assert [screen.title(name) for name in screen.map_stages()] == [
        "Convolution",
        "Tanh",
        "Sum pooling",
    ]
    assert not re.search(r"score", " ".join(screen.map_stages()))
