"""Which part of the picture a decision hangs on: a patch covers it, and slides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from playground.engine import ops
from playground.engine.checks import pair, shape_text, whole
from playground.engine.errors import EngineError
from playground.engine.layers import Array, Params, Softmax
from playground.engine.network import INPUT, Network, check_input
from playground.engine.partial import outputs_of

MEASURES = ("probability", "score")
BUDGET = 48_000_000  # bytes that one batch's activations may take


@dataclass(frozen=True)
class Occluded:
    """How far an occlusion map has come.

    Attributes
    ----------
    done, total : int
        Positions of the patch.
    drop : ndarray of float64, shape (rows, columns) of positions
        What the class loses while the patch is there, negative where it gains; NaN where the patch
        has not been yet.
    uncovered : float
        What the class has with nothing covered.
    tops, lefts : ndarray of int
        First row and column of the picture under the patch, at each position.
    size : (int, int)
        Rows and columns of the patch.
    """

    done: int
    total: int
    drop: Array
    uncovered: float
    tops: Array
    lefts: Array
    size: tuple[int, int]


def occlusion(
    network: Network,
    params: Mapping[str, Params],
    x: Array,
    target: int,
    size: int | tuple[int, int],
    stride: int | tuple[int, int],
    fill: float | Array | None = None,
    measure: str = "probability",
    batch: int | None = None,
    before: Occluded | None = None,
) -> Iterator[Occluded]:
    """Cover the picture with a patch, place after place, and measure what a class loses by it.

    Parameters
    ----------
    network : Network
        Its last node has the classes: probabilities if it is a softmax, and else scores.
    params : mapping
        Parameters by node name.
    x : ndarray, shape (1, channels, rows, columns)
        One prepared picture.
    target : int
        The class.
    size, stride : int or (rows, columns)
        Of the patch, and of its steps. Positions begin in the corner; the last ones are moved back
        so that the patch ends at the edge and covers everything in full size.
    fill : float or ndarray of shape (channels,), optional
        What the patch holds; by default the mean of each of the picture's channels.
    measure : {"probability", "score"}
        A score is what goes into the softmax, which also changes when the probability is near 1.
    batch : int, optional
        Positions that are computed at once; by default as many as keep the activations small.
    before : Occluded, optional
        How far the same map had come when somebody stopped pulling; it goes on from there.

    Yields
    ------
    Occluded
        After each batch, a coarse map first. All checks are made at the call.

    Raises
    ------
    EngineError
        If the patch, the class or the picture does not fit, or ``before`` is of another map.

    References
    ----------
    M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", section 4.2,
    https://arxiv.org/abs/1311.2901
    """
    check_input(network, x)
    if x.ndim != 4 or len(x) != 1:
        raise EngineError("Occlusion covers one picture with rows and columns at a time.")
    if measure not in MEASURES:
        raise EngineError(f"The measure must be a probability or a score, not {measure!r:.40}.")
    shape = [*network.shapes().values()][-1]
    classes = prod(shape)
    if not network.nodes or shape[0] != classes:
        raise EngineError(
            f"Occlusion needs one number a class at the network's end, not {shape_text(shape)}."
        )
    if not 0 <= whole(target, "class", 0) < classes:
        raise EngineError(f"There is no class {target} among {classes} outputs.")
    size, stride = pair(size, "patch size"), pair(stride, "stride")
    tops, lefts = (_starts(x.shape[2 + a], size[a], stride[a]) for a in (0, 1))
    cover = np.array(x.mean(axis=(0, 2, 3)) if fill is None else fill, x.dtype)
    if cover.shape not in ((), (x.shape[1],)) or not np.isfinite(cover).all():
        raise EngineError(
            f"A patch is filled with one finite number, or one for each of {x.shape[1]} channels."
        )
    if batch is None:
        batch = max(1, int(BUDGET // (x.itemsize * largest_moment(network))))
    batch = whole(batch, "batch", 1)
    patch = cover.reshape(-1, 1, 1)
    if before is not None and (before.drop.shape, before.size) != ((len(tops), len(lefts)), size):
        raise EngineError(
            "An occlusion map goes on with the patch and the steps that it began with."
        )
    return _slide(network, params, x, target, (tops, lefts), size, patch, measure, batch, before)


def _slide(network, params, x, target, starts, size, patch, measure, batch, before):
    tops, lefts = starts
    [uncovered] = _measured(network, params, x, target, measure)
    level = np.maximum.outer(_levels(len(tops)), _levels(len(lefts)))
    places = sorted(np.ndindex(level.shape), key=level.__getitem__)
    drop = np.full(level.shape, np.nan) if before is None else before.drop.copy()
    for first in range(before.done if before else 0, len(places), batch):
        now = places[first : first + batch]
        covered = np.repeat(x, len(now), axis=0)
        for picture, (i, j) in zip(covered, now, strict=True):
            picture[:, tops[i] : tops[i] + size[0], lefts[j] : lefts[j] + size[1]] = patch
        values = _measured(network, params, covered, target, measure)
        drop[tuple(zip(*now, strict=True))] = uncovered - values
        yield Occluded(
            first + len(now),
            len(places),
            drop.copy(),
            float(uncovered),
            tops,
            lefts,
            size,
        )


def _levels(count: int) -> Array:
    """0 for every fourth position and the last, 1 for every second, 2 for those in between."""
    numbers = np.arange(count)
    levels = np.where(numbers % 4 == 0, 0, np.where(numbers % 2 == 0, 1, 2))
    levels[-1] = 0
    return levels


def pixels(occluded: Occluded, rows: int, columns: int) -> Array:
    """Mean drop over all patches that covered a pixel; NaN where none has been.

    Returns
    -------
    ndarray of float64, shape (rows, columns)
    """
    total, count = np.zeros((rows, columns)), np.zeros((rows, columns), int)
    for (i, j), drop in np.ndenumerate(occluded.drop):
        if not np.isnan(drop):
            top, left = occluded.tops[i], occluded.lefts[j]
            under = np.s_[top : top + occluded.size[0], left : left + occluded.size[1]]
            total[under] += drop
            count[under] += 1
    return np.divide(total, count, out=np.full((rows, columns), np.nan), where=count > 0)


def largest_moment(network: Network) -> int:
    """The most numbers that are held at once while one picture goes through."""
    shapes, wiring = network.shapes(), list(network.wiring())
    last_use = {source: i for i, (_, sources) in enumerate(wiring) for source in sources}
    held = prod(network.input_shape)
    most, live = held, {INPUT: held}
    for i, (node, sources) in enumerate(wiring):
        live[node.name] = prod(shapes[node.name])
        held += live[node.name]
        most = max(most, held)
        for source in set(sources):
            if last_use[source] == i:
                held -= live.pop(source)
    return most


def _measured(network: Network, params, x: Array, target: int, measure: str) -> Array:
    """What the class has in each picture of a batch, as float64."""
    last, sources = list(network.wiring())[-1]
    is_softmax = isinstance(last.layer, Softmax)
    name = sources[0] if is_softmax and measure == "score" else last.name
    found = outputs_of(network, params, x, [name])[name].reshape(len(x), -1).astype(np.float64)
    if measure == "probability" and not is_softmax:
        found = ops.softmax(found)
    return found[:, target]


def _starts(length: int, size: int, stride: int) -> Array:
    if size > length:
        raise EngineError(
            f"A patch of {size} pixels does not fit a picture of {length}; choose a smaller one."
        )
    steps = -(-(length - size) // stride)
    return np.minimum(np.arange(steps + 1) * stride, length - size)
