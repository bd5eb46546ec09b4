"""What an ONNX file says about itself, beside its network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playground.files.descriptions import line
from playground.files.onnx.cutting import fields_of

_PRODUCER, _PROPERTY = 2, 14  # of a model
_KEY, _VALUE = 1, 2  # of a property
_LENGTH = 2
MAX_PROPERTIES = 100


@dataclass(frozen=True)
class About:
    """Who wrote a file, and what it says about its pictures.

    Attributes
    ----------
    producer : str
        The program, as plain text; empty if the file does not say.
    properties : dict of str to str
        The model's metadata; those of pictures begin with ``Image.``:
        https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md
    """

    producer: str = ""
    properties: dict[str, str] = field(default_factory=dict)


def about(data: bytes) -> About:
    """Read it from a file that `scan` has passed."""
    producer, properties = "", {}
    for each in fields_of(data, 0, len(data)):
        if each.wire != _LENGTH:
            continue
        if each.number == _PRODUCER:
            producer = _text(data, each)
        elif each.number == _PROPERTY and len(properties) < MAX_PROPERTIES:
            parts = {part.number: part for part in fields_of(data, each.start, each.end)}
            if {_KEY, _VALUE} <= parts.keys():
                properties[_text(data, parts[_KEY])] = _text(data, parts[_VALUE])
    return About(producer, properties)


def _text(data: bytes, part) -> str:
    return line(data[part.start : min(part.end, part.start + 1000)].decode("utf-8", "replace"))


def texts_of(model: Any) -> Iterator[Any]:
    """Every text that is looked at; one that is not Unicode comes as bytes."""
    graph = model.graph
    yield graph.name
    for entry in model.metadata_props:
        yield from (entry.key, entry.value)
    yield from (entry.domain for entry in model.opset_import)
    yield from (part.name for part in (*graph.initializer, *graph.input, *graph.output))
    for node in graph.node:
        yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
