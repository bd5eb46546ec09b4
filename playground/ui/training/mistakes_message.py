"""How the held-out pictures were judged, as the browser is told: the confusion and its pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.confusion import class_figures
from playground.files.images import to_bytes
from playground.render.colours import TABLES
from playground.ui.components import pack
from playground.ui.training.job import Job, Look
from playground.ui.words import for_browser

TERMS = ("confusion", "recall", "precision")
WORST = 24
OF_A_CELL = 48

Cell = tuple[int, int]


def mistakes_message(job: Job, look: Look, version: int, answered: str, cell: Cell | None) -> bytes:
    """The confusion matrix with the figures of every class, and the pictures that are asked for.

    Parameters
    ----------
    cell : tuple of int, optional
        Class and answer whose pictures are wanted; the worst mistakes of all without.
    """
    header: dict[str, Any] = {"kind": "mistakes", "version": version, "answered": answered}
    if look.exam is None:
        return pack({**header, "tables": [], "labels": []}, [])
    result = look.exam.result
    rows, title = _chosen(job, look, cell)
    pictures = job.held_out_images[rows]
    colour = pictures.shape[1] == 3
    codes = to_bytes(pictures.transpose(0, 2, 3, 1) if colour else pictures[:, 0])
    found, words = class_figures(result.confusion), for_browser()
    answers = result.outputs.argmax(axis=1)
    header |= {
        "tables": [["grey", 1]],
        "words": {key: words[key] for key in TERMS},
        "labels": list(job.network.labels),
        "step": look.exam.step,
        "accuracy": result.accuracy,
        "pictures_judged": len(job.held_out_images),
        "confusion": result.confusion.tolist(),
        "classes": [
            {"precision": _or_none(precision), "recall": _or_none(recall), "pictures": int(count)}
            for precision, recall, count in zip(
                found.precision, found.recall, found.pictures, strict=True
            )
        ],
        "cell": cell,
        "title": title,
        "shape": pictures.shape[2:],
        "table": "rgb" if colour else "grey",
        "pictures": [
            {
                "number": int(row),
                "target": int(job.held_out_targets[row]),
                "answer": int(answers[row]),
                "share": float(result.outputs[row].max()),
                "loss": float(result.losses[row]),
            }
            for row in rows
        ],
    }
    return pack(header, [codes, TABLES["grey"]])


def _chosen(job: Job, look: Look, cell: Cell | None) -> tuple[np.ndarray, str]:
    """The pictures to show, those with the largest loss first, and what they are."""
    result, labels = look.exam.result, job.network.labels
    answers, targets = result.outputs.argmax(axis=1), job.held_out_targets
    if cell is None:
        rows, most = np.flatnonzero(answers != targets), WORST
        title = "The worst mistakes" if len(rows) else "No mistake at all"
    else:
        rows, most = np.flatnonzero((targets == cell[0]) & (answers == cell[1])), OF_A_CELL
        title = f"{labels[cell[0]]} taken for {labels[cell[1]]}"
        if cell[0] == cell[1]:
            title = f"{labels[cell[0]]}, recognised"
    first = rows[np.argsort(-result.losses[rows], kind="stable")][:most]
    if len(first) < len(rows):
        title += f": {len(first)} of {len(rows)}, the largest loss first"
    return first, title


def _or_none(share: float) -> float | None:
    return None if np.isnan(share) else float(share)
