"""The Filters page: a picture, editable kernels, and every stage of the layer, live.

Each part of the page is a fragment of its own, and an edit reruns only the parts that it changes: a
kernel's weight the editor and the maps, a setting of the layer the controls too.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.experiment import Experiment, with_setting
from playground.ui import (
    address,
    changes,
    components,
    controls,
    kernel_editor,
    pictures,
    screen,
    state,
    takeaway,
    watch,
)
from playground.ui.message import message
from playground.ui.views import VIEWS

# The kernel editor and the view send their edits one after the other, mostly through the view: the
# maps are what an edit of a kernel changes, so the run that takes it in is the one that draws them.
BENCH = "bench"
PARTS = ["kernel", "layer", "maps", "picture", "pipeline", "toolbar", "views"]


def draw() -> None:
    """Draw the page."""
    state.read_link()
    changes.fit()
    toolbar()
    with st.container(key="bench"):
        left, right = st.columns([3, 10], gap="medium")
        with left:
            picture_part()
            kernel_part()
            maps_part()
        with right:
            views_part()
            layer_part()
            pipeline_part()
            histogram_part()


@st.fragment(key="toolbar")
def toolbar() -> None:
    """How to look at it, what to try, and what concerns the whole screen."""
    with st.container(key="toolbar", horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "How to look at it",
            list(VIEWS),
            key=state.control("view", state.experiment().view),
            format_func=lambda key: VIEWS[key].label,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            on_change=_on_view,
        )
        with st.container(key="tip", width="stretch"):
            if state.notes():
                with st.container(key="notes"):
                    for note in state.notes():
                        st.text(note)
            else:
                st.markdown(VIEWS[state.experiment().view].tip)
        controls.history_buttons(_undo, _redo, (state.can_undo(), state.can_redo()))
        with st.container(key="share_place", width=90):
            components.share(key="share", data=None)
        takeaway.code_button()
        takeaway.save_menu(_open_experiment)


def _send_again() -> None:
    """Answer an edit once more whose answer went with a connection that broke."""
    state.forget_sent()
    state.settle_link()
    address.redraw(PARTS)


def _undo() -> None:
    state.undo()
    state.hush()
    st.rerun()


def _redo() -> None:
    state.redo()
    state.hush()
    st.rerun()


def _open_experiment(data: bytes) -> None:
    new, notes = takeaway.read_experiment(data)
    settled, sentence = screen.settle(new, changes.batch_shape(new))
    state.commit(settled)
    state.hush()
    state.say(" ".join([*notes, sentence]).strip())
    st.rerun()


@st.fragment(key="picture")
def picture_part() -> None:
    """Choosing a picture, its size and what becomes of its colours."""
    experiment = state.experiment()
    components.library(key="library", data=pictures.page_message(experiment))
    components.gallery(
        key="gallery",
        data=pictures.gallery_message(experiment, state.answered("gallery")),
        on_edit_change=_on_gallery,
    )
    controls.picture_sources(_add_picture)


def _on_gallery() -> None:
    event = state.take_event("gallery")
    experiment = state.experiment()
    if event is None:
        _send_again()
    if not isinstance(event, dict):
        changes.refuse("", "picture")
    if event.get("op") == "picture" and pictures.known(event.get("key")):
        changes.change(replace(experiment, picture=event["key"]), "picture")
    if event.get("op") == "restore" and pictures.is_missing(experiment):
        try:
            pictures.restore_own(controls.from_base64(event.get("png")), experiment.picture)
        except BadFile:
            state.replace_now(replace(experiment, picture=Experiment().picture))
            changes.refuse(
                "The picture of this link was somebody's own and is not here; the cat stands in. "
                "Everything else is as it was.",
                *("picture", "pipeline", "layer", "kernel"),
            )
        changes.fit()
        address.redraw(["picture", "pipeline", "layer", "kernel"])
    changes.refuse("", "picture")


def _add_picture(data: bytes) -> None:
    try:
        key = pictures.add_own(data)
    except BadFile as error:
        changes.refuse(str(error), "picture")
    changes.change(replace(state.experiment(), picture=key), "picture")


@st.fragment(key="kernel")
def kernel_part() -> None:
    """The kernel editor."""
    experiment = state.experiment()
    shape = changes.batch_shape(experiment)
    sizes = screen.kernel_sizes(experiment, shape)
    components.kernel(
        key="kernel",
        # In a list, because Streamlit imports pandas to look for tables in a dictionary's values.
        data=[kernel_editor.view(experiment, sizes, state.answered(BENCH), "")],
        on_edit_change=_on_kernel,
    )


def _on_kernel() -> None:
    event = state.take_event("kernel", BENCH)
    if event is None:
        _send_again()
    if isinstance(event, dict) and event.get("op") == "rest":
        state.settle_link()
        # A request that came just before may have been replaced by this one, with its redrawing.
        if not state.is_drawn():
            address.redraw(PARTS)
        return  # this fragment is drawn anew as it is
    _edit(event, "kernel")


def _edit(event: object, here: str) -> None:
    """Take in an edit of a kernel, or of a setting, that the fragment ``here`` was sent."""
    experiment = state.experiment()
    try:
        if isinstance(event, dict) and event.get("op") == "set":
            new = with_setting(experiment, event.get("name"), event.get("value"))
        else:
            new = kernel_editor.apply(experiment, event)
    except EngineError as error:
        changes.refuse(str(error), "kernel", "pipeline")
    except ValueError:
        changes.refuse("That setting is not one the playground knows.", "kernel", "pipeline")
    gesture = event.get("gesture")
    gesture = gesture if isinstance(gesture, str | int | float) else None
    changes.change(new, gesture=gesture, here=here)


@st.fragment(key="layer")
def layer_part() -> None:
    """The settings of every stage."""
    experiment = state.experiment()
    with st.container(key="settings"):
        controls.stage_settings(experiment, changes.batch_shape(experiment), _on_setting)


@st.fragment(key="maps")
def maps_part() -> None:
    """How the maps are drawn."""
    with st.container(key="map_settings"):
        controls.map_settings(state.experiment(), _on_setting)


def _on_setting(name: str) -> None:
    """A control was changed: its value goes through the same check as one from a link."""
    try:
        new = with_setting(state.experiment(), name, state.value_of(name))
    except ValueError:
        changes.refuse("That setting is not one the playground knows.", "layer", "maps")
    changes.change(new)


@st.fragment(key="views")
def views_part() -> None:
    """The settings that only the chosen view has."""
    experiment = state.experiment()
    draw_controls = VIEWS[experiment.view].controls
    if draw_controls:
        with st.container(key="views", horizontal=True, vertical_alignment="bottom", gap="medium"):
            draw_controls(experiment, changes.batch_shape(experiment), _on_setting)


def _on_view() -> None:
    try:
        new = with_setting(state.experiment(), "view", state.value_of("view"))
    except ValueError:
        changes.refuse("That is not a way to look at it that the playground knows.", "views")
    state.replace_now(new)
    address.redraw(["histograms", "pipeline", "toolbar", "views"])


@st.fragment(key="pipeline")
def pipeline_part() -> None:
    """The experiment as the chosen view shows it."""
    experiment = state.experiment()
    view = VIEWS[experiment.view]
    computed = screen.compute(experiment, pictures.picture_of(experiment))
    state.mark_drawn(experiment)
    getattr(components, view.component)(
        key=view.component,
        data=message(
            computed,
            pictures.picture_digest(experiment),
            state.answered(BENCH),
            state.next_version(),
            kernel_editor.news(experiment, state.answered(BENCH)),
            view.more,
        ),
        on_edit_change=lambda: _on_pipeline(view.component),
    )


def _on_pipeline(component: str) -> None:
    event = state.take_event(component, BENCH)
    if event is None:
        _send_again()
    op = event.get("op") if isinstance(event, dict) else ""
    if op == "undo":
        _undo()
    if op == "rest":
        state.settle_link()
        return  # this fragment is drawn anew, whatever it was sent
    if op == "save":
        experiment = state.experiment()
        computed = screen.compute(experiment, pictures.picture_of(experiment))
        try:
            state.hand_out(*watch.make_file(computed, event))
        except watch.NotSaved as error:
            changes.refuse(str(error), "pipeline")
        return
    _edit(event, "pipeline")


@st.fragment(key="histograms")
def histogram_part() -> None:
    """How often which value occurs in each stage, on demand."""
    experiment = state.experiment()
    if experiment.view == "maps" and st.toggle("Histograms of the values", key="histograms"):
        computed = screen.compute(experiment, pictures.picture_of(experiment))
        st.plotly_chart(
            takeaway.histograms(computed),
            key="histogram_chart",
            width="stretch",
            config={"displayModeBar": False},
        )
