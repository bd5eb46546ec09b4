"""What a network makes of one picture, as the browser is told: every stage, and the outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Dropout, Flatten, Softmax
from playground.engine.network import Stage, trace
from playground.files.images import to_bytes
from playground.render.colours import TABLES
from playground.render.maps import picture_maps
from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.use.subject import Subject

MAX_MAPS = 32  # of one stage
ALL_MAPS = 400
MAX_UNITS = 1024
MAX_STAGES = 60
MAX_ROWS = 20
BRIEF_MAPS = 8  # of one stage, where there is little room
# They hand on what they are given, so where there is little room they say nothing new.
HANDING_ON = (Dropout, Flatten)

BLANK = "Even of a black picture, the softmax shares 100 % among the classes."


def answer(
    subject: Subject,
    picture: np.ndarray,
    seen: str,
    truth: int | None,
    version: int,
    brief: bool = False,
    aloud: bool = True,
) -> bytes:
    """Send the picture through the network, and write down what there is to show.

    Parameters
    ----------
    subject : Subject
    picture : ndarray, shape of the network's input
    seen : str
        What the picture is, in a few words.
    truth : int, optional
        Its class, where that is known.
    version : int
    brief : bool
        The first few maps of each stage alone, which stay the same ones while the network learns.
    aloud : bool
        Whether a screen reader is to say the answer.

    Raises
    ------
    EngineError
        If the network's numbers grow beyond what can be computed with.
    """
    with np.errstate(all="ignore"):
        stages = trace(subject.network, subject.params, picture[np.newaxis])
    for stage in stages.values():
        if not np.isfinite(stage.output).all():
            raise EngineError(
                f"The numbers of this network grow beyond all bounds in “{stage.name}”: "
                "its weights are too large."
            )
    parcel = Parcel()
    tables = [(name, parcel.add(TABLES[name])) for name in ("grey", "diverging")]
    header = {
        "version": version,
        "tables": tables,
        "input": _input(picture, parcel),
        "seen": seen,
        "brief": brief,
        "stages": _stages(stages, parcel, brief),
        **_outputs(subject, picture, list(stages.values())[-1], truth),
    }
    if not aloud:
        header["spoken"] = ""
    return pack(header, parcel.arrays)


def _input(picture: np.ndarray, parcel: Parcel) -> dict[str, Any]:
    planes = picture[np.newaxis] if len(picture) == 3 else picture[:1, np.newaxis]
    shown = picture_maps(planes, "unit", "grey")[0]
    if len(picture) == 3:
        codes = np.ascontiguousarray(to_bytes(np.clip(picture, 0, 1)).transpose(1, 2, 0))
        return {"shape": codes.shape[:2], "codes": parcel.add(codes), "table": "rgb"}
    return parcel.add_map(shown)


def _stages(stages: dict[str, Stage], parcel: Parcel, brief: bool) -> list[dict[str, Any]]:
    """An entry for every stage but the outputs, with as many maps as there is room for."""
    entries, room = [], ALL_MAPS
    for stage in list(stages.values())[:MAX_STAGES]:
        output = stage.output[0]
        strip = output.ndim == 1
        # The outputs stand beside as bars.
        last = strip and stage is list(stages.values())[-1]
        if brief and (last or isinstance(stage.layer, HANDING_ON)):
            continue
        count = 1 if strip else min(len(output), BRIEF_MAPS if brief else MAX_MAPS, room)
        room -= count
        lowest, highest = float(output.min()), float(output.max())
        # One colour for one number in the whole stage; zero is white where there are negative ones.
        table = "diverging" if lowest < 0 else "grey"
        if strip:
            chosen, maps = [0], output[np.newaxis, np.newaxis, np.newaxis, :MAX_UNITS]
        else:
            # Which are the strongest changes while a network learns.
            chosen = list(range(count)) if brief else _strongest(output, count)
            maps = output[chosen][:, np.newaxis]
        # None is wanted larger than a thumbnail.
        pictures = picture_maps(maps, "shared", table, full=count) if count else []
        entries.append(
            {
                "title": stage.name,
                "size": _size(stage, count if brief else 0),
                "strip": strip,
                "minimum": lowest,
                "maximum": highest,
                "more": "" if brief else _left_out(output, strip, count),
                "maps": [
                    {**parcel.add_map(each), "label": "all units" if strip else f"map {number + 1}"}
                    for each, number in zip(pictures, chosen, strict=True)
                ],
            }
        )
    return entries


def _strongest(maps: np.ndarray, count: int) -> list[int]:
    """Places of the maps with the largest mean magnitude, in their own order."""
    if count == len(maps):
        return list(range(count))
    strength = np.abs(maps).reshape(len(maps), -1).mean(axis=1)
    return sorted(np.argsort(-strength, kind="stable")[:count].tolist())


def _left_out(output: np.ndarray, strip: bool, count: int) -> str:
    if strip:
        return f"The first {MAX_UNITS:,} of them." if len(output) > MAX_UNITS else ""
    if count == len(output):
        return ""
    return f"The {count} strongest of {len(output)} maps." if count else "Too many maps to show."


def _size(stage: Stage, first: int = 0) -> str:
    shape = stage.output.shape[1:]
    if len(shape) == 1:
        return f"{type(stage.layer).__name__} · {shape[0]:,} units"
    maps = "1 map" if shape[0] == 1 else f"{shape[0]} maps"
    if 0 < first < shape[0]:
        maps = f"the first {first} of {maps}"
    return f"{type(stage.layer).__name__} · {maps} of {' × '.join(map(str, shape[1:]))}"


def _outputs(
    subject: Subject, picture: np.ndarray, last: Stage, truth: int | None
) -> dict[str, Any]:
    """The table of outputs, the verdict over it, and what is to be said about them."""
    output = last.output[0]
    if output.ndim != 1:
        return {
            "title": "Outputs",
            "verdict": "",
            "right": None,
            "caveat": "This network ends in maps, so it names no class.",
            "columns": ["", ""],
            "rows": [],
            "spoken": "",
        }
    softmax = isinstance(last.layer, Softmax)
    scores = last.inputs[0][0] if softmax else output
    best, blank = int(output.argmax()), not picture.any()
    numbers = range(len(output))
    if len(output) > MAX_ROWS:
        numbers = np.argsort(-output, kind="stable")[:MAX_ROWS].tolist()
    span = float(np.abs(output).max()) or 1.0
    rows = []
    for number in numbers:
        value = float(output[number])
        rows.append(
            {
                "label": subject.label(number),
                "length": value if softmax else max(0.0, value / span),
                "share": _share(value, subject.trained) if softmax else f"{value:.3f}",
                "score": f"{scores[number]:.2f}".replace("-", "−") if softmax else "",
                "best": number == best and not blank,
            }
        )
    verdict = subject.label(best)
    if blank:
        verdict = "Nothing to see yet"
    elif truth is not None:
        right = best == truth
        verdict += " – right" if right else f" – wrong: it is {subject.label(truth)}"
    certain = _share(float(output[best]), subject.trained) if softmax and not blank else ""
    title = "Outputs"
    if softmax:
        title = "Outputs of the softmax" if subject.trained is False else "Class probabilities"
    return {
        "title": title,
        "verdict": verdict,
        "right": None if truth is None or blank else best == truth,
        "caveat": BLANK if blank and softmax else subject.caveat,
        "columns": ["softmax", "score before it"] if softmax else ["output", ""],
        "rows": rows,
        "spoken": f"{verdict}{f', {certain}' if certain else ''}",
    }


def _share(value: float, trained: bool | None) -> str:
    """Per cent of what may be called a probability, a plain number of what may not."""
    if trained is False:
        return f"{value:.3f}"
    if value < 0.0005:
        return "< 0.1 %"
    return "> 99.9 %" if value > 0.9995 else f"{100 * value:.1f} %"
