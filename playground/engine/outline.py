"""The outline of a network: which nodes belong together, and what repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from playground.engine.layers import Add, BroadcastAdd
from playground.engine.network import INPUT, Network
from playground.engine.regions import regions

FEW = 2  # nodes that fold; a single one stands for itself


@dataclass(frozen=True)
class Block:
    """Nodes that are drawn as one until they are unfolded.

    Attributes
    ----------
    name : str
        Unlike that of any other block or node.
    nodes : tuple of str
        In the order of computation; of repeated blocks, those of all.
    inputs : tuple of str
        The nodes outside that it reads.
    repeated : int
        How many blocks of one build in a row this stands for; 1 for a block that is alone.
    kind : {"node", "chain", "residual", "branches"}
        "node" is a single node under its own name, which has nothing to unfold. In a "residual"
        block branches are added up; "branches" join otherwise.
    members : tuple of Block
        The repeated blocks, or () if it is one.
    """

    name: str
    nodes: tuple[str, ...]
    inputs: tuple[str, ...]
    repeated: int
    kind: str
    members: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Outline:
    """A network in blocks.

    Attributes
    ----------
    blocks : tuple of Block
        In an order in which each reads the input and blocks before it. Every node is in one.
    sources : mapping
        For each node, the nodes that it reads.
    """

    blocks: tuple[Block, ...]
    sources: Mapping[str, tuple[str, ...]] = field(hash=False)

    def visible(self, unfolded: Sequence[str] = ()) -> list[Block]:
        """The blocks that are drawn when those named in `unfolded` are open, in order.

        A repeated block opens into its members, and any other into its nodes.
        """
        shown: list[Block] = []
        waiting = list(reversed(self.blocks))
        open_names = set(unfolded)
        while waiting:
            block = waiting.pop()
            if block.name not in open_names or block.kind == "node":
                shown.append(block)
            elif block.members:
                waiting.extend(reversed(block.members))
            else:
                shown.extend(_single(name, self.sources) for name in block.nodes)
        return shown

    def block_of(self, node: str) -> tuple[str, ...]:
        """Names of the blocks around a node, the outermost first: what to unfold to see it."""
        for block in self.blocks:
            if node in block.nodes and block.kind != "node":
                inner = [member.name for member in block.members if node in member.nodes]
                return (block.name, *inner)
        return ()


def outline(network: Network) -> Outline:
    """Find the blocks of a network.

    Where nodes in a row share what stands before the first dot of their names, "block3a.expand"
    and "block3a.project", they are a block of that name. In a network without such names the
    blocks are the parts of the graph that everything enters at one node and leaves at one; see
    `regions`. Blocks in a row that have the same layers, wired in the same way, fold into one.
    """
    sources = {node.name: read for node, read in network.wiring()}
    groups = _by_prefix(network)
    # Where such names are few, they stand there by chance.
    if 4 * sum(len(nodes) for _, nodes in groups if len(nodes) >= FEW) < len(network.nodes):
        groups = [(_span(nodes), nodes) for nodes in regions(network)]
    layers = {node.name: node.layer for node in network.nodes}
    taken = {INPUT, *sources}
    blocks = []
    for name, nodes in groups:
        if len(nodes) < FEW:
            blocks.extend(_single(node, sources) for node in nodes)
        else:
            blocks.append(_block(_free(name, taken), nodes, sources, layers))
    blocks = list(_folded(blocks, sources, layers, taken))
    return Outline(tuple(blocks), sources)


def _by_prefix(network: Network) -> list[tuple[str, list[str]]]:
    def prefix(node) -> tuple[str, bool]:
        head, dot, _ = node.name.partition(".")
        return (head, bool(dot and head))

    groups = []
    for (head, dotted), nodes in groupby(network.nodes, prefix):
        names = [node.name for node in nodes]
        groups.extend([(head, names)] if dotted else [(name, [name]) for name in names])
    return groups


def _single(name: str, sources: Mapping[str, tuple[str, ...]]) -> Block:
    return Block(name, (name,), tuple(dict.fromkeys(sources[name])), 1, "node")


def _block(name: str, nodes: Sequence[str], sources, layers) -> Block:
    inside = set(nodes)
    read = [source for node in nodes for source in sources[node]]
    inputs = tuple(dict.fromkeys(source for source in read if source not in inside))
    joins = [layers[node] for node in nodes if len(sources[node]) > 1]
    residual = any(isinstance(layer, Add | BroadcastAdd) for layer in joins)
    kind = "residual" if residual else "branches" if joins else "chain"
    return Block(name, tuple(nodes), inputs, 1, kind)


def _folded(blocks: list[Block], sources, layers, taken: set[str]) -> Iterator[Block]:
    """Put blocks of one build in a row into one block each."""
    for _, run in groupby(blocks, lambda block: _build(block, sources, layers)):
        members = tuple(run)
        if len(members) == 1 or members[0].kind == "node":
            yield from members
            continue
        nodes = [node for member in members for node in member.nodes]
        name = _free(f"{members[0].name} … {members[-1].name}", taken)
        whole = _block(name, nodes, sources, layers)
        yield Block(name, whole.nodes, whole.inputs, len(members), members[0].kind, members)


def _build(block: Block, sources, layers):
    """What two blocks must have in common to fold: layers with their settings, and the wiring."""
    number = {name: i for i, name in enumerate(block.nodes)}
    number |= {name: -1 - i for i, name in enumerate(block.inputs)}
    return tuple(
        (layers[node], tuple(number[source] for source in sources[node])) for node in block.nodes
    )


def _span(nodes: Sequence[str]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{nodes[0]} … {nodes[-1]}"


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it if something else has it."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    taken.add(found)
    return found
