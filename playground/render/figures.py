"""Charts, with Plotly."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

BINS = 60
COLOUR = "#c2410c"


def histograms(stages: list[tuple[str, np.ndarray]]) -> go.Figure:
    """How often each value occurs, a panel a stage.

    Parameters
    ----------
    stages : list of (str, ndarray)
        Title and values; the shape does not matter.
    """
    figure = make_subplots(cols=len(stages), subplot_titles=[title for title, _ in stages])
    for i, (title, values) in enumerate(stages):
        counts, edges = np.histogram(values, BINS)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges),
            name=title,
            marker_color=COLOUR,
            hovertemplate="value %{x:.3f}: %{y} cells<extra></extra>",
            row=1,
            col=i + 1,
        )
    figure.update_layout(
        height=220, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False, bargap=0
    )
    figure.update_yaxes(type="log", title_text="cells (log scale)", col=1)
    figure.update_yaxes(type="log")
    return figure
