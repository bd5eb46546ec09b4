"""What the kernel editor shows in the browser, and the edits that come back from it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, normalise, resize
from playground.files.experiment import MAX_FILTERS, MAX_NAME, MAX_WEIGHT, Experiment, Filter
from playground.ui.kernel_edits import apply, bounded

__all__ = ["apply", "view"]

# How the presets are grouped in the menu; one that stands in no group is shown under OTHERS.
GROUPS = {
    "Keep and blur": ("identity", "box_blur", "gaussian_blur", "gaussian_blur_5"),
    "Sharpen": ("sharpen", "unsharp"),
    "Edges in all directions": ("edge", "edge_cross", "edge_corners", "laplacian"),
    "Edges in one direction": (
        *("sobel_x", "sobel_y", "prewitt_x", "prewitt_y", "scharr_x", "scharr_y"),
        *("diagonal_down", "diagonal_up"),
    ),
}
OTHERS = "More"
_GROUP = {key: group for group, keys in GROUPS.items() for key in keys}

PRESETS = [
    {
        "key": key,
        "name": kernel.name,
        "about": kernel.about,
        "source": kernel.source,
        "url": kernel.url,
        "size": len(kernel.weight),
        "group": _GROUP.get(key, OTHERS),
    }
    for key, kernel in KERNELS.items()
]


def view(experiment: Experiment, sizes: list[dict], answered: str, note: str) -> dict[str, Any]:
    """What the browser's half of the editor shows, ready for JSON.

    Parameters
    ----------
    sizes : list of dict
        ``size`` and ``reason`` of every kernel size; a reason that is not empty says why the size
        cannot be chosen now.
    answered : str
        The number of the last edit that was taken in.
    note : str
        Why the last edit could not be done, or nothing.
    """
    return {
        **news(experiment, answered),
        "sizes": sizes,
        "presets": PRESETS,
        "note": note,
        "limits": {"filters": MAX_FILTERS, "weight": MAX_WEIGHT, "name": MAX_NAME},
    }


def news(experiment: Experiment, answered: str) -> dict[str, Any]:
    """The part of `view` that an edit of a kernel changes; it travels with the new maps."""
    return {
        "filters": [_shown(filter_) for filter_ in experiment.filters],
        "active": experiment.active,
        "size": experiment.kernel_size,
        "convolution": experiment.convolution,
        "answered": answered,
        "note": "",
    }


@lru_cache(maxsize=256)  # an edit changes one filter and leaves the others
def _shown(filter_: Filter) -> dict[str, Any]:
    total = sum(v for row in filter_.weight for v in row)
    try:
        bounded(normalise(filter_.weight))
        cannot = "These weights sum to 1 already." if abs(total - 1) < 1e-12 else ""
    except EngineError as error:
        cannot = str(error)
    return {
        "name": filter_.name,
        "weight": [v for row in filter_.weight for v in row],
        "bias": filter_.bias,
        "preset": filter_.preset,
        "edited": _edited(filter_),
        "sum": total,
        "can_normalise": not cannot,
        "why_not": cannot,
    }


def _edited(filter_: Filter) -> bool:
    if filter_.preset not in KERNELS:
        return False
    preset = KERNELS[filter_.preset].weight
    size = max(len(preset), len(filter_.weight))
    return resize(preset, size) != resize(filter_.weight, size)
