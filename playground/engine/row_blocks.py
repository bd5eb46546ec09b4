"""A matrix of weights that is never there as a whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np


class RowBlocks(ABC):
    """A matrix whose rows are made a few at a time, whenever somebody reads them.

    `ops.linear` takes one as its weight and multiplies block by block, so that a layer of a
    hundred million weights costs the memory of one block. To all else it looks like an array:
    ``weight[3]`` is one row, and `numpy.asarray` makes them all.

    Attributes
    ----------
    shape : (rows, columns)
    dtype : numpy.dtype
    """

    shape: tuple[int, int]
    dtype = np.dtype(np.float32)
    ndim = 2

    @abstractmethod
    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield, in order, the rows from `start` to `stop` in pieces, and which they are."""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.shape[0] * self.shape[1]

    def __getitem__(self, key) -> np.ndarray:
        """What ``key`` is of the array; of a row, or of some behind each other, only those."""
        rows, *rest = key if isinstance(key, tuple) else (key,)
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self.shape[0])
            if step != 1:
                return np.asarray(self)[key]
            return self._rows(start, stop)[(slice(None), *rest)]
        row = range(self.shape[0])[rows]
        return self._rows(row, row + 1)[(0, *rest)]

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        """All rows, as an array of one's own."""
        if copy is False:
            raise ValueError("There is no array yet, so it cannot be had without making one.")
        return self._rows(0, self.shape[0]).astype(dtype or self.dtype, copy=False)

    def _rows(self, start: int, stop: int) -> np.ndarray:
        found = np.empty((max(0, stop - start), self.shape[1]), self.dtype)
        for rows, block in self.blocks(start, stop):
            found[rows.start - start : rows.stop - start] = block
        return found
