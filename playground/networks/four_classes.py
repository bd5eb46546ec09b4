"""Dog, cat, boat or bird: ImageNet's 1,000 classes in the four words of a first lesson.

The chance of a group is the sum over the classes in it, since a picture is taken to be of one
class only. A group is everything that WordNet, whose synsets ImageNet's classes are, puts below
one synset, so nothing is chosen by hand; `tools.make_imagenet` checks it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError

CLASSES = 1000


@dataclass(frozen=True)
class Group:
    """Some of ImageNet's classes under one name.

    Attributes
    ----------
    name : str
    synset : str
        What all of them are kinds of, in WordNet 3.0.
    classes : tuple of int
        Outputs of a network of ImageNet's challenge, from 0 to 999.
    """

    name: str
    synset: str
    classes: tuple[int, ...]


GROUPS = (
    # "dog, domestic dog, Canis familiaris": not the wolves, dingo and foxes, 269 to 280.
    Group("dog", "n02084071", tuple(range(151, 269))),
    # "domestic cat, house cat, Felis catus": not the cougar, lynx and big cats, 286 to 293.
    Group("cat", "n02121808", tuple(range(281, 286))),
    # "vessel, watercraft": from canoe and gondola to liner, submarine and wreck; no airships.
    Group(
        "boat",
        "n04530566",
        (403, 472, 484, 510, 554, 576, 625, 628, 724, 780, 814, 833, 871, 913, 914),
    ),
    # "bird", in three stretches with lizards, spiders and snails between.
    Group("bird", "n01503061", (*range(7, 25), *range(80, 101), *range(127, 147))),
)
OTHER = "something else"


def four_classes(probabilities: np.ndarray) -> dict[str, float]:
    """Add ImageNet's probabilities up by group.

    Parameters
    ----------
    probabilities : ndarray, shape (1000,)

    Returns
    -------
    dict of str to float
        Dog, cat, boat, bird, and the rest as "something else"; together 1.

    Raises
    ------
    EngineError
        When there are not 1,000 numbers.
    """
    values = np.asarray(probabilities, np.float64)
    if values.shape != (CLASSES,):
        raise EngineError(
            f"The four classes are sums over ImageNet's {CLASSES:,} classes, "
            f"not over {values.size:,} numbers."
        )
    found = {group.name: float(values[list(group.classes)].sum()) for group in GROUPS}
    return found | {OTHER: float(values.sum()) - sum(found.values())}
