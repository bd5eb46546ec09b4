"""Our browser components: their files, registered once, and what they share.

Streamlit sends a component's script again with every new value, so the scripts travel once, in a
component called ``library``, and every other component is a few lines that call into it. Each file
``assets/components/<name>/component.js`` defines one function, named like its folder, which gets
what Streamlit hands a component: ``{parentElement, data, setStateValue, setTriggerValue}``.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

FOLDER = Path(__file__).parents[2] / "assets" / "components"
NAMES = (
    "kernel", "pipeline", "player", "numbers", "connections", "compare", "gallery", "share",
    "exercise", "pad", "stages", "tab",
    "backward", "training", "collection", "delivery", "network",
    "timeline", "blocks",
)  # fmt: skip

# Those without anything to see.
UNSEEN = ("tab", "delivery")

_STUB = """
export default function (component) {
  const ready = globalThis.cnnPlayground;
  if (ready) return ready.%(name)s(component);
  addEventListener("cnn-playground", () => globalThis.cnnPlayground.%(name)s(component),
    { once: true });
}
"""


_COMMON_CSS = (FOLDER / "library" / "common.css").read_text("utf-8")


def _sheet(name: str) -> str:
    """The style sheet of a component that is drawn often: it travels with the scripts, once."""
    file = FOLDER / name / "sheet.css"
    return file.read_text("utf-8") if file.exists() else ""


def library_script() -> str:
    """All scripts as one module: the shared files first, then every component."""
    shared = sorted((FOLDER / "library").glob("*.js"))
    own = [file for name in NAMES for file in sorted((FOLDER / name).glob("*.js"))]
    styles = json.dumps((FOLDER / "library" / "views.css").read_text("utf-8"))
    parts = [file.read_text("utf-8") for file in (*shared, *own)]
    parts.append(f"viewStyles.replaceSync({styles});\n")
    parts += [
        f"{name}Styles.replaceSync({json.dumps(_COMMON_CSS + _sheet(name))});\n"
        for name in NAMES
        if _sheet(name)
    ]
    parts.append(
        f"globalThis.cnnPlayground = {{ {', '.join(NAMES)} }};\n"
        'dispatchEvent(new Event("cnn-playground"));\n'
        "export default function ({ data }) { if (data) receive(data); }\n"
    )
    return "\n".join(parts)


def _text(name: str, suffix: str) -> str:
    file = FOLDER / name / f"component.{suffix}"
    return file.read_text("utf-8") if file.exists() else ""


def _style(name: str) -> str:
    """What a component's element brings along every time."""
    # Streamlit takes a text of one line for the name of a file.
    common = "/**/\n" if name in UNSEEN or _sheet(name) else _COMMON_CSS
    return common + _text(name, "css")


library = st.components.v2.component("cnn_library", html="<div></div>", js=library_script())
(
    kernel,
    pipeline,
    player,
    numbers,
    connections,
    compare,
    gallery,
    share,
    exercise,
    pad,
    stages,
    tab,
    backward,
    training,
    collection,
    delivery,
    network,
    timeline,
    blocks,
) = (
    st.components.v2.component(
        f"cnn_{name}",
        html=_text(name, "html"),
        css=_style(name),
        js=_STUB % {"name": name},
    )
    for name in NAMES
)


def pack(header: dict[str, Any], arrays: list[np.ndarray]) -> bytes:
    """One message for the browser: a JSON header, then the arrays' bytes.

    The header's length stands first, in four bytes; the header is padded so that every array starts
    at a multiple of four, and gets a key ``offsets`` with where each one starts, counted from the
    end of the header.
    """
    offsets, blobs, place = [], [], 0
    for array in arrays:
        blob = np.ascontiguousarray(array).tobytes()
        blob += b"\0" * (-len(blob) % 4)
        offsets.append(place)
        blobs.append(blob)
        place += len(blob)
    text = json.dumps({**header, "offsets": offsets}, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return b"".join((struct.pack("<I", len(text)), text, *blobs))
