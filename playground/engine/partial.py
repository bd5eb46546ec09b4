"""Running a network in part: only what is wanted is computed, and only that is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import prod
from typing import NamedTuple

from playground.engine.errors import EngineError
from playground.engine.layers import Array, Params
from playground.engine.network import INPUT, Network, check_input


class Step(NamedTuple):
    """One node has been computed.

    Attributes
    ----------
    name : str
    done : float
        The part of all work that is done now, from 0 to 1; 1 only after the last node.
    output : ndarray or None
        The node's output, if it is wanted.
    """

    name: str
    done: float
    output: Array | None


def outputs_of(
    network: Network,
    params: Mapping[str, Params],
    x: Array,
    wanted: Collection[str],
    known: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Outputs of the wanted nodes, for a batch; nodes that they do not depend on are not run.

    Parameters
    ----------
    network : Network
    params : mapping
        Parameters by node name. It is asked once for each node that is run, and what it gives is
        let go, so it may make them at that moment.
    x : ndarray, shape (n, channels, rows, columns)
    wanted : collection of str
        Names of nodes; ``"input"`` is `x` itself.
    known : mapping, optional
        Outputs of nodes that were kept from an earlier run on the same `x` and parameters; what
        only they depend on is not run again.

    Raises
    ------
    EngineError
        If there is no such node, or `x` does not fit the network.
    """
    found = {step.name: step.output for step in steps(network, params, x, wanted, known)}
    return {name: found[name] for name in wanted}


def steps(
    network: Network,
    params: Mapping[str, Params],
    x: Array,
    wanted: Collection[str],
    known: Mapping[str, Array] | None = None,
) -> Iterator[Step]:
    """Like `outputs_of`, one node at a time: to show progress, and to stop by not going on.

    What is wanted and needs no work, the input among it, comes first. Everything is checked at
    the call, before the first step is asked for.
    """
    check_input(network, x)
    outputs = {**(known or {}), INPUT: x}
    wiring = {node.name: (node, sources) for node, sources in network.wiring()}
    for name in wanted:
        if name != INPUT and name not in wiring:
            raise EngineError(f"The network has no node called “{name}”.")
    return _run(wiring, params, outputs, set(wanted), _costs(network))


def _run(wiring, params, outputs, wanted, costs) -> Iterator[Step]:
    needed = _needed(wiring, outputs, wanted)
    last_use = {source: name for name in needed for source in wiring[name][1]}
    outputs = {name: outputs[name] for name in outputs if name in wanted or name in last_use}
    for name in [name for name in outputs if name in wanted]:
        yield Step(name, 0.0 if needed else 1.0, outputs[name])
        if name not in last_use:
            del outputs[name]
    total, spent = sum(costs[name] for name in needed), 0
    for name in needed:
        node, sources = wiring[name]
        inputs = tuple(outputs[source] for source in sources)
        output = node.layer.forward(params.get(name, {}), *inputs)
        spent += costs[name]
        for source in set(sources):
            if last_use[source] == name:
                del outputs[source]
        if name in last_use:
            outputs[name] = output
        del inputs
        yield Step(name, spent / total, output if name in wanted else None)
        del output


def _needed(wiring, outputs, wanted) -> list[str]:
    """The nodes to run, in order: those that the wanted ones depend on and that are not known."""
    asked = {name for name in wanted if name not in outputs}
    needed = []
    for name in reversed(wiring):
        if name in asked:
            needed.append(name)
            asked.update(source for source in wiring[name][1] if source not in outputs)
    return needed[::-1]


def _costs(network: Network) -> dict[str, int]:
    """Roughly how long each node takes: its multiply-adds, and each number that it writes."""
    shapes = network.shapes()
    return {
        node.name: node.layer.multiply_adds(*(shapes[s] for s in sources)) + prod(shapes[node.name])
        for node, sources in network.wiring()
    }
