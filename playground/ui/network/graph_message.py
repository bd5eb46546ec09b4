"""The layers of a network and how they are joined, as the browser is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.engine.network import INPUT, Network, summary
from playground.engine.outline import Block, outline
from playground.ui.components import pack
from playground.ui.network.layer_words import layer_name, layer_word, shape_words
from playground.ui.network.subjects import Opened

# What a block is called by the way its layers are joined, and the word that explains it.
KINDS = {"residual": ("residual block", "residual"), "branches": ("branches", "")}

# The two ends of a block that is wide between them, by the last part of their names.
NARROW = ("expand", "project")


def graph_message(subject: Opened, digest: str) -> bytes:
    """The layers in their order, the blocks that they fold into, and what each reads.

    An item of the list is a layer (``node`` is its number, 0 for the picture) or a block (``size``
    is how many items behind it belong to it, one level deeper). ``reads`` has, for each number,
    the numbers of the layers that it reads.
    """
    network = subject.network
    numbers = {INPUT: 0} | {node.name: i + 1 for i, node in enumerate(network.nodes)}
    items = list(_Items(network, numbers).all())
    rows = summary(network)
    parameters = sum(row.parameters for row in rows)
    multiply_adds = sum(row.multiply_adds for row in rows)
    header = {
        "part": "graph",
        "digest": digest,
        "items": items,
        "reads": [[], *([numbers[s] for s in sources] for _, sources in network.wiring())],
        "totals": f"{len(rows)} layers, {parameters:,} parameters, {multiply_adds:,} multiply-adds "
        "(MAC)",
    }
    return pack(header, [])


class _Items:
    """The items of the list, one after the other."""

    def __init__(self, network: Network, numbers: dict[str, int]) -> None:
        self._numbers, self._shapes = numbers, network.shapes()
        self._wiring = {node.name: (node.layer, sources) for node, sources in network.wiring()}
        self._rows = {row.name: row for row in summary(network)}
        self._outline = outline(network)

    def all(self) -> Iterator[dict[str, Any]]:
        shape = self._shapes[INPUT]
        about = {"title": "what goes in", "word": "input", **_costs(shape, 0, 0)}
        yield {"name": INPUT, "label": "Picture", "node": 0, "size": 0, "level": 0, **about}
        for block in self._outline.blocks:
            yield from self._block(block, 0)

    def _block(self, block: Block, level: int) -> Iterator[dict[str, Any]]:
        if block.kind == "node":
            yield self._layer(block.name, block.name, level)
            return
        if block.members:
            inside = [item for each in block.members for item in self._block(each, level + 1)]
        else:
            prefix = f"{block.name}."
            short = all(name.startswith(prefix) for name in block.nodes)
            labels = [name.removeprefix(prefix) if short else name for name in block.nodes]
            inside = [
                self._layer(name, label, level + 1)
                for name, label in zip(block.nodes, labels, strict=True)
            ]
        rows, last = [self._rows[name] for name in block.nodes], block.nodes[-1]
        parameters = sum(row.parameters for row in rows)
        multiply_adds = sum(row.multiply_adds for row in rows)
        count = f"{len(block.nodes) // block.repeated} layers"
        words, word = KINDS.get(block.kind, ("", ""))
        costs = _costs(self._shapes[last], parameters, multiply_adds)
        if block.repeated > 1:  # there is room for a few words beside two names
            title = f"{block.repeated} × {words or count}"
            costs["spoken"] = f"{count} each, {costs['spoken']}"
        else:
            title = ", ".join(part for part in (words, count) if part)
        yield {
            "name": block.name,
            "label": block.name,
            "size": len(inside),
            "level": level,
            "last": last,
            "title": title,
            "word": word,
            **costs,
        }
        yield from inside

    def _layer(self, name: str, label: str, level: int) -> dict[str, Any]:
        layer, sources = self._wiring[name]
        channels = self._shapes[sources[0]][0]
        row = self._rows[name]
        return {
            "name": name,
            "label": label,
            "node": self._numbers[name],
            "size": 0,
            "level": level,
            "title": layer_name(layer, channels),
            "word": "expand_project" if label in NARROW else layer_word(layer, channels),
            **_costs(self._shapes[name], row.parameters, row.multiply_adds),
        }


def _costs(shape: tuple[int, ...], parameters: int, multiply_adds: int) -> dict[str, str]:
    """Shape and cost, short enough for a list, and in full words."""
    costs = [f"{_short(parameters)} param."] if parameters else []
    costs += [f"{_short(multiply_adds)} MAC"] if multiply_adds else []
    spoken = [shape_words(shape)]
    spoken += [f"{parameters:,} parameters"] if parameters else []
    spoken += [f"{multiply_adds:,} multiply-adds"] if multiply_adds else []
    return {
        "shape": " × ".join(map(str, shape)),
        "costs": " · ".join(costs),
        "spoken": ", ".join(spoken),
    }


def _short(number: int) -> str:
    """A large number in three digits: "1.23 M"."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            value = number / size
            return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    return str(number)
