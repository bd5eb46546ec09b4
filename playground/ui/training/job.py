"""What a training run is made from, and what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine.evaluation import Evaluation, Pictures, at_a_time, evaluate
from playground.engine.layers import Array, Params
from playground.engine.network import Network
from playground.engine.training import Augment, Settings

EXAM_PART = 64  # pictures that are judged at a time, at the most


@dataclass(frozen=True, eq=False)
class Job:
    """What a run is made from; the same job gives the same run.

    Attributes
    ----------
    network : Network
    params : dict
        The starting weights.
    images, targets : Pictures and ndarray
        To learn from.
    held_out_images, held_out_targets : Pictures and ndarray
        To be judged by.
    settings : Settings
    seed : int
        Of the order of the pictures, the augmentation and the dropout.
    augment : callable, optional
    filmed : str
        The node whose weights are kept over time.
    setup : Any
        What the user chose, to see whether it is still what the screen says.
    before : float, optional
        Held-out accuracy with the first layer frozen, of the run that this one goes on from.
    """

    network: Network
    params: dict[str, Params]
    images: Pictures
    targets: Array
    held_out_images: Pictures
    held_out_targets: Array
    settings: Settings
    seed: int
    augment: Augment | None
    filmed: str
    setup: Any = None
    before: float | None = None

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.settings.steps_per_epoch(len(self.images)) * self.settings.epochs


@dataclass(frozen=True)
class Exam:
    """What the network made of the held-out pictures after a step."""

    step: int
    result: Evaluation


@dataclass(frozen=True)
class Look:
    """A run at one moment; nothing in it changes any more.

    Attributes
    ----------
    status : str
        ``ready``, ``running``, ``paused``, ``finished`` or ``stopped``.
    sentence : str
        Why it stopped, or nothing.
    step, epoch : int
        Steps made, and the epoch of the last of them, from 1; 0 before the first.
    params : dict
        The weights now.
    speed : float
        Pictures learned from in a second; 0 when not known.
    seconds_left : float, optional
    curve, held_out : tuple of list
        Steps, losses and accuracies: of the batches, and of the held-out pictures.
    exam : Exam, optional
        The latest.
    film_steps, film : list
        The filmed weights over time.
    """

    status: str
    sentence: str
    step: int
    epoch: int
    params: dict[str, Params]
    speed: float
    seconds_left: float | None
    curve: tuple[list[int], list[float], list[float]]
    held_out: tuple[list[int], list[float], list[float]]
    exam: Exam | None
    film_steps: list[int]
    film: list[np.ndarray]


def in_parts(job: Job, params: dict[str, Params]) -> Iterator[Evaluation | None]:
    """Evaluate on the held-out pictures, a few at a time: None after each part, then the whole."""
    parts = []
    size = min(EXAM_PART, at_a_time(job.network))
    for first in range(0, len(job.held_out_images), size):
        rows = slice(first, first + size)
        images, targets = job.held_out_images[rows], job.held_out_targets[rows]
        parts.append(evaluate(job.network, params, images, targets, job.settings.loss))
        yield None
    losses = np.concatenate([part.losses for part in parts])
    outputs = np.concatenate([part.outputs for part in parts])
    right = float((outputs.argmax(axis=1) == job.held_out_targets).mean())
    confusion = sum(part.confusion for part in parts)
    yield Evaluation(float(losses.mean()), right, losses, outputs, confusion)
