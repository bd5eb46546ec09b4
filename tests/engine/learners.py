"""A small network and small pictures to learn from, for the tests of training."""

from __future__ import annotations

import numpy as np

from playground.engine.layers import (
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from playground.engine.network import Network, Node, init_params
from playground.engine.optimisers import Adam
from playground.engine.training import Settings, train

SMALL = Network(
    "small",
    (1, 8, 8),
    (
        Node("convolution", Conv2d(4, padding=1)),
        Node("activation", ReLU()),
        Node("pooling", MaxPool2d()),
        Node("flat", Flatten()),
        Node("dropped", Dropout(0.2)),
        Node("logits", Linear(3)),
        Node("softmax", Softmax()),
    ),
)
PLAIN = Network("plain", (1, 8, 8), tuple(n for n in SMALL.nodes if n.name != "dropped"))
FAST = Settings(optimiser=Adam(), learning_rate=0.02, batch_size=5, epochs=4)


def bars(n=18, seed=0):
    """Pictures of an upright bar, a level bar and a diagonal, in noise."""
    rng = np.random.default_rng(seed)
    images = rng.normal(0, 0.2, (n, 1, 8, 8)).astype(np.float32)
    classes = np.arange(n) % 3
    for image, kind in zip(images[:, 0], classes, strict=True):
        place = rng.integers(8)
        bar = [np.s_[:, place], np.s_[place], np.s_[range(8), range(8)]][kind]
        image[bar] += 1
    return images, classes


def run(network=SMALL, settings=FAST, seed=5, augment=None, data=None, params=None):
    params = params or init_params(network, np.random.default_rng(1))
    images, classes = data or bars()
    return train(network, params, images, classes, settings, np.random.default_rng(seed), augment)


def same(a, b):
    """Say whether two lists of Progress are equal, bit for bit."""
    return len(a) == len(b) and all(
        (p.step, p.epoch, p.loss, p.accuracy) == (q.step, q.epoch, q.loss, q.accuracy)
        and p.params.keys() == q.params.keys()
        and all(
            np.array_equal(p.params[n][k], q.params[n][k]) for n in p.params for k in p.params[n]
        )
        for p, q in zip(a, b, strict=True)
    )


def shift(batch, rng):
    return np.roll(batch, rng.integers(-1, 2), axis=3)
