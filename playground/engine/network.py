"""A network: named layers joined into a graph, and what happens when a picture goes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layer import Initialiser, he_normal
from playground.engine.layers import Array, Layer, Params, Shape

INPUT = "input"


@dataclass(frozen=True)
class Node:
    """A layer with a name; ``inputs`` names the nodes it reads, and ``()`` is the node before."""

    name: str
    layer: Layer
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """Nodes in the order in which they are computed.

    Attributes
    ----------
    name : str
    input_shape : tuple of int
        ``(channels, rows, columns)`` of one picture; the picture itself is the node ``"input"``.
    nodes : tuple of Node
    labels : tuple of str
        What the outputs stand for, where they stand for something.
    """

    name: str
    input_shape: Shape
    nodes: tuple[Node, ...]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen = {INPUT}
        for node, sources in self.wiring():
            if node.name in seen:
                raise EngineError(f"Two nodes of the network are called “{node.name}”.")
            missing = [source for source in sources if source not in seen]
            if missing:
                raise EngineError(
                    f"“{node.name}” reads “{missing[0]}”, which no node before it is called."
                )
            seen.add(node.name)

    def wiring(self) -> Iterator[tuple[Node, tuple[str, ...]]]:
        """Each node with the names of the nodes that it reads."""
        previous = INPUT
        for node in self.nodes:
            yield node, node.inputs or (previous,)
            previous = node.name

    def shapes(self) -> dict[str, Shape]:
        """Output shape of the input and of every node; raises `EngineError` if one cannot be."""
        shapes = {INPUT: self.input_shape}
        for node, sources in self.wiring():
            shapes[node.name] = node.layer.output_shape(*(shapes[s] for s in sources))
        return shapes


@dataclass(frozen=True)
class Stage:
    """What one node received and produced."""

    name: str
    layer: Layer
    params: Params
    inputs: tuple[Array, ...]
    output: Array


@dataclass(frozen=True)
class Row:
    """One line of a network's summary; the shape is that of one picture."""

    name: str
    output_shape: Shape
    parameters: int
    multiply_adds: int


def init_params(
    network: Network, rng: np.random.Generator, draw: Initialiser = he_normal
) -> dict[str, Params]:
    """Fresh parameters of every node, drawn in order from ``rng``.

    ``draw`` is one of `INITIALISERS`: `he_normal` for layers with ReLU, `glorot_uniform` for tanh.
    """
    shapes = network.shapes()
    return {
        node.name: node.layer.init(*(shapes[s] for s in sources), rng=rng, draw=draw)
        for node, sources in network.wiring()
    }


def trace(
    network: Network,
    params: dict[str, Params],
    x: Array,
    rng: np.random.Generator | None = None,
) -> dict[str, Stage]:
    """Run a batch through the network and keep what every node received and produced.

    Parameters
    ----------
    network : Network
    params : dict
        Parameters by node name; a node without any may be left out.
    x : ndarray, shape (n, channels, rows, columns)
    rng : Generator, optional
        With it, layers such as dropout behave as in training; what they drew is among the
        parameters of their stage.

    Returns
    -------
    dict of str to Stage
        In the order of computation.
    """
    check_input(network, x)
    outputs = {INPUT: x}
    stages = {}
    for node, sources in network.wiring():
        inputs = tuple(outputs[s] for s in sources)
        own = params.get(node.name, {})
        if rng is not None:
            own = own | node.layer.chance(*inputs, rng=rng)
        output = node.layer.forward(own, *inputs)
        outputs[node.name] = output
        stages[node.name] = Stage(node.name, node.layer, own, inputs, output)
    return stages


def forward(network: Network, params: dict[str, Params], x: Array) -> Array:
    """The last node's output; arrays that no later node reads are let go on the way.

    Some layers write their output over such an array. Neither ``x`` nor the parameters change.
    """
    check_input(network, x)
    wiring = list(network.wiring())
    last_use = {source: i for i, (_, sources) in enumerate(wiring) for source in sources}
    # What one node alone made and one node alone reads, nobody else can have kept in any form.
    readers = Counter(source for _, sources in wiring for source in sources)
    outputs, own_arrays = {INPUT: x}, set()
    for i, (node, sources) in enumerate(wiring):
        own = params.get(node.name, {})
        if len(sources) == 1 and sources[0] in own_arrays:
            output = node.layer.overwrite(own, outputs[sources[0]])
        else:
            output = node.layer.forward(own, *(outputs[s] for s in sources))
        outputs[node.name] = output
        if node.layer.FRESH and readers[node.name] == 1:
            own_arrays.add(node.name)
        for source in set(sources):
            if last_use[source] == i:
                del outputs[source]
    return outputs[wiring[-1][0].name] if wiring else x


def summary(network: Network) -> list[Row]:
    """Name, output shape, parameters and multiply-adds of every node, for one picture."""
    shapes = network.shapes()
    rows = []
    for node, sources in network.wiring():
        inputs = [shapes[s] for s in sources]
        rows.append(
            Row(
                node.name,
                shapes[node.name],
                node.layer.parameter_count(*inputs),
                node.layer.multiply_adds(*inputs),
            )
        )
    return rows


def check_input(network: Network, x: Array) -> None:
    """Raise `EngineError` unless `x` is a batch of the pictures that the network takes."""
    if x.ndim < 2 or x.shape[1:] != network.input_shape:
        raise EngineError(
            f"The network “{network.name}” takes pictures of shape {network.input_shape}, "
            f"not {x.shape[1:]}."
        )
