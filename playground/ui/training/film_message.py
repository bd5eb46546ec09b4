"""The filters of the first layer as the browser is told: where they started, and what became."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.render.colours import TABLES
from playground.ui.components import pack
from playground.ui.training.job import Job, Look

ZERO = 128  # the code of a weight of zero


def film_message(job: Job, look: Look, version: int) -> bytes:
    """The filters at the start and now; when the run rests, also the moments between.

    The weights come as bytes: 128 is zero, and 1 and 255 are as far from it as the largest weight
    that the filter has had in any of the frames, which the header names. In a run that has blown
    up, those after the weights that were kept do not count, and what is beyond is 1 or 255. A
    filter over red, green and blue is a picture of three such numbers a cell.
    """
    now = look.params[job.filmed]["weight"]
    frames, steps = [look.film[0], now], [0, look.step]
    if look.status != "running":
        frames, steps = [*look.film], [*look.film_steps]
        if steps[-1] != look.step:
            frames, steps = [*frames, now], [*steps, look.step]
    weights = np.stack(frames)  # (frames, filters, channels, rows, columns)
    codes, limits = _encode(weights, np.array(steps) <= look.step)
    colour = weights.shape[2] == 3
    header: dict[str, Any] = {
        "kind": "film",
        "version": version,
        "tables": [["diverging", 1]],
        "steps": steps,
        "total": job.total_steps,
        "size": weights.shape[3],
        "table": "rgb" if colour else "diverging",
        "frozen": job.filmed in job.settings.frozen,
        "filters": [
            {"limit": float(limit), "changed": float(changed)}
            for limit, changed in zip(limits, _changed(look.film[0], now), strict=True)
        ],
    }
    return pack(header, [codes, TABLES["diverging"]])


def _encode(weights: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    limits = np.abs(weights[counts]).max(axis=(0, 2, 3, 4))
    scale = (ZERO - 1) / np.where(limits > 0, limits, 1)
    codes = np.rint(weights * scale[:, np.newaxis, np.newaxis, np.newaxis] + ZERO)
    codes = codes.clip(1, 2 * ZERO - 1).astype(np.uint8)
    # A picture of colours has its three numbers side by side; of one channel there is one.
    codes = np.moveaxis(codes, 2, -1)
    return (codes if codes.shape[-1] == 3 else codes[..., 0]), limits


def _changed(start: np.ndarray, now: np.ndarray) -> np.ndarray:
    """How far each filter has moved, as a share of how long it was: ‖now − start‖ / ‖start‖."""
    flat, moved = start.reshape(len(start), -1), (now - start).reshape(len(start), -1)
    length = np.linalg.norm(flat, axis=1)
    return np.linalg.norm(moved, axis=1) / np.where(length > 0, length, 1)
