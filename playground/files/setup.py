"""Everything on the Train page that the user chose, as one value: for links and for a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from playground.engine.kernels import resize
from playground.files.filters import Filter, filter_text, parse_text
from playground.files.lesson import PREFIX
from playground.files.settings import MAX_FILTERS
from playground.files.values import one_of, whole_within

VERSION = 1

CHOICES: dict[str, tuple] = {
    "dataset": ("digits", "shapes", "bars", "own"),
    "side": (32, 48, 64),
    "colour": (False, True),
    "network": ("lenet5", "small", "mine"),
    "blocks": (1, 2),
    "filters": (2, 4, 6, 8, 12, 16, 24, 32),
    "kernel_size": (3, 5, 7),
    "pool": ("max", "average", "sum"),
    "hidden": (0, 8, 16, 32, 64, 128),
    "dropout": (0.0, 0.25, 0.5),
    "free": (False, True),
    "loss": ("cross_entropy", "total_error"),
    "optimiser": ("sgd", "momentum", "adam"),
    "learning_rate": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    "schedule": ("constant", "steps", "cosine"),
    "weight_decay": (0.0, 0.0001, 0.001, 0.01, 0.1),
    "batch_size": (1, 4, 16, 32, 64, 128),
    "epochs": (1, 2, 5, 10, 20, 40, 80),
    "augment": (False, True),
    "section": ("learn", "use", "backward"),
    "panel": ("film", "mistakes"),
}
RANGES = {"seed": (0, 2**31 - 1)}
# What a sentence calls a setting, where that is not its own name.
SETTING_NAMES = {
    "side": "size of the pictures",
    "colour": "choice of grey or colour",
    "pictures": "your pictures",
    "blocks": "number of rounds",
    "filters": "number of filters",
    "kernel_size": "kernel size",
    "pool": "pooling",
    "hidden": "number of hidden units",
    "free": "choice of frozen or free filters",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "batch_size": "batch size",
    "epochs": "number of epochs",
    "augment": "choice of augmentation",
}
# How the page is looked at; a run does not depend on it.
LOOKS = ("section", "panel")
# The filters are written each by itself; the pictures stay with the session.
NOT_WRITTEN = ("own", "pictures")
# What only a run on own pictures depends on.
OF_OWN_PICTURES = ("side", "colour", "pictures")


@dataclass(frozen=True)
class Setup:
    """The data, the network and every setting of the Train page.

    Attributes
    ----------
    dataset : str
        A key of the datasets, or ``own``: pictures of the user's own.
    side : int
        Rows and columns, in pixels, at which own pictures are learned.
    colour : bool
        Whether they are learned in colour.
    pictures : str
        Names them by their content, so that a run shows what it has learned from. It is no part of
        a link, as little as the pictures are.
    network : str
        ``lenet5``; ``small``: rounds of convolution, ReLU and pooling; ``mine``: the same, whose
        first convolution starts from `own`.
    blocks, filters, kernel_size, pool, hidden, dropout
        Of the small network, as `networks.small.small_network` takes them.
    own : tuple of Filter
        The filters that the user made: one to eight, all of one size; empty if none are used.
    free : bool
        Whether training may change them.
    loss, optimiser, schedule : str
        Keys of the engine's registries.
    learning_rate, weight_decay : float
    batch_size, epochs : int
    augment : bool
        Whether each picture is a little moved and turned every time that it is learned from.
    seed : int
        Of the starting weights and of everything that chance decides.
    section : str
        What the page shows: the network learning, being used, or one backward pass.
    panel : str
        What stands below the curves: the filters over time, or what is right and wrong.
    """

    dataset: str = "digits"
    side: int = 32
    colour: bool = True
    pictures: str = ""
    network: str = "lenet5"
    blocks: int = 2
    filters: int = 8
    kernel_size: int = 5
    pool: str = "max"
    hidden: int = 32
    dropout: float = 0.0
    own: tuple[Filter, ...] = ()
    free: bool = False
    loss: str = "cross_entropy"
    optimiser: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 10
    augment: bool = False
    seed: int = 0
    section: str = "learn"
    panel: str = "film"

    def of_run(self) -> Setup:
        """What a run depends on: the same for all ways to look at it."""
        start = Setup()
        kept = self if self.network == "mine" else replace(self, own=())
        if self.dataset != "own":
            kept = replace(kept, **{name: getattr(start, name) for name in OF_OWN_PICTURES})
        return replace(kept, **{name: getattr(start, name) for name in LOOKS})


def to_query(setup: Setup) -> dict[str, str]:
    """The set-up as the query of a link: what differs from the start, and the own filters."""
    query = {"v": str(VERSION)}
    start = Setup()
    for field in fields(Setup):
        value = getattr(setup, field.name)
        if field.name not in NOT_WRITTEN and value != getattr(start, field.name):
            query[field.name] = str(int(value)) if isinstance(value, bool) else str(value)
    if setup.network == "mine":
        query |= {f"f{i}": filter_text(each) for i, each in enumerate(setup.own)}
    return query


def is_link(query: Mapping[str, str]) -> bool:
    """Whether this is the Train page's; on the way back Streamlit brings those of others."""
    network = query.get("network", Setup.network)
    # Links to the Filters page have filters too, and those to the Network page a network.
    filters = r"|f\d{1,2}" if network == "mine" else ""
    names = re.compile(rf"v|{PREFIX}\w+{filters}")
    return (
        bool(query)
        and network in CHOICES["network"]
        and all(name in _SCALARS or names.fullmatch(name) for name in query)
    )


def from_query(query: Mapping[str, str]) -> tuple[Setup, list[str]]:
    """The set-up of a link, and one sentence for everything in it that could not be used."""
    notes = []
    if query.get("v", "") not in ("", str(VERSION)):
        notes.append("This link is from another version of the playground.")
    values: dict[str, Any] = {}
    for name, parse in _SCALARS.items():
        if name in query:
            try:
                values[name] = parse(query[name])
            except (ValueError, TypeError, OverflowError):
                label = SETTING_NAMES.get(name, name)
                notes.append(f"The {label} in this link is not one the playground knows.")
    keys = [f"f{i}" for i in range(MAX_FILTERS + 1) if f"f{i}" in query]
    parsed = [parse_text(query[key]) for key in keys]
    usable = [each for each in parsed if each is not None]
    if len(usable) < len(parsed):
        notes.append(f"{len(parsed) - len(usable)} of the filters in this link cannot be read.")
    if len(usable) > MAX_FILTERS:
        notes.append(f"A link may have {MAX_FILTERS} filters; the rest was left out.")
    return with_own(Setup(**values), tuple(usable[:MAX_FILTERS])), notes


def with_own(setup: Setup, filters: tuple[Filter, ...]) -> Setup:
    """The set-up with these filters of the user's, brought to one size, as one layer has them."""
    size = max((len(each.weight) for each in filters), default=0)
    return replace(
        setup, own=tuple(replace(each, weight=resize(each.weight, size)) for each in filters)
    )


def with_setting(setup: Setup, name: str, value: Any) -> Setup:
    """The set-up with one setting changed, read as strictly as one from a link.

    Raises
    ------
    ValueError
        If there is no such setting, or the value is not one that it can have.
    """
    if not isinstance(name, str) or name not in _SCALARS:
        raise ValueError("no such setting")
    try:
        return replace(setup, **{name: _SCALARS[name](value)})
    except (TypeError, OverflowError) as error:
        raise ValueError("not a value") from error


# One row a setting: how it is read from outside.
_SCALARS = {
    **{name: one_of(choices) for name, choices in CHOICES.items()},
    **{name: whole_within(*limits) for name, limits in RANGES.items()},
}
