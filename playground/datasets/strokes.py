"""What somebody draws with a pen, brought to the form that MNIST's digits have.

MNIST's digits were "size normalized to fit in a 20x20 pixel box while preserving their aspect
ratio", grey "as a result of the anti-aliasing technique used by the normalization algorithm", and
"centered in a 28x28 image by computing the center of mass of the pixels, and translating the image
so as to position this point at the center of the 28x28 field" [1]_. A network that learned from
such pictures reads others badly, so a drawing goes the same way.

One thing differs: MNIST made pictures smaller, the pen's line with them. Here the path of the pen
is brought to size first and drawn with the same pen then, so that a small drawing gets no fat line.

References
----------
.. [1] Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits",
   https://yann.lecun.com/exdb/mnist/
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.errors import EngineError

SIDE, BOX = 28, 20
# Pixel 14, the first beyond the exact middle, is where the centre of mass of MNIST's digits lies:
# over the 4,000 training digits it is 13.99 on average, and between 13.5 and 14.5 in each.
CENTRE = 14.5
# Half of all strokes in the training digits are between 2.2 and 3.0 pixels wide.
PEN = 2.6
SOFT = 1.3  # pixels over which the border of a line fades

MAX_STROKES, MAX_POINTS = 100, 2000
STEP = 0.25  # pixels; of points closer together, one is enough
AT_ONCE = 64  # line segments, so that what is computed stays in the processor's cache

Stroke = np.ndarray  # float32, (points, 2): x to the right and y downwards


def strokes_from(message: Any) -> list[Stroke]:
    """Take what a browser says was drawn: a list of strokes, each ``[x, y, x, y, …]``.

    Parameters
    ----------
    message : Any
        Anything at all. Coordinates are numbers from 0 to 1, from the left and from the top of the
        pad.

    Raises
    ------
    EngineError
        If it is not such a list, or has more than `MAX_STROKES` strokes or `MAX_POINTS` points.
    """
    if not isinstance(message, list) or len(message) > MAX_STROKES:
        raise EngineError(f"A drawing is a list of at most {MAX_STROKES} strokes.")
    strokes, points = [], 0
    for stroke in message:
        if not isinstance(stroke, list) or not stroke or len(stroke) % 2:
            raise EngineError("A stroke is a list of points, each with an x and a y.")
        points += len(stroke) // 2
        if points > MAX_POINTS:
            raise EngineError(f"A drawing has at most {MAX_POINTS:,} points.")
        # Comparing is what a NaN fails, and a whole number of any length passes.
        if not all(type(v) in (int, float) and 0 <= v <= 1 for v in stroke):
            raise EngineError("The points of a drawing lie between 0 and 1.")
        strokes.append(np.array(stroke, np.float32).reshape(-1, 2))
    return strokes


def picture_of_strokes(strokes: list[Stroke]) -> np.ndarray:
    """Draw strokes as MNIST's digits are: white on black, scaled to the box, centred by mass.

    Moving a drawing, or making it larger or smaller, changes nothing.

    Parameters
    ----------
    strokes : list of ndarray, (points, 2)
        In any unit; a stroke of one point is a dot.

    Returns
    -------
    ndarray of float32, shape (1, 28, 28)
        Exactly k / 255. Black when there are no strokes.
    """
    if not strokes:
        return np.zeros((1, SIDE, SIDE), np.float32)
    starts, ends = _segments(_to_size(strokes))
    ink = _cover(starts, ends)
    shift = CENTRE - np.array([_mean_place(ink.sum(axis=0)), _mean_place(ink.sum(axis=1))])
    # The box stays inside of the picture, wherever its mass lies.
    shift = np.clip(shift, -(SIDE - BOX) / 2, (SIDE - BOX) / 2).astype(np.float32)
    ink = _cover(starts + shift, ends + shift)
    return (np.rint(ink * 255) / 255).astype(np.float32)[np.newaxis]


def _mean_place(weights: np.ndarray) -> float:
    return float(weights @ (np.arange(SIDE) + 0.5) / weights.sum())


def _to_size(strokes: list[Stroke]) -> list[Stroke]:
    """Fit the path into the box, less the width of the pen, around the middle of the picture."""
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = (BOX - PEN) / extent if extent > 0 else 0.0
    middle = (low + high) / 2
    return [((s - middle) * scale + SIDE / 2).astype(np.float32) for s in strokes]


def _segments(strokes: list[Stroke]) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of every straight piece, (pieces, 2) each; a dot begins and ends at one place."""
    starts, ends = [], []
    for stroke in strokes:
        thinned = _thinned(stroke)
        starts.append(thinned[: max(1, len(thinned) - 1)])
        ends.append(thinned[min(1, len(thinned) - 1) :])
    return np.concatenate(starts), np.concatenate(ends)


def _thinned(stroke: Stroke) -> Stroke:
    """Leave out points that lie closer to the last one kept than `STEP`; the ends stay."""
    kept, (x, y) = [0], stroke[0].tolist()
    for i, (px, py) in enumerate(stroke[1:].tolist(), 1):
        if (px - x) ** 2 + (py - y) ** 2 >= STEP**2:
            kept.append(i)
            x, y = px, py
    if kept[-1] != len(stroke) - 1:
        kept.append(len(stroke) - 1)
    return stroke[kept]


def _cover(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Share of each pixel that the pen covers, (28, 28), by the distance of its middle."""
    steps = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    nearest = np.full((SIDE, SIDE), np.inf, np.float32)
    for first in range(0, len(starts), AT_ONCE):
        piece = slice(first, first + AT_ONCE)
        start, end = starts[piece, :, np.newaxis], ends[piece, :, np.newaxis]
        x, y = start[:, :1], start[:, 1:]  # (pieces, 1, 1)
        right, down = end[:, :1] - x, end[:, 1:] - y
        across, below = steps - x, steps[:, np.newaxis] - y  # (pieces, 1, 28), (pieces, 28, 1)
        length = right * right + down * down
        along = across * right + below * down
        share = np.clip(along / np.maximum(length, np.float32(1e-12)), 0, 1)
        # |a - s b|² = |a|² - s (2 a·b - s |b|²)
        squared = across * across + below * below - share * (2 * along - share * length)
        nearest = np.minimum(nearest, squared.min(axis=0))
    distance = np.sqrt(np.maximum(nearest, 0))
    return np.clip((PEN / 2 - distance) / SOFT + 0.5, 0, 1)
