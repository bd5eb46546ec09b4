"""Loss and accuracy of a run as the browser is told while it goes on."""

from __future__ import annotations

import numpy as np

from playground.render.learning import HELD_OUT, TRAINING
from playground.ui.components import pack
from playground.ui.training.job import Job, Look


def curves_message(job: Job, look: Look, version: int) -> bytes:
    """The points of both curves: of the batches, and of the held-out pictures."""
    series, arrays = [], []
    for curve in (look.curve, look.held_out):
        entry = {"points": len(curve[0])}
        for name, values in zip(("steps", "losses", "accuracies"), curve, strict=True):
            entry[name] = len(arrays)
            arrays.append(np.asarray(values, np.float32))
        series.append(entry)
    header = {
        "kind": "curves",
        "version": version,
        "tables": [],
        "total": job.total_steps,
        "colours": [TRAINING, HELD_OUT],
        "series": series,
    }
    return pack(header, arrays)
