"""The History page in a real browser: DenseNet's block on the cat, and on to the Network page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.harness import wait_until_idle

# Streamlit looks for its own health check below a page's address first.
PROBES = (
    r"HTTP 404: \S+/(history|network)/_stcore/",
    r"console error: Failed to load resource: .* 404",
)


@pytest.mark.allow_problems(*PROBES)
def test_densenets_block_is_opened_by_keys_runs_on_the_cat_and_leads_to_the_network(open_page):
    page = open_page("history?system=resnet50&picture=cat", wait=False)
    blocks = page.locator(".blocks")
    page.locator(".blocks[data-version]").wait_for(timeout=20_000)
    chosen = page.locator('.timeline [aria-checked="true"]')
    chosen.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="DenseNet, 2016")).to_be_visible()
    expect(chosen).to_contain_text("DenseNet")
    own = blocks.locator('[data-side="after"]')
    expect(own.locator("h3")).to_have_text("DenseNet (2016)")
    wait_until_idle(page)
    row = own.locator('.row[aria-selected="true"]')
    expect(row).to_have_attribute("data-name", "transition.pool")
    row.focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-name", "dense_layer3.concat")
    expect(own.locator(".maps canvas")).to_have_count(20)
    painted = own.locator(".maps canvas").first.evaluate(
        "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    )
    assert painted > 20  # shades: a picture, not an empty canvas
    expect(page).to_have_url(re.compile("system=densenet121.*after_node=dense_layer3.concat"))
    page.get_by_role("link", name="DenseNet-121 on the Network page").click()
    expect(page.locator(".network .totals")).to_contain_text("7,978,856 parameters")
    expect(page).to_have_url(re.compile("/network.*network=densenet121"))
    page.go_back()
    expect(own.locator('.row[aria-selected="true"]')).to_have_attribute(
        "data-name", "dense_layer3.concat"
    )


@pytest.mark.allow_problems(*PROBES)
def test_on_a_phone_nothing_sticks_out_and_the_two_blocks_stack(open_page):
    page = open_page(
        "history?system=googlenet", 390, 844, has_touch=True, is_mobile=True, wait=False
    )
    page.locator(".blocks[data-version]").wait_for(timeout=20_000)
    wait_until_idle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before, after = (
        page.locator(f'.blocks [data-side="{side}"]').bounding_box() for side in ("before", "after")
    )
    assert after["y"] >= before["y"] + before["height"]
