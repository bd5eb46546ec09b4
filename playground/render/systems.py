"""The chart of the famous systems: what an answer costs, how often it is wrong, what it weighs."""

from __future__ import annotations

from typing import Any, NamedTuple

PLAIN, CHOSEN = "#2a78c2", "#c2571a"
LARGEST = 62  # pixels across, of the system with the most parameters
NEAR = 1.7, 2.0  # a factor of cost, per cent of error: closer ones would write over each other


class Point(NamedTuple):
    """One system: multiply-adds, top-5 error in per cent, parameters."""

    name: str
    multiply_adds: int
    error: float
    parameters: int
    chosen: bool


def systems_chart(points: list[Point]) -> dict[str, Any]:
    """Cost to the right, error upwards, and circles whose area is the number of parameters.

    Nothing is told by colour alone: every circle has its name beside it, and the chosen one a
    thick edge.
    """
    points = sorted(points, key=lambda point: point.multiply_adds)
    most = max((point.parameters for point in points), default=1)
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point.multiply_adds / 1e9 for point in points],
        "y": [point.error for point in points],
        "text": [f"<b>{p.name}</b>" if p.chosen else p.name for p in points],
        "textposition": _places(points),
        "cliponaxis": False,
        "marker": {
            "size": [point.parameters for point in points],
            "sizemode": "area",
            "sizeref": 2 * most / LARGEST**2,
            "sizemin": 5,
            "color": [CHOSEN if point.chosen else PLAIN for point in points],
            "opacity": 0.75,
            "line": {"width": [3 if point.chosen else 1 for point in points]},
        },
        "customdata": [[point.parameters / 1e6] for point in points],
        "hovertemplate": "%{text}<br>%{x:.2f} billion multiply-adds<br>%{y} % top-5 error<br>"
        "%{customdata[0]:.1f} million parameters<extra></extra>",
    }
    layout = {
        "height": 380,
        "margin": {"l": 8, "r": 16, "t": 16, "b": 8},
        "showlegend": False,
        "xaxis": {
            "type": "log",
            "title": {"text": "billion multiply-adds for one picture"},
            "tickvals": [0.5, 1, 2, 5, 10, 20],
            "range": [-0.45, 1.5],
        },
        "yaxis": {"title": {"text": "top-5 error, %"}, "range": [0, 21]},
    }
    return {"data": [trace], "layout": layout}


def _places(points: list[Point]) -> list[str]:
    """Where each name stands: above its circle; of close ones only the highest one's does."""
    places, cluster = ["top center"] * len(points), [0]
    for i in range(1, len(points) + 1):
        if i < len(points) and _close(points[i - 1], points[i]):
            cluster.append(i)
            continue
        highest = max(cluster, key=lambda n: points[n].error, default=0)
        for n in cluster:
            if n != highest:
                places[n] = "bottom left" if n < highest else "bottom right"
        cluster = [i]
    return places


def _close(left: Point, right: Point) -> bool:
    near = right.multiply_adds < NEAR[0] * left.multiply_adds
    return near and abs(right.error - left.error) < NEAR[1]
