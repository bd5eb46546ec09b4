"""Weights by name, of this playground and of torchvision, in safetensors and npz files."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from playground.engine.network import Network, init_params
from playground.files import BadFile
from playground.files.state_dict import load_state
from playground.files.weights import save_weights
from playground.networks import NETWORKS
from tests.files.weight_files import DATA, NETWORK, PARAMS


def named(params: dict) -> dict[str, np.ndarray]:
    return {f"{node}.{name}": a for node, own in params.items() for name, a in own.items()}


def zipped(arrays: dict, save=np.savez) -> bytes:
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def same(found: dict, expected: dict) -> bool:
    return named(found).keys() == named(expected).keys() and all(
        np.array_equal(array, named(expected)[name]) and array.dtype == np.float32
        for name, array in named(found).items()
    )


@pytest.mark.parametrize(
    "data",
    [
        save(named(PARAMS)),
        save({f"module.{name}": a for name, a in named(PARAMS).items()}),
        save({**named(PARAMS), "num_batches_tracked": np.array(3)}, {"format": "np"}),
        zipped(named(PARAMS)),
        zipped(named(PARAMS), np.savez_compressed),
        DATA,
        save_weights(NETWORK, PARAMS, labels=("x", "y", "z")),
    ],
    ids=range(7),
)
def test_weights_come_by_the_names_of_the_nodes(data):
    assert same(load_state(data, NETWORK), PARAMS)


def test_other_precisions_become_float32():
    rounded = {name: a.astype("f2") for name, a in named(PARAMS).items()}
    for data in (
        save(rounded),
        zipped(rounded),
        save({n: a.astype("f8") for n, a in rounded.items()}),
    ):
        found = named(load_state(data, NETWORK))
        assert all(np.array_equal(found[name], a.astype("f4")) for name, a in rounded.items())


def test_bfloat16_is_the_upper_half_of_a_float32():
    upper = {n: (a.view(np.uint32) >> 16).astype(np.uint16) for n, a in named(PARAMS).items()}
    data = save(upper).replace(b'"U16"', b'"BF16"')
    length = int.from_bytes(data[:8], "little") + len(upper)
    found = named(load_state(length.to_bytes(8, "little") + data[8:], NETWORK))
    for name, bits in upper.items():
        assert np.array_equal(found[name].view(np.uint32), bits.astype(np.uint32) << 16)


def torchvision_names(key: str) -> dict[str, str]:
    """Torchvision's name of every module with weights -> ours, as its source lists them."""
    names: dict[str, str] = {}
    if key.startswith("resnet"):
        blocks, convolutions = {"resnet18": ((2, 2, 2, 2), 2), "resnet50": ((3, 4, 6, 3), 3)}[key]
        names |= {"conv1": "conv1", "bn1": "norm1", "fc": "fc"}
        for layer, count in enumerate(blocks, 1):
            for block in range(count):
                theirs, ours = f"layer{layer}.{block}", f"stage{layer + 1}_block{block + 1}"
                for k in range(1, convolutions + 1):
                    names[f"{theirs}.conv{k}"], names[f"{theirs}.bn{k}"] = (
                        f"{ours}.conv{k}",
                        f"{ours}.norm{k}",
                    )
                names[f"{theirs}.downsample.0"] = f"{ours}.project"
                names[f"{theirs}.downsample.1"] = f"{ours}.project_norm"
    elif key == "densenet121":
        names |= {"features.conv0": "conv1", "features.norm0": "norm1", "features.norm5": "norm"}
        names["classifier"] = "fc"
        for block, count in enumerate((6, 12, 24, 16), 1):
            for layer in range(1, count + 1):
                for part in ("norm1", "conv1", "norm2", "conv2"):
                    theirs = f"features.denseblock{block}.denselayer{layer}.{part}"
                    names[theirs] = f"dense{block}_layer{layer}.{part}"
            for part in ("norm", "conv"):
                names[f"features.transition{block}.{part}"] = f"transition{block}.{part}"
    else:  # vgg16: convolution, ReLU, and a pool after each block
        number = 0
        for block, count in enumerate((2, 2, 3, 3, 3), 1):
            for k in range(1, count + 1):
                names[f"features.{number}"] = f"block{block}.conv{k}"
                number += 2
            number += 1
        names |= {f"classifier.{3 * k}": f"fc{k + 1}" for k in range(3)}
    return names


@pytest.mark.parametrize("key", ["vgg16", "resnet18", "resnet50", "densenet121"])
def test_torchvisions_names_are_known(key):
    network = small(key)
    params = init_params(network, np.random.default_rng(4))
    theirs = {ours: name for name, ours in torchvision_names(key).items()}
    state = {}
    for name, array in named(params).items():
        module, _, parameter = name.rpartition(".")
        state[f"{theirs[module]}.{parameter}"] = array
    found = load_state(save(state), network)
    assert same(found, params)


def small(key: str) -> Network:
    """The network with few filters, so that the test needs little time; the names are the same."""
    network = NETWORKS[key]()
    nodes, shapes = [], {"input": (3, 224, 224)}
    for node, sources in network.wiring():
        layer = node.layer
        if hasattr(layer, "filters"):
            layer = replace(layer, filters=max(2, layer.filters // 32))
        elif hasattr(layer, "units"):
            layer = replace(layer, units=max(3, layer.units // 100))
        nodes.append(replace(node, layer=layer))
        shapes[node.name] = layer.output_shape(*(shapes[s] for s in sources))
    return Network(network.name, (3, 224, 224), tuple(nodes))


def header(content: object, tail: bytes = b"\0" * 64) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return len(text).to_bytes(8, "little") + text + tail


def one(**changes) -> bytes:
    entry = {"dtype": "F32", "shape": [2, 1, 3, 3], "data_offsets": [0, 72]} | changes
    return header({"conv.weight": entry}, b"\0" * 72)


def locked() -> bytes:
    data = bytearray(zipped(named(PARAMS)))
    for place in range(len(data) - 4):
        if data[place : place + 4] in (b"PK\x01\x02", b"PK\x03\x04"):
            data[place + (8 if data[place + 2] == 1 else 6)] |= 1
    return bytes(data)


def packed(method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("conv.weight.npy", zipped({"a": np.zeros(3)}))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"short", "no named weights"),
        (b"\xff" * 100, "no named weights"),
        (header(b"[]"), "no named weights"),
        (header(b'{"a": 1}'), "no named weights"),
        (header(b"[" * 100_000), "no named weights"),
        (header(b"1" * 10_000), "no named weights"),
        (header({}), "no weight for “conv”"),
        (header({str(i): 0 for i in range(10_001)}), "more than 10,000 arrays"),
        (one(data_offsets=[0, 10**12]), "no named weights"),
        (one(data_offsets=[-72, 0]), "no named weights"),
        (one(data_offsets=[0, 36]), "no named weights"),
        (one(data_offsets=[36, 108]), "no named weights"),
        (one(data_offsets=[0, 72.0]), "no named weights"),
        (one(data_offsets=[False, 72]), "no named weights"),
        (one(shape=[-2, -1, 3, 3]), "no named weights"),
        (one(shape=[1] * 9), "no named weights"),
        (one(dtype=None), "no named weights"),
        (one(dtype="I32"), "no weight for “conv”"),
        (one(shape=[18]), "is 18 in this file and 2 × 1 × 3 × 3 in the network"),
        (one(), "no bias for “conv”"),
        (save({n: a * np.nan for n, a in named(PARAMS).items()}), "not all numbers"),
        (b"PK\x03\x04" + bytes(50), "not a file of weights"),
        (locked(), "no named weights"),
        (packed(zipfile.ZIP_LZMA), "no named weights"),
        (packed(zipfile.ZIP_STORED), "no weight for “conv”"),
        (zipped({n: a[:1] for n, a in named(PARAMS).items()}), "in this file and"),
        (zipped({"conv.weight": np.array([None])}), "no weight for “conv”"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(data, sentence):
    with pytest.raises(BadFile, match=sentence) as caught:
        load_state(data, NETWORK)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("playground.files.state_dict.MAX_BYTES", 2**20)
    with pytest.raises(BadFile, match="larger than 1 MB"):
        load_state(bytes(2**20 + 1), NETWORK)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([save(named(PARAMS)), zipped(named(PARAMS))]), st.data())
def test_a_changed_file_is_read_or_refused_in_a_sentence(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    data = data[:place] + bytes([draw.draw(st.integers(0, 255))]) + data[place + 1 :]
    try:
        found = load_state(data, NETWORK)
    except BadFile as error:
        assert str(error).endswith(".")
    else:
        assert named(found).keys() == named(PARAMS).keys()
