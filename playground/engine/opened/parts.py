"""What one number of a node's output is made of, as data."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.explain import SoftmaxTerms
from playground.engine.layers import Array

KINDS = ("input", "sum", "winner", "function", "copy", "softmax")


@dataclass(frozen=True)
class Part:
    """One number that took part.

    Attributes
    ----------
    source : int
        Which input of the node it is from; 0 for most.
    place : tuple of int
        Where in that input: ``(channel, row, column)`` or ``(feature,)``; a row or column that lies
        in the padding is `OUTSIDE`.
    value : float
    weight : float or None
        What it was multiplied by, where it was.
    product : float or None
        What it adds to the sum; of a softmax, its exponential.
    counts : bool
        False where it took part without being in the result, as what loses in a pool.
    origin : tuple of int or None
        For a vector made of maps: the place in the maps of the node `Opened.origin`.
    weight_at : (int, tuple of int) or None
        Where the weight is itself a number of an input: which input, and the place in it.
    """

    source: int
    place: tuple[int, ...]
    value: float
    weight: float | None = None
    product: float | None = None
    counts: bool = True
    origin: tuple[int, ...] | None = None
    weight_at: tuple[int, tuple[int, ...]] | None = None


@dataclass(frozen=True)
class Group:
    """The numbers that were read from one channel of one input, as a grid.

    Attributes
    ----------
    source, channel : int
        The input of the node, and the channel in it.
    total : float
        Sum of the products, in float64; for a pool that picks a winner, the winner.
    shape : (int, int)
        Rows and columns of the grid.
    patch : ndarray, shape `shape`
        What was read; 0 where it is padding of zeros.
    weight, products : ndarray, shape `shape`, or None
        None where nothing is multiplied.
    rows, columns : ndarray of int, one a row and one a column of the grid
        Where in the input map they lie. Padding that repeats the map points at the cell it
        repeats; padding with zeros is `OUTSIDE`.
    """

    source: int
    channel: int
    total: float
    shape: tuple[int, int]
    patch: Array
    weight: Array | None
    products: Array | None
    rows: Array
    columns: Array


@dataclass(frozen=True)
class Opened:
    """One number of a node's output, taken apart.

    Attributes
    ----------
    node : str
    place : tuple of int
        ``(channel, row, column)``, or ``(unit,)`` of a vector.
    value : float
        The engine's number where it was given, and else what the parts make.
    kind : {"input", "sum", "winner", "function", "copy", "softmax"}
        "input" is the picture itself. "sum": `groups` and `parts` are alternatives, of which one
        is empty or repeats the other; the totals or products, `rest` and `bias` add up to the
        value. "winner": the parts that count. "function": of `parts`, by `formula`. "copy": of the
        one part, or of a number of the layer's own if there is none. "softmax": by `terms`.
    groups : tuple of Group
        Strongest first, by the size of their total.
    parts : tuple of Part
        Strongest first. Empty for a convolution, whose groups say it all.
    more : int
        How many groups (or parts, where there are no groups) were left out,
    rest : float
        and what they add up to; 0 where nothing is added.
    bias : float or None
    terms : SoftmaxTerms or None
        ``terms.probabilities[place[0]]`` is the value; of a log softmax, its logarithm.
    formula : str
        A short sentence with the numbers filled in: "max(0, −0.31) = 0".
    origin : str or None
        The node whose maps the parts' `origin` are places in.
    """

    node: str
    place: tuple[int, ...]
    value: float
    kind: str
    formula: str
    groups: tuple[Group, ...] = ()
    parts: tuple[Part, ...] = ()
    more: int = 0
    rest: float = 0.0
    bias: float | None = None
    terms: SoftmaxTerms | None = None
    origin: str | None = None
