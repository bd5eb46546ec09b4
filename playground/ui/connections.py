"""The view of connections: the layer stacked on itself, and how each stage reads the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.engine.errors import EngineError
from playground.engine.layers import Layer, Shape
from playground.engine.network import Network, trace
from playground.engine.ops import pair
from playground.files.experiment import CHOICES, Experiment
from playground.networks.rounds import rounds, rounds_params
from playground.render.maps import picture_maps
from playground.ui import state
from playground.ui.message import Parcel
from playground.ui.screen import Screen, layer_settings

HELP = (
    "How often the layer is stacked: its last map goes through the same kernel, activation and "
    "pooling again. A trained network has kernels of its own in every layer; this one shows how "
    "the receptive field grows."
)


def stacked(experiment: Experiment, batch_shape: tuple[int, ...], count: int) -> Network:
    """The chosen filter's layer, so many times, for pictures of this shape."""
    return rounds(
        tuple(batch_shape[-3:]),
        experiment.kernel_size,
        count,
        **layer_settings(experiment),
    )


def reasons(experiment: Experiment, batch_shape: tuple[int, ...]) -> dict[int, str]:
    """Every number of rounds, with the reason why it does not fit, or an empty one."""
    found = {}
    for count in CHOICES["rounds"]:
        try:
            stacked(experiment, batch_shape, count).shapes()
            found[count] = ""
        except EngineError as error:
            found[count] = str(error)
    return found


def fitting(experiment: Experiment, batch_shape: tuple[int, ...]) -> int:
    """The experiment's number of rounds, or the largest below it that fits."""
    found = reasons(experiment, batch_shape)
    return max(n for n, reason in found.items() if not reason and n <= experiment.rounds)


def more(screen: Screen, parcel: Parcel) -> dict[str, Any]:
    """The stages of all rounds for the page's message.

    The maps of the first round are those that the page has anyway.
    """
    experiment = screen.experiment
    x = screen.stages["convolution"].inputs[0]
    count = fitting(experiment, x.shape)
    network = stacked(experiment, x.shape, count)
    chosen = experiment.filter
    params = rounds_params(
        chosen.weight, chosen.bias, x.shape[1], count, flip=experiment.convolution
    )
    entries = []
    for name, stage in trace(network, params, x).items():
        kind, number = name[:-1], int(name[-1])
        shown = None
        if number > 1:
            maps = stage.output.swapaxes(0, 1)
            shown = parcel.add_map(picture_maps(maps, experiment.scale, experiment.colours)[0])
        entries.append(
            {
                "name": name,
                "kind": kind,
                "round": number,
                "title": f"{screen.title(kind)} {number}",
                "shape": stage.output.shape[2:],
                "map": shown,
                "layer": geometry(stage.layer, stage.inputs[0].shape[2:]),
            }
        )
    return {"connections": {"rounds": count, "stages": entries}}


def geometry(layer: Layer, shape: Shape) -> dict[str, Any]:
    """How a layer reads an input of these rows and columns, for the browser.

    A layer that takes every value by itself reads as a kernel of one cell does.
    """
    kernel = pair(getattr(layer, "kernel_size", 1))
    stride = getattr(layer, "stride", 1)
    return {
        "kernel": kernel,
        "stride": kernel if stride is None else pair(stride),
        "dilation": pair(getattr(layer, "dilation", 1)),
        "pads": layer.pads() if hasattr(layer, "pads") else (0, 0, 0, 0),
        "mode": getattr(layer, "padding_mode", "zeros"),
        "input": tuple(shape),
    }


def controls(
    experiment: Experiment, batch_shape: tuple[int, ...], then: Callable[[str], None]
) -> None:
    """How often the layer is stacked; what does not fit is not offered, and the help says why."""
    found = reasons(experiment, batch_shape)
    left_out = [f"Not now {count}: {reason}" for count, reason in found.items() if reason]
    st.selectbox(
        "Rounds",
        [count for count, reason in found.items() if not reason],
        key=state.control("rounds", fitting(experiment, batch_shape)),
        width=120,
        help="\n\n".join([HELP, *left_out]),
        filter_mode=None,
        on_change=then,
        args=("rounds",),
    )
