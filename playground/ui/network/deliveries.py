"""What the browser is sent: each part by itself, so that it comes again only when it has changed.

The component that draws is told in a small message which parts belong together now, and waits for
those that are still on their way.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from playground.engine.network import Network
from playground.engine.opened import open_cell
from playground.files.images import digest
from playground.render.colours import TABLES
from playground.ui import components, state
from playground.ui.components import pack
from playground.ui.network import occlude
from playground.ui.network.cell_message import cell_message
from playground.ui.network.compute import outputs, passed
from playground.ui.network.graph_message import graph_message
from playground.ui.network.maps_message import map_message, maps_message
from playground.ui.network.memory import memory
from playground.ui.network.occlude import occlusion_message, offered, patch_of
from playground.ui.network.pass_message import pass_message
from playground.ui.network.view import Here
from playground.ui.words import for_browser


def deliver(part: str, message: bytes) -> None:
    """Send a part."""
    components.delivery(key=f"delivery_{part}", data=message)


def library_message() -> bytes:
    """The colour tables and the words; the page's pictures travel in the parts."""
    header = {
        "picture": {"digest": "none", "channels": 1, "rows": 1, "columns": 1},
        "tables": list(TABLES),
        "words": for_browser(),
    }
    return pack(header, [np.zeros(1, np.uint8), *TABLES.values()])


@lru_cache(maxsize=64)
def structure(network: Network) -> str:
    """A name for the network's layers, whatever its weights are."""
    return digest(repr(network).encode())[:24]


def graph_digest(here: Here) -> str:
    """A name for what `send_graph` sends."""
    return f"{here.subject.key}/{structure(here.subject.network)}"


def send_graph(here: Here) -> None:
    """The layers and how they are joined."""
    deliver("graph", graph_message(here.subject, graph_digest(here)))


def send_pass(here: Here) -> None:
    """The picture, what every layer made of it at a glance, and the answer."""
    made = passed(here.subject, here.taken)
    if made is not None:
        message = pass_message(here.subject, here.taken, made, here.digest("pass"))
        deliver("pass", message)


def send_maps(here: Here) -> None:
    """The maps of the layer that is looked at."""
    values = here.values()
    if values is not None:
        name = maps_digest(here)
        message = maps_message(here.subject, here.place.node, values, here.place.shown, name)
        deliver("maps", message)


def send_map(here: Here) -> None:
    """The map that is opened."""
    values = here.values()
    if values is not None and values.ndim == 3:
        channel = here.channel(values)
        deliver("map", map_message(here.place.node, channel, values, map_digest(here, channel)))


def maps_digest(here: Here) -> str:
    """A name for what `send_maps` sends."""
    return here.digest("maps", here.place.node, here.place.shown)


def map_digest(here: Here, channel: int) -> str:
    """A name for what `send_map` sends."""
    return here.digest("map", here.place.node, channel)


def cell_place(here: Here, values: np.ndarray) -> tuple[int, ...] | None:
    """The number that is taken apart, if one is."""
    place = here.place
    if values.ndim == 1:
        return None if place.channel < 0 else (place.channel,)
    if place.row < 0:
        return None
    return (here.channel(values), place.row, place.column)


def send_cell(here: Here) -> str:
    """The number that is taken apart; returns the message's name, empty if there is none."""
    values = here.values()
    where = None if values is None else cell_place(here, values)
    if where is None:
        return ""
    subject, node = here.subject, here.place.node
    there = outputs(subject, here.taken, here.names())
    with np.errstate(all="ignore"):
        cell = open_cell(subject.network, subject.params, there, node, where)
    name = here.digest("cell", node, *where)
    deliver("cell", cell_message(subject, cell, name))
    return name


def send_occlusion(here: Here) -> str:
    """The occlusion map as far as it has come; returns the message's name, or nothing."""
    made = passed(here.subject, here.taken)
    if made is None or not here.place.occlusion:
        return ""
    patch = patch_of(here.place, here.subject, made)
    so_far = occlude.found(here.subject, here.taken, patch)
    name = here.digest("occlusion", patch, so_far.done if so_far else 0)
    deliver("occlusion", occlusion_message(here.subject, here.taken, patch, name))
    return name


def view_message(
    here: Here, answered: str, version: int, cell: str, occlusion: str, sentence: str
) -> bytes:
    """Where the page is, which parts belong to it, and what is being worked on."""
    values, made = here.values(), passed(here.subject, here.taken)
    place, work = here.place, memory().work
    channel = -1 if values is None else here.channel(values)
    header: dict[str, Any] = {
        "version": version,
        "answered": answered,
        "pad": state.answered("pad"),
        "graph": graph_digest(here),
        "pass": here.digest("pass") if made is not None else "",
        "maps": maps_digest(here) if values is not None else "",
        "map": map_digest(here, channel) if values is not None and values.ndim == 3 else "",
        "cell": cell,
        "occlusion": occlusion,
        "place": {
            "node": place.node,
            "channel": channel,
            "row": place.row,
            "column": place.column,
            "shown": place.shown,
            "unfolded": place.unfolded,
            "top": place.top,
            "occlusion": place.occlusion,
        },
        "working": None if work is None else {"title": work.title, "done": work.done},
        "stopped": bool(memory().stopped),
        "sentence": sentence,
    }
    if made is not None:
        patch = patch_of(place, here.subject, made)
        header["patch"] = {
            "patch": patch.size,
            "stride": patch.stride,
            "fill": patch.fill,
            "target": patch.target,
            "label": here.subject.label(patch.target),
            "offered": {**offered(here.subject), "fill": occlude.FILLS},
        }
    return pack(header, [])
