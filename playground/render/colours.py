"""The colour tables of all maps: one source for Python and for the browser."""

from __future__ import annotations

import numpy as np

# plotly.colors.sequential.Viridis, and plotly.colors.diverging.RdBu from its blue end. They stand
# here because importing plotly.colors takes longer than computing and drawing the first page.
VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
    "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
BLUE_TO_RED = (
    "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
    "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
)  # fmt: skip


def _table(anchors: tuple[str, ...]) -> np.ndarray:
    """256 colours, shape (256, 3), evenly spaced between the anchors."""
    colours = np.array([_rgb(anchor) for anchor in anchors])
    places = np.linspace(0, len(colours) - 1, 256)
    channels = [np.interp(places, np.arange(len(colours)), c) for c in colours.T]
    table = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    table.setflags(write=False)
    return table


def _rgb(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text[1:]))


# Viridis and RdBu are told apart with every common kind of colour blindness: lightness alone orders
# the first, and the second's two ends differ as blue and red do. Red is positive, as on the kernel.
TABLES: dict[str, np.ndarray] = {
    "grey": _table(("#000000", "#ffffff")),
    "sequential": _table(VIRIDIS),
    "diverging": _table(BLUE_TO_RED),
}
