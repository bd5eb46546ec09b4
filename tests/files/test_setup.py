"""The Train page's set-up: what a link can say, and what it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.files import experiment, lesson, moment, place
from playground.files.experiment import Experiment
from playground.files.filters import preset_filter
from playground.files.setup import (
    CHOICES,
    RANGES,
    Setup,
    from_query,
    is_link,
    to_query,
    with_own,
    with_setting,
)


def random_setup(rng: np.random.Generator) -> Setup:
    values = {name: choices[rng.integers(len(choices))] for name, choices in CHOICES.items()}
    setup = Setup(**values, seed=int(rng.integers(RANGES["seed"][1])))
    if setup.network == "mine":
        setup = with_own(setup, (preset_filter("sobel_x"), preset_filter("gaussian_blur")))
    return setup


def test_every_set_up_comes_back_from_its_link():
    rng = np.random.default_rng(0)
    for _ in range(200):
        setup = random_setup(rng)
        assert from_query(to_query(setup)) == (setup, [])
    assert from_query({}) == (Setup(), [])


@pytest.mark.parametrize("name", [*CHOICES, *RANGES])
@pytest.mark.parametrize("value", ["", "x", "-1", "1e999", "nan", "9" * 40, "❤", "None"])
def test_a_value_that_is_not_offered_is_listed_and_the_usual_one_stays(name, value):
    setup, notes = from_query({name: value})
    assert setup == Setup()
    assert len(notes) == 1 and notes[0].endswith("is not one the playground knows.")


@pytest.mark.parametrize("value", [None, [], {}, 2.5, float("nan"), "adam2", b"adam", object()])
def test_a_setting_is_changed_as_strictly(value):
    for name in ("optimiser", "epochs", "seed", None, [], "no such"):
        with pytest.raises(ValueError):
            with_setting(Setup(), name, value)
    assert with_setting(Setup(), "optimiser", "sgd") == replace(Setup(), optimiser="sgd")
    assert with_setting(Setup(), "free", True).free


def test_filters_of_several_sizes_become_one_layer():
    filters = (preset_filter("sobel_x"), preset_filter("identity"))
    large = replace(filters[1], weight=tuple((0.0,) * 5 for _ in range(5)))
    setup = with_own(Setup(network="mine"), (filters[0], large))
    assert {len(each.weight) for each in setup.own} == {5}


def test_how_the_page_is_looked_at_is_no_part_of_a_run():
    assert Setup(section="use").of_run() == Setup().of_run()
    assert Setup(epochs=5).of_run() != Setup().of_run()


def test_too_many_and_broken_filters_are_listed():
    query = {"network": "mine", **{f"f{i}": "a~0~1,0,0;0,1,0;0,0,1" for i in range(9)}}
    _, notes = from_query({**query, "f0": "broken"})
    assert notes


def test_a_whole_learning_rate_may_be_written_without_its_decimals():
    for text, rate in (("10", 10.0), ("10.0", 10.0), ("1", 1.0), ("0.001", 0.001)):
        found, notes = from_query({"v": "1", "learning_rate": text})
        assert (found.learning_rate, notes) == (rate, [])


def test_links_of_this_page_are_told_from_those_of_every_other():
    own = [
        Setup(),
        Setup(network="small", seed=3),
        with_own(Setup(network="mine"), Experiment().filters),
    ]
    assert all(is_link(to_query(each)) for each in own)
    assert is_link(to_query(Setup(section="backward")) | lesson.to_query(lesson.Lesson()))
    others = [
        {},
        experiment.to_query(Experiment(picture="coffee")),
        {"v": "1", "f0": "sobel_x"},
        place.to_query(place.Place(picture="draw", node="conv1")),
        place.to_query(place.Place(network="resnet18")),
        moment.to_query(moment.Moment("googlenet")),
        {"seed": "12", "n": "3"},
    ]
    assert not any(is_link(each) for each in others)
