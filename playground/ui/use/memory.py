"""What a session remembers of the section: small things, and one network that it has loaded."""

from __future__ import annotations

import numpy as np

from playground.datasets.strokes import Stroke
from playground.files.weights import SavedNetwork
from playground.ui import state


class Memory:
    """Everything that was chosen here."""

    def __init__(self) -> None:
        self.network = ""  # nothing chosen yet
        self.source = "draw"
        self.watched = "held_out"  # where the picture comes from that is watched while it learns
        self.strokes: list[Stroke] = []
        self.place = 0
        self.upload: np.ndarray | None = None
        self.inverted: bool | None = None  # None until the user says so
        self.loaded: SavedNetwork | None = None
        self.files = 0  # taken so far: an uploader of a new name is empty, and frees its file
        self.note = ""
        self.refused = ""  # why a file of weights was not taken


def memory() -> Memory:
    """What this session remembers."""
    return state.memory_of("use", Memory)
