"""Each step of the player is what the engine computed, whatever the settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from playground.engine.explain import pool_window
from playground.files.experiment import CHOICES
from playground.ui.screen import Screen
from tests.browser.bare import BarePage, bare_page, random_screen, with_other_weight
from tests.browser.player import LARGE, PLAY, Expected, as_seen

SETTINGS = 200
PLAYED = ("padding_mode", "stride", "dilation", "colour", "convolution", "activation", "pool")
CHANNELS = ("red", "green", "blue")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[BarePage]:
    with bare_page(browser, "player") as page:
        yield page


def inputs_of(screen: Screen, name: str) -> tuple[int, int]:
    return screen.stages[name].inputs[0].shape[2:]


def random_way(rng: np.random.Generator, screen: Screen, name: str) -> list[list[Any]]:
    """Through a stage by the player's controls: to its end and its start, steps and jumps."""
    large = max(*screen.stages[name].output.shape[2:], *inputs_of(screen, name)) > LARGE
    mode = str(rng.choice(["close", "skim"]))
    keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]
    keys = ["End", "Home", *rng.choice(keys, 3, p=[0.5, 0.3, 0.1, 0.1]), "ArrowRight"]
    jumps = [["scrub", int(n), False] for n in rng.integers(0, 40, 2)]
    moves = rng.choice(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], 2)
    *steps, last = [["key", str(key), key == "End"] for key in keys]
    return [
        ["choose", name, False],
        *([["choose", mode, False]] if large else []),
        *([["look", str(key), False] for key in moves] if large and mode == "close" else []),
        *steps,
        *([] if large and mode == "skim" else [["click", ["output", *rng.random(2)], False]]),
        *jumps,
        [*last[:2], True],
    ]


def next_step(
    seen: SimpleNamespace, act: str, value: Any, before: int, rows: int = 0, columns: int = 0
) -> int:
    """The step that an action leads to."""
    if act == "click":
        return int(value[1] * rows) * columns + int(value[2] * columns)
    row = 1 if seen.mode in ("skim", "chain") else columns
    moves = {"ArrowRight": 1, "ArrowLeft": -1, "ArrowDown": row, "ArrowUp": -row}
    ends = {"Home": 0, "End": seen.steps - 1}
    wanted = value if act == "scrub" else ends.get(value, before + moves.get(value, 0))
    return min(max(wanted, 0), seen.steps - 1)


def check_way(
    expected: Expected, name: str, way: list, found: list[dict], channel: int | None
) -> None:
    """Every step of the way: its place, its numbers, and what has been drawn."""
    shape = expected.screen.stages[name].output.shape[2:]
    places = [i for i, action in enumerate(way) if action[2]]
    top, left, rows, columns = found[places[0]]["drawn"]["output"]["box"]
    step = 0
    for (act, value, _), each in zip(way, found, strict=True):
        seen = as_seen(each)
        if act in ("choose", "look"):
            continue
        step = next_step(seen, act, value, step, rows, columns)
        assert (seen.stage, seen.step, seen.playing) == (name, step, "false")
        if seen.mode == "skim":
            assert (seen.steps, seen.row) == (shape[0], step)
        else:
            assert seen.mode == "close" or (rows, columns) == shape
            assert seen.steps == rows * columns
            assert (seen.row, seen.column) == (top + step // columns, left + step % columns)
        expected.check(seen, name)
        if seen.drawn:
            expected.check_output(seen.drawn["output"], seen)
            if name == "convolution":
                expected.check_input(seen.drawn["input"], channel)


def chain_of(screen: Screen, place: tuple[int, int]) -> list[tuple[str, tuple[int, int]]]:
    """The stages and cells that the chain of a cell of the last map goes through."""
    names = screen.map_stages()
    if "pooling" not in names:
        return [(name, place) for name in names]
    window = pool_window(screen.stages["pooling"], 0, *place)
    cells = [(int(row), int(column)) for row in window.rows for column in window.columns]
    between = [(name, cell) for cell in cells for name in names[:-1]]
    return [("pooling", place), *between, ("pooling", place)]


def check_chain(expected: Expected, way: list, found: list[dict]) -> None:
    """Every step of one cell's chain."""
    start = as_seen(found[1])
    steps = chain_of(expected.screen, (start.row, start.column))
    step = 0
    for (act, value, _), each in zip(way, found, strict=True):
        if act == "choose":
            continue
        seen = as_seen(each)
        step = next_step(seen, act, value, step)
        assert (seen.stage, seen.step, seen.steps) == ("chain", step, len(steps))
        name, cell = steps[step]
        assert (seen.row, seen.column) == cell
        expected.check(seen, name)


def channel_choice(rng: np.random.Generator, picture: np.ndarray) -> tuple[list, int, int | None]:
    """Choose a channel to be taken apart, and perhaps to see all colours again."""
    part = int(rng.integers(3))
    if len(picture) == 1:
        return [], 0, None
    chosen = [["choose", "convolution", False], ["channel", CHANNELS[part], False]]
    if rng.random() < 0.5:
        return [*chosen, ["channel", "colours", False]], part, None
    return chosen, part, part


@pytest.mark.parametrize("number", range(4))
def test_each_step_is_the_engines(page, number):
    rng = np.random.default_rng(number)
    counted: Counter = Counter()
    for _ in range(SETTINGS // 4):
        least, most = (17, 24) if rng.random() < 0.2 else (5, 14)
        screen, picture = random_screen(rng, least, most, count=int(rng.integers(1, 4)))
        experiment = screen.experiment
        decimals = int(rng.integers(5))
        choice, part, channel = channel_choice(rng, picture)
        if experiment.colour == "each" and channel is None:
            channel = part
        ways = {name: random_way(rng, screen, name) for name in screen.map_stages()}
        ways["chain"] = [
            ["choose", "chain", False],
            ["key", "Home", False],
            *(["scrub", int(n), False] for n in rng.integers(0, 20, 3)),
            ["key", "End", False],
        ]
        actions = [["decimals", decimals, False], *choice]
        actions += [action for way in ways.values() for action in way]
        found = page.run(PLAY, actions, screen, picture)[1 + len(choice) :]
        expected = Expected(screen, picture, part, decimals)
        for name, way in ways.items():
            own, found = found[: len(way)], found[len(way) :]
            if name == "chain":
                check_chain(expected, way, own)
            else:
                check_way(expected, name, way, own, channel)
                counted[own[-1]["mode"]] += 1
        counted.update((setting, getattr(experiment, setting)) for setting in PLAYED)
    assert all(counted[s, choice] > 1 for s in PLAYED for choice in CHOICES[s])
    assert min(counted[mode] for mode in ("all", "close", "skim")) > 1
    assert page.sent == []


def test_one_wrong_weight_is_noticed(page):
    rng = np.random.default_rng(0)
    screen, picture = random_screen(rng, 9, 12, count=1, kernel_size=3, colour="grey")
    way = random_way(rng, screen, "convolution")
    other = with_other_weight(screen, picture)
    found = page.run(PLAY, [["decimals", 2, False], *way], other, picture)[1:]
    check_way(Expected(other, picture, 0, 2), "convolution", way, found, None)
    with pytest.raises(AssertionError):
        check_way(Expected(screen, picture, 0, 2), "convolution", way, found, None)
