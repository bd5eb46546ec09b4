"""The chart of a training run: loss and accuracy over the steps, as Plotly draws it."""

from __future__ import annotations

from typing import Any

TRAINING, HELD_OUT, KEPT = "#2a78c2", "#c2571a", "#808080"
Points = tuple[list[int], list[float], list[float]]


def learning_curves(
    curve: Points, held_out: Points, last_step: int, kept: int | None = None
) -> dict[str, Any]:
    """Loss on the left, accuracy on the right, of the batches and of the held-out pictures.

    A dictionary, not a figure: Plotly then checks it once instead of at every line, which takes a
    sixth of the time.

    Parameters
    ----------
    curve, held_out : tuple of list
        Steps, losses and accuracies (0 to 1).
    last_step : int
        Of the whole run: the axes end there from the beginning.
    kept : int, optional
        The step whose weights a run that failed went back to; a line marks it.
    """
    data = []
    for panel, values, form in (("", 1, "%{y:.4f}"), ("2", 2, "%{y:.1%}")):
        for points, name, colour, mode in (
            (curve, "training", TRAINING, "lines"),
            (held_out, "held out", HELD_OUT, "lines+markers"),
        ):
            data.append(
                {
                    "type": "scatter",
                    "x": points[0],
                    "y": points[values],
                    "name": name,
                    "mode": mode,
                    "legendgroup": name,
                    "showlegend": not panel,
                    "xaxis": f"x{panel}",
                    "yaxis": f"y{panel}",
                    "line": {"color": colour, "width": 2},
                    "marker": {"size": 7},
                    "hovertemplate": f"{form}<extra>{name}</extra>",
                }
            )
    steps = {"range": [0, last_step], "title": {"text": "step"}, "zeroline": False}
    layout = {
        "height": 275,
        "margin": {"l": 8, "r": 8, "t": 50, "b": 8},
        "hovermode": "x unified",
        "legend": {"orientation": "h", "x": 0, "y": 1.32},
        "annotations": [_name("loss", 0), _name("accuracy", 0.52)],
        "xaxis": {**steps, "domain": [0, 0.48]},
        "xaxis2": {**steps, "domain": [0.52, 1], "anchor": "y2"},
        "yaxis": {"rangemode": "tozero"},
        "yaxis2": {
            "anchor": "x2",
            "side": "right",  # on the left, its numbers would stand in the other chart when narrow
            "range": [0, 1.02],
            "tickformat": ".0%",
        },
    }
    if kept is not None:
        layout["shapes"] = [_mark(kept, panel) for panel in ("", "2")]
    return {"data": data, "layout": layout}


def _mark(step: int, panel: str) -> dict[str, Any]:
    """A line through one of the charts, where the weights are from that were kept."""
    place = {"x0": step, "x1": step, "y0": 0, "y1": 1}
    axes = {"xref": f"x{panel}", "yref": f"y{panel} domain"}
    text = f"<b>kept: step {step:,}</b>"
    label = {"text": text, "textposition": "end", "textangle": 0, "xanchor": "left"}
    line = {"color": KEPT, "width": 2.5, "dash": "dash"}
    return {"type": "line", **place, **axes, "line": line, "label": label}


def _name(text: str, left: float) -> dict[str, Any]:
    """What a chart shows, above its left end."""
    place = {"x": left, "y": 1.15, "xref": "paper", "yref": "paper", "xanchor": "left"}
    return {"text": f"<b>{text}</b>", "showarrow": False, **place}
