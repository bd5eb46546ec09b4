"""Damaged files of weights and zips of pictures, most with lengths and checksums in order."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from functools import cache
from random import Random

import numpy as np
from safetensors.numpy import save

from playground.engine.network import init_params
from playground.files.weights import save_weights
from playground.networks.example import example_network
from tests.files.pictures import encode
from tests.files.weight_files import DATA, PARAMS, npy
from tests.fuzz.mutation import TOKENS, changed_text, changed_tree, mutated, number

NAMES = (
    "cats/1.png", "dogs/1.png", "a/b/c/1.png", "1.png", "train/cats/1.png", "cats/",
    "__MACOSX/cats/._1", ".hidden/1.png", "../1.png", "/etc/1.png", "C:/1.png", "cats\\1.png",
    "CATS/1.png", "cats/1.jpg",
    "Thumbs.db", "cats/con.png", "cats/./1.png", "\u202egnp/1.png", "<b>/1.png", "é/1.png",
)  # fmt: skip

Entries = list[tuple[str, bytes]]


def _zip(entries: Entries, source: Random) -> bytes:
    file = io.BytesIO()
    odd = not source.randrange(8)
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that names are doubled is meant to be so
        for name, content in entries:
            entry = zipfile.ZipInfo(name.encode("utf-8", "replace").decode()[:60_000])
            entry.compress_type = source.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            if odd and not source.randrange(3):
                entry.compress_type = zipfile.ZIP_BZIP2
                entry.external_attr = source.randrange(2**16) << 16
            archive.writestr(entry, content)
    return file.getvalue()


def _shuffled(entries: Entries, source: Random) -> Entries:
    """Entries missing, doubled, moved, or under other names."""
    entries = list(entries)
    if entries:
        place = source.randrange(len(entries))
        name, content = entries[place]
        match source.randrange(5):
            case 0:
                del entries[place]
            case 1:
                entries.append(entries[place])
            case 2:
                entries[place] = changed_text(name, source, TOKENS + NAMES), content
            case 3:
                entries.append((source.choice(TOKENS + NAMES), content))
            case _:
                entries[place] = name, source.choice(entries)[1]
    return entries


def _contents(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


@cache
def _weights() -> tuple[bytes, ...]:
    other = example_network()
    return DATA, save_weights(other, init_params(other, np.random.default_rng(1)), note="a note")


def damaged_weights(source: Random) -> bytes:
    """A ``.npz`` file of weights with something wrong with it."""
    data = source.choice(_weights())
    if not source.randrange(4):
        return mutated(data, source, _weights())
    entries = _contents(data)
    place = source.randrange(len(entries))
    name, content = entries[place]
    match source.randrange(6):
        case 0 | 1 | 2:
            described = dict(entries)["description.npy"]
            text = json.dumps(changed_tree(json.loads(described[128:]), source)).encode()
            text = text if source.randrange(8) else mutated(text, source)
            entries = [
                (n, npy(np.frombuffer(text, np.uint8)) if n == "description.npy" else c)
                for n, c in entries
            ]
        case 3:
            entries[place] = name, mutated(content[:128], source) + content[128:]
        case 4:
            entries[place] = name, _array(content, source)
        case _:
            entries = _shuffled(entries, source)
    return _zip(entries, source)


def _array(content: bytes, source: Random) -> bytes:
    """An array of another shape or type, or with numbers that are none."""
    try:
        array = np.load(io.BytesIO(content))
    except ValueError:
        return mutated(content, source)
    match source.randrange(4):
        case 0:
            return npy(
                array.astype(
                    source.choice(["<f2", ">f4", "<f8", "<i4", "|b1", "<c8", "<U3", "|V4"])
                )
            )
        case 1:
            return npy(array.reshape(-1))
        case 2:
            array = array.astype(np.float32, copy=True)
            array.flat[source.randrange(array.size)] = source.choice(
                (np.nan, np.inf, -np.inf, 1e38)
            )
            return npy(array)
        case _:
            return npy(np.array([{"a": 1}], object), allow_pickle=True)


@cache
def _states() -> tuple[bytes, bytes]:
    arrays = {
        f"{node}.{name}": np.ascontiguousarray(array)
        for node, own in PARAMS.items()
        for name, array in own.items()
    }
    file = io.BytesIO()
    np.savez(file, **arrays)
    return save(arrays), file.getvalue()


def damaged_state(source: Random) -> bytes:
    """Named arrays for `NETWORK`, as safetensors or npz, with something wrong with them."""
    tensors, arrays = _states()
    if source.randrange(2):
        entries = _contents(arrays)
        place = source.randrange(len(entries))
        name, content = entries[place]
        match source.randrange(4):
            case 0:
                return mutated(arrays, source)
            case 1:
                entries[place] = name, mutated(content[:128], source) + content[128:]
            case 2:
                entries[place] = name, _array(content, source)
            case _:
                entries = _shuffled(entries, source)
        return _zip(entries, source)
    (length,) = struct.unpack_from("<Q", tensors)
    header, numbers = tensors[8 : 8 + length], tensors[8 + length :]
    match source.randrange(5):
        case 0:
            return mutated(tensors, source)
        case 1:
            text = mutated(header, source)
        case _:
            text = json.dumps(changed_tree(json.loads(header), source)).encode()
    stated = len(text) if source.randrange(10) else number(source) % 2**64
    return struct.pack("<Q", stated) + text + numbers


@cache
def _pictures() -> tuple[bytes, ...]:
    small = np.random.default_rng(5).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return encode(small, "PNG"), encode(small, "GIF"), encode(small[..., 0], "BMP")


def damaged_archive(source: Random) -> bytes:
    """A zip of pictures with something wrong with it."""
    names = [source.choice(NAMES) for _ in range(source.choice((1, 1, 2, 3)))]
    entries = [(name, source.choice(_pictures())) for name in names]
    match source.randrange(4):
        case 0:
            entries = _shuffled(entries, source)
        case 1:
            entries = [(name, mutated(data, source)) for name, data in entries]
        case 2:
            entries = [(changed_text(name, source), data) for name, data in entries]
        case _:
            return mutated(_zip(entries, source), source)
    data = _zip(entries, source)
    return data if source.randrange(3) else _directory(data, source)


def _directory(data: bytes, source: Random) -> bytes:
    """The zip with lies in its directory: sizes, flags, methods, places."""
    changed = bytearray(data)
    start = changed.rfind(b"PK\1\2")
    if start >= 0:
        # APPNOTE.TXT, section 4.3.12: where a number of an entry's record stands, and its bytes.
        place, size = source.choice(
            ((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (38, 4), (42, 4))
        )
        changed[start + place : start + place + size] = (number(source) % 256**size).to_bytes(
            size, "little"
        )
    return bytes(changed)
