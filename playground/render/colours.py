"""The colour tables of all maps: one source for Python and for the browser."""

from __future__ import annotations

import re

import numpy as np
from plotly.colors import diverging, sequential


def _table(anchors: list[str]) -> np.ndarray:
    """256 colours, shape (256, 3), evenly spaced between the anchors."""
    colours = np.array([_rgb(anchor) for anchor in anchors])
    places = np.linspace(0, len(colours) - 1, 256)
    channels = [np.interp(places, np.arange(len(colours)), c) for c in colours.T]
    table = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    table.setflags(write=False)
    return table


def _rgb(text: str) -> tuple[int, int, int]:
    if text.startswith("#"):
        return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(int(v) for v in re.findall(r"\d+", text))


# Viridis and RdBu are told apart with every common kind of colour blindness: lightness alone orders
# the first, and the second's two ends differ as blue and red do. Red is positive, as on the kernel.
TABLES: dict[str, np.ndarray] = {
    "grey": _table(["#000000", "#ffffff"]),
    "sequential": _table(sequential.Viridis),
    "diverging": _table(diverging.RdBu[::-1]),
}
