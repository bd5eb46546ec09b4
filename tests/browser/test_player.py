"""The player in a real browser: it plays, steps, asks and saves, by mouse, by keys and by touch."""

from __future__ import annotations

import io
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from playground.files.experiment import preset_filter, to_query
from tests.browser.filters import expected, number_of
from tests.browser.harness import wait_until_idle
from tests.browser.player_page import ARTICLE, button, ink, ready, shown, watch

MAP = [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_the_article_s_example_plays_to_its_nine_values_step_by_step(filters):
    root = watch(filters)
    for step, value in enumerate(np.ravel(MAP)):
        row, column = divmod(step, 3)
        assert [float(v) for v in shown(root)] == [row, column, value]
        result = root.locator('[data-line="result"]').inner_text()
        assert number_of(result.removeprefix("= ")) == value
        assert ink(root, "output").sum() == step + 1
        if step < 8:
            root.page.keyboard.press("ArrowRight")
            expect(root).to_have_attribute("data-step", str(step + 1))
    root.page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-step", "7")
    assert ink(root, "output").sum() == 8


def test_play_goes_to_the_end_and_again_from_the_start(filters):
    root = watch(filters)
    root.get_by_label("Speed").select_option("16")
    root.page.evaluate("document.activeElement.blur()")
    root.page.keyboard.press(" ")
    expect(root).to_have_attribute("data-step", "8", timeout=10_000)
    expect(root).to_have_attribute("data-playing", "false")
    assert ink(root, "output").all()
    assert float(shown(root)[2]) == 4
    root.get_by_label("Speed").select_option("0.25")  # slow enough to be paused on the way
    button(root, "Play").click()
    expect(root).to_have_attribute("data-playing", "true")
    button(root, "Pause").click()
    expect(root).to_have_attribute("data-playing", "false")


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_the_border_holds_what_the_padding_mode_puts_there(filters, mode):
    root = watch(filters, replace(ARTICLE, padding=1, padding_mode=mode))
    picture = expected(ARTICLE).stages["convolution"].inputs[0][0, 0]
    kind = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    padded = np.pad(picture, 1, kind[mode])
    found = root.evaluate(
        """root => {
            const canvas = root.querySelector("[data-side=input] .pixels");
            return [...canvas.getContext("2d").getImageData(0, 0, 7, 7).data];
        }"""
    )
    np.testing.assert_array_equal(np.array(found).reshape(7, 7, 4)[..., 0] > 127, padded > 0.5)
    assert root.locator("[data-side=input] .field").get_attribute("data-box") == "-1,-1,7,7"


def test_the_same_player_runs_the_activation_the_pool_and_one_cell_s_chain(filters):
    experiment = replace(ARTICLE, filters=(preset_filter("edge"),))
    root = watch(filters, experiment)
    stages = expected(experiment).stages
    for title, name in (("ReLU", "activation"), ("Max pooling", "pooling")):
        button(root, f"^{title}$").click()
        output = stages[name].output[0, 0]
        expect(root).to_have_attribute("data-steps", str(output.size))
        for step, value in enumerate(output.ravel()):
            assert float(shown(root)[2]) == pytest.approx(value)
            if step + 1 < output.size:
                button(root, "One step forward").click()
    winners = root.locator('[data-part="patch"] [data-kind="winner"]')
    assert number_of(winners.inner_text()) == output.ravel()[-1]
    button(root, "chain").click()
    expect(root).to_have_attribute("data-mode", "chain")
    seen = []
    for _ in range(int(root.get_attribute("data-steps")) - 1):
        button(root, "One step forward").click()
        seen.append(float(shown(root)[2]))
    row, column = (int(v) for v in shown(root)[:2])
    window = stages["convolution"].output[0, 0, row : row + 2, column : column + 2].ravel()
    chain = [v for x in window for v in (x, max(x, 0))]
    assert seen == pytest.approx([*chain, stages["pooling"].output[0, 0, row, column]])


def test_an_answer_is_checked_and_a_wrong_one_gets_the_working(filters):
    root = watch(filters)
    button(root, "Ask me first").click()
    assert ink(root, "output").sum() == 0
    assert "?" in root.locator('[data-line="result"]').inner_text()
    page = root.page
    page.keyboard.type("four")
    page.keyboard.press("Enter")
    expect(root.locator(".verdict")).to_contain_text("type a number")
    answer = root.get_by_label("the result")
    answer.fill("4")
    answer.press("Enter")
    expect(root.locator(".verdict")).to_contain_text("Right.")
    assert ink(root, "output").sum() == 1
    page.keyboard.press("Enter")  # the focus is on "Next"
    expect(root).to_have_attribute("data-step", "1")
    page.keyboard.type("−2,5")
    page.keyboard.press("Enter")
    expect(root.locator(".verdict")).to_contain_text("Not -2.5. Row 1, column 2: 1×1 + 1×0")
    expect(root.locator(".ask")).to_contain_text("1 of 2 right")
    button(root, "Ask for the size").click()
    root.get_by_label("rows").fill("5")
    root.get_by_label("columns").fill("5")
    root.get_by_label("columns").press("Enter")
    expect(root.locator(".ask")).to_contain_text("Not 5 × 5. 3 × 3: ⌊(5 + 2·0 − 3) / 1⌋ + 1 = 3")


def test_a_click_on_a_cell_goes_to_the_step_that_makes_it(filters):
    root = watch(filters)
    for side, cells, (row, column), step in (
        ("output", 3, (1, 2), 5),
        ("input", 5, (3, 1), 6),
    ):
        box = root.locator(f"[data-side={side}] .field").bounding_box()
        root.page.mouse.click(
            box["x"] + box["width"] * (column + 0.5) / cells,
            box["y"] + box["height"] * (row + 0.5) / cells,
        )
        expect(root).to_have_attribute("data-step", str(step))


def test_every_control_is_reached_by_the_tab_key_and_keys_do_it_all(filters):
    root = watch(filters)
    page: Page = root.page
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-step", "8")
    page.keyboard.press("ArrowUp")
    expect(root).to_have_attribute("data-step", "5")
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    page.keyboard.press("+")
    expect(root.get_by_label("Speed")).to_have_value("2")
    root.get_by_label("Step", exact=True).focus()
    page.keyboard.press(" ")
    expect(root).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(root).to_have_attribute("data-playing", "false")
    root.locator("button").first.focus()
    names = []
    for _ in range(18):
        name = page.evaluate(
            """() => {
                let e = document.activeElement;
                while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                return e.getAttribute("aria-label") || e.textContent;
            }"""
        )
        names.append(name.strip())
        page.keyboard.press("Tab")
    for wanted in ("ReLU", "One step forward (→)", "Play (space)", "Step", "Speed", "Decimals"):
        assert wanted in names
    assert {"Ask me first", "Full screen", "GIF", "PNG"} <= set(names)


def test_a_step_is_spoken_as_a_sentence(filters):
    root = watch(filters)
    button(root, "One step forward").click()
    expect(root.locator(".spoken")).to_have_text(
        "row 1, column 2: 1×1 + 1×0 + 0×1 + 1×0 + 1×1 + 1×0 + 0×1 + 1×0 + 1×1 = 3"
    )
    assert root.locator(".spoken").get_attribute("aria-live") == "polite"


def test_the_gif_and_the_png_come_from_the_server_and_show_what_is_played(filters):
    root = watch(filters)
    for name, kind, frames in (("GIF", "GIF", 9), ("PNG", "PNG", 1)):
        with root.page.expect_download() as download:
            button(root, f"^{name}$").click()
        data = download.value.path().read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, getattr(picture, "n_frames", 1)) == (kind, frames)
        assert download.value.suggested_filename == f"convolution-1-1.{name.lower()}"
        expect(button(root, f"^{name}$")).to_be_enabled()


def test_a_reload_comes_back_to_the_same_step(filters):
    root = watch(filters)
    button(root, "^ReLU$").click()
    root.get_by_label("Step", exact=True).fill("4")
    expect(root).to_have_attribute("data-step", "4")
    root.page.reload()
    wait_until_idle(root.page)
    expect(root).to_have_attribute("data-step", "4")
    expect(root).to_have_attribute("data-stage", "activation")


def test_on_a_phone_it_is_played_by_touch_and_nothing_is_cut_off(open_page):
    query = urlencode(to_query(ARTICLE))
    root = ready(open_page(f"?{query}", 390, 844, has_touch=True, is_mobile=True))
    button(root, "One step forward").tap()
    expect(root).to_have_attribute("data-step", "1")
    page = root.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    outside = root.evaluate(
        """root => [...root.querySelectorAll("button, .field, select")].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.width && (box.left < 0 || box.right > 391);
        }).map((e) => e.title || e.className)"""
    )
    assert outside == []


def test_equal_largest_values_of_a_pool_are_said_to_be_equal(filters):
    root = watch(filters)
    button(root, "^Max pooling$").click()
    first = expected(ARTICLE).stages["pooling"].inputs[0][0, 0, :2, :2]
    assert (first == first.max()).sum() == 2
    expect(root.locator('[data-line="terms"]')).to_contain_text("of equal ones the first")
