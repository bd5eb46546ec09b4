"""What the browser is sent about an experiment: the maps' codes and the settings behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.ops import resolve_padding
from playground.files.experiment import Experiment
from playground.networks.filter_bank import ACTIVATIONS
from playground.render.maps import MapPicture, picture_maps, thumbnail
from playground.ui.components import pack
from playground.ui.screen import Screen, size_formulas

VALUES_UP_TO = 32 * 32


class Parcel:
    """The arrays of a message, in the order in which they were added."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []

    def add(self, array: np.ndarray) -> int:
        """Put an array into the message; returns its number."""
        self.arrays.append(array)
        return len(self.arrays) - 1

    def add_map(self, shown: MapPicture, values: np.ndarray | None = None) -> dict[str, Any]:
        """Put a map into the message; returns its entry for the header.

        ``values`` with shape (parts, rows, columns) come along when they are few enough to be
        written into the cells and have one part.
        """
        entry = {
            "shape": shown.codes.shape[:2],
            "low": shown.low,
            "high": shown.high,
            "minimum": shown.minimum,
            "maximum": shown.maximum,
            "table": shown.table,
            "codes": self.add(shown.codes),
        }
        if values is not None and values.size <= VALUES_UP_TO and len(values) == 1:
            entry["values"] = self.add(values[0].astype(np.float32))
        return entry


# What a view of the page adds to the header, given where to put its arrays.
More = Callable[[Screen, Parcel], dict[str, Any]]


def message(
    screen: Screen,
    digest: str,
    answered: str,
    version: int,
    editor: dict[str, Any],
    more: More | None = None,
) -> bytes:
    """What the browser needs to draw the page.

    The maps of the filter that is shown large come in full and the others as thumbnails; maps of up
    to 1,024 cells bring their values too, to be written into the cells. The picture itself travels
    separately, and ``digest`` names it. ``editor`` is what the kernel editor is to be told, so that
    an edit of a kernel needs no second answer.
    """
    parcel = Parcel()
    header = {
        "version": version,
        "answered": answered,
        "editor": editor,
        "picture": digest,
        "settings": settings(screen),
        "stages": stage_entries(screen, parcel),
        "softmax": {
            "temperature": screen.experiment.temperature,
            "scores": screen.scores.tolist(),
            "exponentials": screen.terms.exponentials.tolist(),
            "total": screen.terms.total,
            "probabilities": screen.terms.probabilities.tolist(),
        },
    }
    if more:
        header |= more(screen, parcel)
    return pack(header, parcel.arrays)


def stage_entries(screen: Screen, parcel: Parcel) -> list[dict[str, Any]]:
    """The header's entry for every stage that is drawn as maps."""
    experiment = screen.experiment
    formulas = size_formulas(screen)
    entries = []
    for name in screen.map_stages():
        maps = screen.maps(name)
        shown = picture_maps(maps, experiment.scale, experiment.colours, full=experiment.active)
        found = []
        for i, each in enumerate(shown):
            active = i == experiment.active
            entry = parcel.add_map(each, maps[i] if active else None)
            if active:
                small = thumbnail(maps[i], each, experiment.scale)
                entry["thumbnail"] = {"shape": small.shape[:2], "codes": parcel.add(small)}
            found.append(entry)
        entries.append(
            {
                "name": name,
                "title": screen.title(name),
                "shape": maps.shape[2:],
                "formula": formulas[name],
                "maps": found,
            }
        )
    return entries


def settings(screen: Screen) -> dict[str, Any]:
    """What the browser needs to take a number apart by the definition of each stage."""
    experiment: Experiment = screen.experiment
    weight = screen.params["convolution"]["weight"]
    return {
        "filters": [
            {"name": f.name, "weight": weight[i, 0].ravel().tolist(), "bias": f.bias}
            for i, f in enumerate(experiment.filters)
        ],
        "active": experiment.active,
        "colour": experiment.colour,
        "flipped": experiment.convolution,
        "kernel": experiment.kernel_size,
        "stride": experiment.stride,
        "pads": resolve_padding(
            experiment.padding, experiment.kernel_size, experiment.stride, experiment.dilation
        ),
        "padding_mode": experiment.padding_mode,
        "dilation": experiment.dilation,
        "activation": experiment.activation,
        "slope": ACTIVATIONS["leaky_relu"].negative_slope,
        "pool": experiment.pool,
        "pool_size": experiment.pool_size,
        "pool_stride": experiment.pool_stride,
        "scale": experiment.scale,
        "colours": experiment.colours,
    }
