"""Whatever the settings, the cells of the maps are taken apart as the engine put them together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from playground.ui.screen import Screen
from tests.browser.arithmetic import check_after, check_place, check_window
from tests.browser.bare import BarePage, bare_page, random_screen, with_other_weight
from tests.browser.filters import INSPECTED, as_seen, random_cell

SETTINGS = 80

# Clicks at cells of the large maps, one after the other, and says what is shown about each.
CLICK = f"""(root, places) => places.map(([stage, row, column, rows, columns]) => {{
  const map = root.querySelector(`figure[data-stage=${{stage}}] [aria-roledescription=map]`);
  const box = map.getBoundingClientRect();
  map.dispatchEvent(new MouseEvent("click", {{ bubbles: true,
    clientX: box.left + box.width * (column + 0.5) / columns,
    clientY: box.top + box.height * (row + 0.5) / rows }}));
  return ({INSPECTED})(root);
}})"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[BarePage]:
    with bare_page(browser, "pipeline") as page:
        yield page


def random_places(rng: np.random.Generator, screen: Screen) -> list[tuple[str, int, int, int, int]]:
    """A cell of every map."""
    shapes = {name: screen.stages[name].output.shape[2:] for name in screen.map_stages()}
    shapes["input"] = screen.stages["convolution"].inputs[0].shape[2:]
    return [(name, *random_cell(rng, shape), *shape) for name, shape in shapes.items()]


@pytest.mark.parametrize("part", range(4))
def test_every_number_of_the_arithmetic_is_the_engines(page, part):
    rng = np.random.default_rng(part)
    for _ in range(SETTINGS // 4):
        screen, picture = random_screen(rng, 5, 40, count=2)
        places = random_places(rng, screen)
        found = page.run(CLICK, places, screen, picture)
        for place, each in zip(places, found, strict=True):
            seen = as_seen(each)
            check_place(seen, screen, *place[:3])
            check_window(seen, screen)
            check_after(seen, screen)
    assert page.sent == []


def test_one_wrong_weight_is_noticed(page):
    rng = np.random.default_rng(0)
    screen, picture = random_screen(rng, 9, 12, count=1, kernel_size=3)
    place = ["convolution", 1, 1, *screen.stages["convolution"].output.shape[2:]]
    (found,) = page.run(CLICK, [place], with_other_weight(screen, picture), picture)
    with pytest.raises(AssertionError):
        check_window(as_seen(found), screen)
