"""The lists of labels that fit an uploaded network."""

from __future__ import annotations

from playground.datasets.digits import digits
from playground.networks.imagenet import imagenet_labels
from playground.ui.networks import Model

LISTS = {
    "none": "Numbers only",
    "imagenet": "ImageNet’s 1,000 classes",
    "digits": "Digits 0 to 9",
    "own": "A list of one’s own",
}


def labels_of(listed: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a list."""
    lists = {"imagenet": imagenet_labels, "digits": lambda: digits().labels}
    if listed == "own":
        return own
    return lists[listed]() if listed in lists else ()


def fitting(model: Model, count: int) -> list[str]:
    """The lists that have so many labels; the last is the one that has to be written yet."""
    counts = {"imagenet": 1000, "digits": 10}
    return ["none", *(key for key, size in counts.items() if size == count), "own"]


def guess(own: tuple[str, ...], count: int, shape: tuple[int, ...]) -> str:
    """The list that a network most likely means."""
    if own:
        return "own"
    if count == 1000 and shape[0] == 3:
        return "imagenet"
    return "digits" if count == 10 and shape == (1, 28, 28) else "none"
