"""Which backward pass is taken apart: the picture, the weights, and the steps taken so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.engine.backward_parts import error_terms
from playground.engine.layers import Params
from playground.engine.network import forward, init_params, trace
from playground.engine.taken_apart import TakenApart, descend, strongest, take_apart
from playground.files.gallery import gallery_picture
from playground.files.images import to_grey
from playground.files.lesson import (
    MAX_SEED,
    MOST_STEPS,
    PICTURES,
    RATES,
    Lesson,
    from_query,
    pick_from,
)
from playground.networks.example import CLASSES, SIDE, example_network

NETWORK = example_network()
Weights = dict[str, Params]


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
        try:
            return replace(lesson, pick=pick_from(value))
        except ValueError:
            return lesson
    if op == "restore" and isinstance(value, dict):
        found, problems = from_query(value)
        return lesson if problems or found is None else found
    return lesson


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _listed(value: Any, allowed: tuple) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool) and value in allowed
