"""How a good input becomes a bad one: bytes, texts, and trees of what JSON has.

Everything is drawn from one generator, so that a case comes again from its number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (
    0, 1, -1, 2, 7, 8, 9, 16, 127, 128, 255, 256, 257, 1000, 4096, 8191, 8193, 32767, 32768,
    65535, 65536, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, -(2**31), -(2**63),
)  # fmt: skip
TOKENS = (
    "", " ", "\0", "\n", "\u202e", "\ufeff", "\ud800", "é", "ﬀ", "١", "²", "½", "😀", "NaN",
    "Infinity", "-0", "1e999", "1e-999", "1_0", "0x10", "00", "+1", ".", "-", "..", "/etc/passwd",
    "../../etc/passwd", "C:\\con", "__proto__", "constructor", "__class__", "null", "None", "true",
    "<script>", "javascript:alert(1)", "![x](https://example.com/x.png)", "'; --", "%00", "%s%n",
    "{0}", "${7*7}", "|", ",", ":", ";", "=", "&", "x" * 300, "9" * 400, "-" + "9" * 20,
    "0." + "3" * 60,
)  # fmt: skip
ODD = (None, True, False, [], {}, float("nan"), float("inf"), -float("inf"), -0.0, 0.5, 1e308)


def number(source: Random) -> int:
    """A whole number of the kind that programs trip over."""
    return source.choice(NUMBERS) + source.choice((0, 0, 0, -1, 1))


def mutated(data: bytes, source: Random, others: Sequence[bytes] = ()) -> bytes:
    """Bytes with a few changes; some come out of the others."""
    changed = bytearray(data)
    for _ in range(source.choice((1, 1, 1, 2, 2, 4, 12))):
        if not changed:
            break
        reach = min(len(changed), source.choice((24, 80, 400, len(changed))))
        place = source.randrange(reach)
        BYTES[source.randrange(len(BYTES))](changed, place, source, others)
    return bytes(changed)


def _flip(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    data[place] ^= 1 << source.randrange(8)


def _set(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    data[place] = source.choice((0, 1, 127, 128, 254, 255, source.randrange(256)))


def _whole(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    """A length or a count of one to eight bytes, in either order."""
    size = source.choice((1, 2, 2, 4, 4, 8))
    value = number(source) % 256**size
    data[place : place + size] = value.to_bytes(size, source.choice(("little", "big")))


def _delete(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    del data[place : place + source.choice((1, 1, 2, 4, 9, 40))]


def _insert(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    data[place:place] = source.randbytes(source.choice((1, 1, 2, 4, 9)))


def _repeat(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    piece = data[place : place + source.choice((1, 4, 13, 60))]
    data[place:place] = piece * source.choice((1, 1, 2, 20))


def _splice(data: bytearray, place: int, source: Random, others: Sequence[bytes]) -> None:
    if others and (other := source.choice(others)):
        start = source.randrange(len(other))
        piece = other[start : start + source.choice((2, 8, 30, len(other)))]
        data[place : place + source.choice((0, len(piece)))] = piece


def _cut(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    if not source.randrange(4):
        del data[place:]


def _token(data: bytearray, place: int, source: Random, _: Sequence[bytes]) -> None:
    token = source.choice(TOKENS).encode("utf-8", "surrogatepass")
    data[place : place + source.choice((0, len(token)))] = token


BYTES: tuple[Callable[[bytearray, int, Random, Sequence[bytes]], None], ...] = (
    _flip, _set, _set, _whole, _whole, _delete, _insert, _repeat, _splice, _cut, _token,
)  # fmt: skip


def changed_text(text: str, source: Random, words: Sequence[str] = TOKENS) -> str:
    """A text with a few changes, of which some are words that mean something."""
    for _ in range(source.choice((1, 1, 2, 5))):
        place, end = sorted((source.randrange(len(text) + 1), source.randrange(len(text) + 1)))
        match source.randrange(6):
            case 0:
                text = text[:place] + source.choice(words) + text[end:]
            case 1:
                text = text[:place] + source.choice(TOKENS) + text[place:]
            case 2:
                text = text[:place] + text[end:]
            case 3:
                text = text[:end] + text[place:end] * source.choice((1, 1, 3, 40)) + text[end:]
            case 4:
                text = str(number(source))
            case _:
                text = text[:place] + chr(source.randrange(1, 0x3000)) + text[place + 1 :]
    return text


def leaf(source: Random) -> Any:
    """Something that was not expected there."""
    match source.randrange(5):
        case 0:
            return source.choice(ODD)
        case 1:
            return number(source)
        case 2:
            return source.choice(TOKENS)
        case 3:
            return source.choice((10**400, "a" * 5000, [[]] * 50, {"a": {"a": {}}}, [0] * 3000))
        case _:
            return source.uniform(-2, 2)


def changed_tree(tree: Any, source: Random) -> Any:
    """What JSON has, with a few places changed, taken away, doubled or exchanged."""
    tree = copy.deepcopy(tree)
    for _ in range(source.choice((1, 1, 2, 2, 5))):
        places = list(_places(tree))
        if not places:
            return leaf(source)
        inside, key = source.choice(places)
        value = inside[key]
        match source.randrange(7):
            case 0 | 1:
                inside[key] = _near(value, source)
            case 2:
                inside[key] = leaf(source)
            case 3:
                del inside[key]
            case 4:
                _add(inside, copy.deepcopy(value), source)
            case 5:
                other, place = source.choice(places)
                if place in other if isinstance(other, dict) else place < len(other):
                    inside[key] = copy.deepcopy(other[place])
            case _:
                inside[key] = [value] if source.randrange(2) else {str(key): value}
    return tree


def _places(tree: Any) -> Any:
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def _near(value: Any, source: Random) -> Any:
    if isinstance(value, str):
        return changed_text(value, source)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return leaf(source)
    near = (-value, value + 1, value - 1, value * 2, value / 2 if abs(value) < 1e300 else value)
    return source.choice((*near, str(value), number(source)))


def _add(inside: dict | list, value: Any, source: Random) -> None:
    if isinstance(inside, list):
        inside.extend([value] * source.choice((1, 1, 9, 300)))
    else:
        inside[source.choice(TOKENS)] = value
