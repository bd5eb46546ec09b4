"""Matrix products in pieces: the same numbers, whatever the pieces, and every window once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine import ops, tiles

side = st.integers(1, 70)


@pytest.fixture
def small_pieces(monkeypatch):
    """Let BLAS have so little at once that matrices of a few numbers are cut."""
    monkeypatch.setattr(tiles, "GEMM_UNTHREADED", 2_000)
    monkeypatch.setattr(tiles, "FEW_COLUMNS", 2)


@settings(max_examples=60, deadline=None)
@given(side, side, side, st.booleans(), st.booleans(), st.integers(0, 2**32))
def test_product_is_the_matrix_product(rows, size, columns, turned, given_out, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((rows, size)), rng.standard_normal((size, columns))
    if turned:
        a, b = np.asfortranarray(a), np.asfortranarray(b)
    out = np.empty((rows, columns), order="F" if turned else "C") if given_out else None
    for limit in (tiles.GEMM_UNTHREADED, 5_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tiles, "GEMM_UNTHREADED", limit)
            found = tiles.product(a, b, out)
        np.testing.assert_allclose(found, a @ b, atol=1e-12)
        assert out is None or np.shares_memory(found, out) and np.array_equal(out, found)


def test_a_product_in_pieces_gives_blas_no_more_than_it_does_alone(small_pieces, monkeypatch):
    sizes = []

    def matmul(a, b, out):
        sizes.append(a.shape[-2] * a.shape[-1] * b.shape[-1])
        return real(a, b, out=out)

    real = np.matmul
    monkeypatch.setattr(tiles.np, "matmul", matmul)
    for a, b in [((5, 7), (7, 300)), ((300, 7), (7, 5)), ((20, 3), (3, 61))]:
        x, y = np.ones(a), np.ones(b)
        assert np.array_equal(tiles.product(x, y), x @ y)
    assert len(sizes) > 3 and max(sizes) <= 2_000


@pytest.mark.parametrize("limit", [10**9, 4_000, 400, 1])
@pytest.mark.parametrize("cache", [1, 3_000, 10**9])
def test_slabs_hold_every_window_once_and_in_order(limit, cache, monkeypatch):
    monkeypatch.setattr(tiles, "GEMM_UNTHREADED", limit)
    monkeypatch.setattr(tiles, "CACHE_BYTES", cache)
    x = np.arange(2.0 * 9 * 8 * 3).reshape(2, 9, 8, 3)
    maps = np.full((1, 1, 4, 6, 3), np.nan)
    for slab in tiles.slabs(x, (3, 2), (2, 1), (1, 2), 1, 1):
        # The first pixel of a window, of its first channel, says which window it is.
        slab.beside(maps)[...] = slab.matrices[:, :, :1]
    assert np.array_equal(maps[0, 0], x[0, 0:7:2, 0:6])


def test_a_large_batch_lies_last_without_a_copy_where_it_does_already():
    x = np.random.default_rng(0).standard_normal((tiles.FEW_PICTURES, 2, 4, 5))
    laid = tiles.laid_out(x)
    assert np.array_equal(laid, x) and laid.strides[0] == x.itemsize
    assert np.shares_memory(tiles.laid_out(laid), laid)
    assert tiles.laid_out(x[1:]) is not laid and tiles.laid_out(x[1:]).strides == x.strides


def test_maps_of_a_few_pictures_are_planes_and_are_added_up_exactly():
    # The mean of a map is a score on the screen; added one by one, it would be wrong by 1e-4.
    x = np.random.default_rng(0).random((3, 1, 300, 300), dtype=np.float32)
    maps = ops.conv2d(x, np.ones((2, 1, 3, 3), np.float32))
    assert maps.flags.c_contiguous
    exact = maps.mean(axis=(2, 3), dtype=np.float64)
    np.testing.assert_allclose(ops.global_avg_pool2d(maps)[:, :, 0, 0], exact, rtol=1e-6)


@pytest.mark.parametrize("stride, groups", [(1, 1), (2, 2)])
def test_a_large_batch_gives_the_maps_of_its_pictures_one_by_one(stride, groups):
    rng = np.random.default_rng(1)
    x, weight = rng.standard_normal((9, 4, 9, 8)), rng.standard_normal((6, 4 // groups, 3, 2))
    options = dict(stride=stride, padding=1, groups=groups, padding_mode="circular")
    alone = [ops.conv2d(x[i : i + 1], weight, **options) for i in range(9)]
    np.testing.assert_allclose(ops.conv2d(x, weight, **options), np.concatenate(alone), atol=1e-12)
