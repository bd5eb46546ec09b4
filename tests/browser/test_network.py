"""The Network page in a real browser: a drawn 3 is read, the cat named, one number checked."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.engine.partial import outputs_of
from playground.files.gallery import gallery_picture
from playground.files.preparation import PREPARATIONS, prepare
from playground.networks.shipped import shipped
from tests.browser.harness import wait_until_idle
from tests.datasets.drawings import DIGITS

# Streamlit looks for its own health check below a page's address first.
PROBES = r"HTTP 404: \S+/network/_stcore/", r"console error: Failed to load resource: .* 404"
NODE, CHANNEL, CELL = "block3a.depthwise", 24, (9, 17)


def ready(page: Page) -> None:
    """Wait until everything that belongs together is drawn."""
    page.locator(".network[data-version]").wait_for(timeout=20_000)
    wait_until_idle(page)


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def draw(page: Page, digit: int) -> None:
    box = page.locator(".pad canvas").bounding_box()
    for stroke in DIGITS[digit]:
        points = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"])
            for x, y in zip(stroke[::2], stroke[1::2], strict=True)
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in [*points[2:-1:4], points[-1]]:
            page.mouse.move(*point)
        page.mouse.up()


@pytest.mark.allow_problems(*PROBES)
def test_a_drawn_3_is_read_and_the_keys_lead_through_its_layers(open_page):
    page = open_page("network?network=lenet5", wait=False)
    ready(page)
    verdict = page.locator(".network .verdict")
    expect(verdict).to_have_text("Nothing to see yet")
    draw(page, 3)
    expect(verdict).to_have_text("3")
    expect(page.locator(".network .spoken")).to_contain_text("3, ")
    tree = page.get_by_role("tree")
    chosen = tree.locator('[aria-selected="true"]')
    expect(chosen).to_have_attribute("data-name", "conv1")
    chosen.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".network .maps h3")).to_contain_text("conv2")
    expect(page.locator(".network .tile")).to_have_count(16)
    tiles = page.locator(".network .tile")
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator(".network .map").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".network .cell h4")).to_contain_text("row 4, column 5 = ")
    expect(page).to_have_url(re.compile("row=3&column=4"))
    page.reload()
    ready(page)
    expect(verdict).to_have_text("3")
    expect(page.locator(".network .cell h4")).to_contain_text("row 4, column 5 = ")


@pytest.mark.allow_problems(*PROBES)
def test_the_cat_is_named_and_a_number_of_a_depthwise_layer_is_the_engines(open_page):
    page = open_page("network?network=efficientnet_lite0&picture=cat", wait=False)
    ready(page)
    expect(page.locator(".network .verdict")).to_have_text("Egyptian cat")
    expect(page.locator(".network .answer tr.best")).to_contain_text("Egyptian cat")
    shares = page.locator(".network .classes tr").all_inner_texts()
    assert max(shares, key=lambda row: number(re.search(r"([\d.]+) %", row)[1])).startswith("cat")
    page.locator('.network [data-name="block3a"]').click()
    page.locator(f'.network [data-name="{NODE}"]').click()
    expect(page.locator(".network .maps h3")).to_contain_text(NODE)
    tiles = page.locator(".network .tile")
    page.get_by_role("button", name="96 more", exact=True).click()
    expect(tiles).to_have_count(120)
    page.get_by_role("button", name="Show 24 more of 24").click()
    expect(tiles).to_have_count(144)
    page.get_by_role("button", name=f"Map {CHANNEL + 1} of {NODE}").click()
    expect(page.locator(".network .opened h3")).to_have_text(f"{NODE}, map {CHANNEL + 1}")
    wait_until_idle(page)
    box = page.locator(".network .map").bounding_box()
    place = [(n + 0.5) / 28 for n in CELL]
    page.mouse.click(box["x"] + place[1] * box["width"], box["y"] + place[0] * box["height"])
    head = page.locator(".network .cell h4")
    expect(head).to_contain_text(f"row {CELL[0] + 1}, column {CELL[1] + 1} = ")
    network, params = shipped("efficientnet_lite0")
    x = prepare(gallery_picture("cat"), PREPARATIONS["efficientnet_lite0"])[None]
    names = (NODE, "block3a.expand_relu")
    output, before = (outputs_of(network, params, x, names)[name][0] for name in names)
    expected = output[CHANNEL][CELL]
    assert number(head.locator("strong").inner_text()) == pytest.approx(expected, abs=6e-4)
    reading = page.locator(".network .reading").inner_text()
    assert number(reading.split(": ")[1]) == pytest.approx(expected, abs=6e-4)
    patch, weight, products = (
        np.array([number(text) for text in matrix.locator("span").all_inner_texts()])
        for matrix in page.locator(".network .cell .matrix").all()
    )
    [layer] = [node.layer for node in network.nodes if node.name == NODE]
    top, left = (2 * n - pad for n, pad in zip(CELL, layer.pads()[::2], strict=True))
    window = before[CHANNEL, top : top + 5, left : left + 5]
    assert patch == pytest.approx(window.ravel(), abs=6e-4)
    assert weight == pytest.approx(params[NODE]["weight"][CHANNEL, 0].ravel(), abs=6e-4)
    bias = float(params[NODE]["bias"][CHANNEL])
    assert products.sum() + bias == pytest.approx(expected, abs=25 * 6e-4)
    address = page.url
    page.reload()
    ready(page)
    expect(head).to_contain_text(f"row {CELL[0] + 1}, column {CELL[1] + 1} = ")
    expect(page.locator('.network [data-name="block3a"]')).to_have_attribute(
        "aria-expanded", "true"
    )
    expect(page.locator(f'.network [data-name="{NODE}"]')).to_be_in_viewport()
    assert page.url == address


@pytest.mark.allow_problems(*PROBES)
def test_on_a_phone_the_three_parts_stack_and_nothing_sticks_out(open_page):
    address = "network?network=lenet5&picture=held-3&node=conv2&channel=2&row=3&column=3"
    page = open_page(address, 390, 844, has_touch=True, is_mobile=True, wait=False)
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [
        page.locator(f".network .{name}").bounding_box()["y"]
        for name in ("graph", "maps", "opened")
    ]
    assert tops == sorted(tops) and len(set(tops)) == 3
