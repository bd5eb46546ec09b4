"""The view "Numbers" as a person uses it, and what the engine says should be in it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from playwright.sync_api import Locator

from playground.files.experiment import Experiment
from playground.ui import pictures
from tests.browser.filters import FiltersPage, agree, expected
from tests.browser.harness import AppServer
from tests.browser.windows import Windows

READ = """async (root) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const tables = [...root.querySelectorAll("[data-part]")].map((panel) => [panel.dataset.part,
        [...panel.querySelectorAll("tr")].slice(1)
            .map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent))]);
    const lines = [...root.querySelectorAll("p[class*=-line]")]
        .map((p) => [p.classList[0], p.textContent]);
    return { ...root.dataset, tables: Object.fromEntries(tables),
        lines: Object.fromEntries(lines) };
}"""
PIXELS = """(root) => [...root.querySelectorAll("[data-part]")].map((panel) => {
    const canvas = panel.querySelector("canvas.pixels");
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [panel.dataset.part, [canvas.height, canvas.width], [...image.data]];
})"""
# In which panels the border of a cell is drawn on the canvas of marks.
MARKED = """(root, [row, column, size]) => [...root.querySelectorAll("[data-part]")]
    .filter((panel) => {
        const canvas = panel.querySelector("canvas.marks");
        const x = Math.round(canvas.width * (column + 0.5) / size);
        const y = Math.round(canvas.height * row / size);
        return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3] > 128;
    }).map((panel) => panel.dataset.part)"""
CHANNELS = ("red", "green", "blue")


class NumbersPage(FiltersPage):
    """One page of the app that looks at numbers."""

    def __init__(self, windows: Windows, server: AppServer) -> None:
        permissions = ["clipboard-read", "clipboard-write"]
        super().__init__(
            windows, server, ".numbers[data-version]", height=1150, permissions=permissions
        )
        self.whole = self.root.locator(".whole [aria-roledescription=map]")

    def press(self, *names: str) -> None:
        for name in names:
            self.root.get_by_role("button", name=name, exact=True).dispatch_event("click")

    def matrix(self, part: str) -> Locator:
        return self.root.locator(f'[data-part="{part}"] [aria-roledescription=map]')

    def look_at(self, place: tuple[float, float]) -> None:
        """Tap the whole map at a place given in shares of its height and width."""
        box = self.whole.bounding_box()
        self.page.mouse.click(
            box["x"] + place[1] * box["width"], box["y"] + place[0] * box["height"]
        )

    def read(self) -> dict[str, Any]:
        """What the page shows, with the place and size of the region as numbers."""
        found = self.root.evaluate(READ)
        for name in ("top", "left", "rows", "columns", "row", "column"):
            found[name] = int(found[name])
        return found

    def drawn(self) -> dict[str, np.ndarray]:
        """The colours of every panel's cells, shape (3, rows, columns)."""
        panels = self.root.evaluate(PIXELS)
        return {
            part: np.reshape(data, (*shape, 4))[..., :3].transpose(2, 0, 1)
            for part, shape, data in panels
        }

    def marked(self, row: int, column: int, size: int) -> list[str]:
        """The panels of size x size cells in which this cell is outlined."""
        return self.root.evaluate(MARKED, [row, column, size])

    def keep(self, value: Any) -> None:
        """Leave in the browser what an earlier visit would have."""
        self.page.evaluate(
            "text => sessionStorage.setItem('cnn-playground/numbers', text)", json.dumps(value)
        )


def looking(**settings: Any) -> Experiment:
    return Experiment(**{"view": "numbers", "side": 64, **settings})


def maps_of(experiment: Experiment) -> dict[str, np.ndarray]:
    """The values of every map of the chosen filter, shape (channels, rows, columns)."""
    screen = expected(experiment)
    maps = {name: screen.maps(name)[experiment.active] for name in screen.map_stages()}
    return {"input": pictures.picture_of(experiment, {}), **maps}


def region(found: dict[str, Any], values: np.ndarray) -> np.ndarray:
    top, left = found["top"], found["left"]
    assert 0 <= top <= values.shape[1] - found["rows"]
    assert 0 <= left <= values.shape[2] - found["columns"]
    return values[:, top : top + found["rows"], left : left + found["columns"]]


def check(found: dict[str, Any], values: np.ndarray, part: str = "", scale: int = 1) -> None:
    """Every number that is written is the engine's; ``part`` is the only channel, if it is one."""
    shown = {name: table for name, table in found["tables"].items() if table}
    every = CHANNELS if len(values) == 3 else ("values",)
    assert tuple(shown) == ((part,) if part else every)
    wanted = region(found, values) * np.float64(scale)
    for name, matrix in shown.items():
        channel = wanted[every.index(name)]
        assert np.shape(matrix) == channel.shape
        for text, value in zip(np.ravel(matrix), channel.ravel(), strict=True):
            assert agree(text, value), (name, text, value)
