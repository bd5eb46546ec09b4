"""The files that can be taken away hold what the engine computed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from playground.files.experiment import Experiment
from playground.render.colours import TABLES
from playground.render.maps import picture_maps
from playground.ui import exports
from playground.ui.screen import as_batch, compute, map_names, settle
from tests.experiments import random_experiment, random_picture


def cases(count: int):
    rng = np.random.default_rng(count)
    for number in range(count):
        colour = ("sum", "each", "grey")[number % 3]
        picture = random_picture(rng, 1 if colour == "grey" else 3, 23, 30)
        experiment = random_experiment(rng, colour=colour)
        yield settle(experiment, as_batch(picture, colour).shape)[0], picture


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "PNG"
    return image


def test_the_arrays_are_those_of_the_trace():
    for experiment, picture in cases(12):
        computed = compute(experiment, picture)
        with np.load(io.BytesIO(exports.arrays_file(experiment, picture))) as arrays:
            assert set(arrays) >= {"input", "weight", "bias", "convolution", "score", "softmax"}
            assert (arrays["input"] == picture).all()
            for name, stage in computed.stages.items():
                assert (arrays[name] == stage.output).all()
                assert arrays[name].dtype == np.float32
            assert (arrays["weight"] == computed.params["convolution"]["weight"]).all()
            assert (arrays["softmax"] == computed.terms.probabilities).all()
            assert set(arrays) == {*computed.stages, "input", "weight", "bias", "softmax"}


def test_a_map_file_has_the_colours_of_the_screen():
    for experiment, picture in cases(9):
        computed = compute(experiment, picture)
        for name in map_names(experiment):
            image = opened(exports.map_file(experiment, picture, name))
            rows, columns = computed.maps(name).shape[2:]
            assert image.width * rows == image.height * columns
            assert image.width % columns == 0
            shown = picture_maps(computed.maps(name), experiment.scale, experiment.colours)
            codes = shown[experiment.active].codes
            expected = codes if codes.ndim == 3 else TABLES[shown[experiment.active].table][codes]
            pixels = np.asarray(image.convert("RGB"))
            step = image.width // columns
            assert (pixels[step // 2 :: step, step // 2 :: step] == expected).all()


@pytest.mark.parametrize("filters", [1, 8])
def test_the_pipeline_file_opens_and_grows_with_the_filters(filters):
    rng = np.random.default_rng(0)
    picture = random_picture(rng, 3, 40, 30)
    experiment = random_experiment(rng, count=filters, kernel_size=3, stride=1, padding="same",
        padding_mode="zeros", dilation=1, pool="max", activation="relu", colour="sum")  # fmt: skip
    image = opened(exports.pipeline_file(experiment, picture))
    single = opened(exports.pipeline_file(Experiment(filters=experiment.filters[:1]), picture))
    assert image.width == single.width
    assert (image.height > single.height) == (filters > 1)


def test_every_experiment_makes_a_pipeline_file():
    for experiment, picture in cases(9):
        assert opened(exports.pipeline_file(experiment, picture)).width > 200
