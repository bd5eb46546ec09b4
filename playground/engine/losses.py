"""How wrong the outputs are, in one number, and which way each output would have to go.

A target is the number of the right class, or a row with a share for each class. A loss is the
mean over the pictures of a batch, so that its gradient does not grow with the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.engine.checks import as_floats, shape_text
from playground.engine.errors import EngineError


class Measured(NamedTuple):
    """The loss of each picture, (n,), and the gradient of their mean, (n, classes)."""

    losses: np.ndarray
    grad: np.ndarray

    @property
    def mean(self) -> float:
        """The loss of the batch."""
        return float(self.losses.mean())


@dataclass(frozen=True)
class CrossEntropy:
    """Minus the logarithm of the probability that the softmax of the logits gives the target.

    Softmax and logarithm are taken together: one by one, a probability that rounds to 0 would
    have an infinite loss. The gradient is the softmax minus the target (Goodfellow, Bengio &
    Courville, Deep Learning, 2016, section 6.2.2.3, https://www.deeplearningbook.org).
    """

    on_logits = True

    def measure(self, logits, target) -> Measured:
        """Return the losses and the gradient at the logits, (n, classes)."""
        logits, target = _pair(logits, target)
        with np.errstate(invalid="ignore", over="ignore"):
            shifted = logits - logits.max(axis=1, keepdims=True)
            exponentials = np.exp(shifted)
            total = exponentials.sum(axis=1, keepdims=True)
            # A share of 0 counts nothing, even where the logit is infinitely small.
            logs = np.multiply(target, shifted - np.log(total), where=target != 0, out=target * 0)
            shares = target.sum(axis=1, keepdims=True)
            return Measured(
                -logs.sum(axis=1), (exponentials / total * shares - target) / len(logits)
            )


@dataclass(frozen=True)
class TotalError:
    """½ Σ (target − output)² over the classes, on the probabilities of a softmax.

    References
    ----------
    U. Karn, "An Intuitive Explanation of Convolutional Neural Networks", 2016, "Training using
    Backpropagation", https://ujjwalkarn.me/2016/08/11/intuitive-explanation-convnets/
    """

    on_logits = False

    def measure(self, output, target) -> Measured:
        """Return the losses and the gradient at the outputs, (n, classes)."""
        output, target = _pair(output, target)
        with np.errstate(invalid="ignore", over="ignore"):
            missing = output - target
            return Measured((missing * missing).sum(axis=1) / 2, missing / len(output))


Loss = CrossEntropy | TotalError

LOSSES: dict[str, Loss] = {"cross_entropy": CrossEntropy(), "total_error": TotalError()}


def as_target(target, classes: int) -> np.ndarray:
    """Return float rows with a share for each class, (n, classes), from these or class numbers.

    Raises
    ------
    EngineError
        When a number is no class, or the rows have another length.
    """
    array = np.asarray(target)
    if array.ndim == 2:
        array = as_floats(array, "target")
        if array.shape[1] != classes:
            raise EngineError(
                f"The network has {classes} outputs, but the target has {array.shape[1]} classes."
            )
        if not np.isfinite(array).all():
            raise EngineError("The target must hold finite numbers.")
        return array
    if array.ndim != 1 or array.dtype.kind not in "iu" or not array.size:
        raise EngineError(
            "The target must be one class number for each picture, or one row of shares."
        )
    if array.min() < 0 or array.max() >= classes:
        wrong = array.min() if array.min() < 0 else array.max()
        raise EngineError(
            f"The network has {classes} outputs, numbered from 0, so there is no class {wrong}."
        )
    rows = np.zeros((len(array), classes), np.float32)
    rows[np.arange(len(array)), array] = 1
    return rows


def _pair(outputs, target) -> tuple[np.ndarray, np.ndarray]:
    """Check that there is a target for every row of outputs, and return both in one type."""
    outputs = as_floats(outputs, "output")
    if outputs.ndim != 2:
        raise EngineError(
            f"A loss needs one row of outputs for each picture, but their shape is "
            f"{shape_text(outputs.shape)}; end the network in a vector."
        )
    target = as_target(target, outputs.shape[1])
    if len(target) != len(outputs):
        raise EngineError(f"There are {len(outputs)} pictures, but {len(target)} targets.")
    return outputs, target.astype(outputs.dtype, copy=False)
