"""What an experiment is compared with: one of its settings, given one or two other values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playground.engine.kernels import resize as resize_kernel
from playground.engine.kernels import rotate_90
from playground.files.filters import preset_filter
from playground.files.settings import COMPARED, MAX_FILTERS

# These leave the maps' size as it is, so three of them can be compared cell by cell.
THREE = ("pool", "padding_mode", "activation", "active")
LONGEST = 64


def read_against(value: Any, parsers: Mapping[str, Callable[[Any], Any]]) -> str:
    """A comparison as links write it, ``"setting:value"`` or ``"setting:value,value"``.

    Raises
    ------
    ValueError
        If the setting is not compared, or a value is not one that it can have.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError("not a comparison")
    name, values = split_against(value)
    if name not in COMPARED:
        raise ValueError("not compared")
    parsed = list(dict.fromkeys(parsers[name](each) for each in values))
    if len(parsed) > (2 if name in THREE else 1):
        raise ValueError("too many values")
    return write_against(name, parsed)


def split_against(against: str) -> tuple[str, list[str]]:
    """The setting of a comparison, and the texts of its other values."""
    name, _, values = against.partition(":")
    return name, values.split(",")


def write_against(name: str, values: list) -> str:
    """The comparison of a setting with these other values."""
    texts = [str(int(value)) if isinstance(value, bool) else str(value) for value in values]
    return f"{name}:{','.join(texts)}"


@dataclass(frozen=True)
class Pair:
    """A ready-made comparison.

    Attributes
    ----------
    label : str
        What it compares, in a few words.
    against : str
        What is compared.
    settings : callable
        Every setting that it needs the experiment to have, given the experiment.
    """

    label: str
    against: str
    settings: Callable[[Any], dict[str, Any]]


def _padded(experiment) -> dict[str, Any]:
    padding = experiment.padding or max(1, min(6, _reach(experiment)))
    return {"padding": padding, "padding_mode": "zeros"}


def _reach(experiment) -> int:
    return experiment.dilation * (experiment.kernel_size - 1) // 2


def _asymmetric(experiment) -> dict[str, Any]:
    """The chosen filter, if turning it changes it, or the next that does, or one more filter."""
    settings = {"convolution": False}
    filters, active = experiment.filters, experiment.active
    for i in (active, *range(len(filters))):
        if not is_symmetric(filters[i].weight):
            return settings | {"active": i}
    size = max(3, experiment.kernel_size)
    emboss = preset_filter("emboss")
    emboss = replace(emboss, weight=resize_kernel(emboss.weight, size))
    grown = [replace(f, weight=resize_kernel(f.weight, size)) for f in filters]
    if len(grown) < MAX_FILTERS:
        return settings | {"filters": (*grown, emboss), "active": len(grown)}
    grown[active] = emboss
    return settings | {"filters": tuple(grown)}


def is_symmetric(weight: tuple[tuple[float, ...], ...]) -> bool:
    """Whether a kernel is the same when it is turned by 180°."""
    return rotate_90(rotate_90(weight)) == weight


def _single_steps(experiment) -> dict[str, Any]:
    # Padding "same" keeps the size of the picture, which no stride above 1 can.
    same = experiment.padding == "same"
    return {"stride": 1, "padding": min(6, _reach(experiment)) if same else experiment.padding}


PAIRS: dict[str, Pair] = {
    "padding": Pair("zeros | reflect", "padding_mode:reflect", _padded),
    "pooling": Pair("max | average | sum", "pool:average,sum", lambda _: {"pool": "max"}),
    "flipping": Pair("cross-correlation | convolution", "convolution:1", _asymmetric),
    "stride": Pair("stride 1 | 2", "stride:2", _single_steps),
}


def ready_made(experiment, key: Any):
    """The experiment with a ready-made comparison, and every setting that it needs.

    Raises
    ------
    ValueError
        If there is no such comparison.
    """
    if not isinstance(key, str) or key not in PAIRS:
        raise ValueError("no such comparison")
    pair = PAIRS[key]
    return replace(experiment, against=pair.against, **pair.settings(experiment))
