"""Editing by keyboard, every control, undo, reload, Back, and names that mean harm."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import expect

from playground.files.experiment import Experiment, Filter, clean_name
from playground.ui.controls import LABELS, NAMES
from tests.browser.filters import agree, expected, small
from tests.browser.harness import wait_until_idle

START = small(Experiment())
# In an order in which none is disabled by those before it.
CONTROLS = {
    "side": 128,
    "padding": "same",
    "padding_mode": "reflect",
    "dilation": 2,
    "activation": "tanh",
    "pool": "average",
    "pool_size": 3,
    "pool_stride": 1,
    "scale": "shared",
    "colours": "sequential",
    "colour": "each",
}


def check_chosen_value(filters, experiment: Experiment) -> None:
    """The number under the arithmetic is the engine's for the experiment."""
    seen = filters.inspected()
    output = expected(experiment).stages["convolution"].output
    assert agree(f"{seen.value:.4f}", output[0, seen.filter, seen.row, seen.column])


def test_a_kernel_is_edited_by_keyboard_alone(filters):
    filters.open(START)
    keyboard, page = filters.page.keyboard, filters.page
    edited = filters.cell(1, 1)
    for _ in range(60):
        keyboard.press("Tab")
        if edited.evaluate("cell => cell.matches(':focus')"):
            break
    expect(edited).to_be_focused()
    filters.changes(lambda: keyboard.type("3"))
    keyboard.press("ArrowDown")
    expect(filters.cell(2, 1)).to_be_focused()
    filters.changes(lambda: keyboard.type("0.5"))
    keyboard.press("Enter")
    weight = ((3, -1, -1), (0.5, 8, -1), (-1, -1, -1))
    edge, *others = START.filters
    after = replace(START, filters=(replace(edge, weight=weight), *others))
    filters.expect_link(after)
    check_chosen_value(filters, after)
    filters.changes(lambda: keyboard.press("Control+z"))
    filters.changes(lambda: keyboard.press("Control+z"))
    filters.expect_link(START)
    check_chosen_value(filters, START)
    filters.changes(lambda: keyboard.press("Control+Shift+z"))
    filters.changes(lambda: keyboard.press("Control+Shift+z"))
    filters.expect_link(after)
    page.reload()
    filters.settled()
    assert filters.linked == after
    expect(filters.cell(1, 1)).to_have_value("3")
    expect(filters.cell(2, 1)).to_have_value("0.5")
    check_chosen_value(filters, after)


def test_back_and_forward_go_through_the_edits(filters):
    filters.show(START)
    page = filters.page
    centre = filters.cell(2, 2)
    for value in ("5", "7"):
        centre.focus()
        filters.changes(lambda value=value: page.keyboard.type(value))
        page.keyboard.press("Enter")
        wait_until_idle(page, quiet=800)
    last = filters.linked
    filters.changes(page.go_back)
    wait_until_idle(page)
    expect(centre).to_have_value("5")
    check_chosen_value(filters, filters.linked)
    filters.changes(page.go_back)
    wait_until_idle(page)
    expect(centre).to_have_value("8")
    assert filters.linked == START
    check_chosen_value(filters, START)
    filters.changes(page.go_forward)
    filters.changes(page.go_forward)
    wait_until_idle(page)
    expect(centre).to_have_value("7")
    assert filters.linked == last


def test_every_menu_changes_the_maps_and_the_link(filters):
    experiment = START
    filters.show(experiment)
    for name, choice in CONTROLS.items():
        number = 1 if name == "pool_stride" else 0  # the second menu with this label
        filters.choose(NAMES[name][0], LABELS[name][choice], number)
        experiment = replace(experiment, **{name: choice})
        assert filters.linked == experiment, name
        check_chosen_value(filters, experiment)
    filters.choose("Padding", "1")
    filters.choose("Stride", "3")
    check_chosen_value(filters, replace(experiment, padding=1, stride=3))


def test_the_temperature_changes_the_shares(filters):
    filters.show(START)
    field = filters.root.get_by_role("spinbutton", name="softmax temperature")
    field.fill("0.25")
    filters.changes(lambda: field.press("Enter"))
    wait_until_idle(filters.page)
    assert filters.linked == replace(START, temperature=0.25)
    shares = expected(filters.linked).terms.probabilities
    shown = filters.root.locator(".bank .share").all_inner_texts()
    assert all(agree(text, share) for text, share in zip(shown, shares, strict=True))
    field.fill("-1")
    field.press("Enter")
    expect(field).to_have_value("0.25")


def test_clicking_a_filter_shows_it_large_and_true_convolution_turns_its_kernel(filters):
    filters.show(START)
    page = filters.page
    filters.changes(filters.root.get_by_role("button", name="Sobel x", exact=True).click)
    wait_until_idle(page)
    assert filters.linked == replace(START, active=1)
    expect(filters.cell(1, 1)).to_have_value("−1")
    check_chosen_value(filters, filters.linked)
    filters.changes(page.get_by_role("radio", name="true convolution").locator("..").click)
    wait_until_idle(page)
    assert filters.linked == replace(START, active=1, convolution=True)
    (kernel,) = filters.inspected().tables["kernel"]
    assert [text for text, _ in kernel[::3]] == ["1.00", "2.00", "1.00"]
    check_chosen_value(filters, filters.linked)


def test_every_word_opens_its_sentences(filters):
    filters.show(START)
    buttons = filters.root.get_by_role("button", name="What is:")
    assert buttons.count() >= 8
    for i in range(buttons.count()):
        button = buttons.nth(i)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        note = button.locator("xpath=following-sibling::*")
        expect(note).to_be_visible()
        assert len(note.inner_text()) > 60
        filters.page.keyboard.press("Escape")
        expect(note).to_be_hidden()


HOSTILE = (
    "<img src=//x.invalid/i onerror=alert(1)>",
    "![x](//x.invalid/i.png) [y](//x.invalid)",
    "**bold** `code` $x$ :red[r] | a | b",
    "\u202eesrever\u202c \u200fRTL",
    "</script><svg onload=alert(1)>",
)
WEIGHT = ((0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, 0.0))


def check_names(filters) -> None:
    """Every name is text wherever it is shown, and means nothing else."""
    for filter_ in filters.linked.filters:
        row = filters.root.get_by_role("button", name=filter_.name, exact=True)
        filters.page.get_by_role("tab", name=filter_.name).click()
        expect(row).to_have_attribute("aria-pressed", "true")
        expect(filters.page.get_by_role("textbox", name="Name of the filter")).to_have_value(
            filter_.name
        )
        expect(filters.root.locator("[data-line=where]")).to_have_text(
            re.compile(f"^{re.escape(filter_.name)}: row")
        )
    assert filters.page.locator("img[src*=invalid], a[href*=invalid], svg[onload]").count() == 0


def test_hostile_names_of_a_link_are_only_text(filters):
    filters_ = tuple(Filter(clean_name(name), WEIGHT) for name in HOSTILE)
    filters.show(replace(START, filters=filters_))
    assert filters.linked.filters == filters_
    assert "x.invalid" in filters_[0].name and " | a | b" in filters_[2].name
    check_names(filters)


def test_hostile_names_that_are_typed_are_only_text(filters):
    filters.show(START)
    field = filters.page.get_by_role("textbox", name="Name of the filter")
    for i, name in enumerate(HOSTILE[:4]):
        filters.page.get_by_role("tablist", name="Filters").get_by_role("tab").nth(i).click()
        filters.changes(lambda name=name: field.fill(name))
        field.press("Enter")
    wait_until_idle(filters.page, quiet=800)
    assert [f.name for f in filters.linked.filters] == [clean_name(name) for name in HOSTILE[:4]]
    check_names(filters)
