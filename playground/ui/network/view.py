"""Where the page is, with everything decided that the place leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from playground.engine.network import INPUT
from playground.files.place import Place
from playground.ui.network import inputs, subjects
from playground.ui.network.compute import outputs
from playground.ui.network.inputs import Taken
from playground.ui.network.maps_message import strongest_first
from playground.ui.network.memory import correct, memory, place, say
from playground.ui.network.subjects import SUBJECTS, Opened


@dataclass(frozen=True, eq=False)
class Here:
    """The network, the picture, and the place in it.

    Attributes
    ----------
    subject : Opened
    place : Place
        Every part of it is there.
    taken : Taken
    """

    subject: Opened
    place: Place
    taken: Taken

    def names(self) -> list[str]:
        """The layers whose outputs are needed: the one that is looked at, and what it reads."""
        wiring = {node.name: sources for node, sources in self.subject.network.wiring()}
        return list(dict.fromkeys([self.place.node, *wiring.get(self.place.node, ())]))

    def values(self) -> np.ndarray | None:
        """The output of the layer that is looked at, without the batch, if it is there."""
        node = self.place.node
        found = outputs(self.subject, self.taken, [node]).get(node)
        return None if found is None else found[0]

    def channel(self, values: np.ndarray) -> int:
        """The map or unit that is opened: as chosen, and else the strongest map."""
        if self.place.channel >= 0 or values.ndim == 1:
            return self.place.channel
        return int(strongest_first(values)[0])

    def digest(self, *what: object) -> str:
        """A name for something that the browser is sent about this picture in this network."""
        parts = (self.subject.key, self.subject.weights, self.taken.digest, self.taken.truth, *what)
        return "/".join(map(str, parts))


def here() -> Here:
    """Where this session is; what cannot be is corrected, with a sentence.

    Raises
    ------
    EngineError
        If no picture can be prepared for the network.
    """
    wanted, notes = place(), []
    subject = subjects.find(wanted.network)
    if subject is None:
        known = SUBJECTS.get(wanted.network)
        notes.append(
            f"{known.title} is not in this browser tab; another network stands in."
            if known
            else "This link names a network that is not here; another one stands in."
        )
        if known:
            memory().lost = wanted
        wanted = replace(Place(), picture="")
        subject = subjects.find(wanted.network)
    settled, note = inputs.settled(wanted, subject)
    notes.append(note)
    settled, note = _settled(settled, subject)
    notes.append(note)
    if settled != place():
        correct(settled)
        if any(notes):
            say(*memory().notes, *notes)
    return Here(subject, settled, inputs.taken(settled, subject))


def _settled(wanted: Place, subject: Opened) -> tuple[Place, str]:
    """The place with a layer, a map and a cell that the network has."""
    shapes = subject.network.shapes()
    first = subject.network.nodes[0].name if subject.network.nodes else INPUT
    if not wanted.node:
        return replace(wanted, node=first, channel=-1, row=-1, column=-1), ""
    if wanted.node not in shapes:
        new = replace(wanted, node=first, channel=-1, row=-1, column=-1)
        return new, "This network has no layer of the name that the link has."
    shape = shapes[wanted.node]
    limits = {"channel": shape[0], "row": 0, "column": 0}
    if len(shape) == 3:
        limits |= {"row": shape[1], "column": shape[2]}
    wrong = [name for name, limit in limits.items() if getattr(wanted, name) >= limit]
    if len(shape) != 3:
        wrong = [name for name in wrong if name == "channel"]
        wanted = replace(wanted, row=-1, column=-1)
    if wrong:
        new = replace(wanted, channel=-1, row=-1, column=-1)
        return new, f"The layer “{wanted.node}” has no such {wrong[0]}."
    if (wanted.row < 0) != (wanted.column < 0):
        wanted = replace(wanted, row=-1, column=-1)
    return wanted, ""
