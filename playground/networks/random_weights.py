"""Weights by lot for networks that are too large to keep: made when they are asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from math import prod

import numpy as np

from playground.engine.layer import Array, Params, Shape
from playground.engine.layers import Add, BatchNorm2d, Linear
from playground.engine.network import Network
from playground.engine.row_blocks import RowBlocks

# Drawn at a time: these stay in the processor's cache until they are scaled.
PIECE = 2**18
# A fully connected layer with more weights is not made as a whole.
MOST = 2**23
# Each core draws a piece of its own; NumPy lets go of the interpreter meanwhile.
_DRAWERS = ThreadPoolExecutor(2, "weights")
# Variance of what a block of a residual network adds, beside what its shortcut carries.
RESIDUE = 1 / 16


class RandomWeights(Mapping[str, Params]):
    """He-initialised weights of a network, by node name, that cost no memory.

    Every look-up makes the parameters of that node anew, and always the same ones: they depend on
    the seed and on the node alone, not on what was looked up before. Biases are zeros, and the
    statistics of a batch norm change nothing.

    In a residual network, where block after block adds to what came before, the values would
    grow with depth. So the batch norm at the end of a block has a smaller weight, in the spirit
    of Goyal et al. 2017 (https://arxiv.org/abs/1706.02677, section 5.1), who begin with 0.

    Parameters
    ----------
    network : Network
    seed : int
        Not negative.
    """

    def __init__(self, network: Network, seed: int = 0) -> None:
        self.seed = seed
        shapes, wiring = network.shapes(), list(network.wiring())
        self._nodes = {
            node.name: (index, node.layer, [shapes[source] for source in sources])
            for index, (node, sources) in enumerate(wiring)
        }
        self._ends = _ends_of_residual_blocks(network)

    def __getitem__(self, name: str) -> Params:
        """Make the parameters of a node; raises `KeyError` if there is none of this name."""
        index, layer, shapes = self._nodes[name]
        seeds = (self.seed, index)
        if isinstance(layer, Linear) and layer.units * shapes[0][0] > MOST:
            bias = {"bias": np.zeros(layer.units, np.float32)} if layer.bias else {}
            return {"weight": _DrawnRows((layer.units, shapes[0][0]), seeds), **bias}

        def draw(rng, shape: Shape, fan_in: int, fan_out: int) -> Array:
            return _draw(shape, fan_in, seeds)

        # The layer may draw by its own lot, too, and gets one that is as much its own.
        rng = np.random.Generator(np.random.PCG64(seeds))
        params = layer.init(*shapes, rng=rng, draw=draw)
        if name in self._ends:
            params["weight"] = np.full_like(params["weight"], self._ends[name])
        return params

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


class _DrawnRows(RowBlocks):
    """The weights of a large fully connected layer."""

    def __init__(self, shape: tuple[int, int], seeds: tuple[int, int]) -> None:
        self.shape, self._seeds = shape, seeds
        self._height = max(1, PIECE // shape[1])

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[slice, Array]]:
        """Yield rows; the next pieces are drawn while one is used."""
        rows, columns = self.shape
        stop = rows if stop is None else stop
        waiting: deque = deque()
        for piece in range(start // self._height, -(-stop // self._height)):
            first = piece * self._height
            count = min(self._height, rows - first) * columns
            drawn = _DRAWERS.submit(
                _piece, np.empty(count, np.float32), columns, self._seeds, piece
            )
            waiting.append((first, drawn))
            if len(waiting) > 3:
                yield self._cut(*waiting.popleft(), start, stop)
        while waiting:
            yield self._cut(*waiting.popleft(), start, stop)

    def _cut(self, first: int, drawn, start: int, stop: int) -> tuple[slice, Array]:
        block = drawn.result().reshape(-1, self.shape[1])
        low, high = max(start, first), min(stop, first + len(block))
        return slice(low, high), block[low - first : high - first]


def _draw(shape: Shape, fan_in: int, seeds: tuple[int, int]) -> Array:
    """Draw an array piece by piece, on both cores when it is large."""
    found = np.empty(prod(shape), np.float32)
    parts = [found[start : start + PIECE] for start in range(0, found.size, PIECE)]
    if len(parts) == 1:
        _piece(found, fan_in, seeds, 0)
    else:
        list(_DRAWERS.map(lambda i: _piece(parts[i], fan_in, seeds, i), range(len(parts))))
    return found.reshape(shape)


def _piece(out: Array, fan_in: int, seeds: tuple[int, int], piece: int) -> Array:
    """Fill `out` evenly from ±sqrt(6 / fan-in), the even form of He's initialisation.

    It has the variance 2 / fan-in of the normal form and takes a quarter of the time.
    """
    rng = np.random.Generator(np.random.PCG64((*seeds, 1 + piece)))
    rng.random(dtype=np.float32, out=out)
    out -= np.float32(0.5)
    out *= np.float32(2 * (6 / fan_in) ** 0.5)
    return out


def _ends_of_residual_blocks(network: Network) -> dict[str, float]:
    """Weights of the batch norms that a sum reads, so that the sum is as large as its shortcut."""
    norms = {node.name for node in network.nodes if isinstance(node.layer, BatchNorm2d)}
    ends = {}
    for node, sources in network.wiring():
        if isinstance(node.layer, Add):
            read = [source for source in sources if source in norms]
            share = 1 / len(sources) if len(read) == len(sources) else RESIDUE
            ends |= dict.fromkeys(read, share**0.5)
    return ends
