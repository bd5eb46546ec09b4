"""The networks and weights that somebody has uploaded, as a session has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from playground import log
from playground.engine.errors import EngineError
from playground.engine.layers import Params
from playground.engine.network import Network
from playground.files.preparation import Preparation
from playground.limits import LIMITS

_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Model:
    """A network from a file, and how a picture goes into it.

    Attributes
    ----------
    file : Network
        As the file has it.
    network : Network
        The same with a picture as its input, and labels.
    params : dict of str to Params
    preparation : Preparation
    layout : str
        A key of `playground.files.uploaded.LAYOUTS`.
    why : str
        Why a picture is prepared like this, in a sentence.
    listed : str
        Where the labels are from: a key of `playground.ui.network.own_labels.LISTS`.
    own_labels : tuple of str
        Those of the file, or of the user.
    sentence : str
        What the playground could not read in the file; empty if it could read everything.
    bytes : int
        Of memory.
    number : int
        Tells this from every other that there was.
    """

    file: Network
    network: Network
    params: Mapping[str, Params]
    preparation: Preparation
    layout: str
    why: str
    listed: str
    own_labels: tuple[str, ...]
    sentence: str
    bytes: int
    number: int = field(default_factory=lambda: next(_numbers))

    def changed(self, **parts) -> Model:
        """The same with other parts, and a number of its own."""
        return replace(self, **parts, number=next(_numbers))


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights from a file, for a network that is here."""

    params: Mapping[str, Params]
    bytes: int
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True, eq=False)
class Networks:
    """All that a session has uploaded.

    Attributes
    ----------
    model : Model or None
    weights : dict of str to Weights
        By the key of the network that they belong to.
    """

    model: Model | None = None
    weights: Mapping[str, Weights] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """How many all of it takes."""
        return (self.model.bytes if self.model else 0) + sum(
            each.bytes for each in self.weights.values()
        )

    def check(self) -> None:
        """Raise EngineError if this is more than one session may hold."""
        if self.bytes > LIMITS.session_models_mb * 2**20:
            log.limit("session_models_mb")
            raise EngineError(
                f"Your networks would take {self.bytes / 2**20:,.0f} MB of memory, and one session "
                f"has {LIMITS.session_models_mb:,} MB for them; remove one that you have uploaded."
            )


def memory_of(params: Mapping[str, Params], data: bytes) -> int:
    """How many bytes weights take: each array once, and the file if they are pieces of it."""
    owners: dict[int, int] = {}
    for own in params.values():
        for array in own.values():
            owner = np.asarray(array)
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            piece = owner.base is not None
            owners[0 if piece else id(owner)] = len(data) if piece else owner.nbytes
    return sum(owners.values())
