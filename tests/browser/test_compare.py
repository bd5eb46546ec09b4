"""The view "Compare" in a real browser: what it says about a cell is what the engine computed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from playground.engine.difference import centres
from playground.files.experiment import Experiment, compared, preset_filter, with_setting
from playground.ui.screen import Screen
from tests.browser.filters import FiltersPage, agree, expected
from tests.browser.harness import AppServer
from tests.browser.windows import Windows

STAGES = ("convolution", "activation", "pooling")
READ = """async (root, looking) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const terms = [...root.querySelectorAll(".term")].map((term) =>
        [term.children[1].textContent, term.children[2].textContent]);
    const maps = [...root.querySelectorAll("figure")].map((figure) => {
        if (!looking) return [figure.dataset.map, null];
        const canvas = figure.querySelector(".marks");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return [figure.dataset.map, data.some((v) => v)];
    });
    return { ...root.dataset, terms, maps: Object.fromEntries(maps),
        where: root.querySelector(".where").textContent,
        verdict: root.querySelector(".verdict").textContent };
}"""


class ComparePage(FiltersPage):
    """One page of the app that compares."""

    def __init__(self, windows: Windows, server: AppServer, **context: Any) -> None:
        super().__init__(windows, server, ".compare[data-version]", **context)

    def figure(self, name: str) -> Locator:
        return self.root.locator(f'[data-map="{name}"] [aria-roledescription=map]')

    def look_at(self, stage: str) -> None:
        self.root.locator(f".card[data-stage={stage}]").dispatch_event("click")

    def point_at(self, name: str, down: float, across: float) -> SimpleNamespace:
        """Point at a place of a map, given in shares of its height and width."""
        box = self.figure(name).bounding_box()
        self.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        return self.read()

    def read(self, *, looking: bool = False) -> SimpleNamespace:
        """What is said about the chosen cell, and, looking closer, whether each map marks it."""
        found = self.root.evaluate(READ, looking)
        stage, row, column = found["cell"].split(",")
        cells = [tuple(int(n) for n in cell.split(",")) for cell in found["cells"].split(";")]
        values = [float(found[side]) for side in "abc" if found[side]]
        differences = [float(each) for each in found["differences"].split(",") if each]
        return SimpleNamespace(
            stage=stage,
            cell=(int(row), int(column)),
            cells=cells,
            part=int(found["part"]),
            values=values,
            differences=differences,
            **{name: found[name] for name in ("terms", "maps", "where", "verdict")},
        )


@pytest.fixture(scope="module")
def compare_page(windows: Windows, server: AppServer) -> Iterator[ComparePage]:
    page = ComparePage(windows, server)
    yield page
    page.close()


@pytest.fixture
def comparing(compare_page: ComparePage) -> Iterator[ComparePage]:
    """The shared page, watched for problems."""
    with compare_page.watched():
        yield compare_page


def sides_of(experiment: Experiment) -> list[Screen]:
    name, values = compared(experiment)
    return [expected(experiment), *(expected(replace(experiment, **{name: v})) for v in values)]


def reached(side: Screen, stage: str) -> str:
    """The last stage that a side has, up to this one."""
    return [s for s in STAGES[: STAGES.index(stage) + 1] if s in side.stages][-1]


def check(seen: SimpleNamespace, sides: list[Screen], stage: str) -> None:
    """Values and differences of the chosen cell, in full and as they are written."""
    assert seen.stage == stage and len(seen.values) == len(sides)
    for side, (row, column), value in zip(sides, seen.cells, seen.values, strict=True):
        wanted = side.maps(reached(side, stage))[side.experiment.active, seen.part, row, column]
        assert abs(value - wanted) <= 1e-4 * max(1, abs(wanted))
    assert seen.differences == [value - seen.values[0] for value in seen.values[1:]]
    texts = [text.removeprefix("+") for _, text in seen.terms]
    for text, value in zip(texts, [*seen.values, *seen.differences], strict=True):
        assert agree(text, value)
    for (_, text), value in zip(seen.terms[len(sides) :], seen.differences, strict=True):
        assert not text.startswith("+") or value > 0
    # In the picture, the windows of all of them lie at the same place, or next to it.
    places = [
        [axis[n] for axis, n in zip(centres(side.network, reached(side, stage)), cell, strict=True)]
        for side, cell in zip(sides, seen.cells, strict=True)
    ]
    assert np.ptp(places, axis=0).max() <= 2
    assert all(marked in (True, None) for marked in seen.maps.values())
    assert set(seen.maps) == {"input", *"ABC"[: len(sides)], *("B-A", "C-A")[: len(sides) - 1]}


START = Experiment(picture="coffee", side=64, view="compare", active=1)
COMPARISONS = [
    with_setting(START, "pair", "padding"),
    with_setting(START, "pair", "pooling"),
    with_setting(replace(START, picture="seven"), "pair", "flipping"),
    with_setting(START, "pair", "stride"),
    replace(START, colour="each", against="padding:4", padding=1, padding_mode="replicate"),
    replace(START, against="activation:none,tanh", pool="sum", pool_size=3, padding=2),
    replace(START, picture="boat", against="dilation:3", activation="sigmoid", stride=2),
    replace(START, against="pool:none", pool="average"),
    replace(START, against="active:3,0", colour="grey", pool_stride=1),
    replace(START, picture="example5", against="pool_stride:1", padding=2),
]


def test_the_values_of_every_map_are_the_engines(comparing):
    rng = np.random.default_rng(5)
    for experiment in COMPARISONS:
        comparing.show(experiment)
        sides = sides_of(experiment)
        sent = comparing.sent
        for stage in STAGES:
            if all(stage not in side.stages for side in sides):
                continue
            comparing.look_at(stage)
            seen = comparing.read(looking=True)
            check(seen, sides, stage)
            shapes = [side.stages[reached(side, stage)].output.shape[2:] for side in sides]
            common = [min(shape[axis] for shape in shapes) for axis in (0, 1)]
            if rng.random() < 0.6:
                name = rng.choice(list(seen.maps))
                down, across = rng.random(2) * 0.96 + 0.02
                seen = comparing.point_at(name, down, across)
                check(seen, sides, stage)
                if name in ("A", "B", "C"):
                    # The cell that is pointed at, or the nearest one that is compared.
                    pointed = [
                        int(d * n)
                        for d, n in zip((down, across), shapes["ABC".index(name)], strict=True)
                    ]
                    chosen = seen.cells["ABC".index(name)]
                    assert np.abs(np.subtract(pointed, chosen)).max() <= 4
                elif name != "input":
                    assert seen.cell == tuple(
                        int(d * n) for d, n in zip((down, across), common, strict=True)
                    )
        assert comparing.sent == sent, "pointing sent a message to the server"


def test_pointing_at_the_picture_chooses_the_window_around_that_place(comparing):
    experiment = replace(START, against="stride:2", pool="none")
    comparing.show(experiment)
    side = expected(experiment)
    for down, across in ((0.3, 0.7), (0.52, 0.11), (0.9, 0.5)):
        seen = comparing.point_at("input", down, across)
        shape = side.stages["convolution"].inputs[0].shape[2:]
        for axis, share in enumerate((down, across)):
            centre = centres(side.network, "convolution")[axis][seen.cells[0][axis]]
            assert abs(centre - int(share * shape[axis])) <= 1
        assert seen.differences == [0] and seen.terms[-1][1] == "0.00"
        assert seen.cells[0] == (2 * seen.cells[1][0], 2 * seen.cells[1][1])
    assert "Stride 2 keeps every second cell of every second row" in seen.verdict


def test_it_begins_where_the_difference_is_largest_and_comes_back_there(comparing):
    experiment = replace(START, against="pool:average")
    comparing.show(experiment)
    one, other = (side.maps("pooling")[1, 0].astype(float) for side in sides_of(experiment))
    largest = np.abs(other - one).max()
    assert comparing.read().stage == "pooling"
    assert abs(abs(comparing.read().differences[0]) - largest) < 1e-4
    comparing.point_at("A", 0.02, 0.98)
    comparing.root.get_by_role("button", name="Largest difference").click()
    assert abs(abs(comparing.read().differences[0]) - largest) < 1e-4


def test_the_keyboard_alone_goes_from_cell_to_cell_and_is_heard(comparing):
    experiment = replace(START, against="pool:average")
    comparing.show(experiment)
    sides = sides_of(experiment)
    for name in ("A", "B-A", "input"):
        comparing.figure(name).focus()
        row = comparing.read().cell[0]
        comparing.page.keyboard.press("Home")
        comparing.page.keyboard.press("ArrowRight")
        comparing.page.keyboard.press("Shift+ArrowRight")
        for key in ("ArrowUp", "ArrowDown"):  # one of them may stand at the edge
            comparing.page.keyboard.press(key)
        seen = comparing.read()
        assert seen.cell == (max(row, 1), 11)
        check(seen, sides, "pooling")
        values = [text for _, text in seen.terms]
        sentence = f"A: max is {values[0]}, B: average is {values[1]}, B minus A is {values[2]}."
        expect(comparing.root.locator(".spoken")).to_contain_text(sentence)
    # The stages are buttons, and what they show stays under the keyboard.
    comparing.root.get_by_role("button", name=re.compile("^Convolution")).focus()
    comparing.page.keyboard.press("Enter")
    assert comparing.read().stage == "convolution"


def test_a_ready_made_comparison_and_a_menu_change_link_maps_and_history(comparing):
    start = replace(START, against="dilation:2", filters=(preset_filter("edge"),), active=0)
    comparing.show(start)
    pair = comparing.root.get_by_role("button", name="cross-correlation | convolution")
    expect(pair).to_have_attribute("aria-pressed", "false")
    comparing.changes(pair.click)
    made = with_setting(start, "pair", "flipping")
    expect(pair).to_have_attribute("aria-pressed", "true")
    comparing.settled()
    assert comparing.linked == made and len(made.filters) == 2
    check(comparing.read(), sides_of(made), "convolution")
    changed = comparing.root.locator(".changed")
    expect(changed).to_contain_text("A itself was changed for this: a filter more: Emboss.")
    comparing.changes(changed.get_by_role("button", name="Undo").click)
    comparing.settled()
    expect(changed).to_have_count(0)
    assert comparing.linked == start
    comparing.changes(pair.click)
    comparing.settled()
    comparing.choose("What differs", "Pooling")
    expect(changed).to_have_count(0)
    assert comparing.linked == replace(made, against="pool:average")
    comparing.choose("C has", "sum")
    assert comparing.linked == replace(made, against="pool:average,sum")
    check(comparing.read(), sides_of(comparing.linked), "pooling")
    for _ in range(3):
        comparing.changes(comparing.page.get_by_role("button", name="Undo").click)
        comparing.settled()
    assert comparing.linked == start


def test_a_phone_compares_with_a_finger_and_nothing_is_wider_than_it(windows, server):
    page = ComparePage(windows, server, width=390, height=844, has_touch=True, is_mobile=True)
    page.page.emulate_media(color_scheme="dark")
    page.watch.start()
    experiment = with_setting(START, "pair", "pooling")
    page.open(experiment)
    for name in ("B", "C-A"):
        page.figure(name).tap(position={"x": 60, "y": 40})
        check(page.read(), sides_of(experiment), "pooling")
        expect(page.root.locator(".spoken")).to_contain_text("C minus A is")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = page.root.evaluate(
        "root => [...root.querySelectorAll('figure, .readout, .card, .pairs button')]"
        ".map(e => e.getBoundingClientRect().right)"
    )
    assert max(widths) <= 390
    assert page.watch.problems() == []
    page.close()
