"""Training: batch after batch, forward, backward and a step of the optimiser.

`train` is a generator. Who stops pulling pauses the run, and who pulls again goes on with it; who
wants another run makes another generator. The same seed gives the same run, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from playground.engine.checks import real, shape_text, whole
from playground.engine.errors import EngineError
from playground.engine.evaluation import Pictures, accuracy, batch_of, check_examples
from playground.engine.gradients import as_loss, gradients, loss_node, predict
from playground.engine.layers import Array, Params
from playground.engine.network import INPUT, Network
from playground.engine.optimisers import Adam, Constant, Optimiser, Schedule, start, update

Augment = Callable[[Array, np.random.Generator], Array]

# A cross-entropy this large means logits that are a million apart. From there gradient descent
# does not come back, but runs on with dead layers, or to infinity some steps later.
BLOWN_UP = 1e6

KEPT_BYTES = 8 * 2**20


@dataclass(frozen=True)
class Settings:
    """What the user of a training run chooses.

    Attributes
    ----------
    loss : str
        A name in `LOSSES`.
    optimiser : SGD, Momentum or Adam
    learning_rate : float
    schedule : Constant, Steps or Cosine
    batch_size, epochs : int
        The last batch of an epoch is smaller where the pictures do not divide.
    frozen : tuple of str
        Nodes whose parameters stay as they are.
    """

    loss: str = "cross_entropy"
    optimiser: Optimiser = field(default_factory=Adam)
    learning_rate: float = 0.001
    schedule: Schedule = field(default_factory=Constant)
    batch_size: int = 64
    epochs: int = 10
    frozen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        as_loss(self.loss)
        if real(self.learning_rate, "learning rate") <= 0:
            raise EngineError(f"The learning rate must be above 0, not {self.learning_rate:g}.")
        whole(self.batch_size, "batch size", 1)
        whole(self.epochs, "number of epochs", 1)

    def steps_per_epoch(self, pictures: int) -> int:
        """Number of batches in which all pictures are seen once."""
        return -(-pictures // self.batch_size)

    def rate(self, step: int, pictures: int) -> float:
        """Learning rate of a step, counted from 1."""
        epoch = (step - 1) / self.steps_per_epoch(pictures)
        return self.learning_rate * self.schedule.factor(epoch, self.epochs)


@dataclass(frozen=True)
class Progress:
    """Where a run is after a step.

    Attributes
    ----------
    step, epoch : int
        Both counted from 1, `step` through the whole run.
    loss, accuracy : float
        Of the step's batch, before the step, as the network saw it: augmented, with dropout.
    params : dict of str to Params
        After the step. Nothing changes these arrays later; what is frozen is shared.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    params: dict[str, Params]


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

    A step is handed out when the loss of the batch after it is known not to have blown up, so that
    the last `Progress` always holds weights that work.

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
        At once, when the arguments do not fit each other; while running, when the loss passes
        `BLOWN_UP`, or it or a weight stops being a number.
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
    reached: Progress | None = None
    final: float | None = None
    total = settings.epochs * settings.steps_per_epoch(len(images))
    for step, (epoch, rows) in enumerate(_batches(len(images), settings, rng), 1):
        x, target = batch_of(images, rows), targets[rows]
        if augment is not None:
            x = _augmented(augment, x, rng)
        found = gradients(network, params, x, target, settings.loss, rng=rng, trainable=trainable)
        loss = found.loss
        _check(loss, step - 1, settings, len(images))
        right = accuracy(found.stages[network.nodes[-1].name].output, target)
        rate = settings.rate(step, len(images))
        params, memories = update(settings.optimiser, params, found.params, memories, rate)
        if step == total:
            final = _loss(network, params, x, target, settings)
        # A run that waits holds its weights and what the optimiser remembers, but no maps.
        del found, x, target
        if reached is not None:
            yield reached
        for name in trainable:
            for array in params[name].values():
                if not np.isfinite(array).all():
                    _check(np.nan, step, settings, len(images))
        reached = Progress(step, epoch, loss, right, params)
    _check(final, step, settings, len(images))
    yield reached


def _loss(
    network: Network, params: dict[str, Params], x: Array, target: Array, settings: Settings
) -> float:
    """Return the loss of a batch, without training."""
    loss = as_loss(settings.loss)
    with np.errstate(invalid="ignore", over="ignore"):
        logits, output = predict(network, params, x)
        return loss.measure(logits if loss.on_logits else output, target).mean


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


def _check(loss: float, step: int, settings: Settings, pictures: int) -> None:
    """Raise `EngineError` if the weights after this step gave no loss to go on from."""
    if loss <= BLOWN_UP:  # which NaN is not
        return
    grown = f"has grown to {loss:.1e}" if np.isfinite(loss) else "is no longer a number"
    if not step:
        grown = f"is {loss:.1e}" if np.isfinite(loss) else "is not a number"
        raise EngineError(
            f"The loss {grown} even before the first step: look at the pictures and at the "
            f"starting weights."
        )
    kept = f"weights of step {step - 1}" if step > 1 else "starting weights"
    raise EngineError(
        f"The loss {grown} after step {step}: the learning rate "
        f"{settings.rate(step, pictures):g} is too large. The {kept} are kept."
    )
