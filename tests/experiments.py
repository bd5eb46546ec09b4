"""Random experiments, and the browser's messages read in Python, for the tests of the page."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from playground.engine.kernels import KERNELS, SIZES
from playground.files.experiment import CHOICES, MAX_FILTERS, Experiment, Filter


def random_experiment(rng: np.random.Generator, **fixed: Any) -> Experiment:
    """An experiment with every setting chosen at random, apart from the ``fixed`` ones."""
    values = {name: choices[rng.integers(len(choices))] for name, choices in CHOICES.items()}
    size = int(fixed.pop("kernel_size", rng.choice(SIZES)))
    count = int(fixed.pop("count", rng.integers(1, MAX_FILTERS + 1)))
    filters = tuple(_random_filter(rng, size, i) for i in range(count))
    values |= {
        "filters": filters,
        "active": int(rng.integers(count)),
        "temperature": float(rng.choice([0.1, 1.0, 4.0])),
        "view": "maps",
    }
    return Experiment(**{**values, **fixed})


def _random_filter(rng: np.random.Generator, size: int, number: int) -> Filter:
    if size == 3 and rng.random() < 0.4:
        preset = list(KERNELS)[rng.integers(len(KERNELS))]
        if len(KERNELS[preset].weight) == 3:
            return Filter(KERNELS[preset].name, KERNELS[preset].weight, 0.0, preset)
    weight = np.round(rng.normal(0, 1, (size, size)), 2)
    weight[rng.random(weight.shape) < 0.2] = 0.0
    rows = tuple(tuple(float(v) for v in row) for row in weight)
    return Filter(f"Filter {number + 1}", rows, float(np.round(rng.normal(0, 0.3), 2)))


def random_picture(rng: np.random.Generator, channels: int, rows: int, columns: int) -> np.ndarray:
    """A picture of random bytes, float32 in 0 to 1."""
    return rng.integers(0, 256, (channels, rows, columns)).astype(np.float32) / np.float32(255)


class Unpacked:
    """A message to the browser: its header, and its arrays by their number."""

    def __init__(self, data: bytes) -> None:
        (length,) = struct.unpack_from("<I", data)
        self.header = json.loads(data[4 : 4 + length])
        self._body = data[4 + length :]

    def array(self, number: int, shape: tuple[int, ...], dtype: Any = np.uint8) -> np.ndarray:
        """The array with this number, which must lie where the header says and fit the message."""
        start = self.header["offsets"][number]
        assert start % 4 == 0
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        assert start + size <= len(self._body)
        return np.frombuffer(self._body[start : start + size], dtype).reshape(shape)
