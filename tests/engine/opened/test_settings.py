"""Opened numbers of layers with every setting that the registry's samples leave at its default."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import layers
from playground.engine.network import Network, Node
from tests.engine.opened.together import OWN, check, lively, ran, some_places

A, B = (3, 4, 5), (3, 1, 5)
SETTINGS = [
    (layers.BroadcastAdd((3, 1, 1)), A),
    (layers.BroadcastAdd(), A, B, (4, 1)),
    (layers.BroadcastAdd((3, 4, 5)), B, (5,)),
    (layers.Subtract((5,)), A, B),
    (layers.Subtract((3, 4, 5), True), (1, 4, 1)),
    (layers.Multiply((3, 1, 1)), A),
    (layers.Multiply(), A, (3, 1, 1), (1,)),
    (layers.Divide((4, 1)), A, B),
    (layers.Divide((1,), True), A),
    (layers.MatMul(), (4, 6), (6, 3)),
    (layers.MatMul(), (2, 4, 6), (6, 3)),
    (layers.MatMul(), (6,), (2, 6, 3)),
    (layers.MatMul(), (2, 4, 6), (6,)),
    (layers.MatMul(), (6,), (6,)),
    (layers.MatMul(), (4, 6), (6, 3), (3, 2)),
    (layers.Constant((2, 3)), A),
    (layers.Concat(axis=2), A, (3, 2, 5)),
    (layers.Concat(axis=3), A, (3, 4, 1), A),
    (layers.Softmax(axis=3), A),
    (layers.LogSoftmax(axis=2), A),
    (layers.PReLU((1, 4, 1)), A),
    (layers.PReLU((1,)), A),
    (layers.Clip(-0.5, 0.5), A),
    (layers.Reshape((5, -1)), A),
    (layers.Reshape((6, 2, 5)), A),
    (layers.Transpose((2, 3, 1)), A),
    (layers.Transpose(), A),
    (layers.Pad((0, 2, 1), (1, 0, 3), value=0.7), A),
    (layers.Pad((0, 2, 1), (1, 0, 3), "reflect"), (3, 4, 5)),
    (layers.Pad((1, 1, 1), (1, 1, 1), "circular"), A),
    (layers.Mean((2, 3)), A),
    (layers.Mean((1, 3), keepdims=False), A),
    (
        layers.Mean((1,), keepdims=False),
        (9,),
    ),
    (layers.MaxPool2d((2, 3), 2, 1, True, (2, 1)), (2, 9, 8)),
    (layers.AvgPool2d(3, 2, (1, 0, 1, 1), True, True, 2), (2, 9, 8)),
    (layers.AvgPool2d(3, 2, (1, 0, 1, 1), True, False, 2), (2, 9, 8)),
    (layers.LocalResponseNorm(4, 0.5, 0.75, 2.0), (7, 2, 2)),
]


@pytest.mark.parametrize(("layer", "shapes"), [(each, shapes) for each, *shapes in SETTINGS])
def test_the_parts_make_the_numbers_with_every_setting(layer, shapes):
    rng = np.random.default_rng(26)
    names = tuple(f"in{i}" for i in range(len(shapes)))
    given = [Node(n, layers.Constant(shape)) for n, shape in zip(names, shapes, strict=True)]
    network = Network("settings", (1, 2, 2), (*given, Node(OWN, layer, names)))
    params = lively(network, rng)
    for name in names:
        params[name]["value"] = rng.normal(size=params[name]["value"].shape).astype("f4")
    outputs = ran(network, params, rng)
    for place in some_places(outputs[OWN].shape[1:], rng, 8):
        for most in (100, 3):
            opened = check(network, params, outputs, OWN, place, most)
            for part in opened.parts:
                if part.weight_at:
                    source, there = part.weight_at
                    assert part.weight == outputs[names[source]][0][there]
