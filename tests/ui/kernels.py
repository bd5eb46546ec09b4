"""Experiments to edit, and a short way to write an edit."""

from __future__ import annotations

from dataclasses import replace

from playground.engine.kernels import SIZES
from playground.files.experiment import Experiment, preset_filter
from playground.ui.kernel_editor import apply

START = Experiment()
SIZE_CHOICES = [{"size": size, "reason": ""} for size in SIZES]
# Settings, in case that an edit changes something that is none of its business.
ODD = replace(START, picture="boat", stride=2, padding=1, temperature=3.0, seed=5)


def edit(experiment: Experiment, op: str, **values) -> Experiment:
    return apply(experiment, {"op": op, **values})


def of_presets(*keys: str) -> Experiment:
    return replace(START, filters=tuple(preset_filter(key) for key in keys))
