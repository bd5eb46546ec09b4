"""A network as plain data: written down, and built again from what a stranger wrote down."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from math import isfinite, prod
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS, Layer, Shape
from playground.engine.network import INPUT, Network, Node
from playground.files.errors import BadFile

# Far more than what is trained here needs, and far less than what this machine has.
MAX_NODES = 200
MAX_INPUTS = 64  # of one node
MAX_AXES = 8  # of one array
MAX_CHANNELS, MAX_SIDE = 512, 512  # of a picture
MAX_NUMBERS = 4_000_000  # in one array, padding included
MAX_ALL_NUMBERS = 20_000_000  # in all outputs together
MAX_PARAMETERS = 4_000_000
MAX_MULTIPLY_ADDS = 500_000_000
MAX_LABELS, MAX_TEXT = 1000, 80

NODE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,59}")
_LAYERS = {layer.__name__: layer for layer in LAYERS}


def describe(network: Network) -> dict[str, Any]:
    """Write a network down in what JSON has: objects, lists, numbers, texts.

    `network_from` builds an equal one from it.
    """
    return {
        "name": network.name,
        "input_shape": list(network.input_shape),
        "labels": list(network.labels),
        "nodes": [
            {
                "name": node.name,
                "layer": type(node.layer).__name__,
                "settings": {
                    field.name: _plain(getattr(node.layer, field.name))
                    for field in fields(node.layer)
                },
                "inputs": list(node.inputs),
            }
            for node in network.nodes
        ],
    }


def network_from(description: Any) -> Network:
    """Build the network that was written down, if it is one that can be run safely.

    Layers are those of `LAYERS`; nothing else can be named. Every setting is checked for its
    type, then by the layer itself, and the size of everything that the network would compute is
    counted before there is any array.

    Raises
    ------
    BadFile
        For everything that is no such network.
    """
    try:
        network = Network(
            line(_of(description, "name", str)),
            tuple(whole(size, 1, 2**20) for size in _of(description, "input_shape", list)),
            tuple(_node(node) for node in _items(description, "nodes", MAX_NODES)),
            tuple(line(label) for label in _items(description, "labels", MAX_LABELS)),
        )
        _check(network)
    except BadFile:
        raise
    except EngineError as error:
        raise BadFile(f"The network in this file does not fit together: {error}") from None
    except (ValueError, TypeError, ArithmeticError, LookupError):
        raise BadFile("The description of the network in this file is damaged.") from None
    return network


def line(text: Any) -> str:
    """A text as it may be shown: one line of at most 80 visible characters."""
    if not isinstance(text, str):
        raise ValueError("not a text")
    visible = "".join(c if c.isprintable() else " " for c in text[: 4 * MAX_TEXT])
    return " ".join(visible.split())[:MAX_TEXT].strip()


def whole(value: Any, low: int, high: int) -> int:
    """A whole number from `low` to `high`; anything else raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError("not such a whole number")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _of(description: Any, key: str, kind: type) -> Any:
    if not isinstance(description, dict) or not isinstance(description.get(key), kind):
        raise ValueError(f"no {key}")
    return description[key]


def _items(description: Any, key: str, most: int) -> list[Any]:
    items = _of(description, key, list)
    if len(items) > most:
        raise BadFile(f"The network in this file has more than {most:,} {key}.")
    return items


def _node(description: Any) -> Node:
    name = _of(description, "name", str)
    if not NODE_NAME.fullmatch(name):
        raise ValueError("a name that cannot name an array")
    kind = _LAYERS.get(_of(description, "layer", str))
    if kind is None:
        raise BadFile("The network in this file has a layer that the playground does not know.")
    settings = _of(description, "settings", dict)
    known = {field.name: field for field in fields(kind)}
    if not settings.keys() <= known.keys():
        raise BadFile("The network in this file has a setting that the playground does not know.")
    missing = {f.name for f in known.values() if f.default is MISSING} - settings.keys()
    if missing:
        raise ValueError("a setting is missing")
    layer = kind(**{key: _setting(known[key], value) for key, value in settings.items()})
    inputs = _items(description, "inputs", MAX_INPUTS)
    if not all(isinstance(source, str) and NODE_NAME.fullmatch(source) for source in inputs):
        raise ValueError("an input is no name")
    return Node(name, layer, tuple(inputs))


def _setting(field: Field, value: Any) -> Any:
    """The value of a layer's setting, by the type that the setting is declared with."""
    for part in str(field.type).split(" | "):
        try:
            return RULES[part](value)
        except ValueError:
            continue
    raise ValueError(f"{field.name} is none of {field.type}")


def _several(*counts: int, low: int = 0) -> Callable[[Any], tuple[int, ...]]:
    def rule(value: Any) -> tuple[int, ...]:
        if not isinstance(value, list) or len(value) not in counts:
            raise ValueError("not so many")
        return tuple(whole(item, low, 2**16) for item in value)

    return rule


def _exactly(kind: type) -> Callable[[Any], Any]:
    def rule(value: Any) -> Any:
        if not isinstance(value, kind) or (kind is str and len(value) > MAX_TEXT):
            raise ValueError("of another type")
        return value

    return rule


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    if not isfinite(value) or abs(value) > 1e6:
        raise ValueError("out of range")
    return float(value)


RULES: dict[str, Callable[[Any], Any]] = {
    "int": lambda value: whole(value, 0, 2**16),
    "tuple[int, int]": _several(2),
    "tuple[int, ...]": _several(2, 4),
    "Shape": _several(*range(MAX_AXES + 1), low=-1),
    "str": _exactly(str),
    "bool": _exactly(bool),
    "float": _real,
    "None": _exactly(type(None)),
}


def _check(network: Network) -> None:
    """Refuse a network that does not fit together or is too large, without making an array."""
    channels, *sides = network.input_shape
    if len(sides) != 2 or channels > MAX_CHANNELS or max(sides) > MAX_SIDE or not network.nodes:
        raise BadFile(
            f"The network in this file takes no pictures of up to {MAX_SIDE} × {MAX_SIDE} pixels."
        )
    too_large = BadFile("The network in this file is too large for the playground.")
    shapes: dict[str, Shape] = {INPUT: network.input_shape}
    numbers = parameters = multiply_adds = 0
    for node, sources in network.wiring():
        inputs = [shapes[source] for source in sources]
        layer = node.layer
        if _padded(layer, inputs[0]) > MAX_NUMBERS:
            raise too_large
        shape = shapes[node.name] = layer.output_shape(*inputs)
        if min(shape) < 1:
            raise ValueError("a layer without output")
        numbers += prod(shape)
        parameters += layer.parameter_count(*inputs)
        multiply_adds += layer.multiply_adds(*inputs)
        if (
            prod(shape) > MAX_NUMBERS
            or numbers > MAX_ALL_NUMBERS
            or parameters > MAX_PARAMETERS
            or multiply_adds > MAX_MULTIPLY_ADDS
        ):
            raise too_large
    if network.labels and len(network.labels) != prod(shape):
        raise BadFile("The network in this file does not have one label for each output.")


def _padded(layer: Layer, shape: Shape) -> int:
    """How many numbers the input has when it is padded."""
    if len(shape) != 3 or not hasattr(layer, "pads"):
        return prod(shape)
    top, bottom, left, right = layer.pads()
    return shape[0] * (top + shape[1] + bottom) * (left + shape[2] + right)
