"""A network leaves as a file of weights or as a PyTorch program, and comes back from a file."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.images import encode_png
from playground.files.onnx_export import onnx_bytes
from playground.files.weights import read_weights, save_weights
from playground.limits import LIMITS
from playground.render.torch_network import torch_program
from playground.ui import state
from playground.ui.quota import claim, in_turn
from playground.ui.use.memory import memory
from playground.ui.use.subject import Subject

MENU = "use_files"


def code_button(subject: Subject, picture: np.ndarray | None) -> None:
    """A button that shows the network as a PyTorch program."""
    if st.button("Code", key="use_code", icon=":material/code:"):
        _code_dialog(subject, picture)


def take_away(now: Callable[[], Subject]) -> None:
    """What the menu holds: weights to keep, as they are when asked for, and the way back in."""
    remembered = memory()

    def weights() -> bytes:
        subject = now()
        return save_weights(subject.network, subject.params)

    st.download_button(
        "Weights · weights.npz",
        weights,
        "weights.npz",
        key="use_save_weights",
        help="A NumPy file with the network's layers, labels and weights; no pickle in it.",
        on_click="ignore",
        width="stretch",
    )

    def exported() -> bytes:
        subject = now()
        return onnx_bytes(subject.network, subject.params)

    st.download_button(
        "Network · network.onnx",
        exported,
        "network.onnx",
        key="use_save_onnx",
        help="What ONNX Runtime, many other programs and the Network page read.",
        on_click="ignore",
        width="stretch",
    )
    key = f"use_weights_{remembered.files}"
    st.file_uploader(
        "Load weights that were saved here (.npz)",
        key=key,
        on_change=_on_weights,
        args=(key,),
        max_upload_size=LIMITS.upload_mb,
    )
    if remembered.refused:
        st.text(remembered.refused)


def _on_weights(key: str) -> None:
    file, remembered = state.value_of(key), memory()
    if file is None:
        return
    remembered.files += 1
    remembered.note = remembered.refused = ""
    in_turn(lambda: _load(file.getvalue()))


def _load(data: bytes) -> None:
    remembered = memory()
    try:
        loaded = read_weights(data)
        arrays = (array for own in loaded.params.values() for array in own.values())
        claim("the weights of a file", sum(array.nbytes for array in arrays))
        remembered.loaded, remembered.network = loaded, "file"
        state.control(MENU, False)
    except (BadFile, EngineError) as error:
        remembered.refused = str(error)


@st.dialog("The same network in PyTorch", width="large")
def _code_dialog(subject: Subject, picture: np.ndarray | None) -> None:
    st.caption(
        "The program reads `weights.npz` and `picture.png` from its folder, and prints the outputs "
        "that stand on this screen."
    )
    network, params = subject.network, subject.params
    program = torch_program(network)
    with st.container(horizontal=True, gap="small"):
        st.download_button("network.py", program, "network.py", on_click="ignore")
        st.download_button(
            "weights.npz", lambda: save_weights(network, params), "weights.npz", on_click="ignore"
        )
        if picture is not None and len(picture) in (1, 3):
            st.download_button(
                "picture.png", lambda: encode_png(picture), "picture.png", on_click="ignore"
            )
    st.code(program, language="python", height=440)
