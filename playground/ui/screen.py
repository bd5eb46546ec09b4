"""From an experiment to what the Filters page shows: its network, its trace, what fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.explain import SoftmaxTerms, softmax_terms
from playground.engine.kernels import SIZES
from playground.engine.layers import Params
from playground.engine.network import Network, Stage, trace
from playground.engine.ops import pair
from playground.files.experiment import CHOICES, SETTING_NAMES, Experiment
from playground.networks.filter_bank import filter_bank, filter_bank_params, scores

TITLES = {
    "convolution": "Convolution",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "max": "Max pooling",
    "average": "Average pooling",
    "sum": "Sum pooling",
}


@dataclass(frozen=True)
class Screen:
    """An experiment, computed.

    Attributes
    ----------
    network : Network
    params : dict
    stages : dict of str to Stage
    scores : ndarray, shape (filters,)
    terms : SoftmaxTerms
    """

    experiment: Experiment
    network: Network
    params: dict[str, Params]
    stages: dict[str, Stage]
    scores: np.ndarray
    terms: SoftmaxTerms

    def map_stages(self) -> list[str]:
        """Names of the stages that are drawn as maps."""
        return [name for name in self.stages if name != "score"]

    def maps(self, name: str) -> np.ndarray:
        """A stage's maps, shape (filters, parts, rows, columns); colour pictures have 3 parts."""
        return self.stages[name].output.swapaxes(0, 1)

    def title(self, name: str) -> str:
        """What a stage is called with these settings."""
        experiment = self.experiment
        chosen = {"activation": experiment.activation, "pooling": experiment.pool}
        return TITLES[chosen.get(name, name)]


def map_names(experiment: Experiment) -> list[str]:
    """The stages that an experiment draws as maps, without computing them."""
    chosen = {"activation": experiment.activation, "pooling": experiment.pool}
    return ["convolution", *(name for name, kind in chosen.items() if kind != "none")]


def as_batch(picture: np.ndarray, colour: str) -> np.ndarray:
    """A picture as the network takes it; channel by channel, each is a picture of its own."""
    return picture[:, None] if colour == "each" else picture[None]


# The settings that make the layer, beside its filters.
LAYER = (
    "stride", "padding", "padding_mode", "dilation", "activation",
    "pool", "pool_size", "pool_stride",
)  # fmt: skip


def layer_settings(experiment: Experiment) -> dict[str, Any]:
    """The layer's settings as the functions that make networks of it take them."""
    return {name: getattr(experiment, name) for name in LAYER}


def network_of(
    experiment: Experiment, batch_shape: tuple[int, ...], kernel_size: int | None = None
) -> Network:
    """The experiment's network for pictures of this shape (with or without a batch in front)."""
    return filter_bank(
        tuple(batch_shape[-3:]),
        len(experiment.filters),
        kernel_size or experiment.kernel_size,
        **layer_settings(experiment),
    )


def compute(experiment: Experiment, picture: np.ndarray) -> Screen:
    """Send the picture through the experiment's network.

    Raises
    ------
    EngineError
        If the settings do not fit the picture; `settle` makes them fit.
    """
    x = as_batch(picture, experiment.colour)
    network = network_of(experiment, x.shape)
    params = filter_bank_params(
        [f.weight for f in experiment.filters],
        [f.bias for f in experiment.filters],
        x.shape[1],
        experiment.convolution,
    )
    stages = trace(network, params, x)
    values = scores(stages)
    terms = softmax_terms(values, experiment.temperature)
    return Screen(experiment, network, params, stages, values, terms)


def reason_against(
    experiment: Experiment, batch_shape: tuple[int, ...], kernel_size: int | None = None
) -> str:
    """Why these settings cannot work on a picture of this shape; empty if they can."""
    try:
        network_of(experiment, batch_shape, kernel_size).shapes()
    except EngineError as error:
        return str(error)
    return ""


def options(experiment: Experiment, name: str, batch_shape) -> dict[Any, str]:
    """Every choice of a setting, with the reason why it cannot be chosen now, or an empty one."""
    return {
        choice: reason_against(replace(experiment, **{name: choice}), batch_shape)
        for choice in CHOICES[name]
    }


def kernel_sizes(experiment: Experiment, batch_shape) -> list[dict[str, Any]]:
    """Every kernel size, with the reason why it cannot be chosen now, or an empty one."""
    return [
        {"size": size, "reason": reason_against(experiment, batch_shape, size)} for size in SIZES
    ]


def settle(experiment: Experiment, batch_shape) -> tuple[Experiment, str]:
    """The experiment, or the nearest one that fits the picture, and a sentence about what gave way.

    The settings that make maps smaller give way one after the other: pooling first, padding last.
    """
    reason = reason_against(experiment, batch_shape)
    if not reason:
        return experiment, ""
    changed = []
    for name, value in (
        ("pool", "none"),
        ("dilation", 1),
        ("stride", 1),
        ("padding_mode", "zeros"),
        ("padding", "same"),
    ):
        if getattr(experiment, name) != value:
            experiment = replace(experiment, **{name: value})
            changed.append(f"{SETTING_NAMES.get(name, name)} is now {value}")
        if not reason_against(experiment, batch_shape):
            break
    return experiment, f"{reason} So {', '.join(changed)}."


def size_formulas(screen: Screen) -> dict[str, str]:
    """The size formula of every stage that changes the size, with the numbers filled in."""
    texts = {}
    for name in screen.map_stages():
        layer = screen.stages[name].layer
        if not hasattr(layer, "kernel_size"):
            texts[name] = "same size: every value on its own"
            continue
        rows, columns = screen.stages[name].inputs[0].shape[2:]
        kernel = pair(layer.kernel_size)[0]
        stride = pair(layer.stride)[0]
        dilation = pair(getattr(layer, "dilation", 1))[0]
        padding = layer.pads()[0]
        extent = f"{dilation}·({kernel} − 1) − 1" if dilation > 1 else str(kernel)
        pad = f" + 2·{padding}" if name == "convolution" else ""
        made = screen.stages[name].output.shape[2:]
        texts[name] = f"⌊({rows}{pad} − {extent}) / {stride}⌋ + 1 = {made[0]}"
        if rows != columns:
            texts[name] += (
                f" rows\n⌊({columns}{pad} − {extent}) / {stride}⌋ + 1 = {made[1]} columns"
            )
    return texts
