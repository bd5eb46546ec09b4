"""Using a trained network: draw a digit or choose a picture, and see what every stage makes of it.

The section is a fragment of its own: a stroke on the pad reruns nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import streamlit as st

from playground.datasets.digits import digits
from playground.engine.errors import EngineError
from playground.files.weights import SavedNetwork
from playground.networks.shipped import shipped
from playground.ui import components, state
from playground.ui.use.answer import answer
from playground.ui.use.files import MENU, code_button, take_away
from playground.ui.use.memory import memory
from playground.ui.use.pictures import choose_picture, pad
from playground.ui.use.subject import Subject

Find = Callable[[], Subject | None]


def draw(
    find: Find, every: float | None = None, learns: Callable[[], bool] = lambda: False
) -> None:
    """Draw the section.

    Parameters
    ----------
    find : callable
        Returns the network of this session, with its weights of now, or None.
    every : float, optional
        Seconds after which the answer is drawn again by itself, while the network learns. The rest
        stays: a stroke and an open menu are not disturbed.
    learns : callable
        Whether that network is still learning.
    """
    st.fragment(_section)(find, every, learns)


def _section(find: Find, every: float | None, learns: Callable[[], bool]) -> None:
    remembered = memory()
    with st.container(key="use"):
        with st.container(key="use_top", horizontal=True, vertical_alignment="bottom", gap="small"):
            subject, chosen = _choose_network(find)
            code = st.container(width="content")
            menu = st.popover("Save, load", icon=":material/download:", key=MENU, on_change="rerun")
        follows = every is not None and chosen == "own"

        def now() -> Subject:
            return (find() if follows else None) or subject

        left, right = st.columns([3, 8], gap="medium")
        with left:
            (picture, seen, truth), drawn = choose_picture(subject)
            place = st.container()
        with right:
            if remembered.note:
                st.text(remembered.note)
            if picture is None:
                st.caption(seen)
            else:
                part = st.fragment(_answer, run_every=every if follows else None)
                part(now, picture, seen, truth, learns if follows else None)
        with menu:
            take_away(now)
        with code:
            code_button(subject, picture)
        if drawn:
            with place:
                pad()


def _answer(
    now: Callable[[], Subject],
    picture: np.ndarray,
    seen: str,
    truth: int | None,
    learns: Callable[[], bool] | None,
) -> None:
    """What the network makes of the picture; ``learns`` is given while it may change by itself."""
    going_on = learns is not None and learns()
    try:
        message = answer(now(), picture, seen, truth, state.next_version(), aloud=not going_on)
    except EngineError as error:
        st.text(str(error))
    else:
        components.stages(key="stages", data=message)
    if learns is not None and not going_on:
        st.rerun()


def _choose_network(find: Find) -> tuple[Subject, str]:
    """The network that is used, and which it is: the run's, the shipped one, or a file's."""
    remembered = memory()
    own = find()
    names = {}
    if own is not None:
        learned = "trained here" if own.trained else "not trained yet"
        names["own"] = f"{own.network.name}, {learned}"
    names["lenet5"] = "LeNet-5, ready trained on digits"
    if remembered.loaded is not None:
        # Its name is somebody's text, and this control would read it as Markdown.
        names["file"] = "The network from your file"
    chosen = remembered.network
    if chosen not in names:
        chosen = "own" if own is not None and own.trained else "lenet5"
    st.segmented_control(
        "Network to use",
        list(names),
        key=state.control("use_network", chosen),
        format_func=names.__getitem__,
        required=True,
        wrap=True,
        on_change=_on_network,
    )
    if chosen == "own":
        return own, chosen
    if chosen == "file":
        return _from_file(remembered.loaded, own), chosen
    network, params = shipped("lenet5")
    return Subject(network, params, True, *_held_out_digits()), chosen


def _on_network() -> None:
    remembered = memory()
    remembered.network, remembered.note = state.value_of("use_network") or "", ""


@cache
def _held_out_digits() -> tuple[np.ndarray, np.ndarray]:
    data = digits()
    rows = data.held_out_rows
    return data.batch(rows), data.targets[rows]


def _from_file(saved: SavedNetwork, own: Subject | None) -> Subject:
    """A loaded network, with the held-out pictures that fit it and its labels, if there are any."""
    images, targets = _held_out_digits()
    network = saved.network
    if own is not None and own.images is not None and own.network.labels == network.labels:
        images, targets = own.images, own.targets
    elif network.labels != digits().labels:
        images, targets = None, None
    if images is not None and images.shape[1:] != network.input_shape:
        images, targets = None, None
    return Subject(network, saved.params, None, images, targets)
