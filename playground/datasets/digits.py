"""Handwritten digits: 5,000 of MNIST, 500 of each class."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from playground.datasets.dataset import Dataset

FILE = Path(__file__).resolve().parents[2] / "assets" / "datasets" / "digits.npz"


@cache
def digits() -> Dataset:
    """4,000 digits to learn from and 1,000 held out, 28 x 28, white on black.

    The split is stored in the file, so it is the same on every machine, for ever. MNIST's own
    test set comes from other writers than its training set; these pictures come from one of the
    two, so the same hand may have written on both sides of the split.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", section III, 1998, https://yann.lecun.com/exdb/mnist/
    """
    with np.load(FILE, allow_pickle=False) as arrays:
        return Dataset(
            "Handwritten digits",
            tuple("0123456789"),
            arrays["images"][:, np.newaxis],
            arrays["targets"].astype(np.int64),
            arrays["held_out"],
        )
