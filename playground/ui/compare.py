"""The view that compares: the experiment beside itself with one setting changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.files.comparison import THREE, write_against
from playground.files.experiment import COMPARED, Experiment, compared
from playground.ui import screen, state
from playground.ui.controls import LABELS

TITLES = {
    "padding_mode": "Padding filled with",
    "padding": "Padding",
    "stride": "Stride",
    "dilation": "Dilation",
    "convolution": "Flipped kernel",
    "activation": "Activation",
    "pool": "Pooling",
    "pool_size": "Pooling window",
    "pool_stride": "Pooling stride",
    "active": "Filter",
}
SAID_WITH = {
    "padding": "padding",
    "stride": "stride",
    "dilation": "dilation",
    "activation": "activation",
    "pool": "pooling",
    "pool_size": "window",
    "pool_stride": "pooling stride",
}
LETTERS = "ABC"
NOTHING = ""


@dataclass(frozen=True)
class Comparison:
    """What is beside the experiment.

    Attributes
    ----------
    name : str
        The setting that differs.
    values : list
        Its one or two other values, or none if no other fits.
    offered : dict
        Every other value that it can have, with the reason why it cannot now, or an empty one.
    note : str
        What of the link could not be used, and what stands in its place.
    """

    name: str
    values: list[Any]
    offered: dict[Any, str]
    note: str


def choices(experiment: Experiment, name: str, batch_shape) -> dict[Any, str]:
    """Every other value of a setting, with the reason why it does not fit, or an empty one.

    They begin with the one after the experiment's own, and go round.
    """
    if name == "active":
        found: dict[Any, str] = dict.fromkeys(range(len(experiment.filters)), "")
    else:
        found = screen.options(experiment, name, batch_shape)
    values = list(found)
    own = values.index(getattr(experiment, name))
    return {value: found[value] for value in values[own + 1 :] + values[:own]}


def settle(experiment: Experiment, batch_shape) -> Comparison:
    """What the experiment is compared with; what does not fit gives way to what does."""
    name, asked = compared(experiment)
    offered = choices(experiment, name, batch_shape)
    wanted = [value for value in asked if value != getattr(experiment, name)]
    values = [value for value in wanted if offered.get(value) == ""]
    lost = [value for value in wanted if value not in values]
    instead = values or first_choice(offered)
    note = ""
    if lost:
        what = named(experiment, name, lost[0])
        reason = offered.get(lost[0]) or f"There is no {what}."
        note = f"{what[0].upper()}{what[1:]} cannot be compared now. {reason}"
    elif not instead:
        note = "There is only one filter: add another one to compare it with."
    return Comparison(name, instead, offered, note)


def first_choice(offered: dict[Any, str]) -> list[Any]:
    """The first value that fits, if there is one."""
    return [value for value, reason in offered.items() if not reason][:1]


def label(experiment: Experiment, name: str, value: Any) -> str:
    """What a value of a setting is called where maps are compared."""
    if name == "active":
        known = value < len(experiment.filters)
        return f"{value + 1} {experiment.filters[value].name}" if known else f"filter {value + 1}"
    if name == "convolution":
        return "convolution" if value else "cross-correlation"
    return LABELS[name][value]


def named(experiment: Experiment, name: str, value: Any) -> str:
    """What a side is called: its value, with what it is the value of where that says too little."""
    text = label(experiment, name, value)
    if name not in SAID_WITH:
        return text
    if text == "none":
        return f"no {SAID_WITH[name]}"
    return f"{SAID_WITH[name]} {text}" if name not in ("activation", "pool") else text


def differences(old: Experiment, new: Experiment) -> str:
    """Which settings of the one have other values in the other, in a few words; empty for none."""
    found = [
        f"{TITLES[name].lower()}: {label(old, name, before)} → {label(new, name, after)}"
        for name in COMPARED
        if (before := getattr(old, name)) != (after := getattr(new, name)) and name != "active"
    ]
    if old.filters != new.filters:
        found.append(f"a filter more: {new.filter.name}")
        if len(old.filters) == len(new.filters):
            found[-1] = f"filter {new.active + 1}: {old.filter.name} → {new.filter.name}"
    elif old.active != new.active:
        found.append(
            f"filter: {label(old, 'active', old.active)} → {label(new, 'active', new.active)}"
        )
    return ", ".join(found)


def controls(experiment: Experiment, batch_shape, then: Callable[[str], None]) -> None:
    """What differs, and which values stand beside the experiment's own."""
    found = settle(experiment, batch_shape)

    def changed(name: str) -> None:
        new = state.value_of("compared")
        if name == "compared":
            offered = choices(experiment, new, batch_shape)
            # A setting is chosen even while nothing else fits: then the view says why.
            values = first_choice(offered) or [*offered, 1][:1]
        else:
            chosen = (state.value_of(f"against_{letter}") for letter in LETTERS[1:])
            values = [value for value in dict.fromkeys(chosen) if value not in (NOTHING, None)]
        state.control("against", write_against(new, values))
        then("against")

    def select(title: str, options: list, key: str, value: Any, shown, width, help_text) -> None:
        st.selectbox(
            title,
            options,
            key=state.control(key, value),
            format_func=shown,
            width=width,
            help=help_text,
            filter_mode=None,
            on_change=changed,
            args=(key,),
            disabled=not options,
        )

    select(
        "What differs", list(COMPARED), "compared", found.name, TITLES.__getitem__, 190,
        "The setting that B has another value of. A is the page as it is; "
        "its own settings stand below.",
    )  # fmt: skip
    fitting = [value for value, reason in found.offered.items() if not reason]
    left_out = "\n\n".join(
        f"Not now {label(experiment, found.name, value)}: {reason}"
        for value, reason in found.offered.items()
        if reason
    )
    # Help is Markdown, and the names of filters come from outside.
    own = getattr(experiment, found.name)
    text = (
        left_out
        if found.name == "active"
        else (f"A has {named(experiment, found.name, own)}.\n\n{left_out}")
    )
    count = 2 if found.name in THREE and len(fitting) > 1 else 1
    values: list[Any] = [*found.values, NOTHING, NOTHING]
    for i, letter in enumerate(LETTERS[1 : 1 + count]):
        others = [value for value in fitting if i == 0 or value != values[0]]
        select(
            f"{letter} has",
            others if i == 0 else [NOTHING, *others],
            f"against_{letter}",
            values[i],
            lambda value: "nothing" if value == NOTHING else label(experiment, found.name, value),
            150,
            text,
        )
    if count == 1:
        state.control("against_C", NOTHING)
