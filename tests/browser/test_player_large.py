"""The player on pictures too large to be read at once: skimmed, or closely around a place."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from playground.files.experiment import Experiment
from tests.browser.filters import expected, number_of
from tests.browser.player_page import button, ink, shown, watch


def test_who_reckons_with_the_rounded_numbers_that_are_shown_is_right(filters):
    root = watch(filters, Experiment(view="watch", side=64, colour="grey"))
    button(root, "Ask me first").click()
    patch, kernel = (
        [number_of(text) for text in root.locator(f'[data-part="{part}"] span').all_inner_texts()]
        for part in ("patch", "kernel")
    )
    answer = root.get_by_label("the result")
    answer.fill(f"{np.dot(patch, kernel):.2f}")
    answer.press("Enter")
    expect(root.locator(".verdict")).to_contain_text("Right.")


def test_another_stage_shows_the_same_place_and_the_winner_at_once(filters):
    experiment = Experiment(view="watch", side=64, colour="grey")
    root = watch(filters, experiment)
    box = root.locator("[data-side=input] .field").get_attribute("data-box")
    top, left, *size = (int(v) for v in box.split(","))
    button(root, "^Max pooling$").click()
    box = root.locator("[data-side=input] .field").get_attribute("data-box")
    rows, columns = (int(v) for v in box.split(",")[:2])
    assert abs(rows - top) <= size[0] and abs(columns - left) <= size[1]
    winners = root.evaluate(
        """root => {
            const canvas = root.querySelector("[data-side=input] .marks");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [...data.keys()].filter((i) => i % 4 === 0 && data[i] > 250
                && Math.abs(data[i + 1] - 210) < 5 && data[i + 2] < 60).length;
        }"""
    )
    assert winners > 20


@pytest.mark.parametrize("mode", ["Close", "Skim"])
def test_no_number_of_three_windows_is_cut_off(filters, mode):
    root = watch(filters, Experiment(view="watch", side=64))
    button(root, f"^{mode}$").click()
    expect(root.locator('[data-part="products"]')).to_have_count(3)
    cut = root.evaluate(
        """root => [...root.querySelectorAll(".arithmetic .matrix")].filter((table) =>
            table.scrollWidth > table.clientWidth
            || table.getBoundingClientRect().right
                > table.closest(".arithmetic").getBoundingClientRect().right + 1).length"""
    )
    assert cut == 0


def test_a_place_of_the_whole_picture_is_picked_by_keys(filters):
    root = watch(filters, Experiment(view="watch", side=64, colour="grey"))
    keyboard = root.page.keyboard
    button(root, "^Skim$").click()
    root.locator("[data-side=output] .field").focus()
    row, column = (int(v) for v in shown(root)[:2])
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowLeft", "ArrowDown"):
        keyboard.press(key)
    wanted = [row + 1, max(column + 2 - 10, 0)]
    assert [int(v) for v in shown(root)[:2]] == wanted
    keyboard.press("Enter")
    expect(root).to_have_attribute("data-mode", "close")
    box = root.locator("[data-side=output] .field").get_attribute("data-box")
    top, left, rows, columns = (int(v) for v in box.split(","))
    assert top <= wanted[0] < top + rows and left <= wanted[1] < left + columns


def test_a_large_picture_is_skimmed_by_rows_and_any_place_is_picked_to_look_closely(filters):
    experiment = Experiment(view="watch", side=64, colour="grey")
    root = watch(filters, experiment)
    values = expected(experiment).stages["convolution"].output[0, 0]
    button(root, "^Skim$").click()
    expect(root).to_have_attribute("data-mode", "skim")
    expect(root).to_have_attribute("data-steps", str(len(values)))
    assert ink(root, "output").any(axis=1).sum() == 1
    root.get_by_label("Step", exact=True).fill("40")
    assert ink(root, "output").any(axis=1).sum() == 41
    box = root.locator("[data-side=output] .field").bounding_box()
    root.page.mouse.click(
        box["x"] + box["width"] * 30.5 / values.shape[1],
        box["y"] + box["height"] * 20.5 / values.shape[0],
    )
    expect(root).to_have_attribute("data-mode", "close")
    top, left, rows, columns = (
        int(v)
        for v in root.locator("[data-side=output] .field").get_attribute("data-box").split(",")
    )
    assert top <= 20 < top + rows and left <= 30 < left + columns
    row, column, value = (float(v) for v in shown(root))
    assert value == pytest.approx(float(values[int(row), int(column)]), abs=1e-5)
    frame = root.locator("[data-side=overview] .field")
    frame.focus()
    frame.press("Shift+ArrowDown")
    moved = root.locator("[data-side=output] .field")
    expect(moved).to_have_attribute("data-box", f"{top + 10},{left},{rows},{columns}")


def test_who_wants_less_motion_gets_single_steps_and_nothing_starts_by_itself(filters):
    experiment = Experiment(view="watch", side=64)
    filters.page.emulate_media(reduced_motion="reduce")
    root = watch(filters, experiment)
    expect(root).to_have_attribute("data-playing", "false")
    button(root, "^Skim$").click()
    assert root.evaluate("root => getComputedStyle(root).transitionDuration") == "0s"
    button(root, "Play").click()
    # Two rows a second instead of sixteen: after a second it has not come far.
    root.page.wait_for_timeout(1000)
    button(root, "Pause").click()
    assert int(root.get_attribute("data-step")) <= 4
    filters.page.emulate_media(reduced_motion="no-preference")
