"""The view of connections: its stages, how they read each other, and its own control."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.layers import AvgPool2d, Conv2d, LeakyReLU, MaxPool2d
from playground.engine.network import trace
from playground.files.experiment import CHOICES, Experiment, to_query
from playground.networks.rounds import rounds_params
from playground.render.maps import picture_maps
from playground.ui import connections
from playground.ui.message import Parcel
from playground.ui.screen import as_batch, compute, settle
from tests.experiments import random_experiment, random_picture
from tests.pages.app import App


def sent(experiment: Experiment, picture: np.ndarray):
    """What the view adds to the message for an experiment that fits, and its arrays."""
    experiment, _ = settle(experiment, as_batch(picture, experiment.colour).shape)
    parcel = Parcel()
    added = connections.more(compute(experiment, picture), parcel)
    return experiment, json.loads(json.dumps(added, allow_nan=False))["connections"], parcel.arrays


def test_the_stages_are_those_of_the_stack_with_the_engines_maps():
    rng = np.random.default_rng(5)
    deep = 0
    for _ in range(40):
        asked = random_experiment(rng)
        channels = 1 if asked.colour == "grey" else int(rng.choice([1, 3]))
        picture = random_picture(rng, channels, *map(int, rng.integers(40, 90, 2)))
        experiment, header, arrays = sent(asked, picture)
        x = as_batch(picture, experiment.colour)
        network = connections.stacked(experiment, x.shape, header["rounds"])
        chosen = experiment.filter
        params = rounds_params(
            chosen.weight, chosen.bias, x.shape[1], header["rounds"], experiment.convolution
        )
        traced = trace(network, params, x)
        assert [stage["name"] for stage in header["stages"]] == list(traced)
        for stage in header["stages"]:
            output = traced[stage["name"]].output
            assert tuple(stage["shape"]) == output.shape[2:]
            assert stage["name"] == f"{stage['kind']}{stage['round']}"
            assert (stage["map"] is None) == (stage["round"] == 1)
            if stage["map"]:
                maps = output.swapaxes(0, 1)
                (expected,) = picture_maps(maps, experiment.scale, experiment.colours)
                assert np.array_equal(arrays[stage["map"]["codes"]], expected.codes)
                assert stage["map"]["minimum"] == float(output.min())
                assert stage["map"]["maximum"] == float(output.max())
        deep += len(traced) > 6
    assert deep >= 5


def test_the_first_round_is_what_the_page_computed():
    picture = random_picture(np.random.default_rng(6), 3, 30, 33)
    for colour in CHOICES["colour"][:2]:
        experiment = Experiment(colour=colour, active=2)
        screen = compute(experiment, picture)
        x = screen.stages["convolution"].inputs[0]
        chosen = experiment.filter
        stages = trace(
            connections.stacked(experiment, x.shape, 1),
            rounds_params(chosen.weight, chosen.bias, x.shape[1], 1),
            x,
        )
        for name in screen.map_stages():
            assert np.allclose(
                stages[f"{name}1"].output[:, 0], screen.stages[name].output[:, 2], atol=1e-5
            )


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            Conv2d(1, (3, 5), 2, (0, 1, 2, 3), "reflect", (1, 2)),
            [(3, 5), (2, 2), (1, 2), (0, 1, 2, 3), "reflect"],
        ),
        (MaxPool2d(3), [(3, 3), (3, 3), (1, 1), (0, 0, 0, 0), "zeros"]),
        (AvgPool2d(2, 1, 1), [(2, 2), (1, 1), (1, 1), (1, 1, 1, 1), "zeros"]),
        (LeakyReLU(0.1), [(1, 1), (1, 1), (1, 1), (0, 0, 0, 0), "zeros"]),
    ],
    ids=["convolution", "pool that steps by its size", "padded pool", "activation"],
)
def test_the_geometry_is_the_layers(layer, expected):
    found = connections.geometry(layer, (9, 8))
    names = ["kernel", "stride", "dilation", "pads", "mode"]
    assert [found[name] for name in names] == expected
    assert found["input"] == (9, 8)


def test_as_many_rounds_are_shown_as_fit():
    shape = (1, 3, 20, 20)
    five = replace(Experiment(), filters=(replace(Experiment().filter, weight=((1.0,) * 5,) * 5),))
    found = connections.reasons(five, shape)
    assert [count for count, reason in found.items() if not reason] == [1, 2]
    assert "does not fit" in found[3] and "does not fit" in found[4]
    shown = [connections.fitting(replace(five, rounds=n), shape) for n in CHOICES["rounds"]]
    assert shown == [1, 2, 2, 2]


def test_the_largest_weights_stay_within_what_32_bits_can_hold():
    wide = replace(Experiment().filter, weight=((1000.0,) * 7,) * 7, bias=1000.0)
    experiment = Experiment(
        filters=(wide,), rounds=4, padding="same", pool="sum", pool_size=4, pool_stride=1
    )
    _, header, _ = sent(experiment, np.ones((3, 40, 40), np.float32))
    assert header["rounds"] == 4
    assert np.isfinite(header["stages"][-1]["map"]["maximum"])


def test_the_rounds_are_chosen_on_the_page_and_written_into_the_link():
    app = App(**to_query(Experiment(picture="seven", view="connections")))
    box = next(box for box in app.at.selectbox if box.label == "Rounds")
    assert box.value == 2
    box.set_value(1)
    app.run()
    assert app.experiment.rounds == 1
    assert app.linked() == (app.experiment, [])


def test_what_does_not_fit_is_not_offered_and_the_help_says_why():
    app = App(**to_query(Experiment(picture="seven", view="connections", rounds=4)))
    box = next(box for box in app.at.selectbox if box.label == "Rounds")
    offered = connections.reasons(app.experiment, (1, 1, 28, 28))
    assert box.options == [str(n) for n, reason in offered.items() if not reason]
    assert all(reason in box.help for reason in offered.values())
    assert box.value == max(map(int, box.options)) < 4
    assert app.experiment.rounds == 4
