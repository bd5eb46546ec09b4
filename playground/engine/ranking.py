"""What is strongest: among a network's outputs, and among the maps of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from playground.engine.checks import shape_text, whole
from playground.engine.errors import EngineError
from playground.engine.layers import Array

STRENGTHS = ("mean", "max")


class Ranked(NamedTuple):
    """One output: which it is, what it stands for, and its value."""

    index: int
    label: str
    value: float


def top(outputs: Array, labels: Sequence[str] = (), k: int = 5) -> list[Ranked]:
    """List the `k` largest outputs of one picture, largest first.

    Of equal ones the first comes first, and NaN comes last.

    Parameters
    ----------
    outputs : ndarray, shape (n,), (1, n) or (1, n, 1, 1)
    labels : sequence of str
        One an output; without, their numbers stand in.
    k : int
        At least 1; where there are fewer outputs, all are listed.

    Raises
    ------
    EngineError
        If the outputs are not those of one picture, or there is not one label for each.
    """
    values = np.asarray(outputs)
    flat = values.ravel()
    if not flat.size or max(values.shape) != flat.size:
        raise EngineError(
            f"Outputs are ranked for one picture; these have the shape {shape_text(values.shape)}."
        )
    if len(labels) not in (0, flat.size):
        raise EngineError(f"There are {flat.size} outputs, but {len(labels)} labels.")
    order = descending(flat)[: whole(k, "number of outputs to list", 1)]
    return [Ranked(int(i), str(labels[i]) if labels else str(i), float(flat[i])) for i in order]


def strengths(maps: Array, by: str = "mean") -> Array:
    """How strong each channel is: the mean, or the largest, of the sizes of its values.

    Parameters
    ----------
    maps : ndarray, shape (channels, rows, columns) or (features,)
    by : {"mean", "max"}

    Returns
    -------
    ndarray of float64, shape (channels,) or (features,)
    """
    if by not in STRENGTHS:
        raise EngineError(f"Channels are ranked by their mean or their max, not by {by!r:.40}.")
    sizes = np.abs(np.asarray(maps)).reshape(len(maps), -1)
    with np.errstate(invalid="ignore", over="ignore"):
        return sizes.mean(axis=1, dtype=np.float64) if by == "mean" else sizes.max(axis=1) * 1.0


def strongest_channels(maps: Array, by: str = "mean") -> Array:
    """Numbers of all channels, the strongest first; equal ones in their order, NaN last."""
    return descending(strengths(maps, by))


def descending(values: Array) -> Array:
    """Indices that sort values from large to small; equal ones in their order, NaN last."""
    return np.argsort(-np.asarray(values, np.float64), kind="stable")
