"""The kernel editor in a real browser: nothing that is typed, nudged or dragged gets lost."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from playground.engine.kernels import KERNELS, SIZES
from playground.files.experiment import Experiment
from playground.ui.kernel_editor import apply
from tests.browser.harness import ROOT, Watch

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
            data=view(state.experiment, sizes, state.answered, state.note),
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


@pytest.fixture(scope="module")
def server(start_app, tmp_path_factory):
    """The editor alone, in place of the app."""
    script = tmp_path_factory.mktemp("probe") / "probe.py"
    script.write_text(PROBE, "utf-8")
    return start_app(script)


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


@pytest.fixture(scope="module")
def shared(browser, server):
    """One page for most tests, watched all the time."""
    context = browser.new_context(viewport={"width": 900, "height": 1400})
    watch = Watch(context, server)
    page = context.new_page()
    page.goto(server.url)
    yield SimpleNamespace(editor=Editor(page), watch=watch)
    context.close()


@pytest.fixture
def editor(shared):
    """The editor with the experiment that everybody starts with."""
    shared.editor.start()
    yield shared.editor
    assert shared.watch.problems() == []


def cell_weights(**cells: float) -> list[float]:
    """The first filter's weights, with some cells changed: ``c4=2`` is the centre."""
    start = [v for row in START.filters[0].weight for v in row]
    return [cells.get(f"c{i}", v) for i, v in enumerate(start)]


@pytest.mark.parametrize("speed", ["Fast", "Slow"])
def test_nine_cells_typed_fast_all_arrive(editor, speed):
    editor.start(speed)
    editor.cell(0).focus()
    for digit in "123456789":
        editor.press(digit)
        editor.page.wait_for_timeout(20)
        editor.press("Tab")
    editor.expect_weights([1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert [editor.cell(i).input_value() for i in range(9)] == list("123456789")


def test_numbers_are_understood_as_people_write_them(editor):
    for text, value in {
        "1/9": 1 / 9,
        "-0,5": -0.5,
        "−2": -2,
        ".25": 0.25,
        "+3": 3,
        "1e-2": 0.01,
        " 2 / 3 ": 2 / 3,
    }.items():
        editor.cell(4).focus()
        editor.keyboard.type(text)
        editor.press("Enter")
        expect(editor.cell(5)).to_be_focused()
        editor.expect_weights(cell_weights(c4=value))
    expect(editor.cell(4)).to_have_value("0.67")
    editor.cell(4).focus()
    expect(editor.cell(4)).to_have_value("2/3")


def test_typing_is_live_and_one_gesture_and_the_text_stays_as_typed(editor):
    editor.cell(0).click()
    for text, value in (("0", 0), ("0.", 0), ("0.2", 0.2), ("0.25", 0.25)):
        editor.press(text[-1])
        editor.expect_weights(cell_weights(c0=value))
        expect(editor.cell(0)).to_have_value(text)
    assert len({edit["gesture"] for edit in editor.edits()}) == 1


def test_what_is_no_number_is_marked_said_and_not_sent(editor):
    editor.cell(4).click()
    editor.press("-")
    expect(editor.cell(4)).to_have_attribute("aria-invalid", "true")
    expect(editor.status).to_have_text("Type a number such as −1, 0.5 or 1/9.")
    editor.press("Tab")
    expect(editor.root.locator(".kernel-problem")).to_be_hidden()
    expect(editor.cell(4)).to_have_value("8")
    editor.cell(4).click()
    editor.keyboard.type("2001")
    expect(editor.status).to_have_text("Type a number from −1000 to 1000.")
    editor.expect_weights(cell_weights(c4=200))
    editor.press("Escape")
    expect(editor.cell(4)).to_have_value("8")
    editor.expect_weights(cell_weights())


def test_arrows_move_and_sideways_move_the_caret_once_typing_has_begun(editor):
    editor.cell(4).click()
    for key, index in (("ArrowUp", 1), ("ArrowLeft", 0), ("ArrowDown", 3), ("ArrowRight", 4)):
        editor.press(key)
        expect(editor.cell(index)).to_be_focused()
    editor.press("1", "2", "ArrowLeft", "5")
    expect(editor.cell(4)).to_have_value("152")
    editor.press("ArrowDown")
    expect(editor.cell(7)).to_be_focused()
    editor.press("F2", "5")
    expect(editor.cell(7)).to_have_value("−15")
    editor.press("ArrowUp", "Delete")
    expect(editor.cell(4)).to_have_value("0")
    editor.expect_weights(cell_weights(c4=0, c7=-15))


def test_wheel_and_keys_nudge_the_focused_cell_only(editor):
    editor.cell(4).hover()
    editor.page.mouse.wheel(0, -100)
    editor.cell(4).click()
    for _ in range(3):
        editor.page.mouse.wheel(0, -100)
    expect(editor.cell(4)).to_have_value("8.3")
    editor.keyboard.down("Shift")
    editor.page.mouse.wheel(0, 100)
    expect(editor.cell(4)).to_have_value("7.3")
    editor.keyboard.up("Shift")
    editor.press("PageUp", "Control+ArrowDown", "Shift+PageDown")
    expect(editor.cell(4)).to_have_value("6.3")
    editor.expect_weights(cell_weights(c4=6.3))


def test_a_drag_nudges_and_a_click_only_selects(editor):
    editor.drag(4, up=0)
    expect(editor.cell(4)).to_be_focused()
    editor.drag(0, up=100)
    expect(editor.cell(0)).to_have_value("1")
    editor.expect_weights(cell_weights(c0=1))
    assert len({edit["gesture"] for edit in editor.edits()}) == 1
    editor.press("5")
    expect(editor.cell(0)).to_have_value("5")


def test_a_slow_server_gets_the_last_value_of_a_drag_and_few_of_the_others(editor):
    editor.start("Slow")
    editor.drag(4, up=-200)
    expect(editor.cell(4)).to_have_value("4")
    editor.expect_weights(cell_weights(c4=4))
    assert len(editor.edits()) < 20  # of 40 steps of the mouse


def test_a_kernel_can_be_pasted(editor):
    paste = """(element, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
    }"""
    editor.cell(0).click()
    editor.cell(0).evaluate(paste, "[[1, 0, -1],\n [0, 0.5, 0],\n [-1, 0, 1/4]]")
    editor.expect_weights([1, 0, -1, 0, 0.5, 0, -1, 0, 0.25])
    editor.cell(0).evaluate(paste, "1 " * 25)
    expect(editor.status).to_have_text("These are 25 numbers; this kernel has 9 weights.")


def test_every_button_does_what_its_name_says(editor):
    editor.cell(3).focus()
    editor.press("5", "Tab")
    expected = apply(START, {"op": "cell", "filter": 0, "cell": 3, "value": 5})
    editor.expect_weights(cell_weights(c3=5))
    for name, op, key in (
        ("Divide by the sum", "transform", "normalise"),
        ("Negate", "transform", "negate"),
        ("Flip left", "transform", "flip_columns"),
        ("Flip upside", "transform", "flip_rows"),
        ("Rotate by 90", "transform", "rotate_90"),
        ("Rotate by 45", "transform", "rotate_45"),
        ("Transpose", "transform", "transpose"),
        ("Reset", "reset", ""),
        ("Random", "random", ""),
    ):
        editor.button(name).click()
        expected = apply(expected, {"op": op, "filter": 0, "key": key})
        editor.expect_weights([v for row in expected.filters[0].weight for v in row])


def test_a_button_that_cannot_be_used_says_why_and_does_nothing(editor):
    divide = editor.button("Divide")
    expect(divide).to_be_disabled()
    expect(divide).to_have_attribute("title", re.compile("sum to zero"))
    divide.click(force=True)
    editor.button("Negate").click()
    editor.expect_weights([-v for v in cell_weights()])
    assert [edit["key"] for edit in editor.edits()] == ["negate"]


def test_every_preset_is_offered_and_a_large_one_grows_the_grid(editor):
    presets = editor.root.get_by_label("Preset", exact=True)
    offered = presets.locator("option:not([hidden])").evaluate_all("all => all.map(o => o.value)")
    assert sorted(offered) == sorted(KERNELS)
    presets.select_option("gaussian_blur_5")
    expect(editor.cell(24, 5)).to_have_value("0.004")
    expect(editor.cell(24, 5)).to_have_attribute("title", "1/256 = 0.00390625")
    expect(editor.root.get_by_label("Kernel size")).to_have_value("5")
    expect(editor.root.get_by_label("Name of the filter")).to_have_value("Gaussian blur 5×5")
    editor.root.get_by_label("Kernel size").select_option("7")
    expect(editor.cell(8, 7)).to_have_value(".004")
    editor.cell(0, 7).click()
    editor.keyboard.type("-1e-4")
    editor.press("Tab")
    expect(editor.cell(0, 7)).to_have_value("≈0")
    editor.keyboard.type("119.96")
    editor.press("Tab")
    expect(editor.cell(1, 7)).to_have_value("120")
    expect(presets.locator("option:checked")).to_have_text("Edited: Gaussian blur 5×5")


def test_the_height_is_the_same_for_every_size_filter_and_sentence(editor):
    heights = [editor.height()]
    for size in SIZES:
        editor.root.get_by_label("Kernel size").select_option(str(size))
        expect(editor.cell(size * size - 1, size)).to_be_visible()
        heights.append(editor.height())
    editor.root.get_by_text("true convolution").click()
    expect(editor.root.get_by_text("flipped by 180° before it slides")).to_be_visible()
    heights.append(editor.height())
    for _ in range(4):
        editor.button("Add").click()
    expect(editor.tab("^Filter 8")).to_be_visible()
    heights.append(editor.height())
    editor.cell(0, 7).click()
    editor.press("x")
    expect(editor.status).to_be_visible()
    heights.append(editor.height())
    assert len(set(heights)) == 1, heights


def test_a_size_that_does_not_fit_cannot_be_chosen_and_says_why(editor):
    editor.start("Small")
    expect(editor.root.get_by_role("option", name="7×7")).to_be_disabled()
    expect(editor.root.get_by_text("A 7×7 kernel does not fit a 5×5 picture.")).to_be_visible()


def test_filters_are_chosen_added_and_removed_by_keyboard(editor):
    editor.tab("^Filter 1").focus()
    editor.press("ArrowRight")
    expect(editor.tab("Sobel x")).to_be_focused()
    expect(editor.tab("Sobel x")).to_have_attribute("aria-selected", "true")
    expect(editor.cell(5)).to_have_value("2")
    editor.press("End", "Delete", "Home")
    expect(editor.tab("^Filter 1")).to_be_focused()
    editor.expect_names("Edges: all neighbours", "Sobel x", "Sharpen")
    for _ in range(5):
        editor.button("Add").click()
    expect(editor.button("Add")).to_be_disabled()
    expect(editor.button("Add")).to_have_attribute("title", re.compile("at most 8"))
    expect(editor.tab("^Filter 8")).to_have_attribute("aria-selected", "true")


def test_what_is_typed_before_the_answer_goes_where_it_was_meant_to_go(editor):
    editor.start("Slow")
    editor.tab("^Filter 1").focus()
    editor.press("Delete")
    editor.cell(0).focus()
    editor.press("7")
    editor.expect_weights([7, 0, 1, -2, 0, 2, -1, 0, 1])
    editor.expect_names("Sobel x", "Sharpen", "Gaussian blur 3×3")
    editor.button("Negate").click()
    editor.cell(2).focus()
    editor.press("9")
    editor.expect_weights([-7, 0, 9, 2, 0, -2, 1, 0, -1])
    expect(editor.cell(8)).to_have_value("−1")
    expect(editor.cell(2)).to_have_value("9")


def test_the_menu_moves_and_duplicates(editor):
    more = editor.button("More")
    more.focus()
    editor.press("Enter")
    expect(editor.root.get_by_role("menuitem", name="Move left")).to_be_disabled()
    editor.press("ArrowDown", "Enter")
    expect(more).to_be_focused()
    expect(editor.tab("^Filter 2: Edges")).to_have_attribute("aria-selected", "true")
    more.click()
    editor.root.get_by_role("menuitem", name="Duplicate").click()
    expect(editor.tab("^Filter 3: Edges: all neighbours copy")).to_be_visible()
    more.click()
    editor.press("Escape")
    expect(editor.root.get_by_role("menu")).to_be_hidden()
    edges = "Edges: all neighbours"
    editor.expect_names("Sobel x", edges, f"{edges} copy", "Sharpen", "Gaussian blur 3×3")


def test_name_and_bias_are_live_and_a_name_is_only_text(editor):
    editor.root.get_by_label("Name of the filter").fill("My <b>edges")
    expect(editor.root.get_by_role("tab", name="Filter 1: My <b>edges")).to_be_visible()
    bias = editor.root.get_by_label("Bias")
    bias.click()
    editor.press("ArrowUp", "ArrowUp", "Enter")
    expect(bias).to_have_value("0.2")
    until(lambda: editor.filters()[0]["bias"] == 0.2, editor.edits)
    assert editor.filters()[0]["name"] == "My <b>edges"


def test_true_convolution_shows_the_flipped_kernel(editor):
    editor.cell(0).click()
    editor.press("7")
    editor.root.get_by_text("true convolution").click()
    picture = editor.root.get_by_role("img", name="The flipped kernel")
    expect(picture).to_have_attribute("aria-label", re.compile("−1 −1 −1; −1 8 −1; −1 −1 7$"))
    editor.root.get_by_text("cross-correlation").click()
    expect(picture).to_be_hidden()


def test_the_page_can_replace_what_is_shown_while_a_cell_has_the_focus(editor):
    editor.cell(4).click()
    editor.press("3")
    editor.expect_weights(cell_weights(c4=3))
    editor.page.get_by_role("button", name="Undo all").dispatch_event("click")
    expect(editor.cell(4)).to_have_value("8")
    expect(editor.cell(4)).to_be_focused()
    editor.press("2")
    expect(editor.cell(4)).to_have_value("2")
    editor.expect_weights(cell_weights(c4=2))


CONTRASTS = """cells => cells.map(cell => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const style = getComputedStyle(cell);
    const [a, b] = [light(style.color), light(style.backgroundColor)];
    return Math.max(a, b) / Math.min(a, b);
})"""


def test_every_weight_can_be_read_on_its_colour_in_light_and_dark(editor):
    editor.cell(0).focus()
    for text in ("9", "-9", "6", "-6", "3", "-3", "0", "1/9", "-1/9"):
        editor.keyboard.type(text)
        editor.press("Tab")
    cells = editor.root.locator(".kernel-cell input")
    colour = "cells => cells.map(cell => getComputedStyle(cell).backgroundColor)"
    seen = []
    for scheme, page in (("dark", "rgb(20, 23, 27)"), ("light", "rgb(251, 251, 248)")):
        editor.page.emulate_media(color_scheme=scheme)
        expect(editor.page.get_by_test_id("stApp")).to_have_css("background-color", page)
        contrasts = cells.evaluate_all(CONTRASTS)
        assert len(contrasts) == 9
        assert min(contrasts) >= 4.5
        seen += cells.evaluate_all(colour)
    assert len(set(seen)) == 18


def test_nothing_sticks_out_at_any_width(editor):
    for _ in range(4):
        editor.button("Add").click()
    expect(editor.tab("^Filter 8")).to_be_visible()
    for width in (260, 300, 340, 420, 800):
        editor.root.evaluate(
            "(root, width) => { root.getRootNode().host.style.width = `${width}px`; }", width
        )
        assert editor.root.bounding_box()["width"] == width
        outside = editor.root.evaluate("""root => [...root.querySelectorAll("*")]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().right
                > root.getBoundingClientRect().right + 0.5).map(e => e.className)""")
        assert outside == [], width


def test_on_a_phone_a_finger_finds_every_control_and_nothing_is_cut_off(open_page):
    editor = Editor(open_page(width=390, height=844, has_touch=True, is_mobile=True))
    editor.tab("Sobel x").tap()
    expect(editor.cell(3)).to_have_value("−2")
    editor.cell(3).tap()
    expect(editor.cell(3)).to_be_focused()
    editor.keyboard.type("5")
    editor.expect_weights([-1, 0, 1, 5, 0, 2, -1, 0, 1], index=1)
    small = editor.root.evaluate("""root => [...root.querySelectorAll("button, select, input")]
        .filter(e => e.checkVisibility() && !e.classList.contains("hidden"))
        .filter(e => e.offsetHeight < 43.5 || e.offsetWidth < 43.5)
        .map(e => e.title || e.ariaLabel)""")
    assert small == []
    assert editor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
