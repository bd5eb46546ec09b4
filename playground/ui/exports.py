"""The files that can be taken away, made from an experiment and its picture."""

from __future__ import annotations

import numpy as np

from playground.files.arrays import to_npz
from playground.files.experiment import Experiment
from playground.files.images import to_bytes
from playground.render.colours import TABLES
from playground.render.maps import picture_maps
from playground.render.png import Panel, PipelineRow, map_png, panel, pipeline_png
from playground.ui.screen import compute, map_names


def pipeline_file(experiment: Experiment, picture: np.ndarray) -> bytes:
    """The whole pipeline as a PNG sheet, a row a filter."""
    screen = compute(experiment, picture)
    pictures = {
        name: picture_maps(screen.maps(name), experiment.scale, experiment.colours)
        for name in map_names(experiment)
    }
    rows = [
        PipelineRow(
            filter_.name,
            (
                _input_panel(picture),
                *(panel(screen.title(name), maps[i]) for name, maps in pictures.items()),
            ),
            float(screen.scores[i]),
            float(screen.terms.probabilities[i]),
        )
        for i, filter_ in enumerate(experiment.filters)
    ]
    return pipeline_png("CNN Playground", rows, _subtitle(experiment))


def map_file(experiment: Experiment, picture: np.ndarray, stage: str) -> bytes:
    """One map of the filter that is shown large as a PNG file."""
    screen = compute(experiment, picture)
    maps = screen.maps(stage)
    shown = picture_maps(maps, experiment.scale, experiment.colours)[experiment.active]
    return map_png(shown.codes, TABLES.get(shown.table))


def arrays_file(experiment: Experiment, picture: np.ndarray) -> bytes:
    """All arrays of the screen as an ``.npz`` file: input, weights, every stage, the softmax."""
    screen = compute(experiment, picture)
    return to_npz(
        {
            "input": picture,
            **screen.params["convolution"],
            **{name: stage.output for name, stage in screen.stages.items()},
            "softmax": screen.terms.probabilities,
        }
    )


def _input_panel(picture: np.ndarray) -> Panel:
    low, high = float(picture.min()), float(picture.max())
    codes = to_bytes(picture)
    if len(codes) == 3:
        return Panel("Input", np.ascontiguousarray(codes.transpose(1, 2, 0)), None, low, high)
    return Panel("Input", codes[0], TABLES["grey"], low, high)


def _subtitle(experiment: Experiment) -> str:
    pool = "no pooling"
    if experiment.pool != "none":
        size = experiment.pool_size
        pool = f"{experiment.pool} pooling {size} x {size}, stride {experiment.pool_stride}"
    kernel = experiment.kernel_size
    return (
        f"{kernel} x {kernel} kernels, stride {experiment.stride}, padding {experiment.padding}"
        f"{'' if experiment.padding == 0 else f' ({experiment.padding_mode})'}, "
        f"dilation {experiment.dilation}; activation {experiment.activation}; {pool}"
    )
