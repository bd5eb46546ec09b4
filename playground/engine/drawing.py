"""Where the nodes of a network are drawn: a row each, and lanes for branches."""

from __future__ import annotations

from collections.abc import Collection
from heapq import heappop, heappush
from typing import NamedTuple

from playground.engine.network import INPUT
from playground.engine.outline import Outline


class Placed(NamedTuple):
    """A block or node, or the picture, and where it is drawn."""

    name: str
    row: int
    lane: int


class Edge(NamedTuple):
    """What one reads of another; ``lane`` is where it runs between their rows."""

    source: str
    target: str
    lane: int


class Drawing(NamedTuple):
    """Rows from the picture to the output; ``lanes`` is how many there are side by side."""

    placed: tuple[Placed, ...]
    edges: tuple[Edge, ...]
    lanes: int


def drawing(outline: Outline, unfolded: Collection[str] = ()) -> Drawing:
    """Place what is visible of an outline, one row each.

    What lies on the way to the next row goes straight down. An output that is read again further
    down keeps a second lane until its last reader, from which the readers before it branch off. A
    row stands in the leftmost lane that ends there; no edge runs through a row that it does not
    belong to, and lanes are used again as soon as they are free.

    Parameters
    ----------
    outline : Outline
    unfolded : collection of str
        Names of blocks that are open; others are ignored.
    """
    blocks = outline.visible(unfolded)
    names = [INPUT, *(block.name for block in blocks)]
    row_of = {INPUT: 0}
    for row, block in enumerate(blocks, 1):
        row_of.update(dict.fromkeys(block.nodes, row))
    reads = [[], *(sorted({row_of[s] for s in block.inputs}) for block in blocks)]
    readers: list[list[int]] = [[] for _ in names]
    for row, sources in enumerate(reads):
        for source in sources:
            readers[source].append(row)

    free: list[int] = []
    lanes = 0

    def take() -> int:
        nonlocal lanes
        if free:
            return heappop(free)
        lanes += 1
        return lanes - 1

    placed, edges = [], []
    straight, around = [0] * len(names), [0] * len(names)
    for row, name in enumerate(names):
        ending = []
        for source in reads[row]:
            first, last = readers[source][0], readers[source][-1]
            lane = straight[source] if row == first else around[source]
            edges.append(Edge(names[source], name, lane))
            if row in (first, last):
                ending.append(lane)
        own = min(ending, default=-1)
        for lane in ending:
            if lane != own:
                heappush(free, lane)
        own = take() if own < 0 else own
        placed.append(Placed(name, row, own))
        straight[row] = own
        if len(readers[row]) > 1:
            around[row] = take()
        if not readers[row]:
            heappush(free, own)
    return Drawing(tuple(placed), tuple(edges), lanes)
