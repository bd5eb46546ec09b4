"""What a change of the experiment brings about: it is settled, remembered, and its parts redrawn.

The Filters page is made of fragments; `change` reruns only those that the change concerns.
"""

from __future__ import annotations

from dataclasses import replace

from playground.files.experiment import Experiment
from playground.ui import address, pictures, screen, state
from playground.ui.views import VIEWS


def fit() -> None:
    """Make the experiment fit its picture, as after a link that was written by hand."""
    settled, sentence = screen.settle(state.experiment(), batch_shape(state.experiment()))
    if sentence:
        state.replace_now(settled)
        state.say(sentence)


def batch_shape(experiment: Experiment) -> tuple[int, ...]:
    """The shape of what goes through the network."""
    picture = pictures.picture_of(experiment)
    return screen.as_batch(picture, experiment.colour).shape


def change(new: Experiment, *parts: str, gesture: object = None, here: str = "") -> None:
    """Make ``new`` the experiment, settled so that it fits, and rerun the parts that it changes.

    This ends the run that calls it, except when all that is to be drawn anew is ``here``, the
    fragment that this run draws anyway: then the run goes on, and no second one is needed.
    """
    old, could = state.experiment(), (state.can_undo(), state.can_redo())
    had_notes = bool(state.notes())
    new, sentence = screen.settle(new, batch_shape(new))
    state.hush()
    state.say(sentence)
    state.commit(new, gesture)
    rerun = {"pipeline", *parts}
    if could != (state.can_undo(), state.can_redo()) or had_notes or sentence:
        rerun.add("toolbar")
    if _settings(new) != _settings(old):
        rerun |= {"layer", "kernel", "maps", "toolbar"}
    if VIEWS[new.view].controls:  # which may depend on everything else
        rerun.add("views")
    if new.kernel_size != old.kernel_size or len(new.filters) != len(old.filters):
        rerun |= {"layer", "kernel"}
    if (new.picture, new.side, new.colour) != (old.picture, old.side, old.colour):
        rerun.add("picture")
    if state.value_of("histograms"):
        rerun.add("histograms")
    if rerun != {here}:
        address.redraw(sorted(rerun))


def _settings(experiment: Experiment) -> Experiment:
    """What the native controls of every view show, apart from the filters."""
    return replace(experiment, filters=(), active=0, seed=0, against="", rounds=0)


def refuse(sentence: str, *parts: str) -> None:
    """Say why something was not done, redraw the parts that show otherwise, and end this run."""
    state.say(sentence)
    address.redraw(sorted({"toolbar", *parts}))
