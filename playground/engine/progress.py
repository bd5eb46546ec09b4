"""What a training run is asked to do, where it is, and why it could not go on."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.engine.checks import real, whole
from playground.engine.errors import EngineError
from playground.engine.gradients import as_loss
from playground.engine.layers import Params
from playground.engine.optimisers import Adam, Constant, Optimiser, Schedule


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


class TrainingFailed(EngineError):
    """A run cannot go on; the sentence says why.

    Attributes
    ----------
    kept : Progress or None
        The last one that was looked at and did better than the network that the run began with;
        None if there was none, and the starting weights are the best.
    """

    def __init__(self, sentence: str, kept: Progress | None) -> None:
        super().__init__(sentence)
        self.kept = kept
