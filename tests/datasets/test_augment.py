"""What augmentation keeps, and what it does to a picture whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from playground.datasets import augment as augment_module
from playground.datasets.augment import Augmentation, augment

NOISE = np.random.default_rng(5).random((6, 3, 9, 12)).astype(np.float32)
SETTINGS = st.builds(Augmentation, st.floats(0, 32), st.floats(0, 180), st.booleans())


class Fixed:
    """Stands in for a generator: every draw is the one given, so the answer can be known."""

    def __init__(self, angle=0.0, down=0.0, right=0.0, mirrored=False):
        self.draws = [angle, np.array([[down], [right]])]
        self.mirrored = mirrored

    def uniform(self, low, high, size):
        return np.broadcast_to(self.draws.pop(0), size)

    def random(self, size):
        return np.full(size, 0.0 if self.mirrored else 1.0)


def test_zero_settings_change_nothing():
    assert augment(NOISE, np.random.default_rng(0), Augmentation()) is NOISE


@given(settings=SETTINGS, seed=st.integers(0, 99))
def test_shape_type_and_range_are_kept_and_the_batch_is_not_changed(settings, seed):
    before = NOISE.copy()
    for batch in (NOISE, NOISE.astype(np.float64)):
        result = augment(batch, np.random.default_rng(seed), settings)
        assert result.shape == batch.shape and result.dtype == batch.dtype
        assert result.min() >= batch.min() - 1e-6 and result.max() <= batch.max() + 1e-6
    assert np.array_equal(NOISE, before)


def test_the_same_generator_gives_the_same_batch_and_another_one_another():
    settings = Augmentation(2, 10, mirror=True)
    first, again, other = (augment(NOISE, np.random.default_rng(s), settings) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_constant_picture_stays_what_it_is():
    flat = np.full((4, 1, 8, 8), 0.25, np.float32)
    assert np.array_equal(augment(flat, np.random.default_rng(3), Augmentation(5, 90)), flat)


def test_each_picture_moves_by_its_own_amount():
    batch = np.repeat(NOISE[:1], 6, axis=0)
    result = augment(batch, np.random.default_rng(4), Augmentation(2, 10))
    assert len({picture.tobytes() for picture in result}) == 6


def test_a_shift_by_whole_pixels_moves_them_and_repeats_the_border():
    result = augment(NOISE, Fixed(down=0.5, right=-1.0), Augmentation(shift=4))
    assert np.allclose(result[:, :, 2:, :-4], NOISE[:, :, :-2, 4:], atol=1e-6)
    assert np.allclose(result[:, :, 0], result[:, :, 2], atol=1e-6)
    assert np.allclose(result[..., -1], result[..., -4], atol=1e-6)


def test_a_quarter_turn_is_a_quarter_turn():
    square = NOISE[..., :9]
    result = augment(square, Fixed(angle=1.0), Augmentation(rotation=90))
    turned = [np.rot90(square, k, axes=(2, 3)) for k in (1, 3)]
    assert any(np.allclose(result, expected, atol=1e-5) for expected in turned)


def test_half_of_the_pictures_are_mirrored():
    batch = np.broadcast_to(NOISE[:1], (200, *NOISE.shape[1:]))
    result = augment(batch, np.random.default_rng(0), Augmentation(mirror=True))
    flipped = (result == batch[..., ::-1]).all(axis=(1, 2, 3))
    kept = (result == batch).all(axis=(1, 2, 3))
    assert (flipped ^ kept).all() and 70 < flipped.sum() < 130


def test_mirroring_adds_nothing_but_the_mirror_to_the_other_changes():
    plain = augment(NOISE, Fixed(0.3, 0.2, -0.4), Augmentation(2, 20))
    mirrored = augment(NOISE[..., ::-1], Fixed(0.3, 0.2, -0.4, mirrored=True),
                       Augmentation(2, 20, mirror=True))  # fmt: skip
    assert np.allclose(plain, mirrored, atol=1e-6)


def test_it_agrees_with_scipy():
    angle, down, right = np.deg2rad(0.6 * 25), 0.25 * 3, -0.5 * 3
    result = augment(NOISE.astype(float), Fixed(0.6, 0.25, -0.5), Augmentation(3, 25))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (np.array(NOISE.shape[2:]) - 1) / 2
    offset = middle - turn @ (middle + [down, right])
    for picture, expected in zip(result[0], NOISE[0].astype(float), strict=True):
        moved = ndimage.affine_transform(expected, turn, offset, order=1, mode="nearest")
        assert np.allclose(picture, moved, atol=1e-9)


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1), (2, 2)])
def test_the_smallest_pictures_can_be_augmented(size):
    batch = np.random.default_rng(0).random((3, 2, *size))
    result = augment(batch, np.random.default_rng(0), Augmentation(1, 30))
    assert np.isfinite(result).all() and result.shape == batch.shape


@pytest.mark.parametrize("bad", [{"shift": -1}, {"shift": 33}, {"rotation": 181},
                                 {"rotation": float("nan")}])  # fmt: skip
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(ValueError):
        Augmentation(**bad)


def test_a_large_batch_that_is_turned_in_parts_is_turned_as_in_one_piece(monkeypatch):
    settings = Augmentation(2.0, 20.0, True)
    whole = augment(NOISE, np.random.default_rng(2), settings)
    monkeypatch.setattr(augment_module, "PART", 4 * NOISE[0].size)
    parts = augment(NOISE, np.random.default_rng(2), settings)
    assert whole.tobytes() == parts.tobytes()
    assert augment(NOISE[:0], np.random.default_rng(2), settings).shape == (0, 3, 9, 12)
