"""Layers that compute each number from one other, or from those of the other channels there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.engine.explain import SoftmaxTerms, softmax_terms
from playground.engine.layers import Layer
from playground.engine.opened.cell import Cell, factor, number, plus, stretched
from playground.engine.opened.parts import Opened


def function(text: Callable[[Layer, float], str]) -> Callable[[Cell], Opened]:
    """The opener of a layer without parameters that computes each number from one other.

    Parameters
    ----------
    text : callable
        From the layer and the number that goes in, the formula, without what comes out.
    """

    def opener(cell: Cell) -> Opened:
        part = cell.part(cell.place)
        alone = cell.inputs[0][cell.place].reshape(1, 1)
        value = cell.layer.forward({}, alone)[0, 0]
        return cell.opened(
            "function", value, text(cell.layer, part.value) + " = {value}", parts=(part,)
        )

    return opener


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def batch_norm(cell: Cell) -> Opened:
    """One factor and one summand for the whole channel."""
    names = ("running_mean", "running_var", "weight", "bias")
    mean, var, weight, bias = (float(cell.params[name][cell.place[0]]) for name in names)
    value = float(cell.inputs[0][cell.place])
    scale = float(weight / np.sqrt(np.float64(var) + cell.layer.eps))
    shift = bias - mean * scale
    return cell.opened(
        "function",
        value * scale + shift,
        f"({number(value)} {plus(-mean)}) / √({number(var)} {plus(cell.layer.eps)}) "
        f"× {factor(weight)} {plus(bias)} = {{value}}",
        parts=(cell.part(cell.place, weight=scale, product=value * scale),),
        bias=shift,
    )


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def response_norm(cell: Cell) -> Opened:
    """The number, weakened by the squares in the channels around it, which are the products."""
    layer, (channel, *spot) = cell.layer, cell.place
    own = float(cell.inputs[0][cell.place])
    first = max(0, channel - layer.size // 2)
    near = np.arange(first, min(cell.shape[0], channel + (layer.size - 1) // 2 + 1))
    squares = cell.inputs[0][(near, *spot)].astype(np.float64) ** 2
    crowd = squares.sum()
    shown, left = cell.strongest(squares)
    return cell.opened(
        "function",
        own * (layer.k + layer.alpha / layer.size * crowd) ** -layer.beta,
        f"{number(own)} / ({number(layer.k)} + {number(layer.alpha)} / {layer.size} × "
        f"{number(crowd)})^{number(layer.beta)} = {{value}}",
        parts=tuple(cell.part((int(near[i]), *spot), product=float(squares[i])) for i in shown),
        more=len(left),
        rest=float(squares[left].sum()),
    )


def prelu(cell: Cell) -> Opened:
    """Negative numbers times the slope that is learned for their place."""
    part = cell.part(cell.place)
    slopes = cell.params["slope"]
    slope = float(slopes[stretched(slopes.shape, cell.place)])
    if part.value < 0:
        text, value = f"{number(slope)} × {factor(part.value)} = {{value}}", slope * part.value
    else:
        text, value = "not negative: {value}", part.value
    return cell.opened("function", value, text, parts=(part,))


def softmax(cell: Cell) -> Opened:
    """Each exponential over the sum of all."""
    index, found = _exponentials(cell)
    terms = found["terms"]
    formula = f"{_fraction(terms, index)} = {{value}}"
    return cell.opened("softmax", terms.probabilities[index], formula, **found)


@np.errstate(divide="ignore")
def log_softmax(cell: Cell) -> Opened:
    """The logarithm of each exponential over the sum of all."""
    index, found = _exponentials(cell)
    terms = found["terms"]
    # The difference is exact where the probability rounds to 0.
    value = float(terms.scores[index]) - float(terms.scores.max()) - np.log(terms.total)
    formula = f"log({_fraction(terms, index)}) = {{value}}"
    return cell.opened("function", value, formula, **found)


def _exponentials(cell: Cell) -> tuple[int, dict]:
    """Where the cell is along the layer's axis, and what a softmax along it is made of."""
    axis = cell.layer.axis - 1
    line = list(cell.place)
    line[axis] = slice(None)
    terms = softmax_terms(cell.inputs[0][tuple(line)])
    index = cell.place[axis]
    shown, left = cell.strongest(terms.exponentials)
    if index in left:  # the number itself is always among those that are listed
        left = np.append(left[left != index], shown[-1])
        shown = np.append(shown[:-1], index)
    parts = tuple(
        cell.part(
            (*cell.place[:axis], int(i), *cell.place[axis + 1 :]),
            product=float(terms.exponentials[i]),
            counts=bool(i == index),
        )
        for i in shown
    )
    rest = float(terms.exponentials[left].sum())
    return index, {"parts": parts, "more": len(left), "rest": rest, "terms": terms}


def _fraction(terms: SoftmaxTerms, index: int) -> str:
    score, top = float(terms.scores[index]), float(terms.scores.max())
    return (
        f"exp({number(score)} {plus(-top)}) / sum of {len(terms.scores)}: "
        f"{number(terms.exponentials[index])} / {number(terms.total)}"
    )
