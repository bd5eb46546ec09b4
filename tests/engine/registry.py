"""A layer of every type in the registry, and the shapes to try it with."""

from __future__ import annotations

import dataclasses

from playground.engine.errors import EngineError
from playground.engine.layers import Add, BroadcastAdd, Concat, Multiply, Subtract

SEVERAL = {Add: 3, Concat: 3, BroadcastAdd: 3, Subtract: 3, Multiply: 2}

REQUIRED = {"filters": 6, "units": 5}
MAPS = [(1, 5, 5), (3, 8, 11), (4, 16, 9)]
VECTORS = [(1,), (7,), (48,)]


def make(layer_type, **changes):
    """Make a layer with its default settings, and a value for each that has no default."""
    values = {
        field.name: REQUIRED[field.name]
        for field in dataclasses.fields(layer_type)
        if field.default is dataclasses.MISSING
    }
    return layer_type(**{**values, **changes})


def accepted(layer):
    """List the sample shapes that the layer takes."""
    shapes = []
    for shape in MAPS + VECTORS:
        try:
            layer.output_shape(shape)
        except EngineError:
            continue
        shapes.append(shape)
    return shapes


def joined(layer_type):
    """Return how many inputs to try a layer with."""
    return SEVERAL.get(layer_type, 1)
