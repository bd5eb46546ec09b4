"""Drawn graphs of nodes, and whole networks without telling names."""

from __future__ import annotations

from playground.engine.layers import Add, ReLU, Sigmoid
from playground.engine.network import INPUT, Network, Node


def drawn_graph(rng, size, reach=4):
    """Draw a network of `size` nodes, each of which reads some of the nodes before it."""
    names = [INPUT, *(f"n{i}" for i in range(size))]
    nodes = []
    for i, name in enumerate(names[1:]):
        near = names[max(0, i + 1 - reach) : i + 1]
        count = 1 if rng.random() < 0.6 else int(rng.integers(1, min(3, len(near)) + 1))
        picked = [str(n) for n in rng.choice(near, count, replace=False)]
        layer = [ReLU(), Sigmoid()][rng.integers(2)] if count == 1 else Add()
        nodes.append(Node(name, layer, tuple(picked)))
    return Network("drawn", (1, 2, 2), tuple(nodes))


def renamed(network):
    """Give the nodes of a network names that say nothing, as some files have them."""
    new = {INPUT: INPUT} | {node.name: str(100 + i) for i, node in enumerate(network.nodes)}
    nodes = (
        Node(new[node.name], node.layer, tuple(new[source] for source in sources))
        for node, sources in network.wiring()
    )
    return Network(network.name, network.input_shape, tuple(nodes), network.labels)
