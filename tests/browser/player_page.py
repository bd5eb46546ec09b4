"""The page with the player as a person uses it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from playwright.sync_api import Locator, Page

from playground.files.experiment import Experiment, preset_filter
from tests.browser.filters import FiltersPage

ARTICLE = Experiment(
    picture="example5",
    filters=(preset_filter("sliding_example"),),
    view="watch",
    pool_size=2,
    pool_stride=1,
)


def watch(filters: FiltersPage, experiment: Experiment = ARTICLE) -> Locator:
    """Come to the player in the shared page, as if for the first time; returns its root."""
    filters.show(replace(experiment, view="maps"))
    page = filters.page
    page.evaluate("sessionStorage.clear()")
    filters.go(experiment)
    return ready(page)


def ready(page: Page) -> Locator:
    """The player's root, once it is drawn."""
    root = page.locator(".player[data-version]")
    root.wait_for()
    return root


def shown(root: Locator) -> list[list[float]]:
    """The output that has been made, row by row, as the player's own cells say it."""
    return root.evaluate("root => [root.dataset.row, root.dataset.column, root.dataset.value]")


def button(root: Locator, name: str) -> Locator:
    return root.get_by_role("button", name=re.compile(name))


def ink(root: Locator, side: str) -> np.ndarray:
    """Which cells of a field are painted, as (rows, columns) of bool."""
    columns, data = root.evaluate(
        """(root, side) => {
            const canvas = root.querySelector(`[data-side=${side}] .pixels`);
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [width, [...data].filter((_, i) => i % 4 === 3)];
        }""",
        side,
    )
    return np.array(data).reshape(-1, columns) > 0
