"""What is kept of a run for its charts and its filmstrip, in a bounded amount of memory."""

from __future__ import annotations

import numpy as np

POINTS = 400
FRAMES = 96


class Curve:
    """Loss and accuracy over the steps; when there are too many, each point becomes a mean.

    Attributes
    ----------
    steps, losses, accuracies : list
        A point for every `width` steps: the last of them, and the means over them.
    """

    def __init__(self, limit: int = POINTS) -> None:
        self._limit = limit
        self.width = 1
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self._waiting: list[tuple[float, float]] = []

    def add(self, step: int, loss: float, accuracy: float) -> None:
        """Add the next step."""
        self._waiting.append((loss, accuracy))
        if len(self._waiting) < self.width:
            return
        losses, accuracies = zip(*self._waiting, strict=True)
        self._waiting = []
        self.steps.append(step)
        self.losses.append(sum(losses) / self.width)
        self.accuracies.append(sum(accuracies) / self.width)
        if len(self.steps) >= self._limit:
            self.width *= 2
            self.steps = self.steps[1::2]
            self.losses = _pairs(self.losses)
            self.accuracies = _pairs(self.accuracies)

    def points(self) -> tuple[list[int], list[float], list[float]]:
        """Steps, losses and accuracies, copied."""
        return list(self.steps), list(self.losses), list(self.accuracies)


class Film:
    """An array as it was over the steps: the first, the last, and evenly thinned between.

    Attributes
    ----------
    steps : list of int
    frames : list of ndarray
    """

    def __init__(self, limit: int = FRAMES) -> None:
        self._limit = limit
        self._every = 1
        self.steps: list[int] = []
        self.frames: list[np.ndarray] = []

    def add(self, step: int, frame: np.ndarray) -> None:
        """Take in the array of this step, if it is one of those to be kept."""
        if step % self._every:
            return
        self.steps.append(step)
        self.frames.append(frame)
        if len(self.steps) > self._limit:
            self._every *= 2
            kept = [i for i, at in enumerate(self.steps) if at % self._every == 0]
            self.steps = [self.steps[i] for i in kept]
            self.frames = [self.frames[i] for i in kept]


def _pairs(values: list[float]) -> list[float]:
    return [(a + b) / 2 for a, b in zip(values[::2], values[1::2], strict=True)]
