"""The Filters page as a person uses it, and what the engine says should be on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page, expect

from playground.files.experiment import Experiment, from_query, to_query
from playground.ui import pictures
from playground.ui.screen import Screen, as_batch, compute, settle
from tests.browser.harness import AppServer, wait_until_idle
from tests.browser.windows import Windows

# What the page shows about the chosen cell.
INSPECTED = """(root) => {
    const inspector = root.querySelector('[aria-label="How the chosen value came about"]');
    const tables = [...inspector.querySelectorAll('[role="img"]')].map((table) => [
        table.getAttribute("aria-label"),
        [...table.children].map((cell) => [cell.textContent, cell.dataset.kind ?? ""])]);
    const lines = [...inspector.querySelectorAll("[data-line]")]
        .map((line) => [line.dataset.line, line.textContent]);
    return { ...root.dataset, tables, lines: Object.fromEntries(lines) };
}"""
# The same, after the frame that draws it.
DRAWN = f"""async (root) => {{
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    return ({INSPECTED})(root);
}}"""


def number_of(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-"))


def agree(text: str, value: float) -> bool:
    """Whether a number on the page is this value, to the decimals that are shown."""
    decimals = len(text.partition(".")[2])
    # Half a unit of the last decimal, and what 32 bits cannot tell apart.
    return abs(number_of(text) - value) <= 0.5 * 10**-decimals + 2e-5 * max(1, abs(value))


def as_seen(found: dict[str, Any]) -> SimpleNamespace:
    """What `INSPECTED` found, with its numbers as numbers."""
    stage, filter_, row, column = found["cell"].split(",")
    tables: dict[str, list] = {}
    for name, cells in found["tables"]:
        tables.setdefault(name, []).append(cells)
    return SimpleNamespace(
        stage=stage,
        filter=int(filter_),
        row=int(row),
        column=int(column),
        value=float(found["value"]),
        tables=tables,
        lines=found["lines"],
    )


def expected(experiment: Experiment) -> Screen:
    """What the page shows for an experiment with a picture of the gallery."""
    picture = pictures.picture_of(experiment, {})
    settled, _ = settle(experiment, as_batch(picture, experiment.colour).shape)
    return compute(settled, picture)


def linked_by(page: Page) -> Experiment:
    """The experiment of a page's address."""
    experiment, notes = from_query(dict(parse_qsl(urlsplit(page.url).query)))
    assert notes == []
    return experiment


class FiltersPage:
    """One page of the app.

    Parameters
    ----------
    windows : Windows
        The browser contexts of the session.
    server : AppServer
    root : str
        A selector of what is looked at, once it is drawn.
    width, height : int
    **context
        For Playwright's ``Browser.new_context``.
    """

    def __init__(
        self,
        windows: Windows,
        server: AppServer,
        root: str = ".pipeline[data-version]",
        width: int = 1440,
        height: int = 1500,
        **context: Any,
    ) -> None:
        size = {"width": width, "height": height}
        if "is_mobile" in context:  # a touch screen and its pixels belong to the size
            context["viewport"] = size
        self.context, self.watch = windows.window(server, context, "filters")
        self.url = server.url
        self.page: Page = self.context.new_page()
        self.page.set_viewport_size(size)
        self.sent = 0  # messages to the server
        self.page.on("websocket", lambda ws: ws.on("framesent", self._count))
        self.root = self.page.locator(root)

    def _count(self, _) -> None:
        self.sent += 1

    def close(self) -> None:
        self.page.close()

    @contextmanager
    def screen(self, width: int, height: int, color_scheme: str = "light") -> Iterator[None]:
        """Another screen for a while."""
        usual = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=color_scheme)
        wait_until_idle(self.page, quiet=150)
        try:
            yield
        finally:
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size(usual)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What a test does, in which no problem may come up."""
        self.watch.start()
        yield
        assert self.watch.problems() == []

    def open(self, experiment: Experiment | None = None, **query: str) -> None:
        """Open a link, as if it had been clicked somewhere else, in a session of its own."""
        query = {**(to_query(experiment) if experiment else {}), **query}
        self.page.goto(f"{self.url}/?{urlencode(query)}")
        self.settled()

    def settled(self) -> None:
        """Wait until everything is drawn."""
        self.root.wait_for()
        wait_until_idle(self.page, quiet=150)

    def follow(self, experiment: Experiment) -> None:
        """Change the address within the page, as the buttons Back and Forward do."""
        self.changes(lambda: self.go(experiment))

    def go(self, experiment: Experiment) -> None:
        """The same without waiting."""
        self.page.evaluate(
            "query => { history.pushState({}, '', '?' + query);"
            " dispatchEvent(new PopStateEvent('popstate')); }",
            urlencode(to_query(experiment)),
        )

    def show(self, experiment: Experiment) -> None:
        """Come to an experiment without loading the page again, if it is there.

        What loading takes away goes as well: menus and dialogs, an enlarged map, the focus, the
        place of the mouse. The session goes on, and so does its history.
        """
        address = urlsplit(self.page.url)
        if address.path != "/" or not self.page.locator(".cnn[data-version]").count():
            self.open(experiment)
            return
        self.page.keyboard.press("Escape")
        self.page.mouse.move(1, 1)
        self.page.evaluate("document.activeElement.blur()")
        if dict(parse_qsl(address.query)) != to_query(experiment):
            self.follow(experiment)
        self.root.wait_for()
        wait_until_idle(self.page, quiet=100)

    def expect_link(self, experiment: Experiment) -> None:
        """Wait until the page's address holds an experiment, and the page has drawn it."""
        end = time.monotonic() + 15
        while self.linked != experiment:
            assert time.monotonic() < end, self.linked
            self.page.wait_for_timeout(20)
        wait_until_idle(self.page, quiet=100)

    def changes(self, action: Callable[[], object]) -> None:
        """Do something and wait for the maps that it brings."""
        before = self.root.get_attribute("data-version") if self.root.count() else ""
        action()
        expect(self.root).not_to_have_attribute("data-version", before, timeout=20_000)

    @property
    def linked(self) -> Experiment:
        """The experiment of the page's address."""
        return linked_by(self.page)

    def map(self, stage: str) -> Locator:
        return self.root.locator(f"figure[data-stage={stage}] [aria-roledescription=map]")

    def point(self, stage: str, row: int, column: int, shape: tuple[int, int]) -> SimpleNamespace:
        """Point at a cell of a map with the mouse."""
        box = self.map(stage).bounding_box()
        self.page.mouse.move(
            box["x"] + box["width"] * (column + 0.5) / shape[1],
            box["y"] + box["height"] * (row + 0.5) / shape[0],
        )
        return self.inspected()

    def inspected(self) -> SimpleNamespace:
        """What the page shows about the chosen cell."""
        return as_seen(self.root.evaluate(DRAWN))

    def text_of_notes(self) -> str:
        """What the page has to say, as one text."""
        return " ".join(self.page.get_by_test_id("stText").all_inner_texts())

    def cell(self, row: int, column: int) -> Locator:
        """A weight in the kernel editor, counted from 1."""
        return self.page.get_by_role(
            "textbox", name=re.compile(f"^row {row}, column {column}$")
        ).first

    def choose(self, label: str, choice: str, number: int = 0) -> None:
        """Choose in one of Streamlit's menus; ``number`` counts those with the same label."""
        self.page.get_by_role("combobox", name=label, exact=True).nth(number).click()
        option = self.page.get_by_role("option", name=choice, exact=True)
        self.changes(option.click)
        wait_until_idle(self.page, quiet=200)


def small(experiment: Experiment) -> Experiment:
    """The same with a picture whose cells are large enough to be pointed at."""
    return replace(experiment, side=64)


def random_cell(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[int, int]:
    """A cell of a map; often a corner, where padding is."""
    if rng.random() < 0.4:
        return tuple(int(rng.integers(2)) * (n - 1) for n in shape)
    return tuple(int(rng.integers(n)) for n in shape)
