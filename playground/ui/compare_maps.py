"""What the view that compares sends to the browser: the maps of all sides and their differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.engine.difference import Difference, align, centres, difference
from playground.files.comparison import PAIRS, ready_made
from playground.files.experiment import Experiment
from playground.render.maps import picture_maps
from playground.ui import screen
from playground.ui.compare import LETTERS, TITLES, differences, named, settle
from playground.ui.compare_words import sentences
from playground.ui.message import Parcel, settings
from playground.ui.screen import Screen

STAGES = ("convolution", "activation", "pooling")
# Of one float32 sum, in units of the sum of its terms' sizes; the order of the terms decides.
ROUNDING = 2e-6


def more(computed: Screen, parcel: Parcel) -> dict[str, Any]:
    """The maps of all sides, their differences, and what can be said about them."""
    experiment = computed.experiment
    batch = computed.stages["convolution"].inputs[0]
    found = settle(experiment, batch.shape)
    picture = batch[:, 0] if experiment.colour == "each" else batch[0]
    sides = [computed]
    sides += [
        screen.compute(_alone(replace(experiment, **{found.name: value})), picture)
        for value in found.values
    ]
    tolerance = _tolerance(sides)
    names = [name for name in STAGES if any(name in side.stages for side in sides)]
    stages, differences = [], []
    for name in names:
        entry, made = _stage(name, sides, parcel, tolerance)
        stages.append(entry)
        differences.append(made)
    return {
        "compare": {
            "title": TITLES[found.name],
            "note": found.note,
            "sentences": sentences(found.name, sides, names, differences),
            "sides": [
                {
                    "letter": letter,
                    "label": named(experiment, found.name, value),
                    "settings": settings(side),
                }
                for letter, value, side in zip(
                    LETTERS, [getattr(experiment, found.name), *found.values], sides, strict=False
                )
            ],
            "stages": stages,
            "pairs": _pairs(experiment, batch.shape),
        }
    }


def _alone(experiment: Experiment) -> Experiment:
    """The experiment with the filter that is shown large alone: the others are not compared."""
    return replace(experiment, filters=(experiment.filter,), active=0)


def _tolerance(sides: list[Screen]) -> float:
    """How far apart values can be that are the same but for rounding."""
    largest = 0.0
    for side in sides:
        kernel = np.abs(side.params["convolution"]["weight"][side.experiment.active])
        bias = abs(side.experiment.filter.bias)
        summed = side.experiment.pool_size**2 if side.experiment.pool == "sum" else 1
        largest = max(largest, summed * (float(kernel.sum()) + bias))
    return ROUNDING * largest


def _stage(
    name: str, sides: list[Screen], parcel: Parcel, tolerance: float
) -> tuple[dict[str, Any], list[Difference]]:
    # A side without an activation, or without a pool, passes on what it has.
    until = STAGES[: STAGES.index(name) + 1]
    reached = [[each for each in until if each in side.stages][-1] for side in sides]
    maps = [
        side.maps(own)[side.experiment.active] for side, own in zip(sides, reached, strict=True)
    ]
    places = [centres(side.network, own) for side, own in zip(sides, reached, strict=True)]
    rows, columns = (align([place[axis] for place in places]) for axis in (0, 1))
    # One range of colours for all sides, so that they can be compared by eye.
    together = np.concatenate([each.ravel() for each in maps])[None, None, None]
    experiment = sides[0].experiment
    (shown,) = picture_maps(together, experiment.scale, experiment.colours)
    ends = np.cumsum([each.size for each in maps])[:-1]
    entries = [
        {
            "stage": own,
            "title": side.title(own) if own == name else f"No {name}",
            "shape": values.shape[1:],
            "minimum": float(values.min()),
            "maximum": float(values.max()),
            "codes": parcel.add(codes),
            "rows": parcel.add(rows.cells[i].astype(np.float32)),
            "columns": parcel.add(columns.cells[i].astype(np.float32)),
        }
        for i, (side, own, values, codes) in enumerate(
            zip(sides, reached, maps, np.split(shown.codes[0], ends), strict=True)
        )
    ]
    made = [
        difference(
            maps[0],
            maps[i],
            (rows.cells[0], rows.cells[i]),
            (columns.cells[0], columns.cells[i]),
            tolerance,
        )
        for i in range(1, len(sides))
    ]
    return {
        "name": name,
        "titles": list(dict.fromkeys(entry["title"] for entry in entries)),
        "shape": (len(rows.cells[0]), len(columns.cells[0])),
        "distance": max(rows.distance, columns.distance),
        "low": shown.low,
        "high": shown.high,
        "table": shown.table,
        "sides": entries,
        "differences": [_difference_entry(each, experiment.scale, parcel) for each in made],
    }, made


def _difference_entry(made: Difference, scale: str, parcel: Parcel) -> dict[str, Any]:
    values = made.values
    # Its own range, as far below zero as above, whatever the maps' is.
    scale = "robust" if scale == "robust" else "symmetric"
    (shown,) = picture_maps(values.reshape(1, 1, 1, -1), scale, "diverging")
    largest = np.unravel_index(np.argmax(np.abs(values)), values.shape)
    return {
        "codes": parcel.add(shown.codes),
        "limit": shown.high,
        "minimum": made.minimum,
        "maximum": made.maximum,
        "mean": made.mean,
        "share": made.share,
        "largest": [int(each) for each in largest],
    }


def _pairs(experiment: Experiment, batch_shape) -> list[dict[str, Any]]:
    """The ready-made comparisons, with the reason why one cannot be made of this picture."""
    entries = []
    for key, pair in PAIRS.items():
        made = ready_made(experiment, key)
        reason = screen.reason_against(made, batch_shape) or settle(made, batch_shape).note
        entries.append(
            {
                "key": key,
                "label": pair.label,
                "reason": reason,
                "chosen": made == experiment,
                "changes": differences(experiment, made),
            }
        )
    return entries
