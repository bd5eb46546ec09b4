"""Arrays come back from the archive as they were, and nothing in it can run."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from playground.files.arrays import to_npz


def test_arrays_come_back_with_their_values_shapes_and_types():
    rng = np.random.default_rng(0)
    arrays = {
        "input": rng.random((3, 8, 9), np.float32),
        "convolution.weight": rng.standard_normal((4, 3, 3, 3)),
        "codes": rng.integers(0, 256, (5, 5), dtype=np.uint8),
        "scores": np.array([np.nan, np.inf, -0.0]),
        "one": np.float32(2.5),
    }
    with np.load(io.BytesIO(to_npz(arrays)), allow_pickle=False) as archive:
        assert set(archive.files) == set(arrays)
        for name, array in arrays.items():
            assert archive[name].dtype == array.dtype
            assert archive[name].shape == array.shape
            assert np.array_equal(archive[name], array, equal_nan=True)


def test_the_archive_is_compressed():
    assert len(to_npz({"zeros": np.zeros((256, 256))})) < 5000


def test_an_empty_archive_opens():
    assert zipfile.ZipFile(io.BytesIO(to_npz({}))).namelist() == []


@pytest.mark.parametrize("array", [np.array([object()]), np.array([{}, []], object)])
def test_objects_are_refused(array):
    with pytest.raises(ValueError, match="objects"):
        to_npz({"a": array})


@pytest.mark.parametrize("name", ["", "../a", "a/b", "a\\b", "a b", "é", "a\n", "file",
                                  "allow_pickle", "a" * 81])  # fmt: skip
def test_a_name_that_could_be_a_path_is_refused(name):
    with pytest.raises(ValueError, match="cannot name"):
        to_npz({name: np.zeros(1)})
