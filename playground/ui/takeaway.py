"""The menus for taking things away, and for opening a saved experiment again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.files.errors import BadFile
from playground.files.experiment import Experiment, from_json, to_json
from playground.files.images import encode_png
from playground.render.code import keras_code, numpy_code, pytorch_code
from playground.ui import exports, pictures, screen, state

CODE = {"NumPy and SciPy": numpy_code, "PyTorch": pytorch_code, "Keras": keras_code}


def code_button() -> None:
    """A button that shows exactly this screen as code."""
    if st.button("Code", key="code", icon=":material/code:"):
        _code_dialog()


@st.dialog("This screen as code", width="large")
def _code_dialog() -> None:
    experiment = state.experiment()
    shape = pictures.picture_of(experiment).shape
    st.caption(
        "Each program computes the numbers of this screen. It reads the picture from a file called "
        "`picture.png`; *Save, open* has it."
    )
    for tab, write in zip(st.tabs(list(CODE)), CODE.values(), strict=True):
        with tab:
            st.code(write(experiment, shape), language="python", height=440)


def save_menu(opened: Callable[[bytes], None]) -> None:
    """The menu with everything to keep, and the way to open a kept experiment again."""

    def chosen() -> None:
        file = state.value_of("open_experiment")
        if file is not None:
            opened(file.getvalue())

    # A download is made when it is asked for, from what is on the screen then, in a thread of its
    # own that has no session: hence the function that still finds this one.
    watch = state.watcher()

    def now() -> tuple:
        experiment, own = watch()
        return experiment, pictures.picture_of(experiment, own)

    with st.popover("Save, open", icon=":material/download:", key="save_menu"):
        _download("All filters, every stage", "pipeline.png", lambda: exports.pipeline_file(*now()))
        for stage in screen.map_names(state.experiment()):
            _download(
                f"{stage.capitalize()} of the chosen filter",
                f"{stage}.png",
                lambda stage=stage: exports.map_file(*now(), stage),
            )
        _download("Picture at working size", "picture.png", lambda: encode_png(now()[1]))
        _download("Arrays for NumPy", "arrays.npz", lambda: exports.arrays_file(*now()))
        _download("Experiment", "experiment.json", lambda: to_json(now()[0]))
        st.file_uploader(
            "Open a saved experiment (JSON)",
            type=["application/json"],
            key="open_experiment",
            on_change=chosen,
            max_upload_size=1,
        )


def _download(label: str, name: str, make: Callable[[], bytes | str]) -> None:
    st.download_button(
        f"{label} · {name}", make, name, key=f"save_{name}", on_click="ignore", width="stretch"
    )


def read_experiment(data: bytes) -> tuple[Experiment, list[str]]:
    """The experiment of a file, with what there is to say about it.

    If the file is not an experiment, what is on the screen stays.
    """
    try:
        return from_json(data)
    except BadFile as error:
        return state.experiment(), [str(error)]


def histograms(computed: screen.Screen):
    """How often which value occurs in the stages of the filter that is shown large: a chart."""
    # Plotly takes a while to import, and most visitors never open this.
    from playground.render import figures

    active = computed.experiment.active
    return figures.histograms(
        [(computed.title(name), computed.maps(name)[active]) for name in computed.map_stages()]
    )
