"""A network to be used, and a picture of the user's brought to the form that it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Params, Softmax
from playground.engine.network import Network
from playground.files.archives import SIDE
from playground.files.images import from_bytes, to_grey
from playground.files.setup import CHOICES
from playground.files.thumbnails import square_picture

TRAINED = (
    "A softmax shares 100 % among these classes, whatever the picture shows: of a picture that is "
    "none of them, it also says one."
)
UNTRAINED = (
    "These are no probabilities: the weights are random, nothing has been learned. The softmax "
    "makes numbers that add up to 1 of whatever comes in."
)
FROM_FILE = (
    "The weights come from a file, which does not prove how well they do. A softmax shares 100 % "
    "among these classes, whatever the picture shows."
)
NO_SOFTMAX = "This network ends without a softmax: its outputs are plain numbers."


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to be used.

    Attributes
    ----------
    network : Network
    params : dict of str to Params
        The ones of the run, of the file, or the shipped ones, never a copy.
    trained : bool or None
        None where nobody knows.
    images, targets : ndarray or None
        Held-out pictures that fit it, float32, and their classes.
    """

    network: Network
    params: dict[str, Params]
    trained: bool | None
    images: np.ndarray | None = None
    targets: np.ndarray | None = None

    @property
    def caveat(self) -> str:
        """What is to be said about its outputs."""
        if not self.network.nodes or not isinstance(self.network.nodes[-1].layer, Softmax):
            return NO_SOFTMAX
        return {True: TRAINED, False: UNTRAINED, None: FROM_FILE}[self.trained]

    def label(self, number: int) -> str:
        """What an output stands for."""
        labels = self.network.labels
        return labels[number] if number < len(labels) else f"output {number + 1}"


def kept(picture: np.ndarray) -> np.ndarray:
    """The largest square out of a picture's middle, as bytes: uint8 (channels, side, side)."""
    return square_picture(picture, min(picture.shape[1:]))


def fitted(picture: np.ndarray, shape: tuple[int, ...], inverted: bool = False) -> np.ndarray:
    """An uploaded picture as a network takes it.

    Where own pictures may be learned at this size, it goes the same way as one of them.

    Parameters
    ----------
    picture : ndarray of uint8, shape (1 or 3, side, side)
        From `kept`.
    shape : tuple of int
        ``(channels, rows, columns)``.
    inverted : bool
        Dark and bright change places, as for ink on paper.

    Returns
    -------
    ndarray of float32 of that shape, exactly k / 255

    Raises
    ------
    EngineError
        If a picture cannot be brought to this shape.
    """
    if len(shape) != 3 or shape[0] not in (1, 3) or shape[1] != shape[2]:
        raise EngineError(
            f"This network takes {' × '.join(map(str, shape))} numbers, which is no square picture "
            "in grey or in colour."
        )
    channels, side, _ = shape
    values = from_bytes(picture)
    if side in CHOICES["side"]:
        values = from_bytes(square_picture(values, SIDE))
    if channels == 1:
        values = to_grey(values)
    elif len(values) == 1:
        values = np.repeat(values, 3, axis=0)
    codes = square_picture(values, side)
    return from_bytes(255 - codes if inverted else codes)


def is_bright(picture: np.ndarray) -> bool:
    """Whether a picture is brighter than middle grey on the whole, as ink on paper is."""
    return bool(picture.mean() > 127)
