"""The kernel editor can be read and reached at every size, in light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from playground.engine.kernels import SIZES
from tests.browser.kernel_editor import Editor


@pytest.fixture(scope="module")
def server(kernel_server):
    """The editor alone, in place of the app."""
    return kernel_server


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
