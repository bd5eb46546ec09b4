"""Damaged files, and files and links of other versions: one sentence, and what can be used is."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from playground.engine.network import init_params
from playground.files import experiment, place, setup
from playground.files.archives import read_class_archive, write_class_archive
from playground.files.errors import BadFile
from playground.files.experiment import Experiment, preset_filter
from playground.files.images import encode_png, load_image
from playground.files.onnx import load_onnx
from playground.files.onnx_export import onnx_bytes
from playground.files.weights import DESCRIPTION, read_weights, save_weights
from playground.networks import NETWORKS

RNG = np.random.default_rng(5)
NETWORK = NETWORKS["lenet5"]()
PARAMS = init_params(NETWORK, RNG)
PICTURE = RNG.integers(0, 256, (3, 64, 64), np.uint8)
MINE = Experiment(picture="coffee", filters=(preset_filter("sobel_x"),), stride=2)

WHOLE = {
    "picture": (load_image, encode_png(PICTURE.astype(np.float32) / np.float32(255))),
    "experiment": (experiment.from_json, experiment.to_json(MINE).encode()),
    "weights": (read_weights, save_weights(NETWORK, PARAMS)),
    "zip": (read_class_archive, write_class_archive({"a": [PICTURE], "b": [PICTURE[::-1]]})),
    "ONNX": (load_onnx, onnx_bytes(NETWORK, PARAMS)),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_that_arrived_in_part_is_one_sentence(kind):
    read, data = WHOLE[kind]
    read(data)
    for share in (0, 0.01, 0.3, 0.6, 0.95):
        with pytest.raises(BadFile) as found:
            read(data[: int(share * len(data))])
        assert "\n" not in str(found.value) and str(found.value).endswith(".")


@pytest.mark.parametrize("version", [0, 2, "1.5", None, [], "x" * 1000])
def test_an_experiment_of_another_version_is_opened_and_says_so(version):
    content = {**json.loads(experiment.to_json(MINE)), "cnn_playground": version, "unheard": 1}
    found, notes = experiment.from_json(json.dumps(content).encode())
    assert found == MINE
    assert notes == ["This file is from another version of the playground."]


def test_an_experiment_that_lacks_what_came_later_is_filled_up():
    content = {"cnn_playground": 1, "picture": "coffee"}
    assert experiment.from_json(json.dumps(content).encode()) == (Experiment("coffee"), [])


@pytest.mark.parametrize("version", ["0", "2", "-1", "v", "9" * 400])
def test_links_of_other_versions_keep_what_they_name(version):
    found, notes = experiment.from_query({**experiment.to_query(MINE), "v": version})
    assert found == MINE and notes == ["This link is from another version of the playground."]
    chosen = setup.Setup(dataset="bars", epochs=80)
    found, notes = setup.from_query({**setup.to_query(chosen), "v": version})
    assert found == chosen and notes == ["This link is from another version of the playground."]
    there = place.Place(network="alexnet")
    found, notes = place.from_query({**place.to_query(there), "v": version})
    assert found == there and notes == ["This link is from another version of the playground."]


def with_version(version: object) -> bytes:
    """A file of weights whose description names another version."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE["weights"][1])) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == DESCRIPTION:
                text = np.lib.format.read_array(io.BytesIO(content)).tobytes()
                text = json.dumps({**json.loads(text), "version": version}).encode()
                array = io.BytesIO()
                np.lib.format.write_array(array, np.frombuffer(text, np.uint8))
                content = array.getvalue()
            new.writestr(name, content)
    return made.getvalue()


def test_weights_of_another_version_are_refused_in_one_sentence():
    read_weights(with_version(1))
    for version in (0, -1, 1.5, "1", None):
        with pytest.raises(BadFile, match="damaged"):
            read_weights(with_version(version))
    with pytest.raises(BadFile, match="newer version"):
        read_weights(with_version(2))
