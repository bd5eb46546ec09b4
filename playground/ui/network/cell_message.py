"""One number of the network, taken apart, as the browser is told."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.opened import Group, Opened, Part
from playground.engine.receptive import Region, field_of
from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.network import subjects
from playground.ui.network.maps_message import unit_label

MOST_TERMS = 20  # of a softmax that are written out
ALONG = ("map", "row", "column")  # what a softmax of maps runs along


def cell_message(subject: subjects.Opened, cell: Opened, digest: str) -> bytes:
    """A number's parts: what was read, times what, and how it adds up; and what it can see.

    Parameters
    ----------
    subject : subjects.Opened
    cell : Opened
        From `open_cell`.
    digest : str
        What the browser calls this message.
    """
    parcel = Parcel()
    sources = dict(_sources(subject))[cell.node]
    header: dict[str, Any] = {
        "part": "cell",
        "digest": digest,
        "node": cell.node,
        "place": cell.place,
        "label": unit_label(subject, cell.node, cell.place[0]) if len(cell.place) == 1 else None,
        "value": _number(cell.value),
        "kind": cell.kind,
        "formula": cell.formula,
        "sources": sources,
        "groups": [_group(group, parcel) for group in cell.groups],
        "parts": [_part(part, subject, sources) for part in cell.parts],
        "more": cell.more,
        "rest": _number(cell.rest),
        "bias": None if cell.bias is None else _number(cell.bias),
        "origin": cell.origin,
        "terms": _terms(subject, cell),
        "field": _field(subject, cell, parcel),
    }
    return pack(header, parcel.arrays)


def _sources(subject: subjects.Opened):
    yield "input", ()
    for node, sources in subject.network.wiring():
        yield node.name, sources


def _layer(subject: subjects.Opened, name: str):
    [layer] = [node.layer for node in subject.network.nodes if node.name == name]
    return layer


def _number(value: float) -> float | str:
    """A number as JSON has it; what lies beyond all bounds is said in a word."""
    return float(value) if np.isfinite(value) else str(float(value))


def _group(group: Group, parcel: Parcel) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source": group.source,
        "channel": int(group.channel),
        "total": _number(group.total),
        "shape": group.shape,
        "rows": np.asarray(group.rows).tolist(),
        "columns": np.asarray(group.columns).tolist(),
    }
    for name in ("patch", "weight", "products"):
        array = getattr(group, name)
        entry[name] = None if array is None else parcel.add(array.astype(np.float32))
    return entry


def _part(part: Part, subject: subjects.Opened, sources: tuple[str, ...]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "source": part.source,
        "place": [int(p) for p in part.place],
        "value": _number(part.value),
        "counts": part.counts,
    }
    for name in ("weight", "product"):
        value = getattr(part, name)
        entry[name] = None if value is None else _number(value)
    entry["origin"] = None if part.origin is None else [int(p) for p in part.origin]
    if len(part.place) == 1 and part.source < len(sources):
        entry["label"] = unit_label(subject, sources[part.source], int(part.place[0]))
    return entry


def _terms(subject: subjects.Opened, cell: Opened) -> dict[str, Any] | None:
    """The largest terms of a softmax, the one that is opened among them, and the rest as a sum."""
    if cell.terms is None:
        return None
    terms = cell.terms
    axis = _layer(subject, cell.node).axis - 1
    own = int(cell.place[axis])
    shares = np.asarray(terms.probabilities).ravel()
    order = np.argsort(-shares, kind="stable")[:MOST_TERMS].tolist()
    if own not in order:
        order = [*order[:-1], own]
    exponentials = np.asarray(terms.exponentials).ravel()
    scores = np.asarray(terms.scores).ravel()
    return {
        "rows": [
            {
                "channel": i,
                "label": unit_label(subject, cell.node, i)
                if len(cell.place) == 1
                else f"{ALONG[axis]} {i + 1:,}",
                "score": float(scores[i]),
                "exponential": float(exponentials[i]),
                "share": float(shares[i]),
                "own": i == own,
            }
            for i in order
        ],
        "largest": float(scores.max()),
        "more": len(shares) - len(order),
        "rest": float(exponentials.sum() - exponentials[order].sum()),
        "total": float(terms.total),
    }


def _field(subject: subjects.Opened, cell: Opened, parcel: Parcel) -> dict[str, Any] | None:
    """The part of the picture that the number can see; None where that is not known."""
    region = field_of(subject.network, cell.node, cell.place)
    if region is None or not region.rows.size or not region.columns.size:
        return None
    rows, columns = subject.network.input_shape[1:]
    entry: dict[str, Any] = {
        "size": region.size,
        "box": [
            int(region.rows[0]),
            int(region.columns[0]),
            int(region.rows[-1]),
            int(region.columns[-1]),
        ],
    }
    if not _is_full(region):
        mask = region.mask(rows, columns)
        entry["mask"] = parcel.add(np.packbits(mask))
    return entry


def _is_full(region: Region) -> bool:
    """Whether the field is one rectangle without gaps."""
    box = [np.ptp(places) + 1 for places in (region.rows, region.columns)]
    return any([len(part[0]), len(part[1])] == box for part in region.parts)
