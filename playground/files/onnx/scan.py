"""A look at the bytes of an ONNX file before any parser makes objects of them.

An ONNX file is a protocol buffer. A parser makes an object for every message in it, so that two
bytes of file can cost a hundred of memory, and other programs follow names of further files in it.
Here the pieces are counted, and such names refused, without making anything.

References
----------
https://protobuf.dev/programming-guides/encoding/ and
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the numbers of the fields.
"""

from __future__ import annotations

from playground.files.errors import BadFile
from playground.files.onnx.limits import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_FIELDS,
    MAX_NODES,
    MAX_VARINT_BYTES,
    TOO_LARGE,
)

DAMAGED = "This file is not an ONNX network, or it is damaged."
EXTERNAL = "This network keeps its weights in other files; export it as one file."

# Message -> number of a field -> the message in it. Every other field is a number or a text.
_MESSAGES: dict[str, dict[int, str]] = {
    "Model": {7: "Graph", 8: "Pair", 14: "Pair", 20: "Training", 25: "Function", 26: "Pair"},
    "Training": {1: "Graph", 2: "Graph", 3: "Pair", 4: "Pair"},
    "Function": {7: "Node", 9: "Pair", 11: "Attribute", 12: "Value", 14: "Pair"},
    "Graph": {
        1: "Node", 5: "Tensor", 11: "Value", 12: "Value", 13: "Value", 14: "Quantised",
        15: "Sparse", 16: "Pair",
    },
    "Node": {5: "Attribute", 9: "Pair", 10: "Devices"},
    "Attribute": {
        5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 14: "Type", 15: "Type",
        22: "Sparse", 23: "Sparse",
    },
    "Tensor": {3: "Pair", 13: "Pair", 16: "Pair"},
    "Sparse": {1: "Tensor", 2: "Tensor"},
    "Value": {2: "Type", 4: "Pair"},
    "Type": {1: "Array", 4: "Element", 5: "Element", 7: "Pair", 8: "Array", 9: "Element"},
    "Array": {2: "Shape"},
    "Element": {1: "Type", 2: "Type"},
    "Shape": {1: "Pair"},
    "Quantised": {2: "Pair"},
    "Devices": {2: "Sharding"},
    "Sharding": {3: "Pair", 4: "Dimension"},
    "Dimension": {2: "Pair"},
    "Pair": {},
}  # fmt: skip
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14  # of a tensor
_WHOLE_NUMBERS = {5, 7, 11}  # of a tensor: int32_data, int64_data, uint64_data
_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5


def scan(data: bytes, max_bytes: int = MAX_BYTES) -> None:
    """Refuse a file that would cost too much to be parsed, or refers to other files.

    Raises
    ------
    BadFile
        If it is empty, too large, damaged, nested too deeply, in too many pieces, or any tensor in
        it, wherever it stands, keeps its numbers elsewhere.
    """
    if not data:
        raise BadFile("This file is empty.")
    if len(data) > max_bytes:
        size = max_bytes // 2**20
        raise BadFile(f"This file is larger than {size} MB, the most that the playground opens.")
    fields = nodes = whole_numbers = 0
    waiting = [("Model", 0, len(data), 0)]
    try:
        while waiting:
            message, position, end, depth = waiting.pop()
            inside = _MESSAGES[message]
            while position < end:
                fields += 1
                if fields > MAX_FIELDS:
                    raise BadFile(TOO_LARGE.format("its file has too many pieces"))
                key, position = varint(data, position)
                number, wire = key >> 3, key & 7
                if message == "Tensor" and number in (_EXTERNAL_DATA, _DATA_LOCATION):
                    if number == _EXTERNAL_DATA or data[position]:
                        raise BadFile(EXTERNAL)
                if wire == _VARINT:
                    position = varint(data, position)[1]
                elif wire == _LENGTH:
                    length, position = varint(data, position)
                    if length > end - position:
                        raise BadFile(DAMAGED)
                    if number in inside:
                        nodes += inside[number] == "Node"
                        if nodes > MAX_NODES:
                            raise BadFile(TOO_LARGE.format(f"it has more than {MAX_NODES:,} steps"))
                        if depth == MAX_DEPTH:
                            raise BadFile("This network is nested too deeply.")
                        if length:
                            waiting.append((inside[number], position, position + length, depth + 1))
                    elif message == "Tensor" and number in _WHOLE_NUMBERS:
                        whole_numbers += length
                    position += length
                elif wire in (_EIGHT, _FOUR):
                    position += 8 if wire == _EIGHT else 4
                else:
                    raise BadFile(DAMAGED)
            if position != end:
                raise BadFile(DAMAGED)
            if whole_numbers > MAX_VARINT_BYTES:
                raise BadFile(TOO_LARGE.format("it has too many whole numbers"))
    except IndexError:
        raise BadFile(DAMAGED) from None


def varint(data: bytes, position: int) -> tuple[int, int]:
    """A whole number in groups of seven bits, and the place behind it."""
    byte = data[position]
    if byte < 128:
        return byte, position + 1
    number, shift = byte & 127, 7
    while byte >= 128:
        position += 1
        byte = data[position]
        number |= (byte & 127) << shift
        shift += 7
        if shift > 70:
            raise BadFile(DAMAGED)
    return number, position + 1
