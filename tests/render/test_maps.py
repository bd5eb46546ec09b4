"""Values to brightness: the ends of the table, its middle, and every way of scaling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from playground.files.experiment import CHOICES
from playground.render.maps import THUMBNAIL, picture_maps, thumbnail

FINITE = st.floats(-1000, 1000, width=32)
MAPS = arrays(
    np.float32,
    st.tuples(st.integers(1, 4), st.sampled_from([1, 3]), st.integers(1, 9), st.integers(1, 9)),
    elements=FINITE,
)


def ramp(low: float, high: float, size: int = 51) -> np.ndarray:
    return np.linspace(low, high, size, dtype=np.float32).reshape(1, 1, 1, size)


@given(MAPS, st.sampled_from(CHOICES["scale"]), st.sampled_from(CHOICES["colours"]))
def test_codes_keep_the_order_of_the_values(maps, scale, colours):
    for values, shown in zip(maps, picture_maps(maps, scale, colours), strict=True):
        codes = shown.codes.transpose(2, 0, 1) if shown.table == "rgb" else shown.codes[None]
        assert codes.shape == values.shape and codes.dtype == np.uint8
        in_order = codes.reshape(-1)[np.argsort(values, axis=None)]
        assert (np.diff(in_order.astype(int)) >= 0).all()
        assert (shown.minimum, shown.maximum) == (values.min(), values.max())
        assert shown.low < shown.high


@pytest.mark.parametrize("scale", CHOICES["scale"])
@pytest.mark.parametrize("value", [0.0, -3.0, 0.25, 1000.0])
def test_a_map_of_one_value_is_one_colour(scale, value):
    maps = np.full((1, 1, 4, 5), value, np.float32)
    (shown,) = picture_maps(maps, scale, "sequential")
    assert len(np.unique(shown.codes)) == 1
    assert np.isfinite([shown.low, shown.high]).all()


@pytest.mark.parametrize("scale", ["map", "robust", "shared"])
@pytest.mark.parametrize(
    ("value", "code", "ends"), [(-3, 0, (-3, 0)), (0, 0, (0, 1)), (4, 255, (0, 4))]
)
def test_a_map_of_one_value_is_drawn_as_far_from_zero_as_it_is(scale, value, code, ends):
    (shown,) = picture_maps(np.full((1, 1, 4, 5), value, np.float32), scale, "grey")
    assert (shown.codes == code).all()
    assert (shown.low, shown.high) == ends


@given(MAPS.filter(lambda maps: maps.shape[1] == 1), st.sampled_from(CHOICES["scale"][:4]))
def test_zero_is_white_on_the_diverging_table(maps, scale):
    for values, shown in zip(maps, picture_maps(maps, scale, "diverging"), strict=True):
        assert shown.low == -shown.high
        assert set(shown.codes[values[0] == 0].tolist()) <= {127, 128}


def test_symmetric_is_shared_by_all_maps_and_reaches_as_far_below_zero_as_above():
    maps = np.concatenate([ramp(0, 1), ramp(-4, 2), ramp(-1, 3)])
    for shown in picture_maps(maps, "symmetric", "grey"):
        assert (shown.low, shown.high) == (-4, 4)


def test_shared_gives_equal_values_equal_codes():
    maps = np.concatenate([ramp(0, 1), ramp(0.5, 10), ramp(-2, 0.5)])
    shown = picture_maps(maps, "shared", "grey")
    assert {(m.low, m.high) for m in shown} == {(-2, 10)}
    assert shown[0].codes[0, 25] == shown[1].codes[0, 0] == shown[2].codes[0, -1]


def test_unit_cuts_off_below_zero_and_above_one():
    (shown,) = picture_maps(ramp(-1, 2, 31), "unit", "grey")
    assert (shown.low, shown.high, shown.minimum, shown.maximum) == (0, 1, -1, 2)
    values = np.linspace(-1, 2, 31)
    assert np.abs(shown.codes[0] - 255 * np.clip(values, 0, 1)).max() <= 1


def test_every_map_has_its_own_ends_at_full_range():
    for scale in ("map", "robust"):
        for low, high, shown in zip(
            (0, -4), (1, 2), picture_maps(np.concatenate([ramp(0, 1), ramp(-4, 2)]), scale, "grey"),
            strict=True,
        ):  # fmt: skip
            assert (shown.low, shown.high) == (low, high)
            assert (shown.codes[0, 0], shown.codes[0, -1]) == (0, 255)


@pytest.mark.parametrize("scale", CHOICES["scale"])
def test_values_too_small_to_tell_apart_are_one_colour(scale):
    for highest in (1e-45, 1e-40, 1e-37):
        (shown,) = picture_maps(ramp(0, highest), scale, "grey")
        assert len(np.unique(shown.codes)) == 1


def test_a_few_extreme_cells_do_not_darken_the_rest():
    rng = np.random.default_rng(0)
    maps = rng.uniform(0, 1, (1, 1, 40, 40)).astype(np.float32)
    maps[0, 0, 7, 7], maps[0, 0, 9, 9] = 1000, -1000
    (robust,), (whole,) = (picture_maps(maps, scale, "grey") for scale in ("robust", "map"))
    assert -0.1 < robust.low < 0.05 and 0.95 < robust.high < 1.1
    assert (whole.low, whole.high) == (-1000, 1000)
    assert (robust.minimum, robust.maximum) == (-1000, 1000)
    assert (robust.codes[7, 7], robust.codes[9, 9]) == (255, 0)


def test_three_parts_are_the_channels_of_a_colour_picture():
    maps = np.zeros((1, 3, 2, 2), np.float32)
    maps[0, 0], maps[0, 2] = 1, 0.5
    for colours in CHOICES["colours"]:
        (shown,) = picture_maps(maps, "unit", colours)
        assert shown.table == "rgb" and shown.codes.shape == (2, 2, 3)
        assert shown.codes[0, 0].tolist() in ([255, 0, 128], [255, 0, 127])


def test_automatic_colours_tell_edges_from_pictures():
    rng = np.random.default_rng(0)
    edges = rng.normal(0, 1, (1, 1, 20, 20)).astype(np.float32)
    picture = rng.uniform(0, 1, (1, 1, 20, 20)).astype(np.float32)
    sharpened = picture - 0.1
    tables = [picture_maps(m, "robust", "auto")[0].table for m in (edges, picture, sharpened)]
    assert tables == ["diverging", "grey", "grey"]
    for colours in ("grey", "sequential", "diverging"):
        assert picture_maps(edges, "robust", colours)[0].table == colours


@given(st.integers(0, 2), array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=200))
def test_thumbnails_are_means_of_blocks_and_never_large(full, shape):
    maps = np.random.default_rng(0).uniform(0, 1, (3, 1, *shape)).astype(np.float32)
    for i, shown in enumerate(picture_maps(maps, "unit", "grey", full=full)):
        if i == full or max(shape) <= THUMBNAIL:
            assert shown.codes.shape == shape
            continue
        step = -(-max(shape) // THUMBNAIL)
        if min(shape) < step:
            continue
        assert max(shown.codes.shape) <= THUMBNAIL
        rows, columns = shown.codes.shape
        assert (rows, columns) == (shape[0] // step, shape[1] // step)
        block = maps[i, 0, (rows - 1) * step : rows * step, :step].mean()
        assert abs(int(shown.codes[-1, 0]) - 255 * block) <= 1


@pytest.mark.parametrize("scale", ["robust", "map", "shared", "symmetric", "unit"])
def test_the_chosen_filters_thumbnail_is_drawn_as_that_of_an_equal_filter(scale):
    one = np.random.default_rng(3).normal(size=(1, 200, 180)).astype(np.float32)
    chosen, other = picture_maps(np.stack([one, one]), scale, "auto", full=0)
    assert np.array_equal(thumbnail(one, chosen, scale), other.codes)
