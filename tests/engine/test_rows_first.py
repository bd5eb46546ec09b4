"""Few filters over many large planes: the same numbers as from any other way to convolve."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from playground.engine import correlate, rows_first

SHAPES = [
    # channels, filters, kernel, stride, dilation, groups
    (16, 3, (3, 3), (1, 1), (1, 1), 1),
    (16, 1, (2, 5), (1, 2), (1, 2), 1),
    (32, 6, (5, 1), (1, 3), (2, 1), 2),
    (18, 4, (4, 3), (1, 1), (3, 3), 1),
]


def one_by_one(x, weight, stride, dilation, groups):
    """Plane by plane with SciPy, the kernel spread by its dilation."""
    filters, depth, kh, kw = weight.shape
    wide = np.zeros((*weight.shape[:2], (kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1))
    wide[:, :, :: dilation[0], :: dilation[1]] = weight
    out = []
    for picture in x:
        for k in range(filters):
            planes = picture[k // (filters // groups) * depth :][:depth]
            found = sum(correlate2d(p, q, "valid") for p, q in zip(planes, wide[k], strict=True))
            out.append(found[:: stride[0], :: stride[1]])
    return np.reshape(out, (len(x), filters, *out[0].shape))


@pytest.mark.parametrize("room", [1, 20_000, 8 * 2**20])
@pytest.mark.parametrize("case", SHAPES)
def test_it_agrees_with_scipy_in_pieces_of_any_height(case, room, monkeypatch):
    monkeypatch.setattr(rows_first, "COPY_BYTES", room)
    channels, filters, kernel, stride, dilation, groups = case
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, channels, 37, 33))
    weight = rng.standard_normal((filters, channels // groups, *kernel))
    settings = (stride, dilation, groups)
    expected = one_by_one(x, weight, *settings)
    np.testing.assert_allclose(rows_first.rows_first(x, weight, *settings), expected, atol=1e-10)
    turned = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    found = rows_first.rows_first(turned, weight, *settings)
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_it_is_taken_where_it_is_faster_and_gives_float32_for_float32(monkeypatch):
    taken = []

    def spy(*arguments):
        taken.append(True)
        return rows_first.rows_first(*arguments)

    monkeypatch.setattr(correlate, "rows_first", spy)
    rng = np.random.default_rng(1)
    for shape, filters, stride, takes in [
        ((1, 32, 30, 30), 8, (1, 1), True),
        ((1, 32, 30, 30), 65, (1, 1), False),
        ((1, 15, 30, 30), 8, (1, 1), False),
        ((1, 32, 29, 29), 8, (1, 1), False),
        ((1, 32, 60, 60), 8, (2, 2), False),
        ((8, 32, 30, 30), 8, (1, 1), False),
    ]:
        x = rng.standard_normal(shape).astype(np.float32)
        weight = rng.standard_normal((filters, shape[1], 3, 3)).astype(np.float32)
        taken.clear()
        found = correlate.correlate(x, weight, stride, (1, 1), 1)
        assert bool(taken) == takes and found.dtype == np.float32
        other = correlate.matrix_product(x, weight, stride, (1, 1), 1)
        np.testing.assert_allclose(found, other, rtol=1e-4, atol=1e-3)
