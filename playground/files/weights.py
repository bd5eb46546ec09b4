"""Trained weights as a file: one NumPy archive with the network's description inside.

The file is a ``.npz`` as `numpy.load` opens it: an array ``node.parameter`` for each parameter,
and ``description``, the bytes of a JSON text. There is no pickle in it, so opening it runs nothing.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Params, Shape
from playground.engine.network import Network, init_params
from playground.files.descriptions import MAX_NODES, describe, line, network_from, whole
from playground.files.errors import BadFile
from playground.files.zips import open_zip, read_entry

FORMAT, VERSION = "CNN Playground weights", 1
DESCRIPTION = "description.npy"
MAX_DESCRIPTION = 2**18  # bytes
MAX_HEADER = 4096  # bytes before the numbers of an array; NumPy writes 128
FLOAT = np.dtype("<f4")

_DAMAGED = "This file is not a file of weights, or it is damaged."
# NumPy reads a header, which is the text of a Python dictionary, more freely: this is what it
# writes, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(<f4|\|u1)', 'fortran_order': False, "
    rb"'shape': \(([0-9, ]{1,80})\), \} *\n",
    re.DOTALL,
)


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """What a file of weights holds.

    Attributes
    ----------
    network : Network
        Its `labels` name the outputs, or are empty.
    params : dict of str to Params
        By node, as `init_params` has them: float32.
    note : str
        What the one who saved it wrote, one line; to be shown as plain text.
    """

    network: Network
    params: dict[str, Params]
    note: str


def save_weights(
    network: Network,
    params: dict[str, Params],
    labels: Sequence[str] | None = None,
    note: str = "",
) -> bytes:
    """Write a network and its weights to a file that `read_weights` reads bit for bit.

    Parameters
    ----------
    network : Network
    params : dict
        float32, by node; nodes without parameters may be left out.
    labels : sequence of str, optional
        What the outputs stand for, instead of the network's own labels.
    note : str
        One line, of how the weights were come by for one.

    Raises
    ------
    EngineError
        If the file could not be read again: the weights do not fit the network, are not float32,
        or are not all numbers, or the network is too large.
    """
    if labels is not None:
        network = replace(network, labels=tuple(labels))
    network = replace(network, name=line(network.name), labels=tuple(map(line, network.labels)))
    description = describe(network)
    try:
        if network_from(description) != network:
            raise EngineError("This network cannot be written down.")
    except BadFile as error:
        raise EngineError(str(error)) from None
    text = json.dumps(
        {"format": FORMAT, "version": VERSION, "note": line(note), "network": description},
        allow_nan=False,
    ).encode("ascii")
    arrays = {DESCRIPTION: np.frombuffer(text, np.uint8)}
    for name, (node, parameter, shape) in expected_arrays(network).items():
        arrays[name] = _to_save(params.get(node, {}).get(parameter), node, parameter, shape)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # weights hardly shrink
        for name, array in arrays.items():
            with archive.open(name, "w") as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
    return file.getvalue()


def read_weights(data: bytes) -> SavedNetwork:
    """Read a file of weights from anyone.

    The description is read first and the network built from it; only then are the arrays looked
    at, each of which must have the name, shape and type that the network asks for before its
    numbers are read.

    Raises
    ------
    BadFile
        For every file that is not such a file, or holds a number that is infinite or NaN.
    """
    with open_zip(data, 4 * MAX_NODES, "file of weights") as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if len(entries) != len(archive.infolist()) or DESCRIPTION not in entries:
            raise BadFile(_DAMAGED)
        network, note = _described(archive, entries.pop(DESCRIPTION))
        expected = expected_arrays(network)
        if entries.keys() != expected.keys():
            raise BadFile("The weights in this file are not those of the network in it.")
        params: dict[str, Params] = {node.name: {} for node in network.nodes}
        for name, (node, parameter, shape) in expected.items():
            array = _array(archive, entries[name], FLOAT, shape)
            if not np.isfinite(array).all():
                raise BadFile(f"The weights of “{node}” in this file are not all numbers.")
            params[node][parameter] = array
    return SavedNetwork(network, params, note)


def load_weights(data: bytes, network: Network) -> dict[str, Params]:
    """Read weights for a network that is there already.

    Names of the network and labels of its outputs may differ from those in the file.

    Raises
    ------
    BadFile
        As `read_weights`, and if the weights are those of another network.
    """
    saved = read_weights(data)
    if (saved.network.input_shape, saved.network.nodes) != (network.input_shape, network.nodes):
        raise BadFile(
            f"These weights belong to another network, “{saved.network.name}”, whose layers differ."
        )
    return saved.params


def expected_arrays(network: Network) -> dict[str, tuple[str, str, Shape]]:
    """Name in the file -> (node, parameter, shape), without making an array of weights."""

    def draw(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> np.ndarray:
        return np.broadcast_to(np.float32(0), shape)

    params = init_params(network, np.random.default_rng(0), draw)
    return {
        f"{node}.{parameter}.npy": (node, parameter, array.shape)
        for node, own in params.items()
        for parameter, array in own.items()
    }


def _to_save(array: Any, node: str, parameter: str, shape: Shape) -> np.ndarray:
    if not isinstance(array, np.ndarray) or array.shape != shape or array.dtype != np.float32:
        raise EngineError(f"The {parameter} of “{node}” must be float32 of shape {shape}.")
    if not np.isfinite(array).all():
        raise EngineError(f"The {parameter} of “{node}” holds what is not a number.")
    return np.ascontiguousarray(array, FLOAT)


def _described(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[Network, str]:
    try:
        content = json.loads(_array(archive, entry, np.dtype(np.uint8), None).tobytes())
        if content["format"] != FORMAT:
            raise ValueError("of another program")
        version = whole(content["version"], 1, 2**31)
        note = line(content.get("note", ""))
        description = content.get("network")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise BadFile(_DAMAGED) from None
    if version != VERSION:
        raise BadFile("These weights were saved by a newer version of the playground.")
    return network_from(description), note


def _array(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, dtype: np.dtype, shape: Shape | None
) -> np.ndarray:
    """Read one array of this type and shape; without a shape, a vector of any length."""
    size = MAX_DESCRIPTION if shape is None else dtype.itemsize * prod(shape)
    try:
        content = read_entry(archive, entry, size + MAX_HEADER)
    except BadFile:
        raise BadFile(_DAMAGED) from None
    header = _HEADER.match(content)
    if not header or int.from_bytes(content[8:10], "little") != header.end() - 10:
        raise BadFile(_DAMAGED)
    if shape is None:
        shape = (len(content) - header.end(),)
    stated = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    if np.dtype(header[1].decode()) != dtype or stated != shape:
        raise BadFile("The arrays in this file have another shape or type than its network asks.")
    if len(content) - header.end() != dtype.itemsize * prod(shape):
        raise BadFile(_DAMAGED)
    numbers = np.frombuffer(content, dtype, offset=header.end()).reshape(shape)
    return numbers.astype(dtype.newbyteorder("="))
