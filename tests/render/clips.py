"""Traced networks and parts of them, for the tests of animations."""

from __future__ import annotations

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.network import trace
from playground.engine.padding import NUMPY_MODES
from playground.networks.filter_bank import ACTIVATIONS, POOLS, filter_bank, filter_bank_params
from playground.render.steps import Clip

ALL = (0, 1000)
ROWS = ("11100", "01110", "00111", "00110", "01100")
PICTURE = np.array([[int(c) for c in row] for row in ROWS], np.float32)[None, None]
KERNEL = ((1, 0, 1), (0, 1, 0), (1, 0, 1))
WHOLE = Clip("convolution", 0, None, ALL, ALL, 2)


def run(picture, weights, biases=None, flip=False, **settings):
    """Trace the network of the Filters page."""
    weights = np.asarray(weights, np.float64)
    network = filter_bank(picture.shape[1:], len(weights), weights.shape[-1], **settings)
    biases = [0.0] * len(weights) if biases is None else biases
    params = filter_bank_params(list(weights), biases, picture.shape[1], flip)
    return trace(network, params, picture)


def article(**settings):
    return run(PICTURE, [KERNEL], **{"pool_stride": 1, **settings})


def noise(*shape, seed=0):
    return np.random.default_rng(seed).random(shape, np.float32)


def random_stages(rng):
    """Stages with every setting drawn; None if they do not fit."""
    colour = ("sum", "each", "grey")[rng.integers(3)]
    x = rng.random((1, 1 if colour == "grey" else 3, *rng.integers(9, 24, 2)), np.float32)
    x = x.swapaxes(0, 1) if colour == "each" else x
    size = int(rng.choice([1, 3, 5, 7]))
    settings = dict(
        stride=int(rng.integers(1, 5)),
        padding=("same", 0, 1, 2, 3, 6)[rng.integers(6)],
        padding_mode=[*NUMPY_MODES][rng.integers(4)],
        dilation=int(rng.integers(1, 5)),
        activation=["none", *ACTIVATIONS][rng.integers(5)],
        pool=["none", *POOLS][rng.integers(4)],
        pool_size=int(rng.integers(2, 5)),
        pool_stride=int(rng.integers(1, 5)),
    )
    weights, flip = np.round(rng.normal(0, 1, (2, size, size)), 2), bool(rng.integers(2))
    try:
        return run(x, weights, [0.5, 0.0], flip, **settings), colour, settings
    except EngineError:
        return None
