"""The networks that the Network page opens: `SUBJECTS` has a way to find each, by its key.

A subject may be the same for everybody (shipped weights), or a session's own (its training run):
then its finder answers None while there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count
from weakref import WeakKeyDictionary

import numpy as np

from playground.datasets.digits import digits
from playground.files.preparation import PREPARATIONS, Preparation
from playground.networks import NETWORKS
from playground.networks.four_classes import four_classes
from playground.networks.history import HISTORY
from playground.networks.imagenet import imagenet_labels
from playground.networks.random_weights import RandomWeights
from playground.networks.shipped import shipped
from playground.ui.network import own
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


# Networks of which no trained weights come with the playground, by year.
UNTRAINED = {
    "alexnet": "AlexNet",
    "zfnet": "ZF Net",
    "googlenet": "GoogLeNet",
    "vgg16": "VGG-16",
    "vgg19": "VGG-19",
    "resnet18": "ResNet-18",
    "resnet34": "ResNet-34",
    "resnet50": "ResNet-50",
    "densenet121": "DenseNet-121",
}
YEARS = {key: system.year for system in HISTORY for key in system.keys}


@dataclass(frozen=True)
class Source:
    """Where a subject comes from.

    Attributes
    ----------
    title : str
    find : callable
        Returns it, or None if this session has none.
    shared : bool
        Whether it is there for everybody, so that nobody need look.
    """

    title: str
    find: Callable[[], Opened | None]
    shared: bool = True


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


@cache
def _untrained(key: str) -> Opened:
    """A network whose weights are drawn by lot when they are needed, and never kept."""
    network = NETWORKS[key]()
    _, rows, columns = network.input_shape
    preparation = replace(PREPARATIONS["efficientnet_lite0"], rows=rows, columns=columns)
    weights = RandomWeights(network)
    return Opened(network, weights, False, key=key, preparation=preparation)


def _model() -> Opened | None:
    """The network that this tab has uploaded, with held-out digits if it answers with digits."""
    model = own.model()
    if model is None:
        return None
    images, targets = None, None
    if model.network.labels == digits().labels and model.network.input_shape == (1, 28, 28):
        images, targets = held_out_digits()
    return Opened(
        model.network,
        model.params,
        None,
        images,
        targets,
        key=own.KEY,
        weights=str(model.number),
        preparation=model.preparation,
        groups=four_classes if model.network.labels == imagenet_labels() else None,
    )


SUBJECTS: dict[str, Source] = {
    "lenet5": Source("LeNet-5, trained on digits", _lenet),
    "efficientnet_lite0": Source("EfficientNet-Lite0, trained on photographs", _efficientnet),
    **{
        key: Source(f"{name} ({YEARS[key]}), random weights", partial(_untrained, key))
        for key, name in UNTRAINED.items()
    },
    "own": Source("The network of this tab’s run", _own, shared=False),
    own.KEY: Source("Your model", _model, shared=False),
}


def find(key: str) -> Opened | None:
    """The subject of this key, if there is one in this session."""
    found = SUBJECTS[key].find() if key in SUBJECTS else None
    loaded = own.weights(key)
    if found is None or loaded is None:
        return found
    return replace(found, params=loaded.params, trained=None, weights=f"file/{loaded.number}")


def title(key: str) -> str:
    """What a subject is called in this session."""
    whole = SUBJECTS[key].title
    return whole if own.weights(key) is None else f"{whole.partition(',')[0]}, weights of your file"
