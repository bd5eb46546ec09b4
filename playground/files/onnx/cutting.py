"""A large ONNX file without its weights, so that they are not in memory three times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from playground.files.onnx.scan import varint

LARGE = 2**16  # bytes of weights from which cutting them out pays
_GRAPH, _INITIALISER, _RAW_DATA = 7, 5, 9  # of a model, of a graph, of a tensor
_VARINT, _EIGHT, _LENGTH = 0, 1, 2


class _Field(NamedTuple):
    number: int
    wire: int
    begin: int  # of the field itself
    start: int  # of what it holds
    end: int


def without_weights(data: bytes) -> tuple[bytes, dict[int, tuple[int, int]]]:
    """Cut the large arrays of weights out of a file that `scan` has passed.

    Returns
    -------
    bytes
        The same model, whose large initialisers have no bytes.
    dict of int to (int, int)
        By the number of the initialiser: where its bytes begin and end in `data`.
    """
    fields = list(fields_of(data, 0, len(data)))
    graphs = [f for f in fields if f.number == _GRAPH and f.wire == _LENGTH]
    if len(graphs) != 1 or len(data) < LARGE:  # a parser joins several to one
        return data, {}
    (graph,) = graphs
    pieces, places, count = [], {}, 0
    for field in fields_of(data, graph.start, graph.end):
        piece = data[field.begin : field.end] if field.number != _INITIALISER else b""
        if field.number == _INITIALISER and field.wire == _LENGTH:
            piece, place = _cut(data, field)
            if place:
                places[count] = place
            count += 1
        pieces.append(piece)
    before, after = data[: graph.begin], data[graph.end :]
    return before + _message(_GRAPH, b"".join(pieces)) + after, places


def _cut(data: bytes, tensor: _Field) -> tuple[bytes, tuple[int, int] | None]:
    """A tensor without its bytes if they are many, and where these are."""
    fields = list(fields_of(data, tensor.start, tensor.end))
    raw = [f for f in fields if f.number == _RAW_DATA and f.wire == _LENGTH]
    if not raw or sum(f.end - f.start for f in raw) < LARGE:
        return data[tensor.begin : tensor.end], None
    kept = b"".join(data[f.begin : f.end] for f in fields if f not in raw)
    return _message(_INITIALISER, kept), (raw[-1].start, raw[-1].end)


def fields_of(data: bytes, position: int, end: int) -> Iterator[_Field]:
    """The fields of a message that stands at these bytes."""
    while position < end:
        begin = position
        key, position = varint(data, position)
        wire = key & 7
        if wire == _VARINT:
            start, position = position, varint(data, position)[1]
        elif wire == _LENGTH:
            length, start = varint(data, position)
            position = start + length
        else:
            start, position = position, position + (8 if wire == _EIGHT else 4)
        yield _Field(key >> 3, wire, begin, start, position)


def _message(number: int, content: bytes) -> bytes:
    """A field that holds a message."""
    length, size = bytearray(), len(content)
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    return bytes([number << 3 | _LENGTH, *length, size]) + content
