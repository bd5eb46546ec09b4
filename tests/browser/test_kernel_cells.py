"""Typing, nudging, dragging and pasting weights: nothing gets lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.kernel_editor import cell_weights


@pytest.mark.parametrize("speed", ["Fast", "Slow"])
def test_nine_cells_typed_fast_all_arrive(editor, speed):
    editor.start(speed)
    editor.cell(0).focus()
    for digit in "123456789":
        editor.press(digit)
        editor.page.wait_for_timeout(20)
        editor.press("Tab")
    editor.expect_weights([1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert [editor.cell(i).input_value() for i in range(9)] == list("123456789")


def test_numbers_are_understood_as_people_write_them(editor):
    for text, value in {
        "1/9": 1 / 9,
        "-0,5": -0.5,
        "−2": -2,
        ".25": 0.25,
        "+3": 3,
        "1e-2": 0.01,
        " 2 / 3 ": 2 / 3,
    }.items():
        editor.cell(4).focus()
        editor.keyboard.type(text)
        editor.press("Enter")
        expect(editor.cell(5)).to_be_focused()
        editor.expect_weights(cell_weights(c4=value))
    expect(editor.cell(4)).to_have_value("0.67")
    editor.cell(4).focus()
    expect(editor.cell(4)).to_have_value("2/3")


def test_typing_is_live_and_one_gesture_and_the_text_stays_as_typed(editor):
    editor.cell(0).click()
    for text, value in (("0", 0), ("0.", 0), ("0.2", 0.2), ("0.25", 0.25)):
        editor.press(text[-1])
        editor.expect_weights(cell_weights(c0=value))
        expect(editor.cell(0)).to_have_value(text)
    assert len({edit["gesture"] for edit in editor.edits()}) == 1


def test_what_is_no_number_is_marked_said_and_not_sent(editor):
    editor.cell(4).click()
    editor.press("-")
    expect(editor.cell(4)).to_have_attribute("aria-invalid", "true")
    expect(editor.status).to_have_text("Type a number such as −1, 0.5 or 1/9.")
    editor.press("Tab")
    left = "“-” cannot be taken, so the value is 8 as before. Type a number such as −1, 0.5 or 1/9."
    expect(editor.status).to_have_text(left)
    expect(editor.cell(4)).to_have_value("8")
    expect(editor.cell(4)).not_to_have_attribute("aria-invalid", "true")
    editor.cell(4).click()
    expect(editor.status).to_have_text(left)
    editor.press("8")
    expect(editor.root.locator(".kernel-problem")).to_be_hidden()
    editor.press("Tab")
    editor.cell(4).click()
    editor.keyboard.type("2001")
    expect(editor.status).to_have_text("Type a number from −1000 to 1000.")
    editor.expect_weights(cell_weights(c4=200))
    editor.press("Escape")
    expect(editor.cell(4)).to_have_value("8")
    editor.expect_weights(cell_weights())


def test_arrows_move_and_sideways_move_the_caret_once_typing_has_begun(editor):
    editor.cell(4).click()
    for key, index in (("ArrowUp", 1), ("ArrowLeft", 0), ("ArrowDown", 3), ("ArrowRight", 4)):
        editor.press(key)
        expect(editor.cell(index)).to_be_focused()
    editor.press("1", "2", "ArrowLeft", "5")
    expect(editor.cell(4)).to_have_value("152")
    editor.press("ArrowDown")
    expect(editor.cell(7)).to_be_focused()
    editor.press("F2", "5")
    expect(editor.cell(7)).to_have_value("−15")
    editor.press("ArrowUp", "Delete")
    expect(editor.cell(4)).to_have_value("0")
    editor.expect_weights(cell_weights(c4=0, c7=-15))


def test_wheel_and_keys_nudge_the_focused_cell_only(editor):
    editor.cell(4).hover()
    editor.page.mouse.wheel(0, -100)
    editor.cell(4).click()
    for _ in range(3):
        editor.page.mouse.wheel(0, -100)
    expect(editor.cell(4)).to_have_value("8.3")
    editor.keyboard.down("Shift")
    editor.page.mouse.wheel(0, 100)
    expect(editor.cell(4)).to_have_value("7.3")
    editor.keyboard.up("Shift")
    editor.press("PageUp", "Control+ArrowDown", "Shift+PageDown")
    expect(editor.cell(4)).to_have_value("6.3")
    editor.expect_weights(cell_weights(c4=6.3))


def test_a_drag_nudges_and_a_click_only_selects(editor):
    editor.drag(4, up=0)
    expect(editor.cell(4)).to_be_focused()
    editor.drag(0, up=100)
    expect(editor.cell(0)).to_have_value("1")
    editor.expect_weights(cell_weights(c0=1))
    assert len({edit["gesture"] for edit in editor.edits()}) == 1
    editor.press("5")
    expect(editor.cell(0)).to_have_value("5")


def test_a_slow_server_gets_the_last_value_of_a_drag_and_few_of_the_others(editor):
    editor.start("Slow")
    editor.drag(4, up=-200)
    expect(editor.cell(4)).to_have_value("4")
    editor.expect_weights(cell_weights(c4=4))
    assert len(editor.edits()) < 20  # of 40 steps of the mouse


def test_a_kernel_can_be_pasted(editor):
    paste = """(element, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
    }"""
    editor.cell(0).click()
    editor.cell(0).evaluate(paste, "[[1, 0, -1],\n [0, 0.5, 0],\n [-1, 0, 1/4]]")
    editor.expect_weights([1, 0, -1, 0, 0.5, 0, -1, 0, 0.25])
    editor.cell(0).evaluate(paste, "1 " * 25)
    expect(editor.status).to_have_text("These are 25 numbers; this kernel has 9 weights.")


def test_the_page_can_replace_what_is_shown_while_a_cell_has_the_focus(editor):
    editor.cell(4).click()
    editor.press("3")
    editor.expect_weights(cell_weights(c4=3))
    editor.page.get_by_role("button", name="Undo all").dispatch_event("click")
    expect(editor.cell(4)).to_have_value("8")
    expect(editor.cell(4)).to_be_focused()
    editor.press("2")
    expect(editor.cell(4)).to_have_value("2")
    editor.expect_weights(cell_weights(c4=2))
