"""Small drawn pictures whose filters become readable within seconds of training."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from playground.datasets.dataset import Dataset

SIDE = 28
TRAIN, HELD_OUT = 2000, 500
SUPERSAMPLING = 2  # points a pixel and axis

SHAPES = ("circle", "square", "triangle", "cross")
ANGLES = (0, 45, 90, 135)  # degrees, counterclockwise from the horizontal

# In pixels; the largest shape keeps a pixel of distance from the border.
RADIUS = (6.0, 9.0)
THICKNESS = (1.6, 3.0)
TILT = 15.0  # degrees to either side
BAR_LENGTH = (7.0, 12.0)  # half of it
BAR_TILT = 10.0

# Of the brightness 0 to 1.
BACKGROUND = (0.0, 0.3)
CONTRAST = (0.4, 0.7)
NOISE = (0.0, 0.08)  # standard deviation

AT_ONCE = 32  # pictures, so that what is drawn stays in the processor's cache

Distance = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _polygon(corners: int) -> Distance:
    def distance(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
        turns = np.pi + 2 * np.pi * np.arange(corners) / corners  # one side lies at the bottom
        sides = [np.float32(np.sin(t)) * x - np.float32(np.cos(t)) * y for t in turns]
        inside = radius * np.float32(np.cos(np.pi / corners))
        return np.maximum.reduce(sides) - inside

    return distance


def _circle(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y) - radius  # several times faster than hypot


def _cross(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    x, y = np.abs(x), np.abs(y)
    return np.maximum(np.minimum(x, y), np.maximum(x, y) - radius)


def _bar(x: np.ndarray, y: np.ndarray, radius: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(y), np.abs(x) - radius)


# Of a point from the middle line of the pen that draws the shape; x to the right, y downwards.
DISTANCES: dict[str, Distance] = {
    "circle": _circle,
    "square": _polygon(4),
    "triangle": _polygon(3),
    "cross": _cross,
}


@lru_cache(maxsize=4)
def shapes(seed: int = 0, train: int = TRAIN, held_out: int = HELD_OUT) -> Dataset:
    """Outlines of circles, squares, triangles and crosses, grey, 28 x 28, bright on dark.

    Every picture has its own place, size, tilt, thickness, brightness and noise. All pictures are
    drawn alike, and the last `held_out` are held out.
    """
    rng = np.random.default_rng(seed)
    n = train + held_out
    targets = np.arange(n) % len(SHAPES)
    radius = _uniform(rng, n, RADIUS)
    tilt = np.deg2rad(_uniform(rng, n, (-TILT, TILT)))
    distances = [DISTANCES[name] for name in SHAPES]
    return _dataset("Shapes", SHAPES, targets, held_out, rng, distances, radius, tilt)


@lru_cache(maxsize=4)
def bars(seed: int = 0, train: int = TRAIN, held_out: int = HELD_OUT) -> Dataset:
    """Single bars at four angles, grey, 28 x 28, bright on dark; else as `shapes`."""
    rng = np.random.default_rng(seed)
    n = train + held_out
    targets = np.arange(n) % len(ANGLES)
    radius = _uniform(rng, n, BAR_LENGTH)
    angle = np.array(ANGLES)[targets] + _uniform(rng, n, (-BAR_TILT, BAR_TILT))[:, 0, 0]
    tilt = -np.deg2rad(angle).astype(np.float32)[:, np.newaxis, np.newaxis]
    labels = tuple(f"{angle}°" for angle in ANGLES)
    return _dataset("Bars", labels, targets, held_out, rng, [_bar] * len(ANGLES), radius, tilt)


def _uniform(rng: np.random.Generator, n: int, span: tuple[float, float]) -> np.ndarray:
    return rng.uniform(*span, (n, 1, 1)).astype(np.float32)


def _dataset(
    name: str,
    labels: tuple[str, ...],
    targets: np.ndarray,
    held_out: int,
    rng: np.random.Generator,
    distances: list[Distance],
    radius: np.ndarray,
    tilt: np.ndarray,
) -> Dataset:
    n = len(targets)
    thickness = _uniform(rng, n, THICKNESS)
    room = np.maximum(SIDE / 2 - 1 - radius - thickness / 2, 0)
    middle = [SIDE / 2 + room * _uniform(rng, n, (-1, 1)) for _ in "xy"]
    ink = np.empty((n, SIDE, SIDE), np.float32)
    for k, distance in enumerate(distances):
        rows = np.flatnonzero(targets == k)
        for own in np.split(rows, range(AT_ONCE, len(rows), AT_ONCE)):
            ink[own] = _draw(distance, *(a[own] for a in (*middle, tilt, radius, thickness)))
    ink *= _uniform(rng, n, CONTRAST)
    ink += _uniform(rng, n, BACKGROUND)
    ink += _uniform(rng, n, NOISE) * rng.standard_normal(ink.shape, np.float32)
    np.clip(ink, 0, 1, out=ink)
    images = np.rint(ink * 255).astype(np.uint8)[:, np.newaxis]
    return Dataset(name, labels, images, targets.astype(np.int64), np.arange(n) >= n - held_out)


def _draw(
    distance: Distance,
    x: np.ndarray,
    y: np.ndarray,
    tilt: np.ndarray,
    radius: np.ndarray,
    thickness: np.ndarray,
) -> np.ndarray:
    """Share of each pixel that the pen covers, (n, rows, columns).

    Each pixel is sampled at a grid of points; around each, the border is a ramp of the width that
    the point stands for.
    """
    steps = (np.arange(SIDE * SUPERSAMPLING, dtype=np.float32) + 0.5) / SUPERSAMPLING
    across, down = steps - x, (steps - y.reshape(-1, 1, 1)).transpose(0, 2, 1)
    cos, sin = np.cos(tilt), np.sin(tilt)
    d = distance(cos * across + sin * down, cos * down - sin * across, radius)
    cover = np.clip((thickness / 2 - np.abs(d)) * SUPERSAMPLING + 0.5, 0, 1)
    cells = (len(x), SIDE, SUPERSAMPLING, SIDE, SUPERSAMPLING)
    return cover.reshape(cells).mean(axis=(2, 4))
