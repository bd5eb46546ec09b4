"""A small drawing kit: smooth-edged shapes in NumPy, the same pixels on every machine."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

SAMPLES = 4  # a pixel is the mean of SAMPLES x SAMPLES points, which smooths every edge

Points = list[tuple[float, float]]


class Canvas:
    """A square drawing: x runs right and y down from 0 to `size`, colours from 0 to 255."""

    def __init__(self, size: int, colour: float | tuple[float, ...] = 0.0) -> None:
        self.size = size
        steps = (np.arange(size * SAMPLES) + 0.5) / SAMPLES
        self.x, self.y = steps[np.newaxis, :], steps[:, np.newaxis]
        self.ink = np.zeros((size * SAMPLES, size * SAMPLES, np.size(colour))) + colour

    def paint(self, where: np.ndarray, colour, opacity: float = 1.0) -> None:
        """Lay `colour` (a number, a tuple or an array) over the points `where` (0 to 1)."""
        cover = np.broadcast_to(where * opacity, self.ink.shape[:2])[..., np.newaxis]
        self.ink += cover * (np.asarray(colour, float) - self.ink)

    def disc(self, x: float, y: float, radius: float) -> np.ndarray:
        return np.hypot(self.x - x, self.y - y) <= radius

    def polygon(self, points: Points) -> np.ndarray:
        """Points inside by the even-odd rule."""
        inside = np.zeros(self.ink.shape[:2], bool)
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
            if y0 != y1:
                crossing = x0 + (self.y - y0) * (x1 - x0) / (y1 - y0)
                inside ^= ((y0 > self.y) != (y1 > self.y)) & (self.x < crossing)
        return inside

    def stroke(self, points: Points, width: float) -> np.ndarray:
        """Points that a round pen of this width touches on its way along `points`."""
        touched = np.zeros(self.ink.shape[:2], bool)
        for (x0, y0), (x1, y1) in pairwise(points):
            columns = self._span(x0, x1, width)
            rows = self._span(y0, y1, width)
            x, y = self.x[:, columns] - x0, self.y[rows] - y0
            dx, dy = x1 - x0, y1 - y0
            along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
            touched[rows, columns] |= np.hypot(x - along * dx, y - along * dy) <= width / 2
        return touched

    def _span(self, start: float, end: float, width: float) -> slice:
        """The samples that a pen between two coordinates can reach."""
        low, high = min(start, end) - width / 2, max(start, end) + width / 2
        return slice(max(0, int(low * SAMPLES)), max(0, int(high * SAMPLES) + 1))

    def image(self) -> Image.Image:
        blocks = self.ink.reshape(self.size, SAMPLES, self.size, SAMPLES, -1)
        values = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
        return Image.fromarray(values[..., 0] if values.shape[2] == 1 else values)


def curve(points: Points, steps: int = 12) -> Points:
    """Join points smoothly, by a Catmull-Rom spline."""
    p = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, steps, endpoint=False)[:, np.newaxis]
    pieces = [
        b
        + t * (c - a) / 2
        + t**2 * (a - 2.5 * b + 2 * c - d / 2)
        + t**3 * (d - a + 3 * (b - c)) / 2
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return [tuple(point) for point in np.concatenate([*pieces, p[-1:]])]
