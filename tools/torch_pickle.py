"""Read the arrays of an old PyTorch file without PyTorch, and without running anything in it.

Before version 1.6, ``torch.save`` wrote five pickles and then the numbers: a magic number, a
version, facts about the machine, the object itself, and the keys of its storages; then for each
storage its length, eight bytes, and its numbers
(https://github.com/pytorch/pytorch/blob/v1.5.0/torch/serialization.py, ``_legacy_save``).

A pickle names the functions that are to build its objects, so one from a stranger can run
anything. This reader knows a few names, gives each a function of its own, and refuses the rest.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
VERSION = 1001
TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class Unsafe(ValueError):
    """A file that is no such file, or asks for what it should not."""


class _Tensor:
    """A view of a storage whose numbers come at the end of the file."""

    def __init__(self, storage: tuple, offset: int, size: tuple, stride: tuple, *rest: Any) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def array(self, storages: dict[str, np.ndarray]) -> np.ndarray:
        numbers = storages[self.storage[1]]
        sides = list(zip(self.size, self.stride, strict=True))
        last = self.offset + sum((length - 1) * step for length, step in sides)
        if min((self.offset, *self.size, *self.stride)) < 0 or last >= len(numbers):
            raise Unsafe("An array reaches beyond its storage.")
        steps = [step * numbers.itemsize for step in self.stride]
        return as_strided(numbers[self.offset :], self.size, steps, writeable=False).copy()


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in TYPES:
            return name
        raise Unsafe(f"The file asks for {module}.{name}, which no file of weights needs.")

    def persistent_load(self, description: Any) -> tuple[str, str, int]:
        kind, storage_type, key, _, length, view = description
        if kind != "storage" or storage_type not in TYPES or view is not None:
            raise Unsafe("The file has a storage of a kind that is not known.")
        return storage_type, key, length


def read_torch_file(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a state dictionary by their names.

    Raises
    ------
    Unsafe
        If it is no such file, or names anything but tensors of numbers.
    """
    file = io.BytesIO(data)
    try:
        if _Reader(file).load() != MAGIC_NUMBER or _Reader(file).load() != VERSION:
            raise Unsafe("The file is no PyTorch file of the old form.")
        if not _Reader(file).load().get("little_endian"):
            raise Unsafe("The numbers of the file are not little-endian.")
        state = _Reader(file).load()
        tensors = {name: value for name, value in state.items() if isinstance(value, _Tensor)}
        if len(tensors) != len(state):
            raise Unsafe("The file holds more than arrays.")
        lengths = {tensor.storage[1]: tensor.storage for tensor in tensors.values()}
        storages = {}
        for key in _Reader(file).load():
            storage_type, _, length = lengths[key]
            dtype = np.dtype(TYPES[storage_type])
            numbers = file.read(8 + length * dtype.itemsize)
            if int.from_bytes(numbers[:8], "little") != length:
                raise Unsafe("The file is damaged.")
            storages[key] = np.frombuffer(numbers, dtype, length, 8)
        return {name: tensor.array(storages) for name, tensor in tensors.items()}
    except Unsafe:
        raise
    except Exception as error:  # unpickling what is damaged can raise anything
        raise Unsafe("The file is no PyTorch file of the old form, or it is damaged.") from error
