"""What a network receives of a picture: its part, its size, its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.engine.errors import EngineError
from playground.files.gallery import gallery_picture
from playground.files.images import from_bytes, to_bytes
from playground.files.preparation import PREPARATIONS, Preparation, frame, prepare, undo
from playground.networks import NETWORKS

IMAGENET = PREPARATIONS["efficientnet_lite0"]


def noise(channels, rows, columns):
    rng = np.random.default_rng(0)
    return from_bytes(rng.integers(0, 256, (channels, rows, columns), np.uint8))


@pytest.mark.parametrize("key", PREPARATIONS)
def test_it_gives_what_its_network_takes(key):
    planes = prepare(gallery_picture("cat"), PREPARATIONS[key])
    assert planes.shape == NETWORKS[key]().input_shape and planes.dtype == np.float32


@pytest.mark.parametrize("shape", [(300, 451), (451, 300), (512, 512), (200, 255)])
def test_the_usual_crop_is_torchvision_s(shape):
    # Resize(256, bicubic), CenterCrop(224), ToTensor, Normalize, as torchvision 0.2x has them.
    picture = noise(3, *shape)
    image = Image.fromarray(to_bytes(picture).transpose(1, 2, 0).copy())
    w, h = image.size
    size = (256, int(256 * h / w)) if w <= h else (int(256 * w / h), 256)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    expected = ((pixels - mean) / std).transpose(2, 0, 1)
    np.testing.assert_allclose(prepare(picture, IMAGENET), expected, atol=1e-6)


def test_a_crop_is_the_middle_a_pad_is_all_and_a_squash_is_all_without_border():
    picture = np.zeros((1, 20, 40), np.float32)
    picture[:, :, 10:30] = 1
    grey = Preparation(20, 20, 1, mean=(0.0,), std=(1.0,), resample="bilinear")
    assert (frame(picture, grey) == 1).all()
    squashed = frame(picture, replace(grey, fit="squash"))[0]
    assert (squashed == squashed[0]).all() and (squashed[0, [0, -1]] == 0).all()
    assert (squashed[0, 6:14] == 1).all()
    padded = frame(picture, replace(grey, fit="pad"))[0]
    assert (padded[:5] == 0).all() and (padded[15:] == 0).all()
    np.testing.assert_array_equal(padded[5], padded[14])
    assert padded[5, 9] == 1


def test_a_picture_of_the_right_size_stays_to_the_last_bit():
    for shape in ((1, 28, 28), (3, 28, 28)):
        picture = noise(*shape)
        zeros, ones = (0.0,) * shape[0], (1.0,) * shape[0]
        for fit in ("crop", "squash", "pad"):
            same = Preparation(28, 28, shape[0], fit, mean=zeros, std=ones)
            np.testing.assert_array_equal(prepare(picture, same), picture)


def test_bytes_and_shares_of_white_are_the_same_picture():
    picture = noise(3, 40, 30)
    np.testing.assert_array_equal(prepare(to_bytes(picture), IMAGENET), prepare(picture, IMAGENET))


def test_grey_becomes_three_times_the_same_and_colour_becomes_grey():
    colour = Preparation(8, 8, fit="squash")
    planes = prepare(noise(1, 9, 9), colour)
    assert (planes == planes[0]).all() and planes.shape == (3, 8, 8)
    grey = Preparation(4, 4, 1, "squash", mean=(0.0,), std=(1.0,))
    red = np.zeros((3, 4, 4), np.float32)
    red[0] = 1
    np.testing.assert_allclose(prepare(red, grey), 76 / 255, rtol=1e-6)


def test_blue_first_white_is_255_and_the_mean_is_in_the_network_s_order():
    # As Caffe's networks take it.
    caffe = Preparation(2, 2, fit="squash", scale=255, mean=(104.0, 117.0, 123.0), order="bgr")
    red = np.zeros((3, 2, 2), np.float32)
    red[0] = 1
    assert prepare(red, caffe)[:, 0, 0].tolist() == [-104, -117, 255 - 123]


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from(("crop", "squash", "pad")),
    st.sampled_from(("rgb", "bgr")),
    st.sampled_from((1, 255)),
    st.sampled_from((1, 3)),
)
def test_undo_shows_what_the_network_was_given(shape, fit, order, scale, channels):
    mean, std = (0.4, 0.5, 0.6)[:channels], (0.2, 0.25, 0.3)[:channels]
    preparation = Preparation(9, 7, channels, fit, None, scale, mean, std, order)
    picture = noise(3, *shape)
    seen = frame(picture, preparation)
    assert seen.shape == (channels, 9, 7)
    np.testing.assert_array_equal(undo(prepare(picture, preparation), preparation), seen)


def test_a_single_brightness_is_normalised_as_a_picture_is():
    level = IMAGENET.normalise(np.full((3, 1, 1), 0.5, np.float32))
    picture = prepare(np.full((3, 9, 9), 128, np.uint8), IMAGENET)
    np.testing.assert_allclose(level[:, 0, 0], picture[:, 100, 100], atol=0.01)


@pytest.mark.parametrize("shape", [(512, 1), (1, 512), (2, 300)])
def test_a_strip_is_cut_before_it_is_enlarged(shape):
    assert prepare(noise(3, *shape), IMAGENET).shape == (3, 224, 224)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rows": 0}, "number of rows must be at least 1"),
        ({"columns": 5000}, "number of columns must be at most 1024, not 5000"),
        ({"rows": 2.5}, "whole number"),
        ({"channels": 4}, "number of channels must be one of 1, 3"),
        ({"fit": "stretch"}, "one of crop, squash, pad, not 'stretch'"),
        ({"scale": 2}, "white must be one of 1, 255"),
        ({"order": "gbr"}, "colours must be one of"),
        ({"resample": "nearest"}, "resize must be one of"),
        ({"resize": 100}, "cannot be cut out of a picture whose shorter side is 100"),
        ({"resize": 5000}, "side before the crop must be at most"),
        ({"mean": (0.5,)}, "mean must be 3 numbers"),
        ({"std": (1.0, 1.0, float("nan"))}, "finite"),
        ({"std": (1.0, 0.0, 1.0)}, "above 0, not 0"),
    ],
)
def test_settings_that_cannot_be_are_one_sentence(changes, sentence):
    with pytest.raises(EngineError, match=sentence):
        replace(IMAGENET, **changes)


@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 4), (3, 0, 4), (1, 3, 4, 4)])
def test_what_is_no_picture_is_one_sentence(shape):
    with pytest.raises(EngineError, match="picture must have"):
        prepare(np.zeros(shape, np.float32), IMAGENET)


def test_numbers_that_no_picture_has_are_shown_as_black_or_white():
    planes = np.full((3, 2, 2), np.nan, np.float32)
    planes[0], planes[1] = np.inf, -np.inf
    assert undo(planes, IMAGENET)[:, 0, 0].tolist() == [1, 0, 0]
