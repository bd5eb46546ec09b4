"""What a network answers: its strongest outputs, and what may be said about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.layers import Softmax
from playground.engine.ranking import descending
from playground.ui.network.compute import Pass
from playground.ui.network.inputs import Taken
from playground.ui.network.subjects import Opened

AT_MOST = 10  # classes of which all are listed,
OF_MANY = 5  # and how many of more
BLANK = "Even of a black picture, the softmax shares 100 % among the classes."


def verdict(subject: Opened, taken: Taken, made: Pass) -> dict[str, Any]:
    """The table of outputs, the sentence over it, and what is to be said about them."""
    output = made.output.ravel()
    if made.output.ndim != 1 and output.size != len(made.output):
        return {
            "title": "Outputs",
            "many": False,
            "verdict": "",
            "right": None,
            "caveat": "This network ends in maps, so it names no class.",
            "columns": ["", ""],
            "rows": [],
            "groups": [],
            "spoken": "The network ends in maps.",
        }
    softmax = isinstance(subject.network.nodes[-1].layer, Softmax)
    before = made.before.ravel()
    best, blank = int(np.nanargmax(output)), not taken.shown.any()
    order = descending(output)[:OF_MANY] if output.size > AT_MOST else range(output.size)
    span = float(np.abs(output).max()) or 1.0
    rows = []
    for number in map(int, order):
        value = float(output[number])
        rows.append(
            {
                "channel": number,
                "label": subject.label(number),
                "length": value if softmax else max(0.0, value / span),
                "share": share(value, subject.trained) if softmax else f"{value:.3f}",
                "score": f"{before[number]:.2f}".replace("-", "−") if softmax else "",
                "best": number == best and not blank,
            }
        )
    words = "Nothing to see yet" if blank else subject.label(best)
    if subject.trained is False and not blank:
        words = f"Largest output: {words}"
    right = None if taken.truth is None or blank else best == taken.truth
    if right is not None:
        words += " – right" if right else f" – wrong: it is {subject.label(taken.truth)}"
    certain = share(float(output[best]), subject.trained) if softmax and not blank else ""
    title = "Outputs"
    if softmax:
        title = "Outputs of the softmax" if subject.trained is False else "Class probabilities"
    if output.size > AT_MOST:
        title += f": the {OF_MANY} largest of {output.size:,}"
    groups = subject.groups(output) if subject.groups and softmax else {}
    return {
        "title": title,
        "many": output.size > AT_MOST,
        "verdict": words,
        "right": right,
        "caveat": BLANK if blank and softmax else subject.caveat,
        "columns": ["softmax", "score before it"] if softmax else ["output", ""],
        "rows": rows,
        "groups": [
            {"label": label, "length": value, "share": share(value, subject.trained)}
            for label, value in groups.items()
        ],
        "spoken": f"{words}{f', {certain}' if certain else ''}",
    }


def share(value: float, trained: bool | None) -> str:
    """Per cent of what may be called a probability, a plain number of what may not."""
    if trained is False:
        return f"{value:.3f}"
    if value < 0.0005:
        return "< 0.1 %"
    return "> 99.9 %" if value > 0.9995 else f"{100 * value:.1f} %"
