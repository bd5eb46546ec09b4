"""Pointing at a cell shows how its value came about, and it is what the engine computed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.engine.explain import OUTSIDE, conv_window, pool_window
from playground.files.experiment import Experiment, preset_filter
from playground.ui.screen import Screen
from tests.browser.filters import agree, expected, number_of, random_cell, small
from tests.experiments import random_experiment

SETTINGS = 40
NUMBER = r"(−?\d+(?:\.\d+)?)"
ALL_CHANNELS_UP_TO = 3


def check_window(seen, screen: Screen) -> None:
    """The window, its products and its sums, against the engine's definition."""
    stage = screen.stages["convolution"]
    window = conv_window(stage, seen.filter, seen.row, seen.column)
    assert agree(f"{seen.value:.6f}", window.value)
    output = stage.output[0, seen.filter, seen.row, seen.column]
    assert abs(seen.value - output) < 1e-3 * max(1, abs(output))
    outside = (window.rows[:, None] == OUTSIDE) | (window.columns == OUTSIDE)
    (kernel,) = seen.tables["kernel"]
    for (text, _), weight in zip(kernel, window.weight[0].ravel(), strict=True):
        assert agree(text, weight)
    # Of the large windows of a colour picture, the first channel's stands for the three.
    side_by_side = len(window.patch) == 1 or len(window.weight[0]) <= ALL_CHANNELS_UP_TO
    assert len(seen.tables["window"]) == (len(window.patch) if side_by_side else 1)
    for name, values in (("window", window.patch), ("products", window.products)):
        for cells, channel in zip(seen.tables[name], values, strict=side_by_side):
            for (text, _), value in zip(cells, channel.ravel(), strict=True):
                assert agree(text, value), (name, text, value)
    for cells in seen.tables["window"]:
        assert [kind == "padding" for _, kind in cells] == outside.ravel().tolist()
    *sums, total = re.findall(NUMBER, seen.lines["sum"].replace("− ", "−"))
    check_signs(seen)
    assert agree(total, window.channel_sums.sum())
    if len(window.patch) > 1:
        for text, value in zip(sums, window.channel_sums, strict=True):
            assert agree(text, value)
    bias, value = re.findall(NUMBER, seen.lines["bias"])
    assert agree(bias, window.bias) and agree(value, window.value)


def check_signs(seen) -> None:
    """An equals sign stands only where the numbers add up as they are shown."""
    lines = [seen.lines[line].replace("− ", "−") for line in ("sum", "bias")]
    (*sums, total), (bias, value) = (
        [round(100 * number_of(text)) for text in re.findall(NUMBER, line)] for line in lines
    )
    if sums:
        assert ("≈" in lines[0]) == (sum(sums) != total)
    assert ("≈" in lines[1]) == (total + bias != value)


def check_after(seen, screen: Screen) -> None:
    """Activation and pool of the chosen cell."""
    experiment = screen.experiment
    if experiment.activation == "none":
        assert seen.lines["activation"] == "no activation"
    else:
        (text,) = re.findall(NUMBER, seen.lines["activation"])
        output = screen.stages["activation"].output
        assert agree(text, output[0, seen.filter, seen.row, seen.column])
    if experiment.pool == "none":
        assert seen.lines["pool"] == "no pooling" and "pooling window" not in seen.tables
        return
    stage = screen.stages["pooling"]
    found = re.search(rf"[=≈] {NUMBER} \(row (\d+), column (\d+)\)", seen.lines["pool"])
    if not found:
        assert seen.lines["pool"] == "no pooling window reads this cell"
        for row in range(stage.output.shape[2]):
            for column in range(stage.output.shape[3]):
                window = pool_window(stage, seen.filter, row, column)
                assert seen.row not in window.rows or seen.column not in window.columns
        return
    row, column = int(found[2]) - 1, int(found[3]) - 1
    window = pool_window(stage, seen.filter, row, column)
    assert seen.row in window.rows and seen.column in window.columns
    assert agree(found[1], stage.output[0, seen.filter, row, column])
    (cells,) = seen.tables["pooling window"]
    for (text, _), value in zip(cells, window.patch.ravel(), strict=True):
        assert agree(text, value)
    winners = [i for i, (_, kind) in enumerate(cells) if kind == "winner"]
    if experiment.pool != "max":
        assert winners == []
        return
    (winner,) = winners
    assert abs(window.patch.ravel()[winner] - window.patch.max()) < 1e-5
    own = list(window.rows).index(seen.row) * len(window.columns)
    own += list(window.columns).index(seen.column)
    values = window.patch.ravel()
    if own == winner:
        assert seen.lines["pool"].endswith("won")
    elif values[winner] - values[own] > 1e-5 * max(1, abs(values[winner])):
        assert seen.lines["pool"].endswith("lost")
    else:
        assert re.search("lost$|a tie, and the first one counts$", seen.lines["pool"])


def check_place(seen, screen: Screen, stage: str, row: int, column: int) -> None:
    """Which cell of the convolution stands for the one that is pointed at."""
    experiment = screen.experiment
    assert (seen.stage, seen.filter) == (stage, experiment.active)
    if stage in ("convolution", "activation"):
        assert (seen.row, seen.column) == (row, column)
    elif stage == "pooling":
        window = pool_window(screen.stages["pooling"], seen.filter, row, column)
        assert seen.row in window.rows and seen.column in window.columns
        assert f"(row {row + 1}, column {column + 1})" in seen.lines["pool"]
        if experiment.pool == "max":
            assert seen.lines["pool"].endswith("won")
    else:
        layer = screen.stages["convolution"].layer
        reach = (experiment.kernel_size - 1) * experiment.dilation / 2
        sizes = screen.stages["convolution"].output.shape[2:]
        for place, cell, size, pad in (
            (row, seen.row, sizes[0], layer.pads()[0]),
            (column, seen.column, sizes[1], layer.pads()[2]),
        ):
            distances = np.abs(np.arange(size) * experiment.stride - pad + reach - place)
            assert distances[cell] == distances.min()


@pytest.mark.parametrize("part", range(4))
def test_every_number_of_the_arithmetic_is_the_engines(filters, part):
    rng = np.random.default_rng(part)
    for number in range(SETTINGS // 4):
        picture = ["cat", "seven", "coffee", "example5", "boat"][number % 5]
        experiment = small(random_experiment(rng, picture=picture, count=2))
        filters.open(experiment) if number == 0 else filters.follow(experiment)
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
    filters.open(sliding)
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
    filters.open(experiment)
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
    filters.open(experiment)
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
    filters.open(experiment)
    screen = expected(experiment)
    for name in screen.map_stages():
        values = screen.maps(name)[0]
        label = filters.map(name).get_attribute("aria-label")
        rows, columns = values.shape[1:]
        assert f"{rows} by {columns} values" in label and screen.title(name) in label
        low, high = re.search(rf"from {NUMBER} to {NUMBER}\.", label).groups()
        assert agree(low, values.min()) and agree(high, values.max())
    assert "64 by 64" in filters.map("input").get_attribute("aria-label")
