"""Dropout, and its backward."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_floats, real
from playground.engine.errors import EngineError


def dropout(x, mask=None) -> np.ndarray:
    """Return x * mask; without a mask, as when the network is not training, x unchanged.

    The mask comes from `dropout_mask`, so that this is a function without chance in it, and
    its backward meets the same numbers.
    """
    x = as_floats(x, "input")
    return x if mask is None else x * mask


def dropout_backward(grad, mask=None) -> np.ndarray:
    """Return grad * mask: what was dropped had no part in the loss."""
    return grad if mask is None else grad * mask


def dropout_mask(x: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    """Draw for each number of `x` 0 with probability `rate`, and 1 / (1 - rate) else.

    What stays is scaled up, so that the expected value is that of the network without dropout:
    the "inverted" form of the paper's section 10.

    References
    ----------
    N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
    JMLR 15, 2014, https://jmlr.org/papers/v15/srivastava14a.html

    Raises
    ------
    EngineError
        When the rate is not at least 0 and below 1.
    """
    rate = check_rate(rate)
    kept = rng.random(x.shape, dtype=np.float32) >= rate
    return kept * x.dtype.type(1 / (1 - rate))


def check_rate(rate) -> float:
    """Return the share of numbers to drop if it is at least 0 and below 1."""
    number = real(rate, "dropout rate")
    if not 0 <= number < 1:
        raise EngineError(f"The dropout rate must be at least 0 and below 1, not {number:g}.")
    return number
