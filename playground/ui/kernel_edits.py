"""The edits of the kernel editor: each turns one experiment into another, or into a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.kernels import (
    KERNELS,
    SIZES,
    TRANSFORMS,
    Weights,
    random_weights,
    resize,
)
from playground.files.experiment import (
    MAX_FILTERS,
    MAX_NAME,
    MAX_WEIGHT,
    RANGES,
    Experiment,
    Filter,
    clean_name,
    number,
    preset_filter,
    square,
)


def apply(experiment: Experiment, event: object) -> Experiment:
    """The experiment after one edit that came from the browser.

    Parameters
    ----------
    experiment : Experiment
        What is on the screen.
    event : object
        Meant to be a mapping with a key ``op``, one of `OPERATIONS`, and what that operation
        needs; whatever else it is gets a sentence.

    Raises
    ------
    EngineError
        If the edit cannot be understood or cannot be done; nothing else is ever raised.
    """
    op = event.get("op") if isinstance(event, Mapping) else None
    if not isinstance(op, str) or op not in OPERATIONS:
        raise EngineError("The page sent an edit that the kernel editor does not know.")
    return OPERATIONS[op](experiment, event)


def _index(experiment: Experiment, event: Mapping, key: str = "filter") -> int:
    value = event.get(key)
    count = len(experiment.filters)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
        raise EngineError(f"That filter is not there: the layer has {_counted(count)}.")
    return value


def _counted(count: int) -> str:
    return "1 filter" if count == 1 else f"{count} filters"


def _number(value: object, what: str) -> float:
    try:
        return number(value)
    except (ValueError, TypeError, OverflowError) as error:
        limit = f"{MAX_WEIGHT:g}"
        raise EngineError(f"{what} must be a number from −{limit} to {limit}.") from error


def bounded(weight: Weights) -> Weights:
    """The same weights, or an `EngineError` if one of them is beyond the editor's limit."""
    if not all(abs(v) <= MAX_WEIGHT for row in weight for v in row):
        raise EngineError(f"This would make weights beyond ±{MAX_WEIGHT:g}, the editor's limit.")
    return weight


def _change(experiment: Experiment, index: int, **values: Any) -> Experiment:
    filters = list(experiment.filters)
    filters[index] = replace(filters[index], **values)
    return replace(experiment, filters=tuple(filters))


def _fit(filter_: Filter, size: int) -> Filter:
    if len(filter_.weight) == size:
        return filter_
    return replace(filter_, weight=resize(filter_.weight, size))


def _sized(experiment: Experiment, size: int) -> Experiment:
    filters = tuple(_fit(filter_, size) for filter_ in experiment.filters)
    return replace(experiment, filters=filters)


def _weights(experiment: Experiment, event: Mapping) -> Experiment:
    index, size = _index(experiment, event), experiment.kernel_size
    flat = event.get("weight")
    if not isinstance(flat, list | tuple) or len(flat) != size * size:
        raise EngineError(f"A {size}×{size} kernel has {size * size} weights, no more and no less.")
    weight = square([_number(value, "A weight") for value in flat])
    return _change(experiment, index, weight=weight)


def _cell(experiment: Experiment, event: Mapping) -> Experiment:
    index, size = _index(experiment, event), experiment.kernel_size
    cell = event.get("cell")
    if isinstance(cell, bool) or not isinstance(cell, int) or not 0 <= cell < size * size:
        raise EngineError(f"That cell is not there: the kernel has {size} rows and columns.")
    flat = [v for row in experiment.filters[index].weight for v in row]
    flat[cell] = _number(event.get("value"), "A weight")
    return _change(experiment, index, weight=square(flat))


def _bias(experiment: Experiment, event: Mapping) -> Experiment:
    index = _index(experiment, event)
    return _change(experiment, index, bias=_number(event.get("value"), "The bias"))


def _name(experiment: Experiment, event: Mapping) -> Experiment:
    index, name = _index(experiment, event), event.get("name")
    if not isinstance(name, str):
        raise EngineError("A filter's name must be text.")
    return _change(experiment, index, name=clean_name(name))


def _begin(experiment: Experiment, index: int, key: str) -> Experiment:
    # A layer has one kernel size: a larger preset grows every filter, a smaller one is centred.
    fresh = preset_filter(key)
    experiment = _sized(experiment, max(experiment.kernel_size, len(fresh.weight)))
    filters = list(experiment.filters)
    filters[index] = _fit(fresh, experiment.kernel_size)
    return replace(experiment, filters=tuple(filters))


def _preset(experiment: Experiment, event: Mapping) -> Experiment:
    index, key = _index(experiment, event), event.get("key")
    if not isinstance(key, str) or key not in KERNELS:
        raise EngineError("There is no preset of that name.")
    return _begin(experiment, index, key)


def _reset(experiment: Experiment, event: Mapping) -> Experiment:
    index = _index(experiment, event)
    preset = experiment.filters[index].preset
    return _begin(experiment, index, preset if preset in KERNELS else "identity")


def _transform(experiment: Experiment, event: Mapping) -> Experiment:
    index, key = _index(experiment, event), event.get("key")
    if not isinstance(key, str) or key not in TRANSFORMS:
        raise EngineError("The kernel editor does not know that button.")
    weight = bounded(TRANSFORMS[key](experiment.filters[index].weight))
    return _change(experiment, index, weight=weight)


def _random(experiment: Experiment, event: Mapping) -> Experiment:
    index, seed = _index(experiment, event), experiment.seed
    weight = random_weights(experiment.kernel_size, np.random.default_rng(seed))
    experiment = _change(experiment, index, name=f"Random {seed}", weight=weight, preset="")
    return replace(experiment, seed=seed + 1 if seed < RANGES["seed"][1] else 0)


def _size(experiment: Experiment, event: Mapping) -> Experiment:
    size = event.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or size not in SIZES:
        raise EngineError("A kernel is 1×1, 3×3, 5×5 or 7×7 here.")
    return _sized(experiment, size)


def _insert(experiment: Experiment, at: int, filter_: Filter) -> Experiment:
    if len(experiment.filters) >= MAX_FILTERS:
        raise EngineError(f"A layer has at most {MAX_FILTERS} filters here; remove one first.")
    filters = list(experiment.filters)
    filters.insert(at, filter_)
    return replace(experiment, filters=tuple(filters), active=at)


def _add(experiment: Experiment, event: Mapping) -> Experiment:
    size = experiment.kernel_size
    used = {filter_.preset for filter_ in experiment.filters}
    fitting = (key for key, k in KERNELS.items() if len(k.weight) <= size and key not in used)
    fresh = _fit(preset_filter(next(fitting, "identity")), size)
    return _insert(experiment, len(experiment.filters), fresh)


def _duplicate(experiment: Experiment, event: Mapping) -> Experiment:
    index = _index(experiment, event)
    original = experiment.filters[index]
    ending = " copy"
    name = clean_name(original.name[: MAX_NAME - len(ending)]) + ending
    return _insert(experiment, index + 1, replace(original, name=name))


def _remove(experiment: Experiment, event: Mapping) -> Experiment:
    index = _index(experiment, event)
    if len(experiment.filters) == 1:
        raise EngineError("The last filter stays: a layer without filters has no output.")
    filters = experiment.filters[:index] + experiment.filters[index + 1 :]
    active = experiment.active - (index < experiment.active)
    return replace(experiment, filters=filters, active=min(active, len(filters) - 1))


def _select(experiment: Experiment, event: Mapping) -> Experiment:
    return replace(experiment, active=_index(experiment, event))


def _move(experiment: Experiment, event: Mapping) -> Experiment:
    start, to = _index(experiment, event), _index(experiment, event, "to")
    order = list(range(len(experiment.filters)))
    order.insert(to, order.pop(start))
    filters = tuple(experiment.filters[i] for i in order)
    return replace(experiment, filters=filters, active=order.index(experiment.active))


def _convolution(experiment: Experiment, event: Mapping) -> Experiment:
    value = event.get("value")
    if not isinstance(value, bool):
        raise EngineError("The kernel is either flipped or it is not.")
    return replace(experiment, convolution=value)


OPERATIONS: dict[str, Callable[[Experiment, Mapping], Experiment]] = {
    "weights": _weights,
    "cell": _cell,
    "bias": _bias,
    "name": _name,
    "preset": _preset,
    "reset": _reset,
    "transform": _transform,
    "random": _random,
    "size": _size,
    "add": _add,
    "duplicate": _duplicate,
    "remove": _remove,
    "select": _select,
    "move": _move,
    "convolution": _convolution,
}
