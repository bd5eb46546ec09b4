"""Parts of a graph that everything enters from one node and leaves at one."""

from __future__ import annotations

from playground.engine.network import INPUT, Network

LEAST = 16  # nodes that a region may always have
MOST = 512  # nodes that a region may have at most, which bounds the work for any graph


def regions(network: Network) -> list[list[str]]:
    """Cut a network into regions between a fork and the join of all its branches.

    A node whose output several nodes read is a fork; the first node that all paths from there lead
    through is its join, the fork's immediate postdominator [1]_. What lies between them, the join
    included, is a region if nothing else is read there. Activations and the like between the join
    and the next fork belong to it. Regions within others are not cut out again, unless the outer
    one is more than half of the network. All other nodes are alone.

    Returns
    -------
    list of list of str
        Names of nodes, in an order in which each list reads nodes of lists before it.

    References
    ----------
    .. [1] K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001,
       http://www.cs.rice.edu/~keith/EMBED/dom.pdf
    """
    names = [INPUT, *(node.name for node in network.nodes)]
    number = {name: i for i, name in enumerate(names)}
    # The picture is 0, and node i reads nodes of smaller numbers.
    reads = [[], *([number[s] for s in sources] for _, sources in network.wiring())]
    readers: list[list[int]] = [[] for _ in names]
    for i, sources in enumerate(reads):
        for source in dict.fromkeys(sources):
            readers[source].append(i)
    joins = _postdominators(readers)
    light = _light(network, reads)
    most = min(MOST, max(LEAST, len(network.nodes) // 2))
    found: list[list[int]] = []
    taken: set[int] = set()
    behind = 0
    for fork, read_by in enumerate(readers):
        region = _region(fork, joins[fork], reads, readers, most) if len(read_by) > 1 else None
        if region and taken.isdisjoint(region):
            tail = _tail(region[-1], readers, light)
            # At the end of a network nothing forks; there it is as long as that of the one before.
            behind = len(tail) if tail and len(readers[tail[-1]]) > 1 else min(behind, len(tail))
            region += tail[:behind]
            found.append(region)
            taken.update(region)
    found += [[i] for i in range(1, len(names)) if i not in taken]
    # By the last node: only it is read from outside, and the fork comes before it.
    return [[names[i] for i in region] for region in sorted(found, key=lambda each: each[-1])]


def _postdominators(readers: list[list[int]]) -> list[int]:
    """For each node the first that all paths from it lead through; one past the last for none."""
    end = len(readers)
    joins = [end] * (end + 1)
    for node in range(end - 1, -1, -1):
        if readers[node]:
            meet, *others = readers[node]
            for other in others:
                while meet != other:
                    if meet < other:
                        meet = joins[meet]
                    else:
                        other = joins[other]
            joins[node] = meet
    return joins


def _region(fork: int, join: int, reads, readers, most: int) -> list[int] | None:
    """Nodes between a fork and its join, in order; None if others are read there, or too many."""
    if join == len(readers):
        return None
    found, waiting = {join}, [fork]
    while waiting:
        for reader in readers[waiting.pop()]:
            if reader not in found:
                found.add(reader)
                waiting.append(reader)
        if len(found) > most:
            return None
    if any(source not in found and source != fork for node in found for source in reads[node]):
        return None
    return sorted(found)


def _tail(node: int, readers: list[list[int]], light: list[bool]) -> list[int]:
    """The activations and the like that follow a node in a chain."""
    found: list[int] = []
    while len(readers[node]) == 1 and light[readers[node][0]]:
        [node] = readers[node]
        found.append(node)
    return found


def _light(network: Network, reads: list[list[int]]) -> list[bool]:
    """Which nodes read one other, keep its shape and multiply by no weights: activations."""
    shapes = [*network.shapes().values()]
    found = [False]
    for i, node in enumerate(network.nodes, 1):
        inputs = [shapes[source] for source in reads[i]]
        found.append(inputs == [shapes[i]] and not node.layer.multiply_adds(*inputs))
    return found
