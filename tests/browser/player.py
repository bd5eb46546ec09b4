"""The player of the Filters page as a test uses it, and what the engine says it should show."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from playground.engine.explain import OUTSIDE, conv_window, pool_window
from playground.render.colours import TABLES
from playground.ui.screen import Screen
from tests.browser.filters import agree, number_of

NUMBER = r"(−?\d+(?:\.\d+)?)"
PADDING = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
LARGE = 16  # maps with more rows or columns are shown in part, or a row at a time
SEVERAL_WINDOWS_UP_TO = 3  # larger kernels show the windows of a colour picture one at a time

# Goes through actions with the player's own controls, and says after each what is shown.
PLAY = """(root, actions) => {
  const keys = { bubbles: true, composed: true };
  const field = (side) => root.querySelector(`.scene .pair [data-side=${side}] .field`);
  const pixels = (side) => {
    const canvas = field(side).querySelector(".pixels");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return { box: field(side).dataset.box.split(",").map(Number), data: [...data] };
  };
  const change = (label, value, kind) => {
    const control = root.querySelector(`[aria-label="${label}"]`);
    control.value = value;
    control.dispatchEvent(new Event(kind, keys));
  };
  const acts = {
    choose: (value) => root.querySelector(`.top [data-value="${value}"]`).click(),
    channel: (name) => [...root.querySelectorAll(".top button")]
      .find((button) => button.textContent === name).click(),
    decimals: (count) => change("Decimals", count, "change"),
    scrub: (step) => change("Step", step, "input"),
    look: (key) => root.querySelector("[data-side=overview] .field")
      .dispatchEvent(new KeyboardEvent("keydown", { ...keys, key, shiftKey: true })),
    key: (key) => root.dispatchEvent(new KeyboardEvent("keydown", { ...keys, key })),
    // In the middle of a cell, because the event's place is in whole pixels.
    click: ([side, down, across]) => {
      const place = field(side).getBoundingClientRect();
      const [, , rows, columns] = field(side).dataset.box.split(",").map(Number);
      const middle = (share, count) => (Math.floor(share * count) + 0.5) / count;
      field(side).dispatchEvent(new MouseEvent("click", { ...keys,
        clientX: place.left + place.width * middle(across, columns),
        clientY: place.top + place.height * middle(down, rows) }));
    },
  };
  return actions.map(([act, value, drawn]) => {
    acts[act](value);
    const tables = [...root.querySelectorAll(".arithmetic [data-part]")].map((table) => [
      table.dataset.part, [...table.children].map((c) => [c.textContent, c.dataset.kind ?? ""])]);
    const lines = [...root.querySelectorAll(".arithmetic [data-line]")]
      .filter((line) => !line.hidden).map((line) => [line.dataset.line, line.textContent]);
    return { ...root.dataset, tables, lines,
      drawn: drawn ? { input: pixels("input"), output: pixels("output") } : null };
  });
}"""


def as_seen(found: dict[str, Any]) -> SimpleNamespace:
    """What `PLAY` found after an action, with its numbers as numbers."""
    many: dict[str, dict[str, list]] = {"tables": {}, "lines": {}}
    for kind, group in many.items():
        for name, content in found[kind]:
            group.setdefault(name, []).append(content)
    whole = {name: int(found[name]) for name in ("step", "steps", "row", "column")}
    real = {name: float(found[name]) for name in ("value", "sum")}
    rest = {name: found[name] for name in ("stage", "mode", "playing", "drawn")}
    return SimpleNamespace(**rest, **whole, **real, **many)


def near(found: float, value: float) -> bool:
    """Whether a number in full is this value, up to what 32 bits can tell apart."""
    return abs(found - value) <= 1e-5 * max(1, abs(value))


class Expected:
    """What the engine says about each step.

    Parameters
    ----------
    screen : Screen
    picture : ndarray
    part : int
        Which channel is looked at where one is taken apart at a time.
    decimals : int
    """

    def __init__(self, screen: Screen, picture: np.ndarray, part: int, decimals: int) -> None:
        self.screen, self.picture, self.decimals = screen, picture, decimals
        self.part = part if len(picture) == 3 else 0
        self.item = self.part if screen.experiment.colour == "each" else 0
        self.filter = screen.experiment.active
        weights = [*np.ravel(screen.experiment.filter.weight), screen.experiment.filter.bias]
        self.whole = bool(np.isin(picture, (0, 1)).all()) and all(w == int(w) for w in weights)

    def check(self, seen: SimpleNamespace, stage: str) -> None:
        """Check one step of a stage: the values in full and everything that is written."""
        output = self.screen.stages[stage].output
        value = output[self.item, self.filter, seen.row, seen.column]
        assert near(seen.value, value), (stage, seen.value, value)
        kinds = {"convolution": self._convolution, "pooling": self._pooling}
        kinds.get(stage, self._activation)(seen, stage, value)

    def _convolution(self, seen: SimpleNamespace, stage: str, value: float) -> None:
        place = self.filter, seen.row, seen.column, self.item
        window = conv_window(self.screen.stages[stage], *place)
        assert near(seen.sum, window.channel_sums.sum())
        assert near(seen.value, window.value)
        (kernel,) = seen.tables["kernel"]
        self._table(kernel, window.weight[0])
        several = len(window.patch) > 1
        shown = list(range(len(window.patch)))
        if several and len(window.weight[0]) > SEVERAL_WINDOWS_UP_TO:
            shown = [self.part]
        assert len(seen.tables["patch"]) == len(seen.tables["products"]) == len(shown)
        outside = (window.rows[:, None] == OUTSIDE) | (window.columns == OUTSIDE)
        for channel, cells in zip(shown, seen.tables["patch"], strict=True):
            self._table(cells, window.patch[channel])
            assert [kind == "padding" for _, kind in cells] == outside.ravel().tolist()
        for channel, cells in zip(shown, seen.tables["products"], strict=True):
            self._products(cells, window.products[channel], window.weight[channel] == 0)
        assert ("total" in seen.lines) == several
        if several:
            (line,) = seen.lines["total"]
            *terms, total = self._numbers(line, [*window.channel_sums, window.channel_sums.sum()])
            assert ("≈" in line) == (sum(terms) != total), line
        self._numbers(seen.lines["bias"][0], [window.bias])
        self._numbers(seen.lines["result"][0], [value])

    def _products(self, cells: list, products: np.ndarray, zero: np.ndarray) -> None:
        """The products in rows, after each of them what they add up to so far."""
        size = len(products)
        assert len(cells) == size * (size + 1)
        rows = [cells[i * (size + 1) : (i + 1) * (size + 1)] for i in range(size)]
        sums = np.cumsum(products.sum(axis=1))
        for row, values, greyed, running in zip(rows, products, zero, sums, strict=True):
            self._table(row[:-1], values)
            assert [kind == "zero" for _, kind in row[:-1]] == greyed.tolist()
            self._numbers(row[-1][0], [running])
        (total,) = self._numbers(rows[-1][-1][0], [sums[-1]])
        adds_up = sum(self._units(text) for row in rows for text, _ in row[:-1]) == total
        assert rows[-1][-1][0][0] == ("=" if adds_up else "≈"), cells

    def _pooling(self, seen: SimpleNamespace, stage: str, value: float) -> None:
        place = self.filter, seen.row, seen.column, self.item
        window = pool_window(self.screen.stages[stage], *place)
        assert near(seen.sum, window.patch.sum())
        (cells,) = seen.tables["patch"]
        self._table(cells, window.patch)
        winners = [i for i, (_, kind) in enumerate(cells) if kind == "winner"]
        if window.winner is None:
            assert winners == []
        else:
            values = window.patch.ravel()
            (winner,) = winners
            assert near(values[winner], values.max())
            if np.sort(values)[-2] < values.max() - 1e-4:
                assert winner == values.argmax()
        if self.screen.experiment.pool != "max":
            terms = re.findall(NUMBER, seen.lines["terms"][0].replace("− ", "−"))
            assert terms[: len(cells)] == [text for text, _ in cells]
        (text,) = re.findall(NUMBER, seen.lines["result"][0])
        assert agree(text, value)

    def _activation(self, seen: SimpleNamespace, stage: str, value: float) -> None:
        before = self.screen.stages[stage].inputs[0]
        before = before[self.item, self.filter, seen.row, seen.column]
        assert near(seen.sum, before)
        self._numbers(seen.lines["before"][0], [before])
        (text,) = re.findall(NUMBER, seen.lines["result"][0])
        assert agree(text, value)

    def _table(self, cells: list, values: np.ndarray) -> None:
        for (text, _), value in zip(cells, values.ravel(), strict=True):
            self._text(text, value)

    def _numbers(self, line: str, values: list[float]) -> list[int]:
        """The numbers of a line are these values; returns them in units of the last decimal."""
        texts = re.findall(NUMBER, line.replace("− ", "−"))
        for text, value in zip(texts, values, strict=True):
            self._text(text, value)
        return [self._units(text) for text in texts]

    def _text(self, text: str, value: float) -> None:
        assert agree(text, value), (text, value)
        decimals = len(text.partition(".")[2])
        assert decimals == self.decimals or (self.whole and decimals == 0), text

    def _units(self, text: str) -> int:
        return round(number_of(text) * 10**self.decimals)

    def check_input(self, drawn: dict[str, Any], channel: int | None) -> None:
        """The field of the picture shows it, or one of its channels, and its padding around it."""
        layer = self.screen.stages["convolution"].layer
        top, bottom, left, right = layer.pads()
        shown = self.picture
        if channel is not None and len(shown) == 3:
            shown = shown[channel : channel + 1]
        mode = PADDING[layer.padding_mode]
        codes = np.round(np.pad(shown, ((0, 0), (top, bottom), (left, right)), mode) * 255)
        first_row, first_column, rows, columns = drawn["box"]
        codes = codes[:, first_row + top :, first_column + left :][:, :rows, :columns]
        colours = codes.astype(np.uint8).transpose(1, 2, 0)
        if len(shown) == 1:
            colours = TABLES["grey"][colours[..., 0]]
        found = np.array(drawn["data"], np.uint8).reshape(rows, columns, 4)
        np.testing.assert_array_equal(found[..., :3], colours)

    def check_output(self, drawn: dict[str, Any], seen: SimpleNamespace) -> None:
        """The map has filled in up to the cell of this step, and no further."""
        rows, columns = drawn["box"][2:]
        made = np.array(drawn["data"], np.uint8).reshape(rows * columns, 4)[:, 3] > 0
        cells = (seen.step + 1) * (columns if seen.mode == "skim" else 1)
        assert made[:cells].all() and not made[cells:].any()
