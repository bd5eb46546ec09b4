"""The view "Numbers": the region that it writes out is the engine's, wherever it is moved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from playground.files.experiment import preset_filter
from playground.ui import pictures
from tests.browser.filters import agree, expected
from tests.browser.harness import AppServer, wait_until_idle
from tests.browser.matrices import CHANNELS, READ, NumbersPage, check, looking, maps_of, region
from tests.browser.windows import Windows
from tests.experiments import random_experiment


@pytest.fixture(scope="module")
def numbers_page(windows: Windows, server: AppServer) -> Iterator[NumbersPage]:
    page = NumbersPage(windows, server)
    yield page
    page.close()


@pytest.fixture
def numbers(numbers_page: NumbersPage) -> Iterator[NumbersPage]:
    """The shared page, watched for problems."""
    with numbers_page.watched():
        yield numbers_page


def test_the_numbers_of_every_map_are_the_engines(numbers):
    rng = np.random.default_rng(1)
    for number, picture in enumerate(["cat", "coffee", "example5"]):
        colour = ("sum", "each")[number % 2]
        experiment = random_experiment(
            rng, picture=picture, count=2, side=64, view="numbers", colour=colour
        )
        numbers.show(experiment)
        sent = numbers.sent
        screen = expected(experiment)
        for name, values in maps_of(experiment).items():
            corner = tuple(rng.integers(2, size=2) * 0.98 + 0.01)
            places = [corner, tuple(rng.random(2))]
            if name == "input":
                numbers.press("Input", "0–255")
                numbers.look_at(places[0])
                found = numbers.read()
                check(found, values, scale=255)
                written = [text for table in found["tables"].values() for text in sum(table, [])]
                assert all(text.isdigit() for text in written)
                numbers.press("0–1")
                numbers.look_at(places[1])
                check(numbers.read(), values)
                continue
            channel = CHANNELS[rng.integers(3)] if len(values) == 3 else "values"
            numbers.press(screen.title(name), *([channel] if len(values) == 3 else []))
            numbers.look_at(places[rng.integers(2)])
            found = numbers.read()
            assert found["map"] == name
            check(found, values, channel)
        assert numbers.sent == sent, "reading numbers sent a message to the server"


def test_each_channel_is_drawn_in_its_own_colour_and_together_they_are_the_picture(numbers):
    experiment = looking(picture="coffee")
    numbers.show(experiment)
    numbers.press("Input")
    found = numbers.read()
    codes = np.rint(region(found, pictures.picture_of(experiment, {})) * 255).astype(int)
    drawn = numbers.drawn()
    assert list(drawn) == ["picture", *CHANNELS]
    assert np.array_equal(drawn["picture"], codes)
    for i, channel in enumerate(CHANNELS):
        only = np.zeros_like(codes)
        only[i] = codes[i]
        assert np.array_equal(drawn[channel], only)


def test_the_sentences_are_computed_from_the_map(numbers):
    experiment = looking(picture="coffee")
    numbers.show(experiment)
    numbers.press("Input", "8×8", "0–1")
    picture = pictures.picture_of(experiment, {})
    rows, columns = picture.shape[1:]
    size = f"{rows} × {columns} × 3 = {3 * rows * columns:,}"
    sentence = f"This picture is {size} numbers; you see 64 of each channel."
    assert numbers.read()["lines"]["size-line"] == sentence
    numbers.press("0–255")
    low, high = re.findall(r"\d+", numbers.read()["lines"]["range-line"])
    assert (int(low), int(high)) == (round(picture.min() * 255), round(picture.max() * 255))
    numbers.press("Max pooling")
    values = maps_of(experiment)["pooling"]
    lines = numbers.read()["lines"]
    total = f"{values.size:,}"
    assert (
        f"{values.shape[1]} × {values.shape[2]} = {total} numbers; you see 64" in lines["size-line"]
    )
    low, high = re.findall(r"−?\d+\.\d+", lines["range-line"])
    assert agree(low, values.min()) and agree(high, values.max())
    for scale in ("0–1", "0–255"):
        button = numbers.root.get_by_role("button", name=scale, exact=True)
        expect(button).to_be_disabled()
        assert "Only the pixels" in button.get_attribute("title")


def test_the_keyboard_moves_the_frame_and_the_cell(numbers):
    experiment = looking()
    numbers.show(experiment)
    numbers.press("Input", "8×8", "0–1")
    numbers.whole.focus()
    keyboard = numbers.page.keyboard
    for _ in range(7):
        keyboard.press("PageUp")
    keyboard.press("Home")
    found = numbers.read()
    assert (found["top"], found["left"]) == (0, 0)
    for key, place in (
        ("ArrowDown", (1, 0)), ("Shift+ArrowRight", (1, 10)), ("ArrowLeft", (1, 9)),
        ("Shift+ArrowDown", (11, 9)), ("End", (11, 56)), ("ArrowRight", (11, 56)),
    ):  # fmt: skip
        keyboard.press(key)
        found = numbers.read()
        assert (found["top"], found["left"]) == place, key
    expect(numbers.root.locator(".spoken")).to_have_text(
        "rows 12 to 19, columns 57 to 64 of Input", timeout=2000
    )
    keyboard.press("Home")
    numbers.matrix("green").click(position={"x": 3, "y": 3})
    found = numbers.read()
    assert (found["row"], found["column"]) == (11, 0)
    for key, cell, place in (
        ("ArrowRight", (11, 1), (11, 0)), ("Shift+ArrowRight", (11, 11), (11, 4)),
        ("ArrowUp", (10, 11), (10, 4)), ("ArrowDown", (11, 11), (10, 4)),
        ("End", (11, 63), (10, 56)), ("ArrowRight", (11, 63), (10, 56)),
        ("Shift+ArrowDown", (21, 63), (14, 56)),
    ):  # fmt: skip
        keyboard.press(key)
        found = numbers.read()
        assert (found["row"], found["column"]) == cell, key
        assert (found["top"], found["left"]) == place, key
    spoken = numbers.root.locator(".spoken")
    expect(spoken).to_contain_text("row 22, column 64: red 0.", timeout=2000)
    values = re.findall(r"(red|green|blue) (\S+?)(?:,|$)", spoken.text_content())
    assert [name for name, _ in values] == list(CHANNELS)
    for (_, text), value in zip(
        values, pictures.picture_of(experiment, {})[:, 21, 63], strict=True
    ):
        assert agree(text, value)


def test_pointing_at_a_cell_marks_it_in_every_matrix_and_says_both_scales(numbers):
    experiment = looking()
    numbers.show(experiment)
    numbers.press("Input", "8×8", "0–1")
    found = numbers.read()
    box = numbers.matrix("blue").bounding_box()
    numbers.page.mouse.move(box["x"] + box["width"] * 2.5 / 8, box["y"] + box["height"] * 5.5 / 8)
    seen = numbers.read()
    row, column = found["top"] + 5, found["left"] + 2
    assert (seen["row"], seen["column"]) == (row, column)
    assert numbers.marked(5, 2, 8) == ["picture", *CHANNELS]
    assert numbers.marked(5, 4, 8) == []
    line = seen["lines"]["cell-line"]
    assert line.startswith(f"row {row + 1}, column {column + 1}: ")
    values = pictures.picture_of(experiment, {})[:, row, column]
    pairs = re.findall(r"(\S+) \((\d+) of 255\)", line)
    for (text, code), value in zip(pairs, values, strict=True):
        assert agree(text, value) and int(code) == round(value * 255)


def test_dragging_moves_the_frame_as_far_as_the_pointer(numbers):
    numbers.show(looking())
    numbers.press("Input", "12×12")
    numbers.look_at((0.3, 0.3))
    before = numbers.read()
    box = numbers.whole.bounding_box()
    cell = box["width"] / 64
    x, y = box["x"] + (before["left"] + 0.5) * cell, box["y"] + (before["top"] + 0.5) * cell
    mouse = numbers.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20 * cell, y + 7 * cell, steps=3)
    mouse.up()
    mouse.move(x, y)
    after = numbers.read()
    assert (after["top"] - before["top"], after["left"] - before["left"]) == (7, 20)


def test_a_reload_and_an_edited_kernel_keep_the_region(numbers):
    experiment = looking(filters=(preset_filter("sobel_x"),), activation="none")
    numbers.show(experiment)
    numbers.press("Max pooling", "5×5")
    numbers.root.get_by_label("decimals").select_option("3")
    numbers.look_at((0.8, 0.2))
    before = numbers.read()
    assert all(re.fullmatch(r"−?\d+\.\d{3}", t) for t in sum(before["tables"]["values"], []))
    numbers.page.reload()
    numbers.settled()
    after = numbers.read()
    same = ("map", "top", "left", "rows", "columns", "row", "column", "tables", "lines")
    assert [after[name] for name in same] == [before[name] for name in same]
    numbers.changes(lambda: (numbers.cell(1, 1).fill("4.5"), numbers.page.keyboard.press("Enter")))
    wait_until_idle(numbers.page, quiet=150)
    edited = numbers.read()
    assert [edited[name] for name in same[:7]] == [before[name] for name in same[:7]]
    assert edited["tables"] != before["tables"]
    assert numbers.linked.filter.weight[0][0] == 4.5
    check(edited, maps_of(numbers.linked)["pooling"])
    numbers.root.get_by_label("decimals").select_option("2")


def test_the_region_stays_on_a_map_that_shrinks_or_goes(numbers):
    experiment = looking()
    numbers.show(experiment)
    numbers.press("Max pooling", "16×16")
    numbers.look_at((0.99, 0.99))
    found = numbers.read()
    assert (found["top"], found["left"]) == (15, 15)
    shrunk = replace(experiment, pool_size=4, pool_stride=4, stride=2)
    numbers.show(shrunk)
    found = numbers.read()
    assert (found["top"], found["left"], found["rows"], found["columns"]) == (0, 0, 7, 7)
    check(found, maps_of(shrunk)["pooling"])
    expect(numbers.root.get_by_role("button", name="12×12", exact=True)).to_be_disabled()
    without = replace(experiment, pool="none")
    numbers.show(without)
    found = numbers.read()
    assert (found["map"], found["rows"]) == ("activation", 16)
    check(found, maps_of(without)["activation"])


def test_another_map_shows_the_same_part_of_the_picture(numbers):
    numbers.show(looking())
    numbers.press("Input", "8×8")
    numbers.look_at((0.5, 0.75))
    before = numbers.read()
    numbers.press("Max pooling")
    after = numbers.read()
    for start, size in (("top", "rows"), ("left", "columns")):
        centre = (before[start] + before[size] / 2) / 64
        assert abs((after[start] + after[size] / 2) / 31 - centre) <= 1 / 31


@pytest.mark.parametrize("name", ["Input", "Convolution"])
def test_copied_text_is_the_region_as_an_array(numbers, name):
    experiment = looking()
    numbers.show(experiment)
    numbers.press(name, "5×5", *(["0–1"] if name == "Input" else []))
    numbers.look_at((0.01, 0.6))
    numbers.press("Copy as text")
    expect(numbers.root.get_by_role("status")).to_contain_text("Copied: an array of")
    array = np.array(ast.literal_eval(numbers.page.evaluate("navigator.clipboard.readText()")))
    wanted = region(numbers.read(), maps_of(experiment)[name.lower()])
    assert array.shape == ((3, 5, 5) if name == "Input" else (5, 5))
    assert np.abs(array.reshape(wanted.shape) - wanted).max() <= 0.00501


def test_what_a_browser_kept_may_be_anything(numbers):
    experiment = looking()
    numbers.show(experiment)
    values = maps_of(experiment)["input"]
    for kept in ("text", {"map": 3, "top": -4, "left": 1e300, "size": 7, "decimals": 99}):
        numbers.keep(kept)
        numbers.page.reload()
        numbers.root.wait_for()
        found = numbers.read()
        assert found["map"] == "input"
        check(found, values)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768), (1440, 900)])
def test_numbers_fit_their_cells_and_the_cells_every_screen(numbers, width, height):
    numbers.show(looking())
    numbers.press("Input", "0–1")
    page, root = numbers.page, numbers.root
    root.get_by_label("decimals").select_option("2")
    chosen = []
    with numbers.screen(width, height):
        for size in ("5×5", "8×8", "12×12", "16×16"):
            button = root.get_by_role("button", name=size, exact=True)
            if button.is_disabled():
                assert "could not be read" in button.get_attribute("title")
                continue
            button.click()
            chosen.append(root.evaluate(READ)["columns"])
            for part in ("picture", *CHANNELS):
                box = root.locator(f'[data-part="{part}"] .field').bounding_box()
                assert box["width"] / int(chosen[-1]) >= 26
                assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert chosen in ([["5", "8"], ["5", "8", "12"]] if width == 390 else [["5", "8", "12", "16"]])
