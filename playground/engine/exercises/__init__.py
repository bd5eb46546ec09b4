"""Exercises to work out by hand: one number is hidden, and the engine knows it.

A new topic is one entry of `TOPICS`: its label and a function that makes its tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.exercises.cells import convolution, padding, pooling, relu, stride
from playground.engine.exercises.sizes import size
from playground.engine.exercises.task import LEVELS, Matrix, Task, Working

__all__ = ["LEVELS", "TOPICS", "Exercise", "Matrix", "Task", "Topic", "Working", "exercise"]

PER_LEVEL = 6


@dataclass(frozen=True)
class Topic:
    """What an exercise is about.

    Attributes
    ----------
    label : str
        What the topic is called on the screen.
    make : function
        ``make(rng, level)`` returns a `Task`; the level is one of ``range(LEVELS)``.
    term : str
        The entry of the glossary that explains it.
    """

    label: str
    make: Callable[[np.random.Generator, int], Task]
    term: str


TOPICS: dict[str, Topic] = {
    "convolution": Topic("Convolution", convolution, "convolution"),
    "stride": Topic("Stride", stride, "stride"),
    "padding": Topic("Padding", padding, "padding_mode"),
    "relu": Topic("ReLU", relu, "relu"),
    "pooling": Topic("Pooling", pooling, "pooling"),
    "size": Topic("Output size", size, "map_size"),
}


@dataclass(frozen=True)
class Exercise:
    """A task, and where it stands in the endless row of them."""

    seed: int
    number: int
    topic: str
    level: int
    task: Task


def exercise(seed: int, number: int, topics: tuple[str, ...] = tuple(TOPICS)) -> Exercise:
    """The exercise of this number in the row that belongs to the seed.

    Each round of as many exercises as there are topics has every topic once: the first in their
    order, the later ones shuffled. What is asked depends on the seed, the number and the topic
    alone, so choosing other topics changes which of them stands where, and nothing else. Every
    `PER_LEVEL` exercises the tasks get harder, up to the last level.

    Parameters
    ----------
    seed : int
        0 or more.
    number : int
        1 or more.
    topics : tuple of str
        Keys of `TOPICS`.

    Raises
    ------
    EngineError
        If the seed or the number is too small, or there is no such topic.
    """
    if seed < 0 or number < 1:
        raise EngineError("Exercises are counted from 1, and their seed is 0 or more.")
    if not topics or any(topic not in TOPICS for topic in topics):
        raise EngineError(f"An exercise is about one of {', '.join(TOPICS)}.")
    before, place = divmod(number - 1, len(topics))
    # The third number keeps the order's random numbers apart from those of the tasks.
    order = np.random.default_rng([seed, before, 1]).permutation(len(topics))
    topic = topics[order[place] if before else place]
    level = min((number - 1) // PER_LEVEL, LEVELS - 1)
    task = TOPICS[topic].make(np.random.default_rng([seed, number]), level)
    return Exercise(seed, number, topic, level, task)
