"""One backward pass in a real browser: its numbers, steps and choices, a reload, a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from playground.files.lesson import Lesson
from playground.ui.backward import Trail, after
from tests.browser.harness import AppServer

PROBE = """
from playground.ui import backward_section, components, shell
shell.begin()
components.library(key="library", data=None)
backward_section.draw()
"""


@pytest.fixture(scope="module")
def server(start_app, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """The section alone, running."""
    script = tmp_path_factory.mktemp("backward") / "probe.py"
    script.write_text(PROBE, "utf-8")
    return start_app(script)


def at(lesson: Lesson) -> Trail:
    trail = Trail()
    trail.follow(lesson)
    return trail


def edited(lesson: Lesson, op: str, value=None) -> Lesson:
    return after(lesson, {"op": op, "value": value})


def text(value: float) -> str:
    """A number as the section writes it: small ones with a power of ten."""
    if value == 0 or abs(value) >= 0.0005:
        return f"{value:.4f}".replace("-", "−")
    digits, power = f"{value:.1e}".split("e-")
    raised = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"{digits.replace('-', '−')}·10⁻{str(int(power)).translate(raised)}"


class Section:
    """The section as a person works with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".backward[data-version]")
        self.where = page.locator(".where")
        self.root.wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def card(self, number: int):
        return self.page.locator(f".cards > li:nth-child({number})")

    def shows(self, lesson: Lesson) -> None:
        """Everything that is written comes from the engine's backward pass of this lesson."""
        trail = at(lesson)
        apart = trail.take_apart(lesson)
        pick = apart.pick
        place = (pick.unit, pick.filter, pick.row, pick.column, pick.kernel_row, pick.kernel_column)
        expect(self.root).to_have_attribute("data-step", str(len(lesson.taken)))
        expect(self.root).to_have_attribute("data-pick", ",".join(map(str, place)))
        expect(self.where).to_contain_text(f"rror {text(trail.errors[-1])}")
        first = self.card(1)
        expect(first.locator(".bar-cell")).to_have_text([text(o) for o in apart.error.outputs])
        expect(first.locator("tfoot strong")).to_have_text(text(apart.error.total))
        expect(first.locator(".curve-place circle")).to_have_count(len(trail.errors))
        totals = {2: apart.softmax.total, 4: apart.back.total}
        for number, total in totals.items():
            expect(self.card(number).locator("tfoot strong")).to_have_text(text(total))
        lines = {
            3: [apart.dense.gradient, apart.dense.updated],
            6: [apart.gated],
            7: [apart.kernel.total],
            8: [apart.step.updated],
        }
        for number, values in lines.items():
            found = self.card(number).locator(".line strong")
            expect(found).to_have_text([text(value) for value in values])
        checked = [f"{v:.6f}".replace("-", "−") for v in (apart.step.nudged, apart.step.gradient)]
        expect(self.card(8).locator(".check > strong")).to_have_text(checked)
        terms = self.card(7).locator(".terms li")
        expect(terms).to_have_count(int((apart.kernel.later != 0).sum()))


def test_a_student_steps_downhill_takes_weights_apart_and_finds_it_all_after_a_reload(open_page):
    page = open_page(width=1280, height=900)
    section, lesson = Section(page), Lesson()
    section.shows(lesson)
    expect(page.locator(".article")).to_contain_text("½ · (0.04 + 0.16 + 0.81 + 0.09) = 0.55")
    expect(page.locator(".article")).to_contain_text("= 0.06")
    expect(section.where).to_contain_text("Untrained")
    expect(page.get_by_role("button", name="Back", exact=True)).to_be_disabled()

    section.press("Step")
    lesson = edited(lesson, "step", 1)
    section.shows(lesson)
    expect(page.locator(".spoken")).to_contain_text("After 1 step: error")
    page.locator("select.rate").select_option("0.3")
    section.press("10 steps")
    lesson = edited(edited(lesson, "rate", 0.3), "step", 10)
    section.shows(lesson)
    section.press("Back")
    section.press("Take this step")
    section.press("Back")
    lesson = edited(lesson, "back")
    section.shows(lesson)

    # A class by its button, a weight of the kernel by pointer, and then by the arrow keys.
    section.card(2).get_by_role("button", name="cat").click()
    kernel = section.card(7).get_by_role("application", name="Gradient of kernel 1")
    kernel.click(position={"x": 5, "y": 5})
    expect(section.root).to_have_attribute("data-pick", "1,0,2,0,0,0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    lesson = edited(lesson, "pick", [1, 0, 2, 0, 1, 1])
    section.shows(lesson)
    expect(kernel).to_be_focused()
    expect(page.locator(".spoken")).to_contain_text("row 2, column 2 of kernel 1: gradient")
    # A cell of the pooled map, and with the keys of the map before the pool the window beside it.
    pooled = section.card(4).get_by_role("application", name="Pooled map 2")
    pooled.click(position={"x": 5, "y": 5})
    section.card(5).get_by_role("application").press("ArrowRight")
    lesson = edited(lesson, "pick", [1, 1, 0, 1, 1, 1])
    section.shows(lesson)

    page.reload()
    section.shows(lesson)
    section.press("Reset")
    section.shows(edited(lesson, "reset"))


def test_another_picture_begins_untrained_on_a_phone_without_scrolling_sideways(open_page):
    page = open_page(width=390, height=844, color_scheme="dark", has_touch=True, is_mobile=True)
    section = Section(page)
    section.press("10 steps")
    expect(section.root).to_have_attribute("data-step", "10")
    page.locator("select.picture").select_option("cat")
    lesson = edited(Lesson(), "picture", "cat")
    section.shows(lesson)
    expect(page.locator("select.target")).to_have_value("1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widest = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)
        .filter((s) => s?.querySelector(".backward")).flatMap((s) => [...s.querySelectorAll(
        ".cards .field, .cards p, .cards table")]).map((e) => e.getBoundingClientRect().right))"""
    )
    assert widest <= 390
    section.card(4).get_by_role("application", name="Pooled map 1").tap(position={"x": 5, "y": 5})
    expect(section.root).to_have_attribute("data-pick", first_cell(lesson))


def first_cell(lesson: Lesson) -> str:
    pick = at(lesson).take_apart(lesson).pick
    return f"{pick.unit},0,0,0,{pick.kernel_row},{pick.kernel_column}"
