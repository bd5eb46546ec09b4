"""Matrix products in pieces: the same numbers, whatever the pieces, and every window once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine import tiles

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


def test_the_batch_lies_last_without_a_copy_where_it_does_already():
    x = np.ones((3, 2, 4, 5), np.float32)
    laid = tiles.laid_out(x)
    assert laid.shape == x.shape and np.array_equal(laid, x)
    assert np.shares_memory(tiles.laid_out(laid), laid)
    assert np.shares_memory(tiles.laid_out(x[:1]), x)
