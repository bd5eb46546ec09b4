"""The networks that the Network page opens: `SUBJECTS` has a way to find each, by its key.

A subject may be the same for everybody (shipped weights), or a session's own (its training run):
then its finder answers None while there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from weakref import WeakKeyDictionary

import numpy as np

from playground.datasets.digits import digits
from playground.files.preparation import PREPARATIONS, Preparation
from playground.networks.four_classes import four_classes
from playground.networks.shipped import shipped
from playground.ui.training import memory as training
from playground.ui.use.subject import Subject


@dataclass(frozen=True, eq=False)
class Opened(Subject):
    """A network with its weights, as the page opens it.

    Attributes
    ----------
    key : str
        Of `SUBJECTS`.
    weights : str
        Tells these weights from all others that the same key had or will have.
    preparation : Preparation, optional
        What is done to a photograph; without, its middle becomes a small square.
    groups : callable, optional
        From the outputs, sums over them that say more than they do themselves, by their name.
    """

    key: str = ""
    weights: str = ""
    preparation: Preparation | None = None
    groups: Callable[[np.ndarray], dict[str, float]] | None = None

    def level(self, brightness: float) -> np.ndarray | float:
        """What a brightness from 0 to 1 is for the network, in each channel."""
        if self.preparation is None:
            return brightness
        channels = self.preparation.channels
        return self.preparation.normalise(np.full(channels, brightness, np.float32))

    @property
    def reads_digits(self) -> bool:
        """Whether it learned from bright digits on black."""
        return self.network.labels == digits().labels


@dataclass(frozen=True)
class Source:
    """Where a subject comes from."""

    title: str
    find: Callable[[], Opened | None]


@cache
def held_out_digits() -> tuple[np.ndarray, np.ndarray]:
    """Held-out digits and their classes: the same read-only ones for everybody."""
    data = digits()
    rows = data.held_out_rows
    images = data.batch(rows)
    images.setflags(write=False)
    return images, data.targets[rows]


@cache
def _lenet() -> Opened:
    network, params = shipped("lenet5")
    return Opened(network, params, True, *held_out_digits(), key="lenet5")


_counted = count()
_numbers: WeakKeyDictionary[object, int] = WeakKeyDictionary()


def _number(run: object) -> int:
    """A number that no other training run had or will have."""
    return _numbers.setdefault(run, next(_counted))


def _own() -> Opened | None:
    """The network of this tab's run as it is now, with held-out pictures that fit it."""
    run = training.run()
    if run is None:
        return None
    look, job = run.look(), run.job
    return Opened(
        job.network,
        look.params,
        look.step > 0,
        job.held_out_images,
        job.held_out_targets,
        key="own",
        weights=f"{_number(run)}/{look.step}",
    )


@cache
def _efficientnet() -> Opened:
    network, params = shipped("efficientnet_lite0")
    return Opened(
        network,
        params,
        True,
        key="efficientnet_lite0",
        preparation=PREPARATIONS["efficientnet_lite0"],
        groups=four_classes,
    )


SUBJECTS: dict[str, Source] = {
    "lenet5": Source("LeNet-5, trained on digits", _lenet),
    "efficientnet_lite0": Source("EfficientNet-Lite0, trained on photographs", _efficientnet),
    "own": Source("The network of this tab’s run", _own),
}


def find(key: str) -> Opened | None:
    """The subject of this key, if there is one in this session."""
    return SUBJECTS[key].find() if key in SUBJECTS else None
