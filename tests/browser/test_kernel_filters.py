"""The kernel editor's buttons, presets, filters and menu."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from playground.engine.kernels import KERNELS
from playground.ui.kernel_editor import apply
from tests.browser.kernel_editor import START, cell_weights, until


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


def test_a_size_that_does_not_fit_cannot_be_chosen_and_says_why(editor):
    editor.start("Small")
    expect(editor.root.get_by_role("option", name="7×7")).to_be_disabled()
    line = editor.root.get_by_text("Does not fit now: 7×7.")
    expect(line).to_be_visible()
    expect(line).to_have_attribute("title", "A 7×7 kernel does not fit a 5×5 picture.")


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
    expect(editor.tab("^Filter 2 Edges")).to_have_attribute("aria-selected", "true")
    more.click()
    editor.root.get_by_role("menuitem", name="Duplicate").click()
    expect(editor.tab("^Filter 3 Edges: all neighbours copy")).to_be_visible()
    more.click()
    editor.press("Escape")
    expect(editor.root.get_by_role("menu")).to_be_hidden()
    edges = "Edges: all neighbours"
    editor.expect_names("Sobel x", edges, f"{edges} copy", "Sharpen", "Gaussian blur 3×3")


def test_name_and_bias_are_live_and_a_name_is_only_text(editor):
    editor.root.get_by_label("Name of the filter").fill("My <b>edges")
    expect(editor.root.get_by_role("tab", name="Filter 1 My <b>edges")).to_be_visible()
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
