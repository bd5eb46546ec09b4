"""A layer stacked on itself, against the layer once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.signal import convolve2d

from playground.engine.errors import EngineError
from playground.engine.network import trace
from playground.networks.filter_bank import (
    ACTIVATIONS,
    POOLS,
    filter_bank,
    filter_bank_params,
)
from playground.networks.rounds import rounds, rounds_params

WEIGHT = ((0.5, -1.0, 0.25), (0.0, 0.75, -0.5), (1.0, 0.0, -0.25))


@pytest.mark.parametrize(
    ("activation", "pool"), [*itertools.product(["none", *ACTIVATIONS], ["none", *POOLS])]
)
def test_every_round_is_the_layer_on_the_map_before(activation, pool):
    x = np.random.default_rng(3).random((2, 3, 40, 37), np.float32)
    settings = dict(
        padding=2, padding_mode="reflect", dilation=2, activation=activation, pool=pool,
        pool_size=3, pool_stride=2,
    )  # fmt: skip
    network = rounds(x.shape[1:], 3, 3, **settings)
    stages = trace(network, rounds_params(WEIGHT, -0.25, 3, 3), x)
    kinds = ["convolution", *(["activation"] if activation != "none" else [])]
    kinds += ["pooling"] if pool != "none" else []
    assert list(stages) == [f"{kind}{number}" for number in (1, 2, 3) for kind in kinds]
    for number in (1, 2, 3):
        channels = x.shape[1]
        once = trace(
            filter_bank(x.shape[1:], 1, 3, **settings),
            filter_bank_params([WEIGHT], [-0.25], channels),
            x,
        )
        for kind in kinds:
            assert np.array_equal(stages[f"{kind}{number}"].output, once[kind].output)
        x = once[kinds[-1]].output


def test_twelve_stages_are_four_rounds():
    network = rounds((3, 128, 128), 3, 4)
    assert len(network.nodes) == 12
    assert network.shapes()["pooling4"] == (1, 6, 6)


def test_a_flipped_kernel_is_flipped_in_every_round():
    x = np.random.default_rng(4).random((1, 1, 12, 11), np.float32)
    network = rounds(x.shape[1:], 3, 2, activation="none", pool="none")
    stages = trace(network, rounds_params(WEIGHT, 0.0, 1, 2, flip=True), x)
    twice = convolve2d(convolve2d(x[0, 0], WEIGHT, "valid"), WEIGHT, "valid")
    assert np.allclose(stages["convolution2"].output[0, 0], twice, atol=1e-5)


def test_all_rounds_have_the_same_weights():
    params = rounds_params(WEIGHT, 0.5, 3, 4)
    for number in range(1, 5):
        own = params[f"convolution{number}"]
        assert own["weight"].shape == (1, 3 if number == 1 else 1, 3, 3)
        assert (own["weight"] == np.array(WEIGHT, np.float32)).all()
        assert own["bias"].tolist() == [0.5]


def test_a_round_that_does_not_fit_is_named_before_anything_runs():
    rounds((1, 20, 20), 5, 2).shapes()
    with pytest.raises(EngineError, match="does not fit"):
        rounds((1, 20, 20), 5, 3).shapes()
