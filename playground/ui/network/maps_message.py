"""The maps of one layer as the browser is told: the strongest first, and one of them in full."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.ranking import descending, strengths
from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.network.glance import SMALL, map_picture
from playground.ui.network.subjects import Opened

MOST_UNITS = 200  # of a layer without rows and columns that are listed one by one


def strongest_first(values: np.ndarray) -> np.ndarray:
    """Channels of a layer's output, strongest first; units by their value, largest first."""
    return descending(values) if values.ndim == 1 else descending(strengths(values))


def maps_message(subject: Opened, node: str, values: np.ndarray, shown: int, digest: str) -> bytes:
    """As many of a layer's maps as are shown, small; of a vector, its units.

    Parameters
    ----------
    subject : Opened
    node : str
    values : ndarray, shape (channels, rows, columns) or (features,)
    shown : int
    digest : str
        What the browser calls this message.
    """
    parcel = Parcel()
    order = strongest_first(values)
    vector = values.ndim == 1
    shown = min(len(order), shown)
    header: dict[str, Any] = {
        "part": "maps",
        "digest": digest,
        "node": node,
        "shape": values.shape,
        "minimum": float(values.min()),
        "maximum": float(values.max()),
        "shown": shown,
        "maps": [],
    }
    swings = header["minimum"] < 0
    if vector:
        header["strip"] = parcel.add_map(map_picture(values[np.newaxis], swings, None))
        header["units"] = [
            {
                "channel": int(i),
                "label": unit_label(subject, node, int(i)),
                "value": float(values[i]),
            }
            for i in order[: min(shown, MOST_UNITS)]
        ]
    else:
        sizes = strengths(values)
        for channel in order[:shown].tolist():
            entry = parcel.add_map(map_picture(values[channel], swings, SMALL))
            header["maps"].append({**entry, "channel": channel, "strength": float(sizes[channel])})
    return pack(header, parcel.arrays)


def map_message(node: str, channel: int, values: np.ndarray, digest: str) -> bytes:
    """One map in full: its codes, and its values, which the browser reads out while pointing."""
    parcel = Parcel()
    plane = values[channel]
    entry = parcel.add_map(map_picture(plane, bool(values.min() < 0), None))
    header = {
        "part": "map",
        "digest": digest,
        "node": node,
        "channel": channel,
        "place": int(np.flatnonzero(strongest_first(values) == channel)[0]),
        "of": len(values),
        "map": entry,
        "values": parcel.add(plane.astype(np.float32)),
    }
    return pack(header, parcel.arrays)


def unit_label(subject: Opened, node: str, number: int) -> str:
    """What a unit stands for: a class in the last layers, and its number in all others."""
    if node in class_nodes(subject):
        return subject.label(number)
    return f"unit {number + 1:,}"


def class_nodes(subject: Opened) -> frozenset[str]:
    """The layers at the end that have one unit for each class."""
    network, found = subject.network, []
    shapes = network.shapes()
    for node in reversed(network.nodes):
        if shapes[node.name] != (len(network.labels),):
            break
        found.append(node.name)
    return frozenset(found)
