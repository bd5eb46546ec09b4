"""Gradients by differences, against which the engine's own are checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def assert_gradient(
    value: Callable[[np.ndarray], float],
    x: np.ndarray,
    grad: np.ndarray,
    rng: np.random.Generator,
    step: float = 1e-6,
    tolerance: float = 1e-6,
) -> None:
    """Check ``grad`` against central differences of ``value`` at ``x`` along random directions.

    A wrong gradient has the right slope along a random direction with probability zero. The first
    direction changes everything at once; the others one number each.
    """
    assert grad.shape == x.shape and grad.dtype == x.dtype == np.float64
    directions = [rng.standard_normal(x.shape)]
    for _ in range(3):
        directions.append(np.zeros(x.shape))
        directions[-1].flat[rng.integers(x.size)] = 1
    for direction in directions:
        slope = (value(x + step * direction) - value(x - step * direction)) / (2 * step)
        ours = float((grad * direction).sum())
        assert abs(ours - slope) <= tolerance * (1 + abs(slope)), (ours, slope)
