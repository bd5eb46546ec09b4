"""The arithmetic that the page shows about a cell, against the engine's definitions."""

from __future__ import annotations

import re

import numpy as np

from playground.engine.explain import OUTSIDE, conv_window, pool_window
from playground.ui.screen import Screen
from tests.browser.filters import agree, number_of

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
