"""What can be taken away: pictures, arrays, code, the experiment itself; and opened again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.files.errors import BadFile
from playground.files.experiment import Experiment, from_json, to_json
from playground.files.images import encode_png
from playground.ui import pictures, screen, state


def code_button() -> None:
    """A button that shows exactly this screen as code."""
    if st.button("Code", key="code", icon=":material/code:"):
        _code_dialog()


@st.dialog("This screen as code", width="large")
def _code_dialog() -> None:
    experiment = state.experiment()
    shape = screen.as_batch(pictures.picture_of(experiment), experiment.colour).shape
    st.caption(
        "Each snippet makes the same numbers as the screen. It reads the picture from a file called "
        "`picture.png`: *Save → Picture* has it at working size."
    )
    for tab, write in zip(st.tabs(list(CODE)), CODE.values(), strict=True):
        with tab:
            st.code(write(experiment, shape), language="python", height=480)


def save_menu(opened: Callable[[bytes], None]) -> None:
    """The menu with everything to keep, and the way to open a kept experiment again."""

    def chosen() -> None:
        file = state.value_of("open_experiment")
        if file is not None:
            opened(file.getvalue())

    # A download is made when it is asked for, from what is on the screen then, in a thread of its
    # own that has no session: hence the function that still finds this one.
    now = state.watcher()
    with st.popover("Save", icon=":material/download:", key="save_menu"):
        _download("Pipeline, all filters", "pipeline.png", "image/png", lambda: _pipeline(*now()))
        stage = st.selectbox(
            "One map of the filter shown large",
            ["convolution", "activation", "pooling"],
            key="save_stage",
        )
        _download("This map", f"{stage}.png", "image/png", lambda: _one_map(stage, *now()))
        _download("Picture", "picture.png", "image/png", lambda: _picture(*now()))
        _download("Arrays", "arrays.npz", "application/octet-stream", lambda: _arrays(*now()))
        _download("Experiment", "experiment.json", "application/json", lambda: to_json(now()[0]))
        st.file_uploader(
            "Open a saved experiment",
            type=["application/json"],
            key="open_experiment",
            on_change=chosen,
            max_upload_size=1,
        )


def _download(label: str, name: str, mime: str, make: Callable[[], bytes | str]) -> None:
    st.download_button(
        f"{label} ({name.rsplit('.', 1)[1].upper()})",
        make,
        name,
        mime,
        key=f"save_{name}_{label}",
        on_click="ignore",
        width="stretch",
    )


def histograms(computed: screen.Screen):
    """How often which value occurs in the stages of the filter that is shown large."""
    from playground.render import figures

    active = computed.experiment.active
    return figures.histograms(
        [(computed.title(name), computed.maps(name)[active]) for name in computed.map_stages()]
    )


def read_experiment(data: bytes) -> tuple[Experiment, list[str]]:
    """The experiment of a file, with what there is to say about it; what is on the screen stays if
    the file is not one."""
    try:
        return from_json(data)
    except BadFile as error:
        return state.experiment(), [str(error)]


def _picture(experiment: Experiment, own) -> bytes:
    return encode_png(pictures.picture_of(experiment, own))


def _arrays(experiment: Experiment, own) -> bytes:
    computed = screen.compute(experiment, pictures.picture_of(experiment, own))
    arrays = {"input": pictures.picture_of(experiment, own)}
    for name, stage in computed.stages.items():
        arrays[name] = stage.output
    arrays.update(computed.params["convolution"])
    arrays["softmax"] = computed.terms.probabilities
    return to_npz(arrays)
