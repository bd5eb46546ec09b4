"""Putting an opened number together again, and checking each of its parts."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.layers import LeakyReLU
from playground.engine.network import INPUT, Network, Node, init_params, trace
from playground.engine.opened import open_cell
from playground.engine.reach import OUTSIDE
from tests.engine.registry import joined

OWN = "layer"


def around(layer, shape):
    """Make a network in which the layer reads as many different inputs as it needs."""
    count = joined(type(layer))
    slopes = [Node(f"in{i}", LeakyReLU(0.5 - 0.2 * i), (INPUT,)) for i in range(count)]
    own = Node(OWN, layer, tuple(node.name for node in slopes))
    return Network("one layer", shape, (*slopes, own))


def lively(network, rng):
    """Draw parameters none of which is at its start, variances above 0."""
    return {
        name: {
            key: (np.abs(array) + 0.5 if key == "running_var" else array)
            + rng.uniform(0, 1, array.shape).astype(np.float32)
            for key, array in own.items()
        }
        for name, own in init_params(network, rng).items()
    }


def ran(network, params, rng):
    """Outputs of all nodes, and of the input, for a picture of noise."""
    x = rng.normal(0, 2, (1, *network.input_shape)).astype(np.float32)
    stages = trace(network, params, x)
    return {INPUT: x, **{name: stage.output for name, stage in stages.items()}}


def some_places(shape, rng, count):
    """Draw places of an output, its two corners among them."""
    corners = {(0,) * len(shape), tuple(size - 1 for size in shape)}
    drawn = {tuple(int(n) for n in rng.integers(0, shape)) for _ in range(count)}
    return sorted(corners | drawn)


def check(network, params, outputs, name, place, most=64):
    """Open one number: it is the engine's, its parts make it, and each lies where it says."""
    unseen = {key: array for key, array in outputs.items() if key != name}
    opened = open_cell(network, params, unseen, name, place, most)
    engine = float(outputs[name][0][place])
    sources = {n.name: s for n, s in network.wiring()}[name]
    inputs = [outputs[source][0] for source in sources]
    # As far as float32 sums can be from float64 ones: by the sizes of what was added.
    sizes = [abs(g.products if g.products is not None else g.patch).sum() for g in opened.groups]
    sizes += [abs(p.product or 0) for p in opened.parts]
    close = {"rel": 2e-6, "abs": 3e-6 * float(np.sum(sizes)) + 1e-6}
    assert opened.value == _near(engine, close)
    assert open_cell(network, params, outputs, name, place, most).value == engine
    made = _together(opened)
    assert made is None or made == _near(engine, close)
    assert max(len(opened.groups), len(opened.parts)) <= most
    for part in opened.parts:
        assert part.value == inputs[part.source][part.place]
    for group in opened.groups:
        read = inputs[group.source][group.channel][np.ix_(group.rows, group.columns)]
        outside = (group.rows[:, None] == OUTSIDE) | (group.columns == OUTSIDE)
        assert np.array_equal(group.patch, np.where(outside, 0, read))
        assert group.patch.shape == group.shape
        if group.products is not None:
            assert np.array_equal(group.products, group.patch * group.weight)
    strong = [abs(g.total) for g in opened.groups]
    assert strong == sorted(strong, reverse=True)
    return opened


def read_from(opened):
    """Every place that an opened number shows as read: (source, place)."""
    places = {(part.source, part.place) for part in opened.parts}
    for group in opened.groups:
        places |= {
            (group.source, (group.channel, int(row), int(column)))
            for row in group.rows
            for column in group.columns
            if OUTSIDE not in (row, column)
        }
    return places


def _near(value, tolerance):
    return pytest.approx(value, **tolerance, nan_ok=True)


def _together(opened):
    """Make the number from what is shown; None where only the formula can."""
    if opened.kind == "sum":
        products = [p.product for p in opened.parts]
        shown = [g.total for g in opened.groups] if opened.groups else products
        return sum(shown) + opened.rest + (opened.bias or 0.0)
    if opened.kind == "winner":
        [winner] = [part for part in opened.parts if part.counts]
        return winner.value
    if opened.kind == "softmax":
        [own] = [part for part in opened.parts if part.counts]
        return own.product / (sum(part.product for part in opened.parts) + opened.rest)
    if opened.kind == "copy" and opened.parts:
        [part] = opened.parts
        return part.value
    if opened.bias is not None:
        [part] = opened.parts
        return part.product + opened.bias
    return None
