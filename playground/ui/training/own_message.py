"""What the browser is told about the user's own pictures: the classes, and pixels that are new."""

from __future__ import annotations

import numpy as np

from playground.datasets.dataset import held_out_of
from playground.datasets.own import MIN_PICTURES, Collection
from playground.files.archives import MAX_CLASSES, SIDE
from playground.ui.components import pack


def collection_message(
    collection: Collection, sent: set[str], target: str, said: str, version: int, answered: str
) -> bytes:
    """Name all pictures by their keys, with the pixels of those that the browser has not.

    Parameters
    ----------
    collection : Collection
    sent : set of str
        Keys of the pictures that were sent; those that are sent now are added, and those that are
        no longer there are taken out, as the browser does.
    target : str
        The class that new pictures go to.
    said : str
        What was removed last, to be undone, or nothing.
    version : int
    answered : str
        The number of the last edit that was taken in.
    """
    there = {
        key: picture
        for name, pictures in collection.classes.items()
        for key, picture in zip(collection.keys[name], pictures, strict=True)
    }
    fresh = [key for key in there if key not in sent]
    sent.intersection_update(there)
    sent.update(fresh)
    pixels = np.empty((len(fresh), SIDE, SIDE, 3), np.uint8)
    for place, key in enumerate(fresh):
        pixels[place] = there[key].transpose(1, 2, 0)  # one channel is copied to all three
    header = {
        "version": version,
        "answered": answered,
        "target": target,
        "said": said,
        "side": SIDE,
        "most": MAX_CLASSES,
        "fresh": fresh,
        "classes": [
            {"name": name, "keys": keys, "count": _count(len(keys))}
            for name, keys in collection.keys.items()
        ],
    }
    return pack(header, [pixels])


def _count(pictures: int) -> str:
    if pictures < MIN_PICTURES:
        return "1 picture" if pictures else ""
    return f"{pictures} pictures, {held_out_of(pictures)} held out"
