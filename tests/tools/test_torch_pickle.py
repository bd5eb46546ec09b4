"""The reader of old PyTorch files: what they hold, and nothing that they ask for."""

from __future__ import annotations

import io
import os
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from tools.torch_pickle import MAGIC_NUMBER, VERSION, Unsafe, read_torch_file


class Global:
    """Stands for a name of another module, which pickle writes down without importing it."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Call:
    """A call of a function of another module."""

    def __init__(self, function: Global, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


class Storage:
    def __init__(self, kind: str, key: str, length: int) -> None:
        self.kind, self.key, self.length = kind, key, length


class Writer(pickle._Pickler):
    """Writes these stand-ins the way PyTorch's own objects are written."""

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Global):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(obj, save_persistent_id)

    def persistent_id(self, obj):
        if isinstance(obj, Storage):
            return "storage", Global("torch", obj.kind), obj.key, "cpu", obj.length, None
        return None


def dumped(obj) -> bytes:
    file = io.BytesIO()
    Writer(file, 2).dump(obj)
    return file.getvalue()


def tensor(key="7", length=6, offset=0, size=(2, 3), stride=(3, 1), kind="FloatStorage"):
    rebuild = Global("torch._utils", "_rebuild_tensor_v2")
    return Call(rebuild, Storage(kind, key, length), offset, size, stride, False, OrderedDict())


def file_of(state, keys=("7",), numbers=b"", magic=MAGIC_NUMBER, little=True) -> bytes:
    parts = [magic, VERSION, {"little_endian": little}, state, list(keys)]
    return b"".join(map(dumped, parts)) + numbers


def stored(values, dtype="<f4") -> bytes:
    return len(values).to_bytes(8, "little") + np.asarray(values, dtype).tobytes()


def test_arrays_come_back_whatever_their_strides():
    state = OrderedDict(a=tensor(), turned=tensor(size=(3, 2), stride=(1, 3)),
                        part=tensor(offset=4, size=(2,), stride=(1,)))  # fmt: skip
    found = read_torch_file(file_of(state, numbers=stored(range(6))))
    assert found["a"].tolist() == [[0, 1, 2], [3, 4, 5]] and found["a"].dtype == np.float32
    assert found["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found["part"].tolist() == [4, 5]


def test_storages_follow_in_the_order_of_their_keys():
    state = OrderedDict(a=tensor("x", 1, 0, (), ()), b=tensor("y", 2, 0, (2,), (1,), "LongStorage"))
    numbers = stored([5, 6], "<i8") + stored([0.5])
    found = read_torch_file(file_of(state, ("y", "x"), numbers))
    assert found["a"] == 0.5 and found["b"].tolist() == [5, 6] and found["b"].dtype == np.int64


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("collections", "Counter"),
     ("numpy", "fromfile"), ("torch._utils", "_rebuild_tensor")],
)  # fmt: skip
def test_nothing_that_a_file_asks_for_is_run(module, name, tmp_path):
    mark = tmp_path / "run"
    state = {"a": Call(Global(module, name), f"touch {mark}")}
    with pytest.raises(Unsafe, match=f"asks for {module}.{name}"):
        read_torch_file(file_of(state))
    assert not mark.exists()


class Evil:
    def __reduce__(self):
        return os.getcwd, ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        pickle.dumps(Evil()),
        file_of({}, magic=1),
        file_of({}, little=False),
        file_of({"a": 5}),
        file_of({"a": tensor(length=7)}, numbers=stored(range(6))),
        file_of({"a": tensor()}, numbers=stored(range(6))[:-1]),
        file_of({"a": tensor(offset=1)}, numbers=stored(range(6))),
        file_of({"a": tensor(offset=-1)}, numbers=stored(range(6))),
        file_of({"a": tensor(stride=(-3, 1))}, numbers=stored(range(6))),
        file_of({"a": tensor(stride=(3,))}, numbers=stored(range(6))),
        file_of({"a": tensor(size=(2**40, 3))}, numbers=stored(range(6))),
        file_of({"a": tensor(kind="FloatStorage")}, ("other",), stored(range(6))),
        file_of({"a": tensor()}, ("7",), stored(range(5))),
    ],
)
def test_what_is_damaged_or_no_such_file_is_refused(data):
    with pytest.raises(Unsafe):
        read_torch_file(data)
