"""Ten digits as a hand draws them on the pad: strokes ``[x, y, x, y, …]`` between 0 and 1."""

from __future__ import annotations

from math import cos, radians, sin


def arc(x: float, y: float, rx: float, ry: float, start: int, end: int) -> list[float]:
    """A piece of an ellipse, from one angle to another, in degrees clockwise from the right."""
    steps = max(2, abs(end - start) // 8)
    angles = [radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [v for a in angles for v in (round(x + rx * cos(a), 4), round(y + ry * sin(a), 4))]


DIGITS: dict[int, list[list[float]]] = {
    0: [arc(0.5, 0.5, 0.2, 0.3, -90, 270)],
    1: [[0.55, 0.2, 0.45, 0.8]],
    2: [[*arc(0.5, 0.35, 0.17, 0.15, -170, 40), 0.3, 0.8, 0.72, 0.8]],
    3: [[*arc(0.48, 0.34, 0.18, 0.14, -150, 90), *arc(0.48, 0.65, 0.2, 0.17, -90, 150)]],
    4: [[0.35, 0.2, 0.3, 0.52, 0.7, 0.52], [0.66, 0.2, 0.62, 0.82]],
    5: [[0.68, 0.2, 0.4, 0.2, 0.37, 0.48, *arc(0.48, 0.63, 0.19, 0.17, -110, 140)]],
    6: [[0.6, 0.2, 0.42, 0.42, *arc(0.5, 0.65, 0.16, 0.16, 180, -180)]],
    7: [[0.3, 0.22, 0.7, 0.22, 0.45, 0.8]],
    8: [[*arc(0.5, 0.34, 0.14, 0.14, 90, -270), *arc(0.5, 0.65, 0.17, 0.17, -90, 270)]],
    9: [[*arc(0.48, 0.36, 0.15, 0.16, 0, -360), 0.63, 0.36, 0.58, 0.82]],
}
