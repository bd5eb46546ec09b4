"""Weights for a network that is there already, from a file of named arrays.

Two kinds of files: ``.safetensors``, in which most trained networks are passed around today, and
NumPy's ``.npz``. Names are those of the network's own nodes, or those of torchvision's modules.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from math import prod
from typing import NamedTuple

import numpy as np

from playground.engine.layers import Conv2d, Linear, Params, Shape
from playground.engine.network import Network
from playground.files.errors import BadFile
from playground.files.weights import expected_arrays
from playground.files.zips import METHODS, open_zip, read_entry

MAX_BYTES = 600 * 2**20  # VGG-19 has 575 MB
MAX_HEADER = 4 * 2**20
MAX_ARRAYS = 10_000

_DAMAGED = "This file has no named weights, or it is damaged."
_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2"}
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(<f[248])', 'fortran_order': False, "
    rb"'shape': \(([0-9, ]{0,80})\), \} *\n",
    re.DOTALL,
)
# What torchvision calls a module -> what the node is called here.
# https://github.com/pytorch/vision/tree/main/torchvision/models: resnet.py, densenet.py
_NAMES = [
    (r"bn1", "norm1"),
    (r"layer(\d+)\.(\d+)\.conv(\d)", lambda m: f"{_block(m)}.conv{m[3]}"),
    (r"layer(\d+)\.(\d+)\.bn(\d)", lambda m: f"{_block(m)}.norm{m[3]}"),
    (r"layer(\d+)\.(\d+)\.downsample\.0", lambda m: f"{_block(m)}.project"),
    (r"layer(\d+)\.(\d+)\.downsample\.1", lambda m: f"{_block(m)}.project_norm"),
    (r"features\.conv0", "conv1"),
    (r"features\.norm0", "norm1"),
    (r"features\.norm5", "norm"),
    (r"features\.denseblock(\d)\.denselayer(\d+)\.(conv|norm)\.?(\d)", r"dense\1_layer\2.\3\4"),
    (r"features\.transition(\d)\.(conv|norm)", r"transition\1.\2"),
    (r"classifier", "fc"),
]


class _Stored(NamedTuple):
    shape: Shape
    read: Callable[[], np.ndarray]


def load_state(data: bytes, network: Network) -> dict[str, Params]:
    """Read the weights of a network from a ``.safetensors`` or ``.npz`` file from anyone.

    Names, shapes and types are compared with what the network asks for before a number is read.
    Weights of torchvision's VGG, ResNet and DenseNet are known by torchvision's names; its AlexNet
    and GoogLeNet are other networks than the papers', so theirs do not fit. What the file has
    beyond the network's weights is left alone.

    Returns
    -------
    dict of str to Params
        float32, read-only where they are as they stand in the file.

    Raises
    ------
    BadFile
        If it is no such file, an array is missing or has another shape, or holds what is not a
        number.
    """
    if len(data) > MAX_BYTES:
        size = MAX_BYTES // 2**20
        raise BadFile(f"This file is larger than {size} MB, the most that the playground opens.")
    if not data:
        raise BadFile("This file is empty.")
    stored = _zipped(data) if data.startswith(b"PK") else _tensors(data)
    found = _renamed(stored, network)
    expected = expected_arrays(network)
    for node, parameter, shape in expected.values():
        name = f"{node}.{parameter}"
        if name not in found:
            raise BadFile(
                f"This file has no {parameter.replace('_', ' ')} for “{node}”; its weights are "
                "those of another network."
            )
        if found[name].shape != shape:
            sizes = [" × ".join(map(str, s)) for s in (found[name].shape, shape)]
            raise BadFile(
                f"The {parameter.replace('_', ' ')} of “{node}” is {sizes[0] or 'a number'} in "
                f"this file and {sizes[1]} in the network."
            )
    params: dict[str, Params] = {node.name: {} for node in network.nodes}
    for node, parameter, _ in expected.values():
        array = found[f"{node}.{parameter}"].read()
        if not np.isfinite(array).all():
            raise BadFile(f"The weights of “{node}” in this file are not all numbers.")
        params[node][parameter] = array
    return params


def _block(match: re.Match) -> str:
    return f"stage{int(match[1]) + 1}_block{int(match[2]) + 1}"


def _renamed(stored: dict[str, _Stored], network: Network) -> dict[str, _Stored]:
    """The arrays by ``node.parameter``."""
    own = {node.name for node in network.nodes}
    numbered = _numbered(stored, network)
    found: dict[str, _Stored] = {}
    for name, array in stored.items():
        module, _, parameter = name.removeprefix("module.").rpartition(".")
        if module not in own:
            module = numbered.get(module, module)
        for pattern, words in _NAMES:
            if module not in own and (match := re.fullmatch(pattern, module)):
                module = words(match) if callable(words) else match.expand(words)
        found.setdefault(f"{module}.{parameter}", array)
    return found


def _numbered(stored: dict[str, _Stored], network: Network) -> dict[str, str]:
    """Torchvision's VGG counts all its modules: those with weights, in their order, are ours."""
    modules: dict[str, str] = {}
    for part, kind, axes in (("features", Conv2d, 4), ("classifier", Linear, 2)):
        numbers = sorted(
            int(match[1])
            for name, array in stored.items()
            if (match := re.fullmatch(rf"{part}\.(\d{{1,4}})\.weight", name))
            and len(array.shape) == axes
        )
        nodes = [node.name for node in network.nodes if isinstance(node.layer, kind)]
        if len(numbers) == len(nodes):
            pairs = zip(numbers, nodes, strict=True)
            modules |= {f"{part}.{number}": node for number, node in pairs}
    return modules


def _tensors(data: bytes) -> dict[str, _Stored]:
    """The arrays of a safetensors file: eight bytes of length, JSON, and the numbers.

    The format: https://github.com/huggingface/safetensors#format
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(MAX_HEADER, len(data) - 8):
        raise BadFile(_DAMAGED)
    try:
        header = json.loads(data[8 : 8 + length])
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        if len(entries) > MAX_ARRAYS:
            raise BadFile(f"This file has more than {MAX_ARRAYS:,} arrays.")
        found = {name: _tensor(data, 8 + length, entry) for name, entry in entries.items()}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise BadFile(_DAMAGED) from None
    return {name: array for name, array in found.items() if array is not None}


def _tensor(data: bytes, start: int, entry: dict) -> _Stored | None:
    """One array; None for a type that is no weight, as counters are."""
    dtype, sizes, (first, last) = entry["dtype"], entry["shape"], entry["data_offsets"]
    numbers = [first, last, *sizes]
    if not isinstance(dtype, str) or len(sizes) > 8:
        raise ValueError("no such array")
    if not all(type(number) is int and 0 <= number <= len(data) for number in numbers):
        raise ValueError("no such place")
    if dtype not in _TYPES:
        return None
    kind = np.dtype(_TYPES[dtype])
    if last - first != prod(sizes) * kind.itemsize or start + last > len(data):
        raise ValueError("of another size")

    def read() -> np.ndarray:
        array = np.frombuffer(data, kind, prod(sizes), start + first)
        if dtype == "BF16":  # the upper half of a float32
            array = (array.astype(np.uint32) << 16).view(np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            return array.astype(np.float32, copy=False).reshape(sizes)

    return _Stored(tuple(sizes), read)


def _zipped(data: bytes) -> dict[str, _Stored]:
    """The arrays of an ``.npz`` file, of which only the headers are looked at."""
    # Numbers may look like a directory's entry by chance.
    archive = open_zip(data, 2 * MAX_ARRAYS, "file of weights", MAX_BYTES)
    entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
    if len(entries) > MAX_ARRAYS or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise BadFile("The arrays in this file are too large, or too many.")
    found = {}
    for entry in entries:
        if entry.compress_type not in METHODS:
            raise BadFile(_DAMAGED)
        try:
            with archive.open(entry) as file:
                start = file.read(512)
        except Exception:  # on damaged archives zipfile raises almost every class
            raise BadFile(_DAMAGED) from None
        if array := _zipped_array(archive, entry, start):
            found[entry.filename.removesuffix(".npy")] = array
    return found


def _zipped_array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, start: bytes) -> _Stored | None:
    header = _HEADER.match(start)
    if not header or int.from_bytes(start[8:10], "little") != header.end() - 10:
        return None
    kind = np.dtype(header[1].decode())
    shape = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    size = prod(shape) * kind.itemsize
    if entry.file_size != header.end() + size:
        raise BadFile(_DAMAGED)

    def read() -> np.ndarray:
        try:
            content = read_entry(archive, entry, entry.file_size)
        except BadFile:
            raise BadFile(_DAMAGED) from None
        if len(content) != entry.file_size or content[: header.end()] != start[: header.end()]:
            raise BadFile(_DAMAGED)
        array = np.frombuffer(content, kind, prod(shape), header.end()).reshape(shape)
        with np.errstate(over="ignore", invalid="ignore"):
            return array.astype(np.float32, copy=False)

    return _Stored(shape, read)
