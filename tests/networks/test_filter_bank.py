"""The network of the Filters page, against the operators it is made of."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.signal import convolve2d

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS
from playground.engine.network import forward, trace
from playground.networks.filter_bank import (
    ACTIVATIONS,
    POOLS,
    filter_bank,
    filter_bank_params,
    scores,
)

FUNCTIONS = {
    "none": lambda x: x,
    "relu": ops.relu,
    "leaky_relu": lambda x: ops.leaky_relu(x, 0.1),
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
}
POOLING = {"max": ops.max_pool2d, "average": ops.avg_pool2d, "sum": ops.sum_pool2d}
WEIGHTS = [KERNELS[key].weight for key in ("sobel_x", "emboss", "sharpen")]
BIASES = [0.0, 0.25, -1.0]


@pytest.fixture
def x():
    return np.random.default_rng(5).random((1, 3, 12, 10), np.float32)


def test_every_name_has_a_reference():
    assert set(FUNCTIONS) == {"none", *ACTIVATIONS}
    assert set(POOLING) == set(POOLS)


@pytest.mark.parametrize(
    ("activation", "pool"), [*itertools.product(FUNCTIONS, ["none", *POOLING])]
)
def test_the_stages_are_the_operators_one_after_another(x, activation, pool):
    network = filter_bank(
        x.shape[1:], 3, 3, stride=2, padding=2, padding_mode="reflect", dilation=2,
        activation=activation, pool=pool, pool_size=3, pool_stride=1,
    )  # fmt: skip
    params = filter_bank_params(WEIGHTS, BIASES, 3)
    stages = trace(network, params, x)
    expected = ["convolution", "activation", "pooling", "score"]
    if activation == "none":
        expected.remove("activation")
    if pool == "none":
        expected.remove("pooling")
    assert list(stages) == expected

    weight = np.stack([np.stack([np.array(w, np.float32)] * 3) for w in WEIGHTS])
    maps = ops.conv2d(x, weight, np.array(BIASES, np.float32), stride=2, padding=2, dilation=2,
                      padding_mode="reflect")  # fmt: skip
    assert np.allclose(stages["convolution"].output, maps, atol=1e-6)
    maps = FUNCTIONS[activation](maps)
    if pool != "none":
        maps = POOLING[pool](maps, 3, 1)
    assert np.allclose(stages["score"].inputs[0], maps, atol=1e-5)
    assert np.allclose(scores(stages), maps.mean(axis=(0, 2, 3)), atol=1e-5)
    assert scores(stages).shape == (3,)
    assert np.array_equal(forward(network, params, x), stages["score"].output)


def test_a_filter_of_a_colour_picture_is_the_sum_of_its_answers_to_the_channels(x):
    def maps(picture):
        channels = picture.shape[1]
        network = filter_bank(picture.shape[1:], 3, 3, activation="none", pool="none")
        stages = trace(network, filter_bank_params(WEIGHTS, [0.0] * 3, channels), picture)
        return stages["convolution"].output

    apart = maps(x.transpose(1, 0, 2, 3))  # every channel is a picture of its own
    assert apart.shape[0] == 3
    assert np.allclose(maps(x)[0], apart.sum(axis=0), atol=1e-5)


def test_flipped_kernels_make_the_convolution_of_mathematics(x):
    grey = x[:, :1]
    network = filter_bank(grey.shape[1:], 3, 3, activation="none", pool="none")
    stages = trace(network, filter_bank_params(WEIGHTS, [0.0] * 3, 1, flip=True), grey)
    for map_, weight in zip(stages["convolution"].output[0], WEIGHTS, strict=True):
        assert np.allclose(map_, convolve2d(grey[0, 0], weight, "valid"), atol=1e-5)


def test_parameters_stand_once_for_each_channel():
    params = filter_bank_params(WEIGHTS, BIASES, 3)["convolution"]
    assert params["weight"].shape == (3, 3, 3, 3) and params["weight"].dtype == np.float32
    assert params["weight"].flags.c_contiguous
    assert (params["weight"] == params["weight"][:, :1]).all()
    assert params["bias"].tolist() == BIASES


def test_scores_of_separate_channels_are_their_mean(x):
    batch = x.transpose(1, 0, 2, 3)
    network = filter_bank(batch.shape[1:], 3, 3)
    stages = trace(network, filter_bank_params(WEIGHTS, BIASES, 1), batch)
    assert np.allclose(scores(stages), stages["pooling"].output.mean(axis=(0, 2, 3)), atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"padding": "same", "stride": 2}, "stride of 2"),
        ({"dilation": 4, "kernel_size": 7}, "does not fit"),
        ({"pool_size": 4, "stride": 4}, "does not fit"),
        ({"padding": 12, "padding_mode": "reflect"}, "asks for 12"),
    ],
)
def test_settings_that_cannot_work_are_named_before_anything_runs(settings, sentence):
    kernel_size = settings.pop("kernel_size", 3)
    with pytest.raises(EngineError, match=sentence):
        filter_bank((1, 12, 12), 1, kernel_size, **settings).shapes()
