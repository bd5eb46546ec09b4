"""Taking a network of the page away: as ONNX, as a PyTorch program, as arrays of weights."""

from __future__ import annotations

import threading
from collections.abc import Callable

import streamlit as st

from playground.engine.errors import EngineError
from playground.engine.network import summary
from playground.files.images import encode_png, from_bytes
from playground.files.onnx_export import check_exportable, onnx_bytes
from playground.files.state_export import state_npz
from playground.limits import LIMITS
from playground.render.torch_network import torch_program
from playground.ui.network.view import Here, here

_TURN = threading.Semaphore(1)  # a file of hundreds of megabytes is made one at a time
ONNX_HELP = "What ONNX Runtime and many other programs read, and this page as well."
NPZ_HELP = "A NumPy file with an array for each parameter; no pickle in it."


def button() -> None:
    """A button that offers the files."""
    if st.button("Save", key="network_save", icon=":material/download:"):
        try:
            _dialog(here())
        except EngineError as error:
            st.text(str(error))


@st.dialog("Take this network away", width="large")
def _dialog(found: Here) -> None:
    subject, taken = found.subject, found.taken
    network, params = subject.network, subject.params
    megabytes = 4 * sum(row.parameters for row in summary(network)) / 2**20
    if subject.trained is False:
        st.caption("Its weights are random: it has learned nothing.")
    if megabytes > LIMITS.model_mb:
        st.text(
            f"The weights would take {megabytes:,.0f} MB, more than the {LIMITS.model_mb} MB of "
            "the largest file that this server makes. The program can be saved without them."
        )
    else:
        with st.container(horizontal=True, gap="small"):
            refused = _refused(lambda: check_exportable(network))
            if not refused:
                _download(
                    "network.onnx", "network.onnx", lambda: onnx_bytes(network, params), ONNX_HELP
                )
            _download("weights.npz", "weights.npz", lambda: state_npz(network, params), NPZ_HELP)
        if refused:
            st.text(refused)
    try:
        program = torch_program(network, numbers=_numbers(subject.preparation))
    except EngineError as error:
        st.text(str(error))
        return
    st.caption(
        "The same network in PyTorch. The program reads `weights.npz` and `picture.png`, the "
        "picture as this network sees it, from its folder."
    )
    with st.container(horizontal=True, gap="small"):
        _download("network.py", "network.py", lambda: program.encode(), "")
        _download(
            "picture.png", "network_picture.png", lambda: encode_png(from_bytes(taken.shown)), ""
        )
    st.code(program, language="python", height=380)


def _numbers(preparation) -> tuple | None:
    if preparation is None:
        return None
    return preparation.scale, preparation.mean, preparation.std, preparation.order


def _refused(check: Callable[[], None]) -> str:
    try:
        check()
    except EngineError as error:
        return str(error)
    return ""


def _download(label: str, key: str, make: Callable[[], bytes], about: str) -> None:
    def made() -> bytes:
        with _TURN:
            return make()

    st.download_button(
        label, made, label, key=f"network_save_{key}", help=about or None, on_click="ignore"
    )
