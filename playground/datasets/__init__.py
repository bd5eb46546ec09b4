"""Datasets, in the order in which the user chooses among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.datasets.dataset import Dataset
from playground.datasets.digits import digits
from playground.datasets.shapes import bars, shapes

__all__ = ["DATASETS", "Dataset", "Source"]


@dataclass(frozen=True)
class Source:
    """A dataset that ships with the playground.

    Attributes
    ----------
    title : str
        What it is called on the screen.
    about : str
        What its pictures are, in one sentence.
    credit : str
        Who made them and under which licence.
    load : callable
        Returns the `Dataset`; the same one to every session.
    """

    title: str
    about: str
    credit: str
    load: Callable[[], Dataset]


DATASETS: dict[str, Source] = {
    "digits": Source(
        "Handwritten digits",
        "5,000 digits of MNIST, 28 × 28 pixels, white on black; 1,000 of them are held out.",
        "Yann LeCun and Corinna Cortes, CC BY-SA 3.0",
        digits,
    ),
    "shapes": Source(
        "Shapes",
        "2,500 drawn circles, squares, triangles and crosses, 28 × 28 pixels; 500 are held out.",
        "Drawn for this project",
        shapes,
    ),
    "bars": Source(
        "Bars at four angles",
        "2,500 drawn bars at 0, 45, 90 or 135 degrees, 28 × 28 pixels; 500 are held out.",
        "Drawn for this project",
        bars,
    ),
}
