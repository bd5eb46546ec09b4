"""The blocks of the famous systems on a picture: built, sent through, kept for all sessions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.engine.network import Network
from playground.engine.partial import steps
from playground.engine.ranking import descending, strengths
from playground.files.gallery import GALLERY, gallery_picture
from playground.files.images import digest, from_bytes
from playground.files.preparation import IMAGENET, prepare, undo
from playground.networks.blocks import Block
from playground.networks.random_weights import RandomWeights
from playground.render.maps import MapPicture
from playground.ui import state
from playground.ui.network.activations import STORE
from playground.ui.network.glance import SMALL, map_picture
from playground.ui.network.work import COMPUTING

LARGEST = 512  # pixels a side of a picture before it is prepared
SHAPE = (3, IMAGENET.rows, IMAGENET.columns)


@dataclass(frozen=True)
class Made:
    """What one layer of a block made of the picture.

    Attributes
    ----------
    maps : list of (int, MapPicture)
        All its maps with their channels, the strongest first, small.
    minimum, maximum : float
        Of the whole layer.
    """

    maps: list[tuple[int, MapPicture]]
    minimum: float
    maximum: float


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture as the blocks take it.

    Attributes
    ----------
    x : ndarray of float32, shape `SHAPE`
    shown : ndarray of float32, shape `SHAPE`
        The same, from 0 to 1, as it can be looked at.
    digest : str
    """

    x: np.ndarray
    shown: np.ndarray
    digest: str


@cache
def network_of(block: Block) -> tuple[Network, RandomWeights]:
    """The network of a block, with its weights by lot, the same for everybody."""
    network = block(SHAPE)
    return network, RandomWeights(network)


def seen(key: str) -> Seen:
    """The middle of a picture, prepared as for the large networks."""
    pixels = state.own_pictures().get(key)
    if pixels is None:
        return _from_gallery(key if key in GALLERY else next(iter(GALLERY)))
    found = STORE.get(("history", "picture", key))
    if found is None:
        found = _seen(from_bytes(pixels))
        STORE.put(("history", "picture", key), found, 2 * found.x.nbytes)
    return found


@cache
def _from_gallery(key: str) -> Seen:
    return _seen(gallery_picture(key, LARGEST))


def _seen(picture: np.ndarray) -> Seen:
    x = np.ascontiguousarray(prepare(picture, IMAGENET), np.float32)
    return Seen(x, undo(x, IMAGENET), digest(x.tobytes())[:32])


def run(block: Block, picture: Seen) -> dict[str, Made]:
    """What every layer of a block makes of a picture, by its name."""
    key = ("history", block.__name__, picture.digest)
    made = STORE.get(key)
    if made is not None:
        return made
    network, params = network_of(block)
    names = [node.name for node in network.nodes]
    with COMPUTING:
        # While this session waited, another one may have had the same wish.
        made = STORE.get(key) or {
            step.name: _made(step.output[0])
            for step in steps(network, params, picture.x[np.newaxis], names)
            if step.output is not None and step.name in names
        }
    size = sum(each.codes.nbytes + 500 for layer in made.values() for _, each in layer.maps)
    STORE.put(key, made, size)
    return made


def _made(values: np.ndarray) -> Made:
    minimum, maximum = float(values.min()), float(values.max())
    order = descending(strengths(values)).tolist()
    maps = [(channel, map_picture(values[channel], minimum < 0, SMALL)) for channel in order]
    return Made(maps, minimum, maximum)
