"""Sending a picture through a network, and getting at any layer's output: from the store, or again.

What sessions look at is kept for all of them in `STORE`. A network that takes long is `Work`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from playground.engine.network import INPUT, Network
from playground.engine.partial import steps
from playground.ui.network.activations import STORE
from playground.ui.network.glance import Glance, glance
from playground.ui.network.inputs import Taken
from playground.ui.network.subjects import Opened
from playground.ui.network.work import COMPUTING, Work

KEEP_ALL = 2**20  # bytes; the activations of a network that has fewer are kept as they come
QUICK = 1_500_000_000  # multiply-adds; up to here nobody has to wait for long


@dataclass(frozen=True)
class Pass:
    """A picture has gone through a network.

    Attributes
    ----------
    glances : dict of str to Glance
        By the layer's name, the input among them.
    output, before : ndarray
        What the last layer made, and what it made it of, without the batch.
    """

    glances: dict[str, Glance]
    output: np.ndarray
    before: np.ndarray


@lru_cache(maxsize=64)
def _size(network: Network) -> tuple[int, int]:
    """Multiply-adds of one picture, and bytes of everything that is computed for it."""
    shapes = network.shapes()
    adds = sum(
        node.layer.multiply_adds(*(shapes[s] for s in sources))
        for node, sources in network.wiring()
    )
    return adds, 4 * sum(prod(shape) for shape in shapes.values())


def is_quick(network: Network) -> bool:
    """Whether a picture goes through at once; otherwise it is work that shows how far it is."""
    return _size(network)[0] < QUICK


def key_of(subject: Opened, taken: Taken, what: object) -> tuple:
    """Where the store has something about a picture in a network."""
    return (subject.key, subject.weights, taken.digest, what)


def passed(subject: Opened, taken: Taken) -> Pass | None:
    """What came of the picture, if it has gone through already."""
    return STORE.get(key_of(subject, taken, "pass"))


def outputs(subject: Opened, taken: Taken, names: Collection[str]) -> dict[str, np.ndarray]:
    """Those of the layers' outputs, batches of one, that are there; the input always is."""
    found = {name: STORE.get(key_of(subject, taken, ("node", name))) for name in names}
    if INPUT in found:
        found[INPUT] = taken.x[np.newaxis]
    return {name: array for name, array in found.items() if array is not None}


def prepare(subject: Opened, taken: Taken, names: Collection[str]) -> Work | None:
    """Have the pass and these layers' outputs in the store: now, or by the work that is returned.

    Raises
    ------
    EngineError
        If the network cannot be computed on this picture.
    """
    if _is_there(subject, taken, names):
        return None
    if not is_quick(subject.network):
        what = key_of(subject, taken, ("work", *sorted(names)))
        return Work(what, "The picture goes through the network", _run(subject, taken, names))
    with COMPUTING, np.errstate(all="ignore"):
        # While this session waited, another one may have sent the same picture through.
        if not _is_there(subject, taken, names):
            for _ in _run(subject, taken, names):
                pass
    return None


def _is_there(subject: Opened, taken: Taken, names: Collection[str]) -> bool:
    there = passed(subject, taken) is not None
    return there and outputs(subject, taken, names).keys() >= set(names)


def _run(subject: Opened, taken: Taken, names: Collection[str]) -> Iterator[float]:
    """Layer by layer: at the first time through all of them, and then up to what is asked for."""
    network, begun = subject.network, passed(subject, taken)
    everything = [INPUT, *(node.name for node in network.nodes)]
    keep = set(everything if _size(network)[1] <= KEEP_ALL else names)
    glances, ends = {}, {}
    last, sources = list(network.wiring())[-1]
    known = outputs(subject, taken, everything) if begun else {}
    wanted = sorted(keep) if begun else everything
    for step in steps(network, subject.params, taken.x[np.newaxis], wanted, known):
        if step.output is None:
            yield step.done
            continue
        if not begun:
            glances[step.name] = glance(step.name, step.output[0])
        if step.name in (last.name, *sources):
            ends[step.name] = step.output[0].copy()
        if step.name in keep and step.name != INPUT:
            key = key_of(subject, taken, ("node", step.name))
            STORE.put_array(key, step.output)
        yield step.done
    if not begun:
        made = Pass(glances, ends[last.name], ends[sources[0]])
        size = made.output.nbytes + made.before.nbytes
        size += sum(each.picture.codes.nbytes + 1000 for each in glances.values())
        STORE.put(key_of(subject, taken, "pass"), made, size)
