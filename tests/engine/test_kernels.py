"""The preset kernels, what they are known for, and the ways to turn one into another."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from playground.engine import kernels, ops
from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, SIZES, TRANSFORMS

PUBLISHED = {
    "identity": "0 0 0 / 0 1 0 / 0 0 0",
    "edge_corners": "1 0 -1 / 0 0 0 / -1 0 1",
    "edge_cross": "0 1 0 / 1 -4 1 / 0 1 0",
    "edge": "-1 -1 -1 / -1 8 -1 / -1 -1 -1",
    "sharpen": "0 -1 0 / -1 5 -1 / 0 -1 0",
    "box_blur": "1/9 1/9 1/9 / 1/9 1/9 1/9 / 1/9 1/9 1/9",
    "gaussian_blur": "1/16 2/16 1/16 / 2/16 4/16 2/16 / 1/16 2/16 1/16",
    "gaussian_blur_5": "1/256 4/256 6/256 4/256 1/256 / 4/256 16/256 24/256 16/256 4/256 / "
    "6/256 24/256 36/256 24/256 6/256 / 4/256 16/256 24/256 16/256 4/256 / "
    "1/256 4/256 6/256 4/256 1/256",
    "sobel_x": "-1 0 1 / -2 0 2 / -1 0 1",
    "sobel_y": "-1 -2 -1 / 0 0 0 / 1 2 1",
    "prewitt_x": "-1 0 1 / -1 0 1 / -1 0 1",
    "prewitt_y": "-1 -1 -1 / 0 0 0 / 1 1 1",
    "scharr_x": "-3 0 3 / -10 0 10 / -3 0 3",
    "scharr_y": "-3 -10 -3 / 0 0 0 / 3 10 3",
    "laplacian": "0 -1 0 / -1 4 -1 / 0 -1 0",
    "emboss": "-2 -1 0 / -1 1 1 / 0 1 2",
    "unsharp": "-1/256 -4/256 -6/256 -4/256 -1/256 / -4/256 -16/256 -24/256 -16/256 -4/256 / "
    "-6/256 -24/256 476/256 -24/256 -6/256 / -4/256 -16/256 -24/256 -16/256 -4/256 / "
    "-1/256 -4/256 -6/256 -4/256 -1/256",
    "diagonal_down": "0 1 2 / -1 0 1 / -2 -1 0",
    "diagonal_up": "2 1 0 / 1 0 -1 / 0 -1 -2",
    "sliding_example": "1 0 1 / 0 1 0 / 1 0 1",
}
DIFFERENCES = [key for key in KERNELS if re.match("edge|sobel|prewitt|scharr|laplac|diag", key)]
KEEP_BRIGHTNESS = ["identity", "sharpen", "box_blur", "gaussian_blur", "gaussian_blur_5",
                   "emboss", "unsharp"]  # fmt: skip

weights = st.sampled_from(SIZES).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(-100, 100).map(lambda v: v / 10), min_size=n, max_size=n).map(tuple),
        min_size=n,
        max_size=n,
    ).map(tuple)
)


def answer(key, image):
    """Filter one image with a preset, without padding."""
    weight = np.array(KERNELS[key].weight)[None, None]
    return ops.conv2d(np.asarray(image, float)[None, None], weight)[0, 0]


def rows(text):
    return [[float(Fraction(v)) for v in row.split()] for row in text.split(" / ")]


@pytest.mark.parametrize("key", KERNELS)
def test_every_preset_is_square_odd_and_finite(key):
    weight = KERNELS[key].weight
    assert len(weight) in SIZES and all(len(row) == len(weight) for row in weight)
    assert all(type(v) is float and isfinite(v) for row in weight for v in row)
    assert hash(KERNELS[key])


@pytest.mark.parametrize("key", KERNELS)
def test_every_preset_says_what_it_does_and_where_it_is_from(key):
    kernel = KERNELS[key]
    assert kernel.name and kernel.source
    assert len(kernel.about) > 20 and kernel.about.endswith(".")
    assert kernel.url == "" or kernel.url.startswith("https://")


def test_names_are_unique_and_keys_can_stand_in_a_link():
    names = [kernel.name for kernel in KERNELS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9_]{1,40}", key) for key in KERNELS)


@pytest.mark.parametrize("key", KERNELS)
def test_every_preset_has_its_published_values(key):
    assert np.allclose(KERNELS[key].weight, rows(PUBLISHED[key]), rtol=1e-15, atol=0)


@pytest.mark.parametrize("key", DIFFERENCES)
def test_a_difference_of_a_constant_image_is_zero(key):
    assert np.allclose(answer(key, np.full((9, 9), 0.7)), 0, atol=1e-12)


def test_sobel_of_a_constant_image_is_zero():
    for key in ("sobel_x", "sobel_y"):
        assert not answer(key, np.ones((5, 6))).any()


@pytest.mark.parametrize("key", KEEP_BRIGHTNESS)
def test_blur_and_sharpening_keep_the_brightness_of_a_flat_image(key):
    assert np.allclose(answer(key, np.full((9, 9), 0.7)), 0.7, atol=1e-12)


def test_the_sliding_example_gives_its_published_map():
    image = [[int(c) for c in row] for row in ["11100", "01110", "00111", "00110", "01100"]]
    assert answer("sliding_example", image).tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        ("sobel_x", lambda im: ndimage.sobel(im, axis=1)),
        ("sobel_y", lambda im: ndimage.sobel(im, axis=0)),
        ("prewitt_x", lambda im: ndimage.prewitt(im, axis=1)),
        ("prewitt_y", lambda im: ndimage.prewitt(im, axis=0)),
        ("edge_cross", ndimage.laplace),
        ("laplacian", lambda im: -ndimage.laplace(im)),
        ("box_blur", lambda im: ndimage.uniform_filter(im, 3)),
        ("identity", lambda im: im),
    ],
)
def test_presets_agree_with_scipy(key, reference):
    image = np.random.default_rng(1).random((12, 15))
    assert np.allclose(answer(key, image), reference(image)[1:-1, 1:-1], atol=1e-12)


@pytest.mark.parametrize(
    ("key", "slope"),
    [("sobel_x", (0, 8)), ("sobel_y", (8, 0)), ("prewitt_x", (0, 6)), ("prewitt_y", (6, 0)),
     ("scharr_x", (0, 32)), ("scharr_y", (32, 0)),
     ("diagonal_down", (-6, 6)), ("diagonal_up", (-6, -6))],
)  # fmt: skip
def test_a_gradient_answers_a_slope_with_the_weight_of_its_direction(key, slope):
    r, c = np.mgrid[:6, :6]
    assert np.allclose(answer(key, r), slope[0])
    assert np.allclose(answer(key, c), slope[1])


def test_the_corner_kernel_ignores_straight_horizontal_and_vertical_edges():
    step = np.repeat([0.0, 1.0], 5)
    assert not answer("edge_corners", np.tile(step, (10, 1))).any()
    assert not answer("edge_corners", np.tile(step, (10, 1)).T).any()
    assert answer("edge_corners", np.outer(step, step)).any()


def test_the_wide_gaussian_is_the_narrow_one_twice():
    image = np.random.default_rng(2).random((11, 11))
    twice = answer("gaussian_blur", answer("gaussian_blur", image))
    assert np.allclose(twice, answer("gaussian_blur_5", image))


def test_unsharp_is_twice_the_image_minus_its_blur():
    image = np.random.default_rng(3).random((9, 9))
    expected = 2 * image[2:-2, 2:-2] - answer("gaussian_blur_5", image)
    assert np.allclose(answer("unsharp", image), expected)


@pytest.mark.parametrize("name", TRANSFORMS)
@settings(max_examples=25, deadline=None)
@given(weight=weights)
def test_every_transform_gives_weights_of_the_same_size(name, weight):
    try:
        changed = TRANSFORMS[name](weight)
    except EngineError:
        assert name == "normalise"
        return
    assert len(changed) == len(weight) and all(len(row) == len(weight) for row in changed)
    assert all(type(v) is float and str(v) != "-0.0" for row in changed for v in row)
    assert hash(changed)


@pytest.mark.parametrize(
    ("name", "times"),
    [("negate", 2), ("flip_rows", 2), ("flip_columns", 2), ("transpose", 2), ("rotate_90", 4),
     ("rotate_45", 8)],
)  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(weight=weights)
def test_a_transform_repeated_comes_back_to_the_start(name, times, weight):
    changed = weight
    for _ in range(times):
        changed = TRANSFORMS[name](changed)
    assert changed == weight


@settings(max_examples=25, deadline=None)
@given(weight=weights)
def test_two_eighths_of_a_turn_are_a_quarter(weight):
    assert kernels.rotate_45(kernels.rotate_45(weight)) == kernels.rotate_90(weight)


@settings(max_examples=25, deadline=None)
@given(weight=weights)
def test_both_flips_are_half_a_turn(weight):
    half = kernels.rotate_90(kernels.rotate_90(weight))
    assert kernels.flip_rows(kernels.flip_columns(weight)) == half


def test_an_eighth_of_a_turn_moves_each_cell_clockwise():
    assert kernels.rotate_45(((1, 2, 3), (8, 9, 4), (7, 6, 5))) == (
        (8, 1, 2),
        (7, 9, 3),
        (6, 5, 4),
    )


@pytest.mark.parametrize(
    ("sobel", "diagonal"), [("sobel_x", "diagonal_up"), ("sobel_y", "diagonal_down")]
)
def test_the_diagonal_edges_are_sobels_turned_by_an_eighth(sobel, diagonal):
    turned = kernels.rotate_45(KERNELS[sobel].weight)
    assert turned == kernels.negate(KERNELS[diagonal].weight)


@settings(max_examples=25, deadline=None)
@given(weight=weights)
def test_normalised_weights_sum_to_one_or_are_refused(weight):
    total = sum(map(sum, weight))
    if abs(total) < 1e-6:
        with pytest.raises(EngineError, match="sum to zero"):
            kernels.normalise(weight)
    else:
        assert abs(sum(map(sum, kernels.normalise(weight))) - 1) < 1e-6


@settings(max_examples=25, deadline=None)
@given(weight=weights, size=st.sampled_from(SIZES))
def test_resizing_keeps_the_centre(weight, size):
    changed = kernels.resize(weight, size)
    assert len(changed) == size and all(len(row) == size for row in changed)
    inner, outer = sorted((np.array(changed), np.array(weight)), key=len)
    rim = (len(outer) - len(inner)) // 2
    assert np.array_equal(outer[rim : len(outer) - rim, rim : len(outer) - rim], inner)
    if size > len(weight):
        assert np.abs(outer).sum() == pytest.approx(np.abs(inner).sum())


@pytest.mark.parametrize("size", SIZES)
def test_random_weights_are_tenths_that_repeat_with_the_seed(size):
    first, again = (kernels.random_weights(size, np.random.default_rng(9)) for _ in range(2))
    assert first == again != kernels.random_weights(size, np.random.default_rng(10))
    values = np.array(first)
    assert values.shape == (size, size) and np.abs(values).max() <= 1
    assert np.allclose(values * 10, np.rint(values * 10), atol=1e-12)
