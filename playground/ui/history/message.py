"""The History page as the browser is told: the time-line, and the blocks side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.network import INPUT, summary
from playground.files.images import to_bytes
from playground.files.moment import Moment
from playground.networks.blocks import Block
from playground.networks.history import HISTORY, System
from playground.ui.components import pack
from playground.ui.history.memory import picture, shown
from playground.ui.history.runs import Made, Seen, network_of, run, seen
from playground.ui.message import Parcel
from playground.ui.network.glance import SMALL, shrink
from playground.ui.network.layer_words import layer_name, layer_word, shape_words


def timeline_message(at: Moment, answered: str) -> bytes:
    """The seven systems in their order, and which of them is chosen."""
    header = {
        "answered": answered,
        "chosen": at.system,
        "systems": [
            {"key": system.keys[0], "name": system.name, "year": system.year} for system in HISTORY
        ],
    }
    return pack(header, [])


def blocks_message(at: Moment, answered: str, version: int) -> bytes:
    """The block of a system and of the one before it, each with the picture sent through.

    For each side its layers in their order (the picture first), what each of them reads by its
    number, their strongest maps, and all maps of the one that is looked at.
    """
    parcel, before = Parcel(), seen(picture(at))
    header = {
        "answered": answered,
        "version": version,
        "sides": [_side(parcel, side, system, at, before) for side, system in shown(at).items()],
    }
    return pack(header, parcel.arrays)


def _side(parcel: Parcel, side: str, system: System, at: Moment, before: Seen) -> dict[str, Any]:
    chosen = getattr(at, f"{side}_block")
    block = system.blocks[chosen]
    network, _ = network_of(block)
    made = run(block, before)
    node = getattr(at, f"{side}_node") or network.nodes[-1].name
    numbers = {name: i for i, name in enumerate([INPUT, *(n.name for n in network.nodes)])}
    return {
        "side": side,
        "system": f"{system.name} ({system.year})",
        "blocks": [network_of(each)[0].name for each in system.blocks],
        "block": chosen,
        "rows": [_picture_row(parcel, before), *_rows(parcel, block, made)],
        "reads": [[], *([numbers[s] for s in sources] for _, sources in network.wiring())],
        "node": node,
        "minimum": made[node].minimum,
        "maximum": made[node].maximum,
        "maps": [
            {**parcel.add_map(small), "channel": channel} for channel, small in made[node].maps
        ],
    }


def _picture_row(parcel: Parcel, before: Seen) -> dict[str, Any]:
    small = np.stack([shrink(plane, SMALL) for plane in before.shown])
    codes = np.ascontiguousarray(to_bytes(small).transpose(1, 2, 0))
    return {
        "name": INPUT,
        "title": "what goes in",
        "word": "input",
        "shape": " × ".join(map(str, before.x.shape)),
        "spoken": shape_words(before.x.shape),
        "map": {"shape": codes.shape[:2], "codes": parcel.add(codes), "table": "rgb"},
    }


def _rows(parcel: Parcel, block: Block, made: dict[str, Made]) -> list[dict[str, Any]]:
    network, _ = network_of(block)
    shapes = network.shapes()
    costs = {row.name: row.parameters for row in summary(network)}
    rows = []
    for node, sources in network.wiring():
        channels, shape = shapes[sources[0]][0], shapes[node.name]
        weights = f"{costs[node.name]:,} parameters" if costs[node.name] else ""
        rows.append(
            {
                "name": node.name,
                "title": layer_name(node.layer, channels),
                "word": layer_word(node.layer, channels),
                "shape": " × ".join(map(str, shape)),
                "spoken": ", ".join(part for part in (shape_words(shape), weights) if part),
                "map": parcel.add_map(made[node.name].maps[0][1]),
            }
        )
    return rows
