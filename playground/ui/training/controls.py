"""The controls of the Train page, each set to the set-up before it is drawn."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.datasets import DATASETS
from playground.engine.errors import EngineError
from playground.engine.network import summary
from playground.files.setup import CHOICES, RANGES, SETTING_NAMES, Setup
from playground.ui import state
from playground.ui.training import memory
from playground.ui.training.recipe import is_frozen, network_for
from playground.ui.words import WORDS

LABELS: dict[str, dict[Any, str]] = {
    "dataset": {
        **{key: source.title for key, source in DATASETS.items()},
        "own": "Your own pictures",
    },
    "side": {side: f"{side} × {side}" for side in CHOICES["side"]},
    "colour": {True: "colour", False: "grey"},
    "network": {"lenet5": "LeNet-5", "small": "small", "mine": "my filters"},
    "pool": {"max": "max", "average": "average", "sum": "sum"},
    "kernel_size": {n: f"{n} × {n}" for n in CHOICES["kernel_size"]},
    "hidden": {n: str(n) if n else "none" for n in CHOICES["hidden"]},
    "dropout": {share: f"{share:.0%}" if share else "none" for share in CHOICES["dropout"]},
    "free": {False: "frozen", True: "free to learn"},
    "loss": {"cross_entropy": "cross-entropy", "total_error": "total error"},
    "optimiser": {"sgd": "SGD", "momentum": "momentum", "adam": "Adam"},
    "schedule": {"constant": "constant", "steps": "in steps", "cosine": "cosine"},
    "weight_decay": {v: f"{v:g}" if v else "none" for v in CHOICES["weight_decay"]},
    "learning_rate": {v: f"{v:g}" for v in CHOICES["learning_rate"]},
}
# The label of each control, and its word.
NAMES = {
    "dataset": ("Data", "dataset"),
    "side": ("Size", "own_side"),
    "colour": ("Colour", "own_colour"),
    "network": ("Network", "network"),
    "blocks": ("Rounds", "rounds_of_layers"),
    "filters": ("Filters", "depth"),
    "kernel_size": ("Kernel", "size"),
    "pool": ("Pooling", "pooling"),
    "hidden": ("Hidden units", "hidden"),
    "dropout": ("Dropout", "dropout"),
    "free": ("My filters stay", "frozen"),
    "loss": ("Loss", "loss"),
    "optimiser": ("Optimiser", "optimiser"),
    "learning_rate": ("Learning rate", "learning_rate"),
    "schedule": ("Schedule", "schedule"),
    "weight_decay": ("Weight decay", "weight_decay"),
    "batch_size": ("Batch size", "batch_size"),
    "epochs": ("Epochs", "epoch"),
}
OWN = (("side", "colour"),)
SMALL = (("blocks", "filters", "kernel_size"), ("pool", "hidden", "dropout"))
MINE = (("free", "blocks"), ("pool", "hidden", "dropout"))
TRAINING = (("loss", "optimiser"), ("learning_rate", "batch_size", "epochs"))
MORE = (("schedule", "weight_decay"),)


def choices_of_data() -> None:
    """Which pictures to learn from."""
    setup = memory.setup()
    _select("dataset", setup)
    if setup.dataset == "own":
        _rows(OWN, setup)
        st.caption("Pictures that you sort into classes; a fifth of each class is held out.")
        return
    source = DATASETS[setup.dataset]
    st.caption(f"{source.about} {source.credit}.")


def choices_of_network() -> None:
    """Which network, and its layers with their sizes."""
    setup = memory.setup()
    st.segmented_control(
        "Network",
        list(CHOICES["network"]),
        key=state.control("network", setup.network),
        format_func=LABELS["network"].__getitem__,
        required=True,
        help=WORDS["network"].markdown(),
        on_change=_on_change,
        args=("network",),
        width="stretch",
    )
    if setup.network != "lenet5":
        _rows(SMALL if setup.network == "small" else MINE, setup)
    if setup.network == "mine":
        names = ", ".join(each.name for each in setup.own)
        what = "They stay as they are" if is_frozen(setup) else "Training changes them"
        st.text(f"The first layer starts from: {names}. {what}.")
    _layers(setup)


def _layers(setup: Setup) -> None:
    """Every layer with the shape that comes out of it and its number of weights."""
    try:
        rows = summary(network_for(setup, memory.data().dataset))
    except EngineError as error:
        st.text(str(error))
        return
    total = sum(row.parameters for row in rows)
    with st.expander(f"{len(rows)} layers, {total:,} parameters"):
        st.table(
            {
                "Layer": [row.name for row in rows],
                "Output": [" × ".join(map(str, row.output_shape)) for row in rows],
                "Parameters": [f"{row.parameters:,}" for row in rows],
            },
            hide_index=True,
        )


def choices_of_training() -> None:
    """How it learns."""
    setup = memory.setup()
    _rows(TRAINING, setup)
    with st.expander("More"):
        _rows(MORE, setup)
        st.toggle(
            "Move and turn each picture a little",
            key=state.control("augment", setup.augment),
            help=WORDS["augmentation"].markdown(),
            on_change=_on_change,
            args=("augment",),
        )
        low, high = RANGES["seed"]
        # With decimals behind the scenes: a browser that sends no number ends a session otherwise.
        st.number_input(
            "Seed",
            float(low),
            float(high),
            key=state.control("seed", float(setup.seed)),
            step=1.0,
            format="%.0f",
            help=WORDS["seed"].markdown(),
            on_change=_on_change,
            args=("seed",),
        )


def _rows(rows: tuple[tuple[str, ...], ...], setup: Setup) -> None:
    for names in rows:
        for name, place in zip(names, st.columns(len(names)), strict=True):
            with place:
                _select(name, setup)


def _select(name: str, setup: Setup) -> None:
    label, word = NAMES[name]
    labels = LABELS.get(name, {})
    st.selectbox(
        label,
        list(CHOICES[name]),
        key=state.control(name, getattr(setup, name)),
        format_func=lambda choice: labels.get(choice, str(choice)),
        help=WORDS[word].markdown(),
        filter_mode=None,
        on_change=_on_change,
        args=(name,),
        disabled=name == "dropout" and not setup.hidden,
    )


def _on_change(name: str) -> None:
    memory.choose(name, state.value_of(name))


def differences(now: Setup, then: Setup) -> list[str]:
    """What sentences call the settings in which two set-ups differ."""
    names = [
        name
        for name in (*NAMES, "pictures", "augment", "seed")
        if getattr(now, name) != getattr(then, name)
    ]
    if now.own != then.own:
        names.append("own")
    return [{"own": "my filters"}.get(name, SETTING_NAMES.get(name, name)) for name in names]
