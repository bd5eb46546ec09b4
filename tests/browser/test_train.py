"""The Train page in a real browser: it learns to the end, through a pause and a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import wait_until_idle

# Streamlit looks for its own health check below a page's address first.
PROBES = r"HTTP 404: \S+/train/_stcore/", r"console error: Failed to load resource: .* 404"
PIXELS = "(canvas) => canvas.toDataURL()"
RUN = "train?dataset=shapes&network=small&filters=8&kernel_size=5&epochs=2"


@pytest.mark.allow_problems(*PROBES)
def test_shapes_are_learned_through_a_pause_and_a_reload_and_what_was_learned_is_seen(open_page):
    page = open_page(RUN)
    page.get_by_role("combobox", name="Pace").click()
    page.get_by_role("option", name="10 steps a second").click()
    page.get_by_role("button", name="Start").click()
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text(re.compile(r"Training.*step [1-9]"), timeout=15_000)
    page.get_by_role("button", name="Pause").click()
    expect(bar).to_contain_text("Paused", timeout=15_000)
    paused = re.search(r"step (\d+)", bar.inner_text())[1]
    page.reload()
    wait_until_idle(page)
    expect(bar).to_contain_text(f"step {paused} of 64", timeout=15_000)
    page.get_by_role("combobox", name="Pace").click()
    page.get_by_role("option", name="full speed").click()
    page.get_by_role("button", name="Continue").click()
    expect(bar).to_contain_text("Finished", timeout=60_000)
    expect(page.get_by_test_id("stMetric").nth(1)).to_contain_text("%")
    follow_the_filters(page)
    choose_a_cell_by_keyboard(page)
    page.get_by_text("Use it", exact=True).click()
    expect(page.get_by_text("small network, trained here")).to_be_visible(timeout=15_000)
    page.locator(".stages").first.wait_for()


def follow_the_filters(page: Page) -> None:
    """A slider by keyboard goes through the run, and the filters are drawn as they were."""
    slider = page.get_by_role("slider", name="Moment of the run")
    expect(slider).to_have_attribute("aria-valuetext", "step 64, now", timeout=15_000)
    filters = page.locator(".training .pair canvas:last-child").first
    trained = filters.evaluate(PIXELS)
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 0, the start")
    assert filters.evaluate(PIXELS) != trained
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "step 64, now")
    assert filters.evaluate(PIXELS) == trained


def choose_a_cell_by_keyboard(page: Page) -> None:
    """The confusion shows the pictures of a cell, and the worst mistakes again."""
    page.get_by_text("Right and wrong", exact=True).click()
    cell = page.get_by_role("button", name=re.compile("^circle taken for circle"))
    cell.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("button", name=re.compile("^square taken for square"))
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    expect(chosen).to_have_attribute("aria-pressed", "true", timeout=15_000)
    expect(page.get_by_role("heading", name=re.compile("^square, recognised"))).to_be_visible()
    shown = page.locator(".training .pictures figure")
    expect(shown).to_have_count(min(int(chosen.inner_text()), 48))
    page.get_by_role("button", name="Show the worst mistakes").click()
    expect(chosen).to_have_attribute("aria-pressed", "false", timeout=15_000)


@pytest.mark.allow_problems(*PROBES)
def test_on_a_phone_nothing_sticks_out_and_a_step_is_seen_where_it_is_made(open_page):
    page = open_page("train", width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="One step").tap()
    expect(page.locator(".stages.brief .maps").first).to_be_in_viewport(timeout=15_000)
    expect(page.get_by_role("button", name="Continue")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


FIND_CURVES = """() => {
    const roots = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean);
    return roots.map((root) => root.querySelector('.curves svg')).find(Boolean);
}"""


@pytest.mark.allow_problems(*PROBES)
def test_while_it_runs_the_lines_move_in_the_same_drawing_and_can_be_pointed_at(open_page):
    page = open_page("train?dataset=shapes&network=small&filters=2&hidden=0&epochs=80")
    page.get_by_role("button", name="Start").click()
    curves = page.locator(".curves svg").first
    curves.wait_for()
    first = page.evaluate_handle(FIND_CURVES)
    line = curves.locator("path").first
    before = line.get_attribute("d")
    expect(line).not_to_have_attribute("d", before, timeout=15_000)
    curves.hover(position={"x": 50, "y": 100})
    expect(page.locator(".curves .said").first).to_contain_text(re.compile(r"training \d\.\d{4}"))
    again = line.get_attribute("d")
    expect(line).not_to_have_attribute("d", again, timeout=15_000)
    assert page.evaluate(f"(first) => first === ({FIND_CURVES})()", first)
    watched = page.locator(".stages.brief")
    expect(watched.locator(".maps").nth(2)).to_be_in_viewport()
    row = watched.locator("tbody tr").first.element_handle()
    moves_by_itself(watched)
    assert row.evaluate("(row) => row.isConnected")
    use_while_it_learns(page)
    page.get_by_text("Learn", exact=True).click()
    page.get_by_role("button", name="Pause").click()
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=20_000)
    page.get_by_text("My drawing", exact=True).click()
    expect(watched.locator("figcaption").first).to_have_text("Your drawing", timeout=15_000)


def moves_by_itself(stages: Locator) -> None:
    version = stages.get_attribute("data-version")
    expect(stages).not_to_have_attribute("data-version", version, timeout=15_000)


def use_while_it_learns(page: Page) -> None:
    """What the network makes of a drawing follows the run, and the pen is not disturbed."""
    page.get_by_text("Use it", exact=True).click()
    stages = page.locator(".stages:not(.brief)")
    verdict = stages.locator(".verdict")
    expect(verdict).to_have_text("Nothing to see yet", timeout=15_000)
    moves_by_itself(stages)
    paper = page.locator(".pad canvas").bounding_box()
    page.mouse.move(paper["x"] + 60, paper["y"] + 40)
    page.mouse.down()
    for k in range(2):
        page.mouse.move(paper["x"] + 60, paper["y"] + 80 + 60 * k, steps=5)
        moves_by_itself(stages)
    page.mouse.up()
    expect(verdict).not_to_have_text("Nothing to see yet", timeout=15_000)
