"""Loss and accuracy of a run as they stand over its curves: of the weights that there are."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from playground.ui.training.job import Look


@dataclass(frozen=True)
class Figure:
    """Loss and accuracy after a step.

    Attributes
    ----------
    accuracy, loss : float
    step : int
    """

    accuracy: float
    loss: float
    step: int

    def below(self, look: Look) -> str:
        """What stands below the accuracy: after a failure also of which step it is."""
        loss = f"loss {self.loss:.4f}"
        if look.status != "stopped":
            return loss
        return f"{loss}, step {self.step:,}" + (", kept" if self.step == look.step else "")


def of_training(look: Look) -> Figure | None:
    """The batch of the last step, or of the one that a run that failed went back to.

    A point of the curve stands for all steps since the point before.
    """
    steps, losses, accuracies = look.curve
    place = bisect_left(steps, look.step) if look.status == "stopped" else len(steps) - 1
    if not steps or not look.step or place == len(steps):
        return None
    step = look.step if look.status == "stopped" else steps[place]
    return Figure(accuracies[place], losses[place], step)


def of_held_out(look: Look) -> Figure | None:
    """The held-out pictures, judged the last time: by the weights that the confusion shows, too."""
    if look.exam is None:
        return None
    return Figure(look.exam.result.accuracy, look.exam.result.loss, look.exam.step)
