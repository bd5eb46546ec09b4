"""A small file of weights, for the tests to damage, and what a refusal must be."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest

from playground.engine import layers as L
from playground.engine.network import Network, Node, init_params
from playground.files import BadFile
from playground.files.weights import read_weights, save_weights

NETWORK = Network(
    "small",
    (1, 8, 8),
    (
        Node("conv", L.Conv2d(2, 3)),
        Node("relu", L.ReLU()),
        Node("pool", L.MaxPool2d(2)),
        Node("flatten", L.Flatten()),
        Node("units", L.Linear(3)),
        Node("softmax", L.Softmax()),
    ),
    ("a", "b", "c"),
)
PARAMS = init_params(NETWORK, np.random.default_rng(0))
DATA = save_weights(NETWORK, PARAMS)
with zipfile.ZipFile(io.BytesIO(DATA)) as opened:
    ENTRIES = {name: opened.read(name) for name in opened.namelist()}
CONTENT = json.loads(ENTRIES["description.npy"][128:])


def npy(array, allow_pickle: bool = False) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=allow_pickle)
    return file.getvalue()


def npz(changes: dict[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in (ENTRIES | changes).items():
            if data is not None:
                archive.writestr(name, data)
    return file.getvalue()


def described(text: str | bytes) -> bytes:
    text = text.encode() if isinstance(text, str) else text
    return npz({"description.npy": npy(np.frombuffer(text, np.uint8))})


def refusal(data: bytes) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(BadFile) as caught:
            read_weights(data)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 250
    return sentence
