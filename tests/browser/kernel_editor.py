"""The kernel editor on a page of its own, and a person who uses it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from playground.files.experiment import Experiment
from tests.browser.harness import ROOT

# The editor alone. The page prints the experiment, and starts again at a click: the tests share it,
# because loading it takes longer than most of them.
PROBE = f"""
import json
import sys
import time
from functools import partial

sys.path.insert(0, {str(ROOT)!r})
import streamlit as st

from playground.engine.errors import EngineError
from playground.files.experiment import Experiment, to_json
from playground.ui import components
from playground.ui.kernel_editor import apply, view

SCRIPTS = [components.FOLDER / "library" / "a_events.js"]
SCRIPTS += sorted((components.FOLDER / "kernel").glob("*.js"))
SCRIPT = "\\n".join(file.read_text("utf-8") for file in SCRIPTS)
library = st.components.v2.component("probe_library", html="<div></div>", js=SCRIPT + '''
globalThis.cnnPlayground = {{ kernel }};
dispatchEvent(new Event("cnn-playground"));
export default function () {{}}
''')

state = st.session_state


def start_again(delay, reason):
    state.run = state.get("run", 0) + 1
    state.experiment, state.edits = Experiment(), []
    state.answered, state.note, state.delay, state.reason = "", "", delay, reason


def replace_weights():
    state.experiment = Experiment()


if "run" not in state:
    start_again(0, "")


def on_edit(run):
    time.sleep(state.delay)
    if run != state.run:  # the last message of an editor that has been replaced meanwhile
        return
    edit = state[f"kernel-{{run}}"].edit
    state.answered = edit["seq"]
    if edit["op"] == "rest":
        return
    state.edits.append(edit)
    try:
        state.experiment, state.note = apply(state.experiment, edit), ""
    except EngineError as error:
        state.note = str(error)


library(data=0, key="library")


@st.fragment(key="editor")
def editor():
    sizes = [dict(size=n, reason=state.reason if n == 7 else "") for n in (1, 3, 5, 7)]
    with st.container(width=358):
        components.kernel(
            data=[view(state.experiment, sizes, state.answered, state.note)],
            key=f"kernel-{{state.run}}",
            on_edit_change=partial(on_edit, state.run),
        )
    st.text(f"run: {{state.run}}")
    st.text("experiment: " + to_json(state.experiment).replace("\\n", " "))
    st.text("edits: " + json.dumps(state.edits))
    small = "A 7×7 kernel does not fit a 5×5 picture."
    st.button("Undo all", on_click=replace_weights)
    st.button("Fast", on_click=start_again, args=(0, ""))
    st.button("Slow", on_click=start_again, args=(0.25, ""))
    st.button("Small", on_click=start_again, args=(0, small))


editor()
"""
START = Experiment()


def until(condition: Callable[[], bool], what: Callable[[], object]) -> None:
    """Wait until the condition holds; fail with ``what()`` if it never does."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


class Editor:
    """The editor as a person uses it, and what the server knows of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keyboard = page.keyboard
        self.root = page.locator(".kernel")
        self.status = self.root.get_by_role("status")
        expect(self.cell(0)).to_be_visible()

    def start(self, speed: str = "Fast") -> None:
        run = int(self._printed("run"))
        self.page.get_by_role("button", name=speed).dispatch_event("click")
        until(lambda: int(self._printed("run")) == run + 1, lambda: "the page did not start again")
        expect(self.root).to_have_count(1)
        expect(self.cell(8)).to_be_visible()

    def cell(self, index: int, size: int = 3):
        name = f"row {index // size + 1}, column {index % size + 1}"
        return self.root.get_by_role("textbox", name=name, exact=True)

    def button(self, name: str):
        return self.root.get_by_role("button", name=re.compile(f"^{name}"))

    def tab(self, name: str):
        return self.root.get_by_role("tab", name=re.compile(name))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def _printed(self, label: str) -> str:
        text = self.page.get_by_text(re.compile(f"^{label}: ")).last.inner_text()
        return text.split(": ", 1)[1]

    def edits(self) -> list[dict]:
        """Every edit that the server has got."""
        return json.loads(self._printed("edits"))

    def filters(self) -> list[dict]:
        """The server's filters."""
        return json.loads(self._printed("experiment"))["filters"]

    def weights(self, index: int = 0) -> list[float]:
        return [v for row in self.filters()[index]["weight"] for v in row]

    def expect_weights(self, expected: list[float], index: int = 0) -> None:
        until(lambda: self.weights(index) == expected, lambda: (self.weights(index), self.edits()))

    def expect_names(self, *expected: str) -> None:
        def names() -> list[str]:
            return [filter_["name"] for filter_ in self.filters()]

        until(lambda: names() == list(expected), names)

    def height(self) -> int:
        return round(self.root.bounding_box()["height"])

    def drag(self, index: int, up: float) -> None:
        box = self.cell(index).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 3, y - up, steps=40)
        self.page.mouse.up()


def cell_weights(**cells: float) -> list[float]:
    """The first filter's weights, with some cells changed: ``c4=2`` is the centre."""
    start = [v for row in START.filters[0].weight for v in row]
    return [cells.get(f"c{i}", v) for i, v in enumerate(start)]
