"""What every opener is given: one place of one node's output, and what the node reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine.layers import Array, Layer, Params, Shape
from playground.engine.opened.parts import Group, Opened, Part
from playground.engine.ranking import descending


@dataclass(frozen=True)
class Cell:
    """One number of a node's output, to be opened.

    Attributes
    ----------
    name : str
    layer : Layer
    params : dict of str to ndarray
    inputs : tuple of ndarray
        What the node reads, of one picture: without the batch.
    shape : tuple of int
        Of the node's output.
    place : tuple of int
        In that output.
    value : float or None
        The engine's number, where it is known.
    most : int
        How many groups or parts are wanted at most.
    origin : (str, tuple of int) or None
        For a vector that is maps laid end to end: the node of these maps, and their shape.
    """

    name: str
    layer: Layer
    params: Params
    inputs: tuple[Array, ...]
    shape: Shape
    place: tuple[int, ...]
    value: float | None
    most: int
    origin: tuple[str, Shape] | None = None

    def opened(self, kind: str, value: float, formula: str, **more: Any) -> Opened:
        """The answer; ``{value}`` in the formula becomes the number that is shown."""
        shown = float(value) if self.value is None else self.value
        formula = formula.replace("{value}", number(shown))
        return Opened(self.name, self.place, shown, kind, formula, **more)

    def part(self, place: tuple[int, ...], source: int = 0, **more: Any) -> Part:
        """A part with the value that the input has at a place."""
        return Part(source, place, float(self.inputs[source][place]), **more)

    def strongest(self, sizes: Array) -> tuple[Array, Array]:
        """Which of these numbers are shown, the largest size first; and which are left out."""
        order = descending(np.abs(sizes))
        return order[: self.most], order[self.most :]


def group(
    cell: Cell,
    source: int,
    channel: int,
    patch: Array,
    weight: Array | None,
    rows: Array,
    columns: Array,
) -> Group:
    """A channel's patch, with its products where there are weights, and their sum."""
    with np.errstate(invalid="ignore", over="ignore"):
        patch = patch.astype(np.float64)
        products = None if weight is None else patch * weight
        total = float((patch if products is None else products).sum())
    return Group(source, channel, total, patch.shape, patch, weight, products, rows, columns)


def stretched(shape: Shape, place: tuple[int, ...]) -> tuple[int, ...]:
    """Where a place lies in an array that is stretched to fit: aligned at the last axis."""
    behind = place[len(place) - len(shape) :]
    return tuple(0 if size == 1 else n for size, n in zip(shape, behind, strict=True))


def number(value: float) -> str:
    """A number in a sentence: four digits, and a minus sign as it is printed."""
    text = f"{value:.4g}"
    mantissa, *exponent = text.split("e")
    if exponent:
        text = f"{mantissa}e{int(exponent[0])}"
    return "0" if text == "-0" else text.replace("-", "−")


def factor(value: float) -> str:
    """A number behind an operator: in brackets if it is negative."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def plus(value: float) -> str:
    """A number that is added: ``+ 2`` or ``− 2``."""
    text = number(value)
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"
