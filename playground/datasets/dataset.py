"""What a dataset is: pictures as bytes, their classes, and which of them are held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.files.images import from_bytes

HELD_OUT_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Split:
    """Some pictures of a dataset, which become float32 only when they are taken out.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, channels, rows, columns)
        Those of the dataset, not a copy.
    rows : ndarray of int, shape (m,)
        Places of the chosen ones.
    """

    images: np.ndarray
    rows: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(m, channels, rows, columns)``."""
        return (len(self.rows), *self.images.shape[1:])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, places: int | slice | np.ndarray) -> np.ndarray:
        """Chosen pictures by their places among them, float32, exactly k / 255; one by a number."""
        return from_bytes(self.images[self.rows[places]])


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures of one size, which nobody can change.

    Attributes
    ----------
    name : str
    labels : tuple of str
        Name of each class.
    images : ndarray of uint8, shape (n, channels, rows, columns)
        Read-only. Bytes, because a float copy would take four times the memory: `batch` converts
        what is needed at the moment.
    targets : ndarray of int64, shape (n,)
        Class of each picture, a place in `labels`. Read-only.
    held_out : ndarray of bool, shape (n,)
        True for pictures that no training may see. Read-only.
    """

    name: str
    labels: tuple[str, ...]
    images: np.ndarray
    targets: np.ndarray
    held_out: np.ndarray

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.images.dtype != np.uint8 or self.images.ndim != 4 or not self.images.size:
            raise ValueError("Pictures must be uint8 of shape (n, channels, rows, columns).")
        if self.targets.dtype != np.int64 or self.targets.shape != (n,):
            raise ValueError("There must be one class, an int64, for each picture.")
        if self.held_out.dtype != bool or self.held_out.shape != (n,):
            raise ValueError("There must be one boolean for each picture.")
        if self.targets.min() < 0 or self.targets.max() >= len(self.labels):
            raise ValueError("A picture belongs to a class that has no label.")
        for array in (self.images, self.targets, self.held_out):
            array.setflags(write=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(channels, rows, columns)`` of one picture: what a network takes."""
        return self.images.shape[1:]

    @property
    def train_split(self) -> Split:
        """Pictures to learn from, in the order of `train_rows`."""
        return Split(self.images, self.train_rows)

    @property
    def held_out_split(self) -> Split:
        """Pictures to be judged by, in the order of `held_out_rows`."""
        return Split(self.images, self.held_out_rows)

    @property
    def train_rows(self) -> np.ndarray:
        """Places of the pictures to learn from."""
        return np.flatnonzero(~self.held_out)

    @property
    def held_out_rows(self) -> np.ndarray:
        """Places of the pictures to be judged by."""
        return np.flatnonzero(self.held_out)

    def batch(self, rows: np.ndarray | slice) -> np.ndarray:
        """Pictures as float32, exactly k / 255, of shape (rows, channels, rows, columns)."""
        return from_bytes(self.images[rows])

    def counts(self) -> np.ndarray:
        """Pictures to learn from and held out of every class: int64, shape (classes, 2)."""
        cells = 2 * self.targets + self.held_out
        return np.bincount(cells, minlength=2 * len(self.labels)).reshape(-1, 2)


def stratified(
    targets: np.ndarray, rng: np.random.Generator, share: float = HELD_OUT_SHARE
) -> np.ndarray:
    """Choose this share of every class to be held out, drawn by `rng`.

    At least one picture of a class goes to each side, so a class needs two.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    held_out = np.zeros(len(targets), bool)
    for k in np.unique(targets):
        rows = np.flatnonzero(targets == k)
        if len(rows) < 2:
            raise ValueError("A class with one picture cannot be split.")
        held_out[rng.permutation(rows)[: held_out_of(len(rows), share)]] = True
    return held_out


def held_out_of(count: int, share: float = HELD_OUT_SHARE) -> int:
    """How many pictures of a class of `count`, at least two, are held out."""
    return min(max(round(share * count), 1), count - 1)
