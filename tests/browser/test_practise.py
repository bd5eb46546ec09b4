"""Practising in a real browser: by keyboard alone, with mistakes, across reloads, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from playground.engine.exercises import exercise
from tests.browser.harness import wait_until_idle

# Streamlit's front end looks for its server below the page's own path before it looks above.
pytestmark = pytest.mark.allow_problems(
    r"HTTP 404: \S+/practise/_stcore/", r"console error: Failed to load resource: .* 404"
)


class Exercises:
    """The exercises as a person works on them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".exercise[data-number]")
        self.answer = page.get_by_role("textbox", name="Your answer")
        self.verdict = page.locator(".verdict")
        self.working = page.locator(".working")
        self.total = page.locator(".total")
        self.root.wait_for()

    def at(self, number: int) -> None:
        expect(self.root).to_have_attribute("data-number", str(number))
        expect(self.page).to_have_url(re.compile(rf"[?&]n={number}(&|$)"))

    def give(self, text: str) -> None:
        self.answer.fill(text)
        self.answer.press("Enter")


def test_a_row_of_exercises_is_solved_with_the_keyboard_alone(open_page):
    page = open_page("practise?seed=12&n=1")
    work = Exercises(page)
    work.answer.focus()
    for number in range(1, 13):  # beyond the first batch
        work.at(number)
        expect(work.answer).to_be_focused()
        expect(work.answer).to_have_value("")
        task = exercise(12, number).task
        expect(page.locator(".question")).to_have_text(task.question)
        expect(page.locator(".stage [data-kind=asked], .stage .asked")).to_have_count(1)
        page.keyboard.type(str(task.answer).replace(".", ","))
        page.keyboard.press("Enter")
        expect(work.verdict).to_contain_text("Right")
        expect(work.working).not_to_have_attribute("open", "")
        page.keyboard.press("Enter")
    work.at(13)
    expect(work.total).to_have_text("Solved 12 of 12 · streak 12")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show me")).to_be_focused()
    page.keyboard.press("Space")
    expect(work.verdict).to_contain_text("The answer is")
    expect(work.total).to_have_text("Solved 12 of 13 · streak 0")


def test_a_first_mistake_lights_the_window_and_a_second_shows_the_working(open_page):
    work = Exercises(open_page("practise?seed=12&n=1"))
    task = exercise(12, 1).task
    lit = work.page.locator(".stage td.lit")
    for nonsense in ("", "two", "1/2", "--3", "1e3", "3 4"):
        work.give(nonsense)
        expect(work.verdict).to_contain_text("Type")
    expect(work.root).to_have_attribute("data-state", "open")
    work.give("−999")
    expect(work.verdict).to_contain_text("Not −999.")
    expect(lit).to_have_count(9)
    expect(work.working).to_be_hidden()
    expect(work.answer).to_be_focused()
    work.give("998,5")
    expect(work.verdict).to_contain_text(f"Not 998.5 either: the answer is {task.answer}.")
    for line in task.working.lines:
        expect(work.verdict).to_contain_text(line)  # heard
        expect(work.working.get_by_text(line)).to_be_visible()  # and seen
    expect(work.page.locator(".stage [data-kind=found]")).to_have_text(str(task.answer))
    expect(work.total).to_have_text("Solved 0 of 1 · streak 0")
    work.page.keyboard.press("Enter")
    work.at(2)
    work.give("999")
    work.give(str(exercise(12, 2).task.answer).replace("-", "−"))
    expect(work.total).to_have_text("Solved 1 of 2 · streak 1")


def test_score_and_place_survive_a_reload_and_a_visit_elsewhere_and_belong_to_the_set(open_page):
    work = Exercises(open_page("practise?seed=12&n=1&topics=size,relu"))
    page, topics = work.page, ("relu", "size")
    for number in (1, 2):
        work.give(str(exercise(12, number, topics).task.answer))
        work.answer.press("Enter")
        work.at(number + 1)
    page.reload()
    work.at(3)
    expect(work.total).to_have_text("Solved 2 of 2 · streak 2")
    page.locator(".earlier").click()
    work.at(2)
    expect(work.root).to_have_attribute("data-state", "right")
    page.locator(".later").click()
    page.get_by_role("link", name="Filters").first.click()
    page.locator(".pipeline[data-version]").wait_for()
    wait_until_idle(page)
    assert "seed=" not in page.url
    page.get_by_role("link", name="Practise").first.click()
    work.at(3)
    assert "topics=relu,size" in page.url and "seed=12" in page.url
    expect(work.total).to_have_text("Solved 2 of 2 · streak 2")
    expect(page.locator(".question")).to_have_text(exercise(12, 3, topics).task.question)
    page.get_by_role("button", name="New set").click()
    expect(work.total).to_have_text("Nothing solved yet")
    assert "seed=12&" not in page.url
    page.go_back()
    work.at(3)
    expect(work.total).to_have_text("Solved 2 of 2 · streak 2")
    page.locator(".reset").click()
    expect(work.total).to_have_text("Solved 2 of 2 · streak 2")
    page.get_by_role("button", name="Really forget it?").click()
    expect(work.total).to_have_text("Nothing solved yet")


def test_it_fits_a_phone_and_can_be_done_with_a_finger(open_page):
    page = open_page(
        "practise?seed=3&n=25",
        width=390,
        height=844,
        color_scheme="dark",
        has_touch=True,
        is_mobile=True,
    )
    work = Exercises(page)
    answer = exercise(3, 25).task.answer
    work.answer.fill(str(abs(answer) + 1))
    page.get_by_role("button", name="Change the sign").tap()
    expect(work.answer).to_have_value(f"−{abs(answer) + 1}")
    for _ in range(2):
        page.get_by_role("button", name="Check").tap()
    expect(work.working.locator("table")).to_have_count(3)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    for table in page.locator(".exercise table").all():
        box = table.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.get_by_role("button", name="Next", exact=True).tap()
    work.at(26)
