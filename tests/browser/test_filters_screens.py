"""The page fits every screen: wide, small, a phone, dark, and is named for those who listen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from playground.files.experiment import Experiment

SCREENS = {
    "laptop": dict(width=1440, height=900),
    "small": dict(width=1024, height=768),
    "dark": dict(width=1280, height=800, color_scheme="dark"),
}
PHONE = dict(width=390, height=844)


def check_screen(page: Page, width: int, *, touch: bool = False) -> None:
    """Nothing is wider than the screen, and a weight, a map and a menu can be used on it."""
    root = page.locator(".pipeline[data-version]")
    root.wait_for()
    version = root.get_attribute("data-version")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    cell = page.get_by_role("textbox", name="row 2, column 2", exact=True)
    cell.click()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(root).not_to_have_attribute("data-version", version)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    grid = root.locator("figure[data-stage=convolution] [aria-roledescription=map]")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    point = grid.tap if touch else grid.hover
    for share in (0.75, 0.25):
        before = root.get_attribute("data-cell")
        point(position={"x": box["width"] * share, "y": box["height"] * share})
        expect(root).not_to_have_attribute("data-cell", before)
    menu = page.get_by_role("combobox", name="Activation", exact=True)
    menu.scroll_into_view_if_needed()
    menu.click()
    page.get_by_role("option", name="tanh", exact=True).click()
    expect(root.locator("[data-line=activation]")).to_contain_text("Tanh", timeout=20_000)
    expect(page).to_have_url(re.compile("activation=tanh"))


@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_fits_the_screen_and_its_controls_work(filters, screen):
    filters.show(Experiment())
    with filters.screen(**SCREENS[screen]):
        app = filters.page.get_by_test_id("stApp")
        ground = "rgb(20, 23, 27)" if screen == "dark" else "rgb(251, 251, 248)"
        expect(app).to_have_css("background-color", ground)
        check_screen(filters.page, SCREENS[screen]["width"])


def test_the_page_fits_a_phone_and_its_controls_work(open_page):
    check_screen(open_page(**PHONE, has_touch=True, is_mobile=True), 390, touch=True)


def test_one_pipeline_and_the_editor_are_on_a_laptop_s_first_screen(page):
    page.locator(".pipeline[data-version]").wait_for()
    for name in ("row 1, column 1", "row 3, column 3"):
        box = page.get_by_role("textbox", name=name, exact=True).bounding_box()
        assert box["y"] + box["height"] <= 900
    for stage in ("input", "convolution", "activation", "pooling"):
        box = page.locator(f"figure[data-stage={stage}] [aria-roledescription=map]").bounding_box()
        assert box["y"] + box["height"] <= 900
        assert box["width"] >= 120


def test_everything_that_can_be_used_has_a_name(filters):
    filters.show(Experiment())
    page = filters.page
    for role in ("button", "textbox", "combobox", "radio", "tab", "application", "spinbutton"):
        everything = page.get_by_role(role)
        unnamed = [
            element.evaluate("element => element.outerHTML.slice(0, 120)")
            for element in everything.all()
            if not element.aria_snapshot().count('"')
        ]
        assert unnamed == [], role


def test_the_guide_opens_from_its_tab_and_back(filters):
    filters.show(Experiment())
    page = filters.page
    page.get_by_role("link", name="Guide").first.click()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Filters").first.click()
    expect(page.locator(".pipeline[data-version]")).to_be_visible()
