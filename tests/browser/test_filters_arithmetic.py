"""Pointing at a cell shows how its value came about, and it is what the engine computed."""

from __future__ import annotations

import re

import numpy as np

from playground.engine.explain import conv_window
from playground.files.experiment import Experiment, preset_filter
from tests.browser.arithmetic import NUMBER, check_after, check_place, check_window
from tests.browser.filters import agree, expected, number_of, random_cell, small
from tests.experiments import random_experiment

PICTURES = ["cat", "seven", "coffee", "example5", "boat"]


def test_pointing_at_any_map_shows_the_engines_numbers_and_sends_nothing(filters):
    rng = np.random.default_rng(0)
    for picture in PICTURES:
        experiment = small(random_experiment(rng, picture=picture, count=2))
        filters.show(experiment)
        screen = expected(experiment)
        sent = filters.sent
        shapes = {name: screen.stages[name].output.shape[2:] for name in screen.map_stages()}
        shapes["input"] = screen.stages["convolution"].inputs[0].shape[2:]
        for stage, shape in shapes.items():
            row, column = random_cell(rng, shape)
            seen = filters.point(stage, row, column, shape)
            check_place(seen, screen, stage, row, column)
            check_window(seen, screen)
            check_after(seen, screen)
        assert filters.sent == sent, "pointing sent a message to the server"


def test_the_sliding_example_is_434_243_234_by_keyboard(filters):
    sliding = Experiment(
        picture="example5", filters=(preset_filter("sliding_example"),), pool="none"
    )
    filters.show(sliding)
    grid = filters.map("convolution")
    grid.focus()
    for _ in range(3):
        filters.page.keyboard.press("ArrowUp")
        filters.page.keyboard.press("ArrowLeft")
    found = []
    for row in range(3):
        for column in range(3):
            seen = filters.inspected()
            assert (seen.row, seen.column) == (row, column)
            check_window(seen, expected(sliding))
            found.append(number_of(re.findall(NUMBER, seen.lines["bias"])[1]))
            filters.page.keyboard.press("ArrowRight")
        filters.page.keyboard.press("ArrowDown")
        for _ in range(3):
            filters.page.keyboard.press("ArrowLeft")
    assert found == [4, 3, 4, 2, 4, 3, 2, 3, 4]


def test_channel_by_channel_each_sum_can_be_taken_apart(filters):
    experiment = small(Experiment(colour="each", picture="coffee"))
    filters.show(experiment)
    screen = expected(experiment)
    shape = screen.stages["convolution"].output.shape[2:]
    seen = filters.point("convolution", 20, 30, shape)
    for channel, name in enumerate(("red", "green", "blue")):
        filters.root.get_by_role("button", name=name, exact=True).click()
        seen = filters.inspected()
        window = conv_window(screen.stages["convolution"], 0, seen.row, seen.column, item=channel)
        assert agree(f"{seen.value:.6f}", window.value)
        (cells,) = seen.tables["window"]
        assert all(agree(t, v) for (t, _), v in zip(cells, window.patch.ravel(), strict=True))


def test_a_map_is_walked_by_keyboard_and_enlarged(filters):
    experiment = small(Experiment())
    filters.show(experiment)
    shape = expected(experiment).stages["convolution"].output.shape[2:]
    filters.point("convolution", 20, 30, shape)
    grid, keyboard = filters.map("convolution"), filters.page.keyboard
    grid.focus()
    sent = filters.sent
    places = []
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowLeft", "Shift+ArrowUp", "Shift+ArrowUp",
                "Shift+ArrowUp", "ArrowUp"):  # fmt: skip
        keyboard.press(key)
        seen = filters.inspected()
        places.append((seen.row, seen.column))
    assert places == [(20, 31), (21, 31), (21, 21), (11, 21), (1, 21), (0, 21), (0, 21)]
    spoken = filters.root.locator("[aria-live=polite]")
    filters.page.wait_for_timeout(300)
    assert spoken.inner_text().startswith("Row 1, column 22:")
    before = grid.bounding_box()["width"]
    keyboard.press("Enter")
    assert grid.bounding_box()["width"] > 1.2 * before
    keyboard.press("Escape")
    assert grid.bounding_box()["width"] == before
    assert filters.sent == sent


def test_every_map_says_what_it_is_its_size_and_its_range(filters):
    experiment = small(Experiment(picture="boat", activation="tanh", pool="average"))
    filters.show(experiment)
    screen = expected(experiment)
    for name in screen.map_stages():
        values = screen.maps(name)[0]
        label = filters.map(name).get_attribute("aria-label")
        rows, columns = values.shape[1:]
        assert f"{rows} by {columns} values" in label and screen.title(name) in label
        low, high = re.search(rf"from {NUMBER} to {NUMBER}\.", label).groups()
        assert agree(low, values.min()) and agree(high, values.max())
    assert "64 by 64" in filters.map("input").get_attribute("aria-label")
