"""Settings of a network of one's own: how a picture goes in, and what the outputs stand for."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.files.preparation import FITS, ORDERS, Preparation
from playground.files.uploaded import LAYOUTS, NUMBERS, layouts, numbers_of, with_numbers
from playground.ui import address, state
from playground.ui.network import own, own_labels
from playground.ui.network.memory import say
from playground.ui.network.own_controls import held
from playground.ui.words import WORDS

OWN_NUMBERS = "Numbers of one’s own"
FIT_WORDS = {"crop": "its middle is cut out", "squash": "squashed", "pad": "black around it"}
ORDER_WORDS = {"rgb": "red, green, blue", "bgr": "blue, green, red"}


def settings(parts: list[str]) -> None:
    """How a picture goes in, and what the outputs stand for; a network of one's own is there."""
    with st.container(border=True, key="network_own_settings"):
        model = own.model()
        st.text(model.network.name)
        if model.sentence:
            st.text(model.sentence)
        st.caption("The network, this and the labels are not part of the link.")
        st.caption(_in_short(model.preparation))
        if model.why:
            st.caption(model.why)
        # Closed, so that on a phone the answer is not a long way below.
        with st.expander("How a picture goes in", key="network_preparation"):
            _preparation(parts)
        with st.expander("What the outputs stand for", key="network_labels"):
            _labels(parts)


def _in_short(now: Preparation) -> str:
    """How a picture goes in, in a line."""
    known = numbers_of(now)
    numbers = NUMBERS[known].title if known in NUMBERS else OWN_NUMBERS
    return f"A picture goes in as {now.rows} × {now.columns} pixels. Black to white: {numbers}."


def _preparation(parts: list[str]) -> None:
    model = own.model()
    now = model.preparation
    possible = layouts(model.file.input_shape)
    if len(possible) > 1:
        _choice("Order of its input", "layout", possible, model.layout, LAYOUTS, parts)
    else:
        st.caption(f"Its input: {LAYOUTS[model.layout]}")
    with st.container(horizontal=True, gap="small"):
        _side("Rows", "rows", now.rows, parts)
        _side("Columns", "columns", now.columns, parts)
    words = {key: each.title for key, each in NUMBERS.items()} | {"": OWN_NUMBERS}
    _choice("Black to white", "numbers", list(words), numbers_of(now), words, parts)
    if now.channels == 3:
        _choice("Colours", "order", list(ORDERS), now.order, ORDER_WORDS, parts)
    _choice("Another shape", "fit", list(FITS), now.fit, FIT_WORDS, parts)
    if now.fit == "crop":
        _side("Shorter side before the cut", "resize", now.resize or 0, parts)
    for name, label in (("mean", "Mean, one a channel"), ("std", "Deviation, one a channel")):
        key = state.control(f"network_{name}", " ".join(f"{n:g}" for n in getattr(now, name)))
        st.text_input(label, key=key, max_chars=200, on_change=_on_part, args=(name, parts))


def _choice(label: str, name: str, keys: list[str], now: str, words: dict, parts) -> None:
    st.selectbox(
        label,
        keys,
        key=state.control(f"network_{name}", now),
        format_func=words.__getitem__,
        filter_mode=None,
        help=WORDS["preparation"].markdown() if name == "numbers" else None,
        on_change=_on_part,
        args=(name, parts),
    )


def _side(label: str, name: str, now: int, parts: list[str]) -> None:
    # With decimals behind the scenes: a browser that sends no number ends a session otherwise.
    st.number_input(
        label,
        0.0,
        1024.0,
        key=state.control(f"network_{name}", float(now)),
        step=1.0,
        format="%.0f",
        on_change=_on_part,
        args=(name, parts),
    )


def _on_part(name: str, parts: list[str]) -> None:
    value, model = state.value_of(f"network_{name}"), own.model()
    say()
    try:
        if model is None:
            raise BadFile("Your model is not in this browser tab any more.")
        if name == "layout":
            own.lay_out(value if value in LAYOUTS else "")
        else:
            own.prepare_otherwise(_with(model.preparation, name, value))
    except (EngineError, BadFile) as error:
        say(str(error))
    address.redraw(parts)


def _with(preparation: Preparation, name: str, value) -> Preparation:
    if name == "numbers":
        return with_numbers(preparation, NUMBERS[value]) if value in NUMBERS else preparation
    if name in ("rows", "columns"):
        return replace(preparation, **{name: _whole(value)}, resize=None)
    if name == "resize":
        return replace(preparation, resize=_whole(value) or None)
    if name == "fit":
        resize = preparation.resize if value == "crop" else None
        return replace(preparation, fit=value, resize=resize)
    if name in ("mean", "std"):
        try:
            numbers = tuple(float(word) for word in value.replace(",", " ").split())
        except (AttributeError, ValueError):
            raise EngineError("Write numbers with spaces between them.") from None
        return replace(preparation, **{name: numbers})
    return replace(preparation, **{name: value})


def _whole(value: object) -> int:
    if not isinstance(value, float) or value != value or abs(value) > 10_000:
        raise EngineError("That is no number of pixels.")
    return int(value)


def _labels(parts: list[str]) -> None:
    model = own.model()
    count = own.outputs(model.network)
    lists = own_labels.fitting(model, count)
    st.selectbox(
        "Labels",
        lists,
        key=state.control("network_list", model.listed if model.listed in lists else "none"),
        format_func=own_labels.LISTS.__getitem__,
        filter_mode=None,
        help=WORDS["labels"].markdown(),
        on_change=_on_list,
        args=(parts,),
    )
    text = "\n".join(model.own_labels)
    st.text_area(
        f"One a line, {count:,} in all",
        key=state.control("network_own_labels", text),
        height=120,
        max_chars=500_000,
        on_change=_on_labels,
        args=(parts,),
    )
    key = f"labels_file_{held().files}"
    st.file_uploader(
        "Or a text file with one a line",
        key=key,
        on_change=_on_labels_file,
        args=(key, parts),
        max_upload_size=4,
    )


def _on_list(parts: list[str]) -> None:
    _label(parts, state.value_of("network_list"), None)


def _on_labels(parts: list[str]) -> None:
    _label(parts, "own", state.value_of("network_own_labels"))


def _on_labels_file(key: str, parts: list[str]) -> None:
    file = state.value_of(key)
    if file is not None:
        held().files += 1
        _label(parts, "own", file.getvalue())


def _label(parts: list[str], listed: str, text: bytes | str | None) -> None:
    say()
    try:
        model = own.model()
        if model is None:
            raise BadFile("Your model is not in this browser tab any more.")
        if listed not in own_labels.fitting(model, own.outputs(model.network)):
            raise BadFile("These labels do not fit the network.")
        own.label(listed, text or None)
    except (EngineError, BadFile) as error:
        say(str(error))
    address.redraw(parts)
