"""The parts of a backward pass: the error class by class, a gradient as a sum, a weight's step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.layer import Array
from playground.engine.losses import TotalError, as_target


@dataclass(frozen=True)
class ErrorTerms:
    """The total error ½ Σ (target − output)², class by class; all arrays have shape (classes,).

    Attributes
    ----------
    outputs, target : ndarray
    slopes : ndarray
        How the error depends on each output: ``output - target``.
    shares : ndarray
        What each class adds to the error.
    total : float
    """

    outputs: Array
    target: Array
    slopes: Array
    shares: Array
    total: float


@dataclass(frozen=True)
class Products:
    """A gradient as the chain rule finds it: a sum over all ways that lead to the error.

    Attributes
    ----------
    later : ndarray
        How the error depends on each number that is reached.
    local : ndarray, same shape
        How each of those numbers depends on the one that the gradient is of.
    terms : ndarray, same shape
        Their products.
    total : float
        The gradient, as the engine's backward pass has it.
    """

    later: Array
    local: Array
    terms: Array
    total: float


@dataclass(frozen=True)
class WeightStep:
    """One weight, its gradient, what one step of gradient descent makes of it, and a check.

    Attributes
    ----------
    weight, gradient, updated : float
    nudged : float
        The same gradient found without any backward pass: the error with the weight a millionth
        larger, less the error with it a millionth smaller, over two millionths.
    """

    weight: float
    gradient: float
    updated: float
    nudged: float


def error_terms(outputs: Array, target: Array) -> ErrorTerms:
    """The total error of one row of outputs, class by class.

    Raises
    ------
    EngineError
        When the two do not have the same classes.
    """
    outputs = np.asarray(outputs, np.float64)
    target = as_target(np.asarray(target, np.float64)[None], len(outputs))
    measured = TotalError().measure(outputs[None], target)
    slopes = measured.grad[0]
    return ErrorTerms(outputs, target[0], slopes, slopes * slopes / 2, measured.mean)


def products(later: Array, local: Array, total: float) -> Products:
    """Multiply term by term; ``total`` is what the terms must add up to."""
    return Products(later, local, later * local, float(total))
