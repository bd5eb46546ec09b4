"""The native controls of the Filters page, each set to the experiment before it is drawn."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.files.errors import BadFile
from playground.files.experiment import CHOICES, SETTING_NAMES, Experiment
from playground.limits import LIMITS
from playground.ui import screen, state
from playground.ui.quota import in_turn
from playground.ui.words import WORDS

PICTURE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/avif"]

LABELS: dict[str, dict[Any, str]] = {
    "colour": {"sum": "as a network", "each": "per channel", "grey": "grey"},
    "side": {side: f"{side} px" for side in CHOICES["side"]},
    "stride": {n: str(n) for n in CHOICES["stride"]},
    "padding": {n: {0: "none", "same": "same"}.get(n, str(n)) for n in CHOICES["padding"]},
    "padding_mode": {
        "zeros": "zeros",
        "reflect": "reflect",
        "replicate": "replicate",
        "circular": "circular",
    },
    "dilation": {n: str(n) for n in CHOICES["dilation"]},
    "activation": {
        "none": "none",
        "relu": "ReLU",
        "leaky_relu": "leaky ReLU",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
    },
    "scale": {
        "robust": "without extremes",
        "map": "full range",
        "shared": "same for all filters",
        "symmetric": "same, about zero",
        "unit": "0 to 1, cut off",
    },
    "colours": {
        "auto": "automatic",
        "grey": "grey",
        "sequential": "viridis",
        "diverging": "blue–red",
    },
    "pool": {"none": "none", "max": "max", "average": "average", "sum": "sum"},
    "pool_size": {n: f"{n} × {n}" for n in CHOICES["pool_size"]},
    "pool_stride": {n: str(n) for n in CHOICES["pool_stride"]},
}
NAMES = {
    "colour": ("Colour", "channels"),
    "side": ("Size", "side"),
    "stride": ("Stride", "stride"),
    "padding": ("Padding", "padding"),
    "padding_mode": ("Filled with", "padding_mode"),
    "dilation": ("Dilation", "dilation"),
    "activation": ("Activation", "activation"),
    "pool": ("Pooling", "pooling"),
    "scale": ("Brightness of maps", "scaling"),
    "colours": ("Colours", "colours"),
    "pool_size": ("Window", "pool_size"),
    "pool_stride": ("Stride", "pool_stride"),
}
# Each group stands over the stage that it changes.
STAGES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("colour", "side"),),
    (("stride", "padding"), ("dilation", "padding_mode")),
    (("activation",),),
    (("pool",), ("pool_size", "pool_stride")),
)


def history_buttons(
    undo: Callable[[], None], redo: Callable[[], None], able: tuple[bool, bool]
) -> None:
    """Undo and redo, also by their usual keys; ``able`` says whether there is something to."""
    for key, label, shortcut, can, then in (
        ("undo", "Undo", "Ctrl+Z", able[0], undo),
        ("redo", "Redo", "Ctrl+Shift+Z", able[1], redo),
    ):
        st.button(
            label,
            icon=f":material/{key}:",
            key=key,
            shortcut=shortcut,
            help=f"{label} ({shortcut})",
            disabled=not can,
            on_click=then,
        )


def picture_sources(then: Callable[[bytes], None]) -> None:
    """Uploading a picture (choose, drop or paste) and taking one with the camera."""

    def came(widget: str, menu: str) -> None:
        file = state.value_of(widget)
        if file is not None:
            state.control(menu, False)
            in_turn(lambda: then(file.getvalue()))

    with st.container(key="sources", horizontal=True, gap="xsmall"):
        with st.popover(
            "Upload",
            icon=":material/upload:",
            width="stretch",
            key="upload_menu",
            on_change="rerun",
        ):
            st.file_uploader(
                "A picture of your own: choose a file, drop it here, or paste it",
                type=PICTURE_TYPES,
                key="upload",
                on_change=came,
                args=("upload", "upload_menu"),
                max_upload_size=LIMITS.upload_mb,
            )
            st.caption(
                f"PNG, JPEG, WebP, GIF, BMP or AVIF, up to {LIMITS.upload_mb} MB and "
                f"{LIMITS.picture_megapixels} megapixels. "
                "It stays in this session and is never written to disk."
            )
        with st.popover(
            "Camera",
            icon=":material/photo_camera:",
            width="stretch",
            key="camera_menu",
            on_change="rerun",
        ) as popover:
            # The browser asks for the camera only when someone opens this.
            if popover.open:
                st.camera_input(
                    "Take a picture",
                    key="camera",
                    on_change=came,
                    args=("camera", "camera_menu"),
                )


def stage_settings(experiment: Experiment, batch_shape, then: Callable[[str], None]) -> None:
    """The settings of every stage; what does not fit is not offered, and a line says why.

    The line stands where the picture's settings leave room, so that it moves nothing.
    """
    reasons = {}
    groups = st.columns(len(STAGES))
    for rows, group in zip(STAGES, groups, strict=True):
        for names in rows:
            for name, place in zip(names, group.columns(len(names)), strict=True):
                choices = screen.options(experiment, name, batch_shape)
                offered = [choice for choice, reason in choices.items() if not reason]
                left_out = [choice for choice, reason in choices.items() if reason]
                if left_out:
                    shown = ", ".join(LABELS[name][choice] for choice in left_out)
                    reasons[f"{SETTING_NAMES.get(name, name)} {shown}"] = choices[left_out[0]]
                with place:
                    _select(name, experiment, offered, then, choices)
    if reasons:
        sentences = "\n\n".join(f"**{what}**: {reason}" for what, reason in reasons.items())
        with groups[0]:
            st.caption(f"Not offered now: {'; '.join(reasons)}.", help=sentences)


def map_settings(experiment: Experiment, then: Callable[[str], None]) -> None:
    """How values become brightness and colour, in all maps alike."""
    for name, place in zip(("scale", "colours"), st.columns([11, 9]), strict=True):
        with place:
            _select(name, experiment, list(CHOICES[name]), then)


def _unused(experiment: Experiment, name: str) -> bool:
    if name in ("pool_size", "pool_stride"):
        return experiment.pool == "none"
    if name == "colours":
        return experiment.colour == "each"
    return name == "padding_mode" and experiment.padding == 0


def _select(name, experiment, offered, then, choices=None) -> None:
    label, word = NAMES[name]
    text = WORDS[word].markdown()
    for choice, reason in (choices or {}).items():
        if reason:
            text += f"\n\nNot now {LABELS[name][choice]}: {reason}"
    st.selectbox(
        label,
        offered,
        key=state.control(name, getattr(experiment, name)),
        format_func=LABELS[name].__getitem__,
        help=text,
        filter_mode=None,
        on_change=then,
        args=(name,),
        disabled=_unused(experiment, name),
    )


def from_base64(text: Any) -> bytes:
    """Bytes that a browser component sent as text.

    Raises
    ------
    BadFile
        If it is not base64, or too long for a picture.
    """
    if not isinstance(text, str) or not text or len(text) > 8 * 2**20:
        raise BadFile("There is no picture here.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadFile("There is no picture here.") from error
