"""Saving what the player shows: the animation of a region as a GIF, one step as a PNG."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.render.animation import animation_gif, step_png
from playground.render.steps import MAX_STEPS, Clip
from playground.ui import state
from playground.ui.message import Parcel
from playground.ui.screen import Screen

KINDS = {"gif": "image/gif", "png": "image/png"}
SPEEDS = (0.25, 16.0)
# One at a time: drawing takes up to a second, and everybody's edits go on beside it.
_drawing = threading.Semaphore(1)


class NotSaved(EngineError):
    """What was asked for cannot be saved; the message says why."""


def make_file(screen: Screen, event: dict[str, Any]) -> tuple[str, str, bytes]:
    """Name, type and bytes of the file that the player asks for.

    Raises
    ------
    NotSaved
        If the browser asks for something that cannot be drawn.
    """
    what = event.get("what")
    if not isinstance(what, str) or what not in KINDS:
        raise NotSaved("Only a GIF of the steps or a PNG of one step can be saved.")
    clip = _clip(screen, event)
    step = _whole(event, "step")
    name = f"{clip.stage}-{clip.rows[0] + 1}-{clip.columns[0] + 1}.{what}"
    speed = event.get("speed")
    if not isinstance(speed, int | float) or not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise NotSaved("The speed of the animation must lie between 0.25 and 16.")
    title = screen.experiment.filter.name
    try:
        with _drawing:
            if what == "png":
                return name, KINDS[what], step_png(screen.stages, clip, step, title=title)
            # As in the player: two steps a second at speed 1.
            return name, KINDS[what], animation_gif(screen.stages, clip, 0.5 / speed, title=title)
    except EngineError as error:
        raise NotSaved(str(error)) from error


def _clip(screen: Screen, event: dict[str, Any]) -> Clip:
    stage, channel = event.get("stage"), event.get("channel")
    if stage not in screen.map_stages():
        raise NotSaved("There is no such stage to be saved.")
    rows, columns = (_span(event.get(axis)) for axis in ("rows", "columns"))
    channels = screen.stages["convolution"].inputs[0].shape
    if channel is not None and (type(channel) is not int or not 0 <= channel < max(channels[:2])):
        raise NotSaved("The picture has no such channel.")
    decimals = min(_whole(event, "decimals"), 4)
    return Clip(stage, screen.experiment.active, channel, rows, columns, decimals)


def _whole(event: dict[str, Any], name: str) -> int:
    value = event.get(name)
    if type(value) is not int or not 0 <= value < MAX_STEPS:
        raise NotSaved(f"The {name} of what is to be saved is not a number that it can have.")
    return value


def _span(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value):
        first, end = value
        if 0 <= first < end <= 1024:
            return first, end
    raise NotSaved("The region to be saved is not one of the map.")


def handed_out(_: Screen, parcel: Parcel) -> dict[str, Any]:
    """The file that was made since the last message, for the browser to save."""
    made = state.take_file()
    if made is None:
        return {}
    number, name, kind, data = made
    index = parcel.add(np.frombuffer(data, np.uint8))
    return {"file": {"id": number, "name": name, "type": kind, "codes": index, "size": len(data)}}
