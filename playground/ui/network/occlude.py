"""The occlusion map of the page: its work, and what the browser is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.occlusion import Occluded, occlusion, pixels
from playground.files.place import CHOICES, Place
from playground.render.colours import TABLES
from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.network.activations import STORE
from playground.ui.network.compute import Pass, key_of
from playground.ui.network.inputs import Taken
from playground.ui.network.subjects import Opened
from playground.ui.network.work import Work

FILLS = {"mean": "its mean colour", "black": "black", "white": "white"}


@dataclass(frozen=True)
class Patch:
    """The settings of an occlusion map, all of them decided.

    Attributes
    ----------
    size, stride : int
        In pixels.
    fill : str
        A key of `FILLS`.
    target : int
        The output that it is about.
    """

    size: int
    stride: int
    fill: str
    target: int


def patch_of(place: Place, subject: Opened, made: Pass) -> Patch:
    """What the place asks for, fitted to the picture and to the outputs."""
    side = min(subject.network.input_shape[1:])
    sizes = [n for n in CHOICES["patch"] if 0 < n <= side] or [side]
    size = place.patch if place.patch in sizes else _nearest(sizes, side / 7)
    strides = [n for n in CHOICES["stride"] if n > 0]
    stride = place.stride if place.stride else _nearest(strides, size / 2)
    target = place.target
    if not 0 <= target < made.output.size:
        target = int(made.output.ravel().argmax())
    return Patch(size, stride, place.fill, target)


def _nearest(choices: list[int], wanted: float) -> int:
    return min(choices, key=lambda n: abs(n - wanted))


def offered(subject: Opened) -> dict[str, list[int]]:
    """Sizes and steps of the patch that this network's picture has room for."""
    side = min(subject.network.input_shape[1:])
    return {
        "patch": [n for n in CHOICES["patch"] if 0 < n <= side] or [side],
        "stride": [n for n in CHOICES["stride"] if 0 < n <= max(1, side // 4)],
    }


def found(subject: Opened, taken: Taken, patch: Patch) -> Occluded | None:
    """How far the map has come, if it was begun."""
    return STORE.get(key_of(subject, taken, patch))


def work(subject: Opened, taken: Taken, patch: Patch) -> Work | None:
    """The work that makes the map, from where anybody left it; None when it is there.

    Raises
    ------
    EngineError
        If the patch does not fit the picture.
    """
    so_far = found(subject, taken, patch)
    if so_far is not None and so_far.done == so_far.total:
        return None
    fill = None if patch.fill == "mean" else subject.level(1.0 if patch.fill == "white" else 0.0)
    slices = occlusion(
        subject.network,
        subject.params,
        taken.x[np.newaxis],
        patch.target,
        patch.size,
        patch.stride,
        fill,
        before=so_far,
    )
    title = f"A patch covers the picture place by place: {subject.label(patch.target)}"
    return Work(
        key_of(subject, taken, ("work", patch)),
        title,
        _keep(slices, subject, taken, patch),
        so_far.done / so_far.total if so_far else 0.0,
    )


def _keep(slices: Iterator[Occluded], subject, taken, patch) -> Iterator[float]:
    for so_far in slices:
        STORE.put(key_of(subject, taken, patch), so_far, so_far.drop.nbytes + 1000)
        yield so_far.done / so_far.total


def occlusion_message(subject: Opened, taken: Taken, patch: Patch, digest: str) -> bytes:
    """The map over the picture, as far as it has come: how much each pixel's cover takes away."""
    so_far, parcel = found(subject, taken, patch), Parcel()
    rows, columns = subject.network.input_shape[1:]
    header = {"part": "occlusion", "digest": digest, "done": 0, "total": 0}
    if so_far is not None:
        drop = pixels(so_far, rows, columns)
        known = ~np.isnan(drop)
        most = float(np.abs(drop[known]).max()) if known.any() else 0.0
        scaled = np.where(known, drop, 0.0) / (most or 1.0)
        header |= {
            "done": so_far.done,
            "total": so_far.total,
            "shape": (rows, columns),
            "codes": parcel.add(np.rint(127.5 + 127.5 * scaled).astype(np.uint8)),
            "table": parcel.add(TABLES["diverging"]),
            "most": most,
            "highest": float(np.nanmax(so_far.drop)),
            "lowest": float(np.nanmin(so_far.drop)),
            "uncovered": so_far.uncovered,
            "percent": subject.trained is not False,
            "label": subject.label(patch.target),
        }
    return pack(header, parcel.arrays)
