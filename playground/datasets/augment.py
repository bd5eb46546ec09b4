"""Each picture of a batch a little moved and turned, so that a small dataset lasts longer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PART = 2**17  # values of pictures that are turned at a time


@dataclass(frozen=True)
class Augmentation:
    """How far pictures may be changed.

    Attributes
    ----------
    shift : float
        Largest shift along rows and along columns, in pixels.
    rotation : float
        Largest turn to either side, in degrees.
    mirror : bool
        Whether half of the pictures are mirrored left to right; not for digits or letters.
    """

    shift: float = 0.0
    rotation: float = 0.0
    mirror: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.shift <= 32 and 0 <= self.rotation <= 180):
            raise ValueError("Shifts are 0 to 32 pixels, rotations 0 to 180 degrees.")


def augment(
    batch: np.ndarray, rng: np.random.Generator, settings: Augmentation = Augmentation(2.0, 10.0)
) -> np.ndarray:
    """Mirror, turn about the middle and shift each picture by its own amounts, drawn by `rng`.

    Every new pixel is interpolated between four old ones, so its value lies between theirs. What
    comes in from outside repeats the border pixel.

    Parameters
    ----------
    batch : ndarray of float32 or float64, shape (n, channels, rows, columns)
        Not changed.

    Returns
    -------
    ndarray of the same shape and type
        `batch` itself where the settings change nothing.
    """
    n = len(batch)
    # Always the same draws, so that a setting changes nothing but what it says.
    angle = np.deg2rad(settings.rotation * rng.uniform(-1, 1, n))
    shift = settings.shift * rng.uniform(-1, 1, (2, n))
    mirrored = rng.random(n) < 0.5
    if settings.mirror:
        batch = np.where(mirrored[:, np.newaxis, np.newaxis, np.newaxis], batch[..., ::-1], batch)
    if not n or (not settings.shift and not settings.rotation):
        return batch
    # A part at a time: on the way there are ten arrays as large as the part, some of int64.
    size = max(1, PART // batch[0].size)
    parts = [slice(first, first + size) for first in range(0, n, size)]
    return np.concatenate([_resample(batch[p], angle[p], shift[:, p]) for p in parts])


def _resample(batch: np.ndarray, angle: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Look up where each new pixel comes from: the inverse of turning, then shifting."""
    n, channels, rows, columns = batch.shape
    kind = batch.dtype
    middle = (rows - 1) / 2, (columns - 1) / 2
    down = (np.arange(rows) - middle[0])[:, np.newaxis] - shift[0].reshape(-1, 1, 1)
    across = np.arange(columns) - middle[1] - shift[1].reshape(-1, 1, 1)
    down, across = down.astype(kind), across.astype(kind)
    cos = np.cos(angle).astype(kind).reshape(-1, 1, 1)
    sin = np.sin(angle).astype(kind).reshape(-1, 1, 1)
    y, y_part = _whole_and_part(cos * down - sin * across + kind.type(middle[0]), rows)
    x, x_part = _whole_and_part(sin * down + cos * across + kind.type(middle[1]), columns)

    first = np.arange(n, dtype=np.intp).reshape(-1, 1, 1) * (channels * rows * columns)
    corner = (first + y * columns + x).reshape(n, 1, -1)
    planes = np.arange(channels, dtype=np.intp).reshape(-1, 1) * (rows * columns)
    flat = batch.reshape(-1)
    corner = corner + planes if channels > 1 else corner
    right, below = min(columns - 1, 1), min(rows - 1, 1) * columns
    x_part, y_part = x_part.reshape(n, 1, -1), y_part.reshape(n, 1, -1)

    def row(start: np.ndarray) -> np.ndarray:
        left = flat.take(start, mode="clip")  # places are inside; this mode is the quickest
        return left + x_part * (flat.take(start + right, mode="clip") - left)

    top = row(corner)
    return (top + y_part * (row(corner + below) - top)).reshape(batch.shape)


def _whole_and_part(place: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Split places along an axis, held inside it, so that the next pixel lies inside, too."""
    place = np.clip(place, 0, size - 1)
    whole = np.minimum(place.astype(np.intp), max(size - 2, 0))
    return whole, place - whole.astype(place.dtype)
