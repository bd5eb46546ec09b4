"""Which backward pass is taken apart: the picture, the weights, and the steps taken so far."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np

from playground.engine.backward_parts import error_terms
from playground.engine.layers import Params
from playground.engine.network import forward, init_params, trace
from playground.engine.taken_apart import Pick, TakenApart, descend, strongest, take_apart
from playground.files.gallery import gallery_picture
from playground.files.images import to_grey
from playground.networks.example import CLASSES, SIDE, example_network

# Pictures that are square and still show something at 12 × 12, and what they are called here.
PICTURES = ("boat", "cat", "rocket", "coffee", "astronaut", "cameraman", "seven", "checkerboard")
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
MOST_STEPS = 200
MAX_SEED = 9999
NETWORK = example_network()
LIMITS = (
    *NETWORK.shapes()["classes"],
    *NETWORK.shapes()["pool"],
    *NETWORK.nodes[0].layer.weight_shape(NETWORK.input_shape)[2:],
)
Weights = dict[str, Params]


@dataclass(frozen=True)
class Lesson:
    """Everything that the user chose; the weights follow from it.

    Attributes
    ----------
    picture : str
        One of `PICTURES`.
    target : int
        The number of the class that it is to be taken for.
    seed : int
        Of the starting weights.
    rate : float
        The learning rate of the next step, one of `RATES`.
    taken : tuple of float
        The learning rate of each step that was taken.
    pick : Pick or None
        What is taken apart; ``None`` until something was chosen.
    """

    picture: str = "boat"
    target: int = CLASSES.index("boat")
    seed: int = 837  # whose outputs are close to the article's, and whose maps are half alive
    rate: float = 0.1
    taken: tuple[float, ...] = ()
    pick: Pick | None = None


class Trail:
    """The weights and the error after each step of a lesson, going on from those of the last."""

    def __init__(self) -> None:
        self._start: tuple | None = None
        self._taken: list[float] = []
        self.picture = np.empty(0)
        self.weights: list[Weights] = []
        self.errors: list[float] = []

    def follow(self, lesson: Lesson) -> None:
        """Take the steps that are missing, and forget those that were taken back."""
        start = (lesson.picture, lesson.target, lesson.seed)
        if start != self._start:
            self._start, self._taken = start, []
            self.weights, self.errors = [starting_weights(lesson.seed)], []
            self.picture = picture_of(lesson)
        same = 0
        for old, new in zip(self._taken, lesson.taken, strict=False):
            if old != new:
                break
            same += 1
        self._taken = list(lesson.taken)
        del self.weights[same + 1 :], self.errors[same + 1 :]
        x, target = self.picture, target_of(lesson)
        for rate in lesson.taken[same:]:
            self.weights.append(descend(NETWORK, self.weights[-1], x, target, rate))
        for weights in self.weights[len(self.errors) :]:
            outputs = forward(NETWORK, weights, x)[0]
            self.errors.append(error_terms(outputs, target[0]).total)

    def take_apart(self, lesson: Lesson) -> TakenApart:
        """The backward pass at the lesson's last step; `follow` it first."""
        x, target = self.picture, target_of(lesson)
        # What is shown first stays the same from step to step.
        pick = lesson.pick or strongest(NETWORK, self.weights[0], x, target)
        return take_apart(NETWORK, self.weights[-1], x, target, lesson.rate, pick)


def starting_weights(seed: int) -> Weights:
    """The weights before the first step: drawn by chance, in float64."""
    drawn = init_params(NETWORK, np.random.default_rng(seed))
    return {
        node: {name: array.astype(np.float64) for name, array in own.items()}
        for node, own in drawn.items()
    }


def picture_of(lesson: Lesson) -> np.ndarray:
    """The picture as the network takes it: grey, float64, (1, 1, 12, 12)."""
    picture = gallery_picture(lesson.picture, SIDE)
    return to_grey(picture).astype(np.float64).reshape(1, *NETWORK.input_shape)


def target_of(lesson: Lesson) -> np.ndarray:
    """1 for the class that the picture is to be taken for, 0 for the others; (1, classes)."""
    return np.eye(len(CLASSES))[[lesson.target]]


def other_weights(lesson: Lesson) -> Lesson:
    """The lesson from other starting weights, under which no map is all zeros."""
    x, seed = picture_of(lesson), lesson.seed
    for _ in range(MAX_SEED):
        seed = seed % MAX_SEED + 1
        pooled = trace(NETWORK, starting_weights(seed), x)["pool"].output[0]
        if pooled.any(axis=(1, 2)).all():
            break
    return replace(lesson, seed=seed, taken=(), pick=None)


def after(lesson: Lesson, event: Any) -> Lesson:
    """The lesson after an edit in the browser; one that makes no sense changes nothing."""
    if not isinstance(event, dict):
        return lesson
    op, value = event.get("op"), event.get("value")
    if op == "step" and _whole(value, 1, MOST_STEPS):
        count = min(value, MOST_STEPS - len(lesson.taken))
        return replace(lesson, taken=lesson.taken + (lesson.rate,) * count)
    if op == "back":
        return replace(lesson, taken=lesson.taken[:-1])
    if op == "reset":
        return replace(lesson, taken=())
    if op == "seed":
        return other_weights(lesson)
    if op == "rate" and _listed(value, RATES):
        return replace(lesson, rate=float(value))
    if op == "target" and _whole(value, 0, len(CLASSES) - 1):
        return replace(lesson, target=value, taken=(), pick=None)
    if op == "picture" and _listed(value, PICTURES):
        target = CLASSES.index(value) if value in CLASSES else lesson.target
        return replace(lesson, picture=value, target=target, taken=(), pick=None)
    if op == "pick":
        return replace(lesson, pick=_pick(value) or lesson.pick)
    if op == "restore":
        return _restored(value) or lesson
    return lesson


def kept(lesson: Lesson) -> dict[str, Any]:
    """What the browser keeps over a reload, for `after` to bring back."""
    runs = [[rate, len(list(steps))] for rate, steps in groupby(lesson.taken)]
    return {**asdict(lesson), "taken": runs, "pick": lesson.pick and astuple(lesson.pick)}


def _restored(value: Any) -> Lesson | None:
    if not isinstance(value, dict) or not isinstance(runs := value.get("taken"), list):
        return None
    taken: list[float] = []
    for run in runs[:MOST_STEPS]:
        if not (isinstance(run, list) and len(run) == 2 and _listed(run[0], RATES)):
            return None
        if not _whole(run[1], 1, MOST_STEPS - len(taken)):
            return None
        taken += [float(run[0])] * run[1]
    fits = (
        _listed(value.get("picture"), PICTURES)
        and _whole(value.get("target"), 0, len(CLASSES) - 1)
        and _whole(value.get("seed"), 1, MAX_SEED)
        and _listed(value.get("rate"), RATES)
    )
    if not fits:
        return None
    return Lesson(
        value["picture"],
        value["target"],
        value["seed"],
        float(value["rate"]),
        tuple(taken),
        _pick(value.get("pick")),
    )


def _pick(value: Any) -> Pick | None:
    if not isinstance(value, list) or len(value) != len(LIMITS):
        return None
    fits = all(_whole(n, 0, most - 1) for n, most in zip(value, LIMITS, strict=True))
    return Pick(*value) if fits else None


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _listed(value: Any, allowed: tuple) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool) and value in allowed
