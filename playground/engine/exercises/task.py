"""What an exercise consists of, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from playground.engine.layers import Array

LEVELS = 4
Number = int | float
Values = tuple[tuple[Number | None, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """A matrix as it is drawn.

    Attributes
    ----------
    name : str
    shape : (int, int)
        Rows and columns, those of the ring included.
    values : tuple of tuple of numbers
        Row by row; ``None`` for the number that is asked for. Empty where only the size matters.
    ring : int
        How many of the outer rows and columns, on every side, are padding.
    veiled : bool
        Whether the ring's numbers are a part of the riddle and shown only with the hint.
    marked : (int, int) or None
        The cell that a max pooling chose.
    """

    name: str
    shape: tuple[int, int]
    values: Values = ()
    ring: int = 0
    veiled: bool = False
    marked: tuple[int, int] | None = None


@dataclass(frozen=True)
class Working:
    """How the answer comes about: matrices side by side, and sentences."""

    tables: tuple[Matrix, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """A question with everything that it takes to draw, answer and explain it.

    Attributes
    ----------
    question : str
    settings : tuple of str
        What is done to the picture, in a few words each.
    picture : Matrix
        What goes in, with its padding.
    kernel : Matrix or None
    result : Matrix
        What comes out, with one number missing.
    hidden : (int, int) or None
        Where in the result that is; ``None`` when the size itself is asked for.
    window : (tuple of int, tuple of int)
        Rows and columns of `picture` that the hint lights up.
    answer : int or float
        At most two decimals.
    hint : str
    working : Working
    """

    question: str
    settings: tuple[str, ...]
    picture: Matrix
    kernel: Matrix | None
    result: Matrix
    hidden: tuple[int, int] | None
    window: tuple[tuple[int, ...], tuple[int, ...]]
    answer: Number
    hint: str
    working: Working


def matrix(name: str, values: Array, hidden: tuple[int, int] | None = None, **more) -> Matrix:
    """The matrix of an array of rows and columns, with the ``hidden`` cell left out."""
    rows = tuple(
        tuple(None if (r, c) == hidden else plain(value) for c, value in enumerate(row))
        for r, row in enumerate(values)
    )
    return Matrix(name, values.shape, rows, **more)


def plain(value: float) -> Number:
    """A number of an array as an ordinary one, whole where it is."""
    value = float(value)
    return int(value) if value.is_integer() else value


def text(value: float) -> str:
    """A number as it is written: a real minus sign, and no more decimals than it has."""
    return str(plain(value)).replace("-", "−")


def added(values: Iterable[float]) -> str:
    """``3 + 1 − 2``: numbers as the terms of a sum."""
    return " + ".join(text(value) for value in values).replace("+ −", "− ")


def multiplied(values: Array, weights: Array) -> str:
    """``1 × 0 + 2 × (−1)``: the products of one row of a window."""
    pairs = zip(values, weights, strict=True)
    return " + ".join(f"{_factor(v)} × {_factor(w)}" for v, w in pairs)


def _factor(value: float) -> str:
    return f"({text(value)})" if value < 0 else text(value)


def one_of(rng: np.random.Generator, choices):
    """One of several things, as itself and not as an element of an array."""
    return choices[int(rng.integers(len(choices)))]
