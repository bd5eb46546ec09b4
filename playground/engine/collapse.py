"""Whether a network that learns still tells pictures apart, or answers the same whatever it sees.

A step that is far too long can push all units of a layer below 0, for every picture. A ReLU then
passes nothing on and no gradient back, and the loss stays where guessing leaves it: nothing
overflows, and nothing is learned any more. A softmax under the total error can end in the same way,
so sure of one class that its gradient is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.evaluation import Pictures, at_a_time, batch_of
from playground.engine.gradients import as_loss, predict
from playground.engine.layers import Array, Params, ReLU
from playground.engine.losses import Loss
from playground.engine.network import Network, trace
from playground.engine.progress import Progress, Settings, TrainingFailed

# A cross-entropy this large means logits that are a million apart. From there gradient descent
# does not come back, but runs on with dead layers, or to infinity some steps later.
BLOWN_UP = 1e6

SAMPLE = 64  # pictures that are looked at
EVERY = 16  # steps from look to look, for batches of so many pictures; smaller ones are looked at
# less often, so that looking costs a fiftieth of the time
LASTING = 64  # steps after which a network that answers the same does not come back: the longest
# that did, of 270 runs with all optimisers and rates, had been silent for 37
SAME = 1e-6  # of the largest output: less is rounding


@dataclass(frozen=True)
class Seen:
    """What a look found.

    Attributes
    ----------
    apart : bool
        Whether the pictures get different answers.
    loss : float
        Their mean loss.
    """

    apart: bool
    loss: float


class Watch:
    """Looks at some of the pictures that are learned from, the same ones each time.

    Parameters
    ----------
    images, targets
        As from `check_examples`.
    batch_size : int
    """

    def __init__(
        self,
        network: Network,
        images: Pictures,
        targets: Array,
        loss: Loss | str,
        batch_size: int,
    ) -> None:
        self._network, self._images, self._loss = network, images, as_loss(loss)
        count = min(SAMPLE, len(images))
        self._rows = np.linspace(0, len(images) - 1, count).astype(np.intp)
        self._targets = targets[self._rows]
        self.every = EVERY * -(-count // min(batch_size, len(images)))

    @np.errstate(invalid="ignore", over="ignore")
    def look(self, params: dict[str, Params]) -> Seen:
        """Run the pictures through the network, without training."""
        read = []
        for x in self._parts():
            logits, output = predict(self._network, params, x)
            read.append(logits if self._loss.on_logits else output)
        read = np.concatenate(read)
        spread, size = np.ptp(read, axis=0).max(), np.abs(read).max()
        return Seen(bool(spread > SAME * size), self._loss.measure(read, self._targets).mean)

    @np.errstate(invalid="ignore", over="ignore")
    def silent_layer(self, params: dict[str, Params]) -> str:
        """Return the first ReLU that is 0 everywhere for every picture, or "" if there is none."""
        heard = dict.fromkeys(
            (node.name for node in self._network.nodes if isinstance(node.layer, ReLU)), False
        )
        for x in self._parts():
            stages = trace(self._network, params, x)
            for name in heard:
                heard[name] |= bool(stages[name].output.any())
        return next((name for name, any_output in heard.items() if not any_output), "")

    def _parts(self) -> Iterator[Array]:
        size = at_a_time(self._network)
        for first in range(0, len(self._rows), size):
            yield batch_of(self._images, self._rows[first : first + size])


class Guard:
    """Ends a run that cannot go on, and knows the last weights that were any good."""

    def __init__(
        self,
        network: Network,
        params: dict[str, Params],
        images: Pictures,
        targets: Array,
        settings: Settings,
    ) -> None:
        self._settings, self._pictures = settings, len(images)
        self._steps = settings.epochs * settings.steps_per_epoch(len(images))
        self._watch = Watch(network, images, targets, settings.loss, settings.batch_size)
        self._first = self._watch.look(params)
        self._kept: Progress | None = None
        self._apart_at = self._silent_since = 0

    def check(self, loss: float, step: int) -> None:
        """Raise if the weights after this step gave no loss to go on from."""
        if loss <= BLOWN_UP:  # which NaN is not
            return
        finite = np.isfinite(loss)
        if not step:
            grown = f"is {loss:.1e}" if finite else "is not a number"
            raise EngineError(
                f"The loss {grown} even before the first step: look at the pictures and at the "
                f"starting weights."
            )
        grown = f"has grown to {loss:.1e}" if finite else "is no longer a number"
        self._fail(f"The loss {grown} after step {step}", self._settings.rate(step, self._pictures))

    def look(self, reached: Progress) -> None:
        """Look at some pictures from time to time; raise if all of them are the same to it."""
        step, last = reached.step, reached.step == self._steps
        if step % self._watch.every and not last:
            return
        seen = self._watch.look(reached.params)
        if last:
            self.check(seen.loss, step)
        if seen.apart or not self._first.apart:
            self._apart_at, self._silent_since = step, 0
            if seen.loss <= self._first.loss:
                self._kept = reached
            return
        self._silent_since = self._silent_since or step
        if last or step - self._silent_since >= LASTING:
            layer = self._watch.silent_layer(reached.params)
            if layer:
                what = f"all outputs of “{layer}” are 0, so that every picture looks the same"
            else:
                what = "the network gives the same answer to every picture"
            rate = self._settings.rate(self._apart_at + 1, self._pictures)
            self._fail(f"From step {self._silent_since} on at the latest, {what}", rate)

    def _fail(self, what: str, rate: float) -> None:
        decay = self._settings.optimiser.weight_decay
        why = f"the learning rate {rate:g}"
        if decay:
            why += f" or the weight decay {decay:g}"
        which = f"weights of step {self._kept.step}" if self._kept else "starting weights"
        raise TrainingFailed(f"{what}: {why} is too large. The {which} are kept.", self._kept)
