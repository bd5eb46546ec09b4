"""The Train page in a real browser: it learns to the end, through a pause and a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.harness import wait_until_idle

# Streamlit looks for its own health check below a page's address first.
PROBES = r"HTTP 404: \S+/train/_stcore/", r"console error: Failed to load resource: .* 404"
RUN = "train?dataset=shapes&network=small&filters=8&kernel_size=5&epochs=2"


@pytest.mark.allow_problems(*PROBES)
def test_shapes_are_learned_to_the_end_with_a_pause_and_a_reload_in_the_middle(open_page):
    page = open_page(RUN)
    page.get_by_role("combobox", name="Pace").click()
    page.get_by_role("option", name="10 steps a second").click()
    page.get_by_role("button", name="Start").click()
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("Training", timeout=15_000)
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
    page.get_by_text("Use it", exact=True).click()
    expect(page.get_by_text("small network, trained here")).to_be_visible(timeout=15_000)
    page.locator(".stages").first.wait_for()


@pytest.mark.allow_problems(*PROBES)
def test_on_a_phone_nothing_sticks_out(open_page):
    page = open_page("train", width=390, height=844, has_touch=True, is_mobile=True)
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
