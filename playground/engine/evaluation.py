"""How well a network does on pictures that it need not have seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np

from playground.engine.checks import as_planes, shape_text, whole
from playground.engine.errors import EngineError
from playground.engine.gradients import as_loss, loss_node, predict
from playground.engine.layers import Array, Params
from playground.engine.losses import as_target
from playground.engine.network import Network

# The outputs of all layers for the pictures that go through a network at a time; on the way back,
# gradients take as much again. 64 digits fit.
PASS_BYTES = 6 * 2**20


class Pictures(Protocol):
    """Pictures that become numbers only as they are asked for; an array is one of this kind, too.

    Attributes
    ----------
    shape : tuple of int
        ``(n, channels, rows, columns)``.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | Array) -> Array:
        """Return some of them, (rows, channels, rows, columns)."""


@dataclass(frozen=True)
class Evaluation:
    """What a network made of a set of pictures.

    Attributes
    ----------
    loss, accuracy : float
        Means over all pictures; the accuracy is the share whose largest output is the target's.
    losses : ndarray, shape (n,)
        Of each picture, to find the worst mistakes.
    outputs : ndarray, shape (n, classes)
        Of the last node.
    confusion : ndarray of int, shape (classes, classes)
        Pictures counted by their class (row) and by what the network took them for (column).
    """

    loss: float
    accuracy: float
    losses: Array
    outputs: Array
    confusion: Array


def evaluate(
    network: Network,
    params: dict[str, Params],
    images: Pictures,
    targets: Array,
    loss: str = "cross_entropy",
    batch_size: int = 256,
) -> Evaluation:
    """Run the network over all pictures, in batches, without training.

    Parameters
    ----------
    images : Pictures, or ndarray of shape (n, channels, rows, columns)
        Converted a batch at a time.
    targets : ndarray
        Class numbers, shape (n,), or rows with a share for each class, shape (n, classes).
    loss : str
        A name in `LOSSES`.

    Raises
    ------
    EngineError
        When the arguments do not fit each other.
    """
    loss = as_loss(loss)
    loss_node(network, loss)
    images, targets = check_examples(network, images, targets)
    losses, outputs = [], []
    with np.errstate(invalid="ignore", over="ignore"):
        for first in range(0, len(images), whole(batch_size, "batch size", 1)):
            rows = slice(first, first + batch_size)
            logits, output = predict(network, params, batch_of(images, rows))
            measured = loss.measure(logits if loss.on_logits else output, targets[rows])
            losses.append(measured.losses)
            outputs.append(output)
    losses, outputs = np.concatenate(losses), np.concatenate(outputs)
    confusion = np.zeros((outputs.shape[1],) * 2, np.int64)
    np.add.at(confusion, (targets.argmax(axis=1), outputs.argmax(axis=1)), 1)
    return Evaluation(float(losses.mean()), accuracy(outputs, targets), losses, outputs, confusion)


def accuracy(outputs: Array, targets: Array) -> float:
    """Return the share of rows whose largest output is the target's largest share."""
    return float((outputs.argmax(axis=1) == targets.argmax(axis=1)).mean())


def at_a_time(network: Network) -> int:
    """Return how many pictures may go through a network at once without taking much memory."""
    values = sum(prod(shape) for shape in network.shapes().values())
    return max(1, PASS_BYTES // (np.dtype(np.float32).itemsize * values))


def batch_of(images: Pictures, rows: slice | Array) -> Array:
    """Return some of the pictures as float32, or float64 where they are."""
    return as_planes(images[rows], "set of pictures")


def check_examples(network: Network, images, targets) -> tuple[Pictures, Array]:
    """Return pictures, which are not copied, and their targets, as rows, if the network takes them.

    Raises
    ------
    EngineError
        When there are none, or they do not fit the network or each other.
    """
    shapes = network.shapes()
    if not hasattr(images, "shape"):
        images = as_planes(images, "set of pictures")
    if len(images.shape) != 4:
        raise EngineError(
            "The set of pictures must have four axes (batch, channel, row, column), "
            f"but its shape is {shape_text(images.shape)}."
        )
    batch_of(images, slice(1))  # are they numbers, and is there one?
    if images.shape[1:] != network.input_shape:
        raise EngineError(
            f"The network “{network.name}” takes pictures of shape {network.input_shape}, "
            f"not {images.shape[1:]}."
        )
    end = shapes[network.nodes[-1].name] if network.nodes else ()
    if len(end) != 1:
        raise EngineError("A network that sorts pictures into classes must end in a vector.")
    targets = as_target(targets, end[0])
    if len(targets) != len(images):
        raise EngineError(f"There are {len(images)} pictures, but {len(targets)} targets.")
    return images, targets
