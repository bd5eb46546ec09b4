"""Training: batch after batch, forward, backward and a step of the optimiser.

`train` is a generator. Who stops pulling pauses the run, and who pulls again goes on with it; who
wants another run makes another generator. The same seed gives the same run, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from playground.engine.checks import shape_text
from playground.engine.collapse import Guard
from playground.engine.errors import EngineError
from playground.engine.evaluation import Pictures, accuracy, at_a_time, batch_of, check_examples
from playground.engine.gradients import as_loss, gradients, loss_node
from playground.engine.layers import Array, Params
from playground.engine.network import INPUT, Network
from playground.engine.optimisers import start, update
from playground.engine.progress import Progress, Settings, TrainingFailed

__all__ = ["Augment", "Progress", "Settings", "TrainingFailed", "train"]

Augment = Callable[[Array, np.random.Generator], Array]

KEPT_BYTES = 8 * 2**20


def train(
    network: Network,
    params: dict[str, Params],
    images: Pictures,
    targets: Array,
    settings: Settings,
    rng: np.random.Generator,
    augment: Augment | None = None,
) -> Iterator[Progress]:
    """Return a generator that makes one step each time it is asked for the next `Progress`.

    A step is handed out when the loss of the batch after it is known not to have blown up. Every
    few steps some of the pictures are looked at without training (`playground.engine.collapse`).

    Parameters
    ----------
    network : Network
    params : dict
        The starting weights by node; they are not changed.
    images : Pictures, or ndarray of shape (n, channels, rows, columns)
        Not copied: only a batch at a time becomes floating-point numbers.
    targets : ndarray
        Class numbers, shape (n,), or rows with a share for each class, shape (n, classes).
    settings : Settings
    rng : Generator
        Of the order of the pictures, the augmentation and the dropout, and of nothing else.
    augment : callable, optional
        From a batch and `rng` to a batch of the same shape.

    Raises
    ------
    EngineError
        At once, when the arguments do not fit each other; before the first step, when its loss is
        no number, or above `collapse.BLOWN_UP`.
    TrainingFailed
        While running, when the loss passes that, when it or a weight stops being a number, or when
        the network answers the same whatever it sees, for `collapse.LASTING` steps or at the end.
    """
    loss_node(network, as_loss(settings.loss))
    images, targets = check_examples(network, images, targets)
    trainable = _trainable(network, params, settings.frozen)
    return _steps(network, params, images, targets, settings, rng, augment, trainable)


def _keep_memory() -> None:
    """Make the C library keep the memory of one step for the next.

    By default it hands large arrays back to the system when they are freed, and getting them anew,
    page by page and filled with zeros, takes as long as computing with them. glibc moves its
    limit to the largest array it has seen freed (M_MMAP_THRESHOLD in
    https://man7.org/linux/man-pages/man3/mallopt.3.html), and keeps twice that. This array is
    never touched, so it costs nothing itself.
    """
    np.empty(KEPT_BYTES, np.uint8)


def _steps(
    network: Network,
    params: dict[str, Params],
    images: Pictures,
    targets: Array,
    settings: Settings,
    rng: np.random.Generator,
    augment: Augment | None,
    trainable: frozenset[str],
) -> Iterator[Progress]:
    """Make the steps; the arguments have been checked."""
    _keep_memory()
    memories = start(settings.optimiser, {name: params[name] for name in trainable})
    guard = Guard(network, params, images, targets, settings)
    reached: Progress | None = None
    for step, (epoch, rows) in enumerate(_batches(len(images), settings, rng), 1):
        x, target = batch_of(images, rows), targets[rows]
        if augment is not None:
            x = _augmented(augment, x, rng)
        # The maps end with the pass: a run that waits holds none.
        loss, right, grads = _pass(network, params, x, target, settings.loss, rng, trainable)
        del x
        guard.check(loss, step - 1)
        rate = settings.rate(step, len(images))
        params, memories = update(settings.optimiser, params, grads, memories, rate)
        del grads
        if reached is not None:
            yield reached
        for name in trainable:
            for array in params[name].values():
                if not np.isfinite(array).all():
                    guard.check(np.nan, step)
        reached = Progress(step, epoch, loss, right, params)
        guard.look(reached)
    yield reached


def _pass(
    network: Network,
    params: dict[str, Params],
    x: Array,
    target: Array,
    loss: str,
    rng: np.random.Generator,
    trainable: frozenset[str],
) -> tuple[float, float, dict[str, Params]]:
    """Return loss, accuracy and gradients of a batch; a large one goes through in parts.

    The loss is a mean over the pictures, and so is its gradient: the mean over the batch is that of
    its parts, each counted by its pictures.
    """
    parts = -(-len(x) // at_a_time(network))
    mean = right = 0.0
    total: dict[str, Params] = {}
    for rows in np.array_split(np.arange(len(x)), parts):
        part = slice(rows[0], rows[-1] + 1)
        found = gradients(
            network, params, x[part], target[part], loss, rng=rng, trainable=trainable
        )
        share = len(rows) / len(x)
        mean += share * found.loss
        right += share * accuracy(found.stages[network.nodes[-1].name].output, target[part])
        for node, own in found.params.items():
            for name, grad in own.items():
                if parts > 1:
                    grad *= grad.dtype.type(share)
                if node in total and name in total[node]:
                    total[node][name] += grad
                else:
                    total.setdefault(node, {})[name] = grad
        del found
    return mean, right, total


def _batches(
    pictures: int, settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[int, Array]]:
    """Yield the epoch, from 1, and the numbers of the pictures of each batch, shuffled."""
    for epoch in range(1, settings.epochs + 1):
        order = rng.permutation(pictures)
        for first in range(0, pictures, settings.batch_size):
            yield epoch, order[first : first + settings.batch_size]


def _augmented(augment: Augment, x: Array, rng: np.random.Generator) -> Array:
    changed = np.asarray(augment(x, rng))
    if changed.shape != x.shape:
        raise EngineError(
            f"Augmentation must keep the shape of a batch, {shape_text(x.shape)}, "
            f"but returned {shape_text(changed.shape)}."
        )
    return changed


def _trainable(
    network: Network, params: dict[str, Params], frozen: tuple[str, ...]
) -> frozenset[str]:
    """Return the nodes that have parameters and are not frozen."""
    shapes = network.shapes()
    names = set()
    for node, sources in network.wiring():
        inputs = [shapes[source] for source in sources]
        if node.layer.parameter_count(*inputs):
            names.add(node.name)
            if not params.get(node.name):
                raise EngineError(f"The layer “{node.name}” has no weights to start from.")
    for name in frozen:
        if name not in shapes or name == INPUT:
            raise EngineError(f"There is no layer “{str(name)[:40]}” that could be frozen.")
    if not names - set(frozen):
        raise EngineError("Every layer with weights is frozen, so there is nothing to train.")
    return frozenset(names - set(frozen))
