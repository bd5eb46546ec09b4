"""Drawing a digit in a real browser, with mouse, finger and keys, and seeing LeNet-5 read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import AppServer, Watch
from tests.datasets.drawings import DIGITS

SCRIPT = """
from playground.ui import components, shell, use_section

shell.begin()
components.library(key="library", data=None)
use_section.draw(lambda: None)
"""
SENT = """() => {
    window.padSent = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        window.padSent.push(performance.now());
        return send.call(this, data);
    };
}"""


class Pad:
    """The pad as a person uses it, and what the network answers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".pad[data-version]")
        self.canvas = self.root.locator("canvas")
        self.verdict = page.locator(".stages .verdict")
        self.best = page.locator(".stages tr.best")
        self.canvas.wait_for()

    def corner(self) -> tuple[float, float, float]:
        box = self.canvas.bounding_box()
        return box["x"], box["y"], box["width"]

    def points(self, stroke: list[float]) -> list[tuple[float, float]]:
        x, y, side = self.corner()
        return [
            (x + a * side, y + b * side) for a, b in zip(stroke[::2], stroke[1::2], strict=True)
        ]

    def draw(self, digit: int) -> None:
        for stroke in DIGITS[digit]:
            (x, y), *others = self.points(stroke)
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            for point in others:
                self.page.mouse.move(*point)
            self.page.mouse.up()

    def reads(self, text: str) -> None:
        expect(self.verdict).to_have_text(text)

    def strokes(self, count: int) -> None:
        expect(self.root).to_have_attribute("data-strokes", str(count))


@pytest.fixture(scope="module")
def server(
    start_app: Callable[[Path], AppServer], tmp_path_factory: pytest.TempPathFactory
) -> AppServer:
    script = tmp_path_factory.mktemp("use") / "use.py"
    script.write_text(SCRIPT, "utf-8")
    return start_app(script)


@pytest.fixture(scope="module")
def shared(browser: Browser, server: AppServer) -> Iterator[tuple[Pad, Watch]]:
    """One page for most of the tests, watched all the time."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    watch = Watch(context, server)
    page = context.new_page()
    page.add_init_script(f"({SENT})()")
    page.goto(server.url)
    yield Pad(page), watch
    context.close()


@pytest.fixture
def pad(shared: tuple[Pad, Watch]) -> Iterator[Pad]:
    pad, watch = shared
    if pad.root.get_attribute("data-strokes") != "0":
        pad.root.get_by_role("button", name="Clear").click()
    pad.reads("Nothing to see yet")
    yield pad
    assert watch.problems() == []


@pytest.mark.parametrize("digit", [7, 1, 4])
def test_a_digit_drawn_with_the_mouse_is_read(pad, digit):
    pad.draw(digit)
    pad.reads(str(digit))
    pad.strokes(len(DIGITS[digit]))
    expect(pad.best.locator("th")).to_have_text(str(digit))
    expect(pad.best).to_contain_text("%")
    expect(pad.page.locator(".stages .maps canvas")).to_have_count(3 * 6 + 3 * 16)
    assert not pad.canvas.evaluate("canvas => canvas.matches(':focus-visible')")


def test_undo_takes_a_stroke_and_clear_takes_all(pad):
    undo = pad.root.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    pad.draw(1)
    pad.reads("1")
    pad.draw(7)
    pad.strokes(2)
    undo.click()
    pad.strokes(1)
    pad.reads("1")
    undo.click()
    pad.reads("Nothing to see yet")
    expect(undo).to_be_disabled()
    pad.draw(4)
    pad.strokes(2)
    pad.root.get_by_role("button", name="Clear").click()
    pad.strokes(0)
    pad.reads("Nothing to see yet")


def test_the_keys_draw_and_undo_and_say_where_the_pen_is(pad):
    keyboard, spoken = pad.page.keyboard, pad.root.locator(".spoken")
    pad.canvas.focus()
    keyboard.press("ArrowUp")
    expect(spoken).to_have_text("Row 13, column 14, pen up")
    pad.strokes(0)
    for _ in range(8):
        keyboard.press("ArrowUp")
    keyboard.press("Space")
    expect(spoken).to_have_text("Row 5, column 14, pen down")
    for _ in range(18):
        keyboard.press("ArrowDown")
    expect(spoken).to_have_text("Row 23, column 14, pen down")
    keyboard.press("Space")
    expect(spoken).to_have_text("Row 23, column 14, pen up")
    pad.strokes(1)
    pad.reads("1")
    keyboard.press("ArrowDown")
    keyboard.press("Space")
    keyboard.press("ArrowRight")
    pad.strokes(2)
    keyboard.press("Control+z")
    pad.strokes(1)
    keyboard.press("Backspace")
    pad.strokes(0)
    pad.reads("Nothing to see yet")


def test_a_long_stroke_is_sent_at_most_ten_times_a_second_and_never_without_its_end(pad):
    pad.page.evaluate("window.padSent.length = 0")
    x, y, side = pad.corner()
    pad.page.mouse.move(x + 0.2 * side, y + 0.2 * side)
    pad.page.mouse.down()
    for i in range(40):
        pad.page.mouse.move(x + (0.3 + 0.01 * i) * side, y + (0.2 + 0.015 * i) * side)
    pad.page.mouse.up()
    pad.reads("1")
    pad.page.wait_for_function("end => window.padSent.at(-1) < performance.now() - end", arg=300)
    times = pad.page.evaluate("window.padSent")
    assert 2 <= len(times) <= (times[-1] - times[0]) / 100 + 3
    kept = pad.page.evaluate("JSON.parse(sessionStorage['cnn-playground/pad'])")
    assert kept[0][-2:] == pytest.approx([0.69, 0.785], abs=0.01)


def test_a_reload_finds_the_drawing_again(pad):
    pad.draw(7)
    pad.reads("7")
    pad.page.reload()
    pad.canvas.wait_for()
    pad.strokes(1)
    pad.reads("7")


def test_what_another_program_left_in_the_browser_is_no_drawing(pad):
    pad.page.evaluate("sessionStorage['cnn-playground/pad'] = '[[0.5, 9], [null]]'")
    pad.page.reload()
    pad.canvas.wait_for()
    pad.strokes(0)
    pad.reads("Nothing to see yet")


def test_a_finger_draws_without_scrolling_the_page(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    pad = Pad(page)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    before = pad.corner()
    for stroke in DIGITS[7]:
        first, *others = pad.points(stroke)
        send("touchStart", first)
        for (x, y), (to_x, to_y) in pairwise([first, *others]):
            for k in range(1, 7):
                send("touchMove", (x + (to_x - x) * k / 6, y + (to_y - y) * k / 6))
        send("touchEnd")
    pad.strokes(1)
    pad.reads("7")
    assert pad.corner() == before
    button = pad.root.get_by_role("button", name="Undo").bounding_box()
    assert button["height"] >= 38
    send("touchStart", *pad.points([0.2, 0.2, 0.8, 0.8]))  # a second finger draws nothing
    send("touchEnd")
    pad.strokes(2)
