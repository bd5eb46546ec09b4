"""What the browser is sent about one backward pass: its numbers, and its maps of gradients."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import numpy as np

from playground.engine.backward_parts import ErrorTerms, Products, WeightStep, error_terms
from playground.engine.layers import Conv2d, Linear, MaxPool2d, ReLU
from playground.engine.taken_apart import TakenApart
from playground.files.gallery import GALLERY
from playground.files.lesson import MOST_STEPS, PICTURES, RATES, Lesson, to_query
from playground.networks.example import CLASSES
from playground.render.colours import TABLES
from playground.render.maps import picture_maps
from playground.ui.backward import Trail
from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.words import for_browser

TERMS = (
    "total_error", "backpropagation", "gradient", "learning_rate", "softmax", "fully_connected",
    "pooling", "relu", "weight_sharing", "seed", "nudging",
)  # fmt: skip
COLOURS = ("grey", "diverging")
# The outputs before and after training, and their target, of U. Karn, "An Intuitive Explanation of
# Convolutional Neural Networks", 2016, https://ujjwalkarn.me/2016/08/11/intuitive-explanation-convnets/
ARTICLE = ([0.2, 0.4, 0.1, 0.3], [0.1, 0.1, 0.7, 0.1])
ARTICLE_TARGET = [0, 0, 1, 0]


def message(lesson: Lesson, trail: Trail, version: int, answered: str, fresh: bool) -> bytes:
    """Everything that the section shows.

    ``fresh`` says that nothing was chosen in this session yet, so that a browser which remembers
    more may bring it back; ``answered`` is the number of the last edit that was taken in.
    """
    trail.follow(lesson)
    apart = trail.take_apart(lesson)
    parcel = Parcel()
    words = for_browser()
    header = {
        "version": version,
        "answered": answered,
        "fresh": fresh,
        "lesson": {name: getattr(lesson, name) for name in ("picture", "target", "seed", "rate")},
        "kept": to_query(lesson),
        "step": len(lesson.taken),
        "most": MOST_STEPS,
        "errors": trail.errors,
        "rates": RATES,
        "pictures": {key: GALLERY[key].title for key in PICTURES},
        "classes": CLASSES,
        "words": {key: words[key] for key in TERMS},
        "tables": {name: parcel.add(TABLES[name]) for name in COLOURS},
        "article": [_error(error_terms(each, ARTICLE_TARGET)) for each in ARTICLE],
        "pick": astuple(apart.pick),
        "error": _error(apart.error),
        "deltas": apart.back.later.tolist(),
        "softmax": _products(apart.softmax),
        "value": apart.value,
        "dense": _step(apart.dense),
        "back": _products(apart.back),
        "window": {
            "rows": apart.window.rows.tolist(),
            "columns": apart.window.columns.tolist(),
            "patch": apart.window.patch.tolist(),
            "winner": apart.window.winner,
        },
        "before": apart.before,
        "gated": apart.gated,
        "kernel": {
            "total": apart.kernel.total,
            "reached": int(np.count_nonzero(apart.kernel.later)),
        },
        "weight": _step(apart.step),
        "maps": _maps(apart, trail, parcel),
    }
    return pack(header, parcel.arrays)


def _maps(apart: TakenApart, trail: Trail, parcel: Parcel) -> dict[str, list[dict[str, Any]]]:
    """Every map of the pass; those of one name share one scale of colours."""
    names, pick, found = apart.names, apart.pick, apart.gradients
    pooled = found.outputs[names[MaxPool2d]][0]
    dense = found.params[names[Linear]]["weight"][pick.unit].reshape(pooled.shape)
    one = slice(pick.filter, pick.filter + 1)
    weights = trail.weights[-1][names[Conv2d]]["weight"][:, 0]
    maps = {
        "dense": dense,
        "pooled": pooled,
        "rectified": found.outputs[names[ReLU]][0, one],
        "convolved": found.outputs[names[Conv2d]][0, one],
        "kernels": found.params[names[Conv2d]]["weight"][:, 0],
        "weights": weights,
        "updated": apart.updated[names[Conv2d]]["weight"][:, 0],
        "terms": apart.kernel.terms[None],
    }
    entries = {
        name: _entries(array, "symmetric", "diverging", parcel) for name, array in maps.items()
    }
    entries["picture"] = _entries(trail.picture[0], "unit", "grey", parcel)
    entries["pixels"] = _entries(apart.kernel.local[None], "unit", "grey", parcel)
    return entries


def _entries(maps: np.ndarray, scale: str, colours: str, parcel: Parcel) -> list[dict[str, Any]]:
    maps = maps[:, None].astype(np.float32)
    shown = picture_maps(maps, scale, colours)
    return [parcel.add_map(each, values) for each, values in zip(shown, maps, strict=True)]


def _error(terms: ErrorTerms) -> dict[str, Any]:
    return {
        "outputs": terms.outputs.tolist(),
        "target": terms.target.tolist(),
        "slopes": terms.slopes.tolist(),
        "shares": terms.shares.tolist(),
        "total": terms.total,
    }


def _products(products: Products) -> dict[str, Any]:
    return {
        "later": products.later.tolist(),
        "local": products.local.tolist(),
        "terms": products.terms.tolist(),
        "total": products.total,
    }


def _step(step: WeightStep) -> dict[str, float]:
    return {
        "weight": step.weight,
        "gradient": step.gradient,
        "updated": step.updated,
        "nudged": step.nudged,
    }
