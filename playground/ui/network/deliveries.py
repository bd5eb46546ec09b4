"""What the browser is sent: each part by itself, so that it comes again only when it has changed.

The component that draws is told in a small message which parts belong together now, and waits for
those that are still on their way.
"""

from __future__ import annotations

import struct
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

Part = tuple[str, bytes]  # a digest, and the message that has it
SMALL = 10_000  # bytes; from here on Streamlit sends the same element a second time as its digest


def framed(messages: list[bytes]) -> bytes:
    """Messages behind each other, each after its length in four bytes."""
    return b"".join(struct.pack("<I", len(message)) + message for message in messages)


def deliver(parts: dict[str, bytes], together: str) -> None:
    """Send parts: small ones in one element, for each costs time, and large ones by themselves."""
    small = [message for message in parts.values() if len(message) < SMALL]
    if small:
        components.delivery(key=f"delivery_{together}", data=framed(small))
    for name, message in parts.items():
        if len(message) >= SMALL:
            components.delivery(key=f"delivery_{name}", data=framed([message]))


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
    deliver({"graph": graph_message(here.subject, graph_digest(here))}, "layers")


def send_maps(here: Here) -> None:
    """The picture, every layer at a glance, the answer; the maps looked at, and the one opened."""
    made, values, node = passed(here.subject, here.taken), here.values(), here.place.node
    parts = {}
    if made is not None:
        parts["pass"] = pass_message(here.subject, here.taken, made, here.digest("pass"))
    if values is not None:
        name = maps_digest(here)
        parts["maps"] = maps_message(here.subject, node, values, here.place.shown, name)
        if values.ndim == 3:
            channel = here.channel(values)
            parts["map"] = map_message(node, channel, values, map_digest(here, channel))
    deliver(parts, "stages")


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


def cell_part(here: Here) -> Part | None:
    """The message about the number that is taken apart, if one is.

    Raises
    ------
    EngineError
        If it cannot be.
    """
    values = here.values()
    where = None if values is None else cell_place(here, values)
    if where is None:
        return None
    subject, node = here.subject, here.place.node
    there = outputs(subject, here.taken, here.names())
    with np.errstate(all="ignore"):
        cell = open_cell(subject.network, subject.params, there, node, where)
    name = here.digest("cell", node, *where)
    return name, cell_message(subject, cell, name)


def occlusion_part(here: Here) -> Part | None:
    """The message about the occlusion map as far as it has come, if it is asked for.

    Raises
    ------
    EngineError
        If the patch does not fit the picture.
    """
    made = passed(here.subject, here.taken)
    if made is None or not here.place.occlusion:
        return None
    patch = patch_of(here.place, here.subject, made)
    so_far = occlude.found(here.subject, here.taken, patch)
    name = here.digest("occlusion", patch, so_far.done if so_far else 0)
    return name, occlusion_message(here.subject, here.taken, patch, name)


def view_message(
    here: Here,
    answered: str,
    version: int,
    parts: dict[str, Part | None],
    sentence: str,
) -> bytes:
    """Where the page is, which parts belong to it, and what is being worked on.

    ``parts`` are those that come along with it: the cell and the occlusion map.
    """
    values, made = here.values(), passed(here.subject, here.taken)
    place, work = here.place, memory().work
    channel = -1 if values is None else here.channel(values)
    header: dict[str, Any] = {
        "part": "view",
        "version": version,
        "answered": answered,
        "pad": state.answered("pad"),
        "graph": graph_digest(here),
        "pass": here.digest("pass") if made is not None else "",
        "maps": maps_digest(here) if values is not None else "",
        "map": map_digest(here, channel) if values is not None and values.ndim == 3 else "",
        **{name: part[0] if part else "" for name, part in parts.items()},
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
        "working": None
        if work is None
        else {
            "title": work.title,
            "done": work.done,
            "left": work.left,
        },
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
    return framed([pack(header, []), *(part[1] for part in parts.values() if part)])
