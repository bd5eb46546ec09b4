"""The view of connections as a person uses it: keyboard, mouse, touch, reload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from playground.engine.explain import receptive_field
from playground.files.experiment import Experiment, to_query
from playground.ui import connections
from tests.browser.filters import FiltersPage, expected
from tests.browser.harness import AppServer
from tests.browser.windows import Windows

SHOWN = """(root) => {
  const active = root.getRootNode().activeElement;
  return { ...root.dataset, at: active?.dataset.stage ?? active?.className,
    spoken: root.querySelector(".spoken").textContent };
}"""


@pytest.fixture(scope="module")
def shared(windows: Windows, server: AppServer) -> Iterator[FiltersPage]:
    page = FiltersPage(windows, server, ".connections[data-shows]")
    yield page
    page.close()


@pytest.fixture
def app(shared: FiltersPage) -> Iterator[FiltersPage]:
    """The shared page, watched for problems."""
    with shared.watched():
        yield shared


def test_the_keyboard_alone_reaches_weights_pixels_and_cells_of_every_map(app: FiltersPage):
    app.open(Experiment(view="connections", picture="seven", rounds=2))
    press = app.page.keyboard.press

    def seen(*keys: str) -> dict[str, str]:
        for key in keys:
            press(key)
        return app.root.evaluate(SHOWN)

    def tab_to(place: str) -> None:
        for _ in range(120):
            if place in (seen("Tab")["at"] or ""):
                return
        pytest.fail(f"the Tab key does not reach {place}")

    sent = app.sent
    tab_to("number")
    assert seen()["weight"] == "0,0"
    assert seen("ArrowRight", "ArrowDown", "ArrowDown")["weight"] == "2,1"
    app.page.wait_for_timeout(300)
    assert seen()["spoken"].startswith("Weight in row 3, column 2. This weight, −1.00, multiplies")
    tab_to("picture")
    assert seen("Home", "ArrowUp", "Shift+ArrowUp", "Shift+ArrowUp")["pixel"] == "0,0"
    assert seen("ArrowRight", "Shift+ArrowDown")["pixel"] == "10,1"
    screen = expected(Experiment(picture="seven", rounds=2))
    x = screen.stages["convolution"].inputs[0]
    network = connections.stacked(screen.experiment, x.shape, 2)
    for node in network.nodes:
        tab_to(node.name)
        found = seen("Home", "ArrowUp", "ArrowDown", "ArrowRight")
        row, column = (int(n) for n in found["cell"].split(","))
        assert found["stage"] == node.name and column == 1
        field = receptive_field(network, node.name, row, column)
        ends = [field.rows[0], field.columns[0], field.rows[-1], field.columns[-1]]
        assert found["field"] == ",".join(str(n) for n in ends)
    app.page.wait_for_timeout(300)
    assert "Its receptive field is 10\u00a0×\u00a010" in seen()["spoken"]
    assert app.sent == sent


def test_pointing_shows_for_a_moment_and_a_click_stays_also_over_a_reload(app: FiltersPage):
    app.open(Experiment(view="connections", side=64, rounds=2))
    last = app.root.locator(".maps .field").last
    box = last.bounding_box()
    last.click(position={"x": box["width"] * 0.26, "y": box["height"] * 0.51})
    chosen = app.root.evaluate(SHOWN)
    assert (chosen["shows"], chosen["stage"]) == ("cell", "pooling2")
    weights = app.root.locator(".weights button")
    weights.nth(5).hover()
    expect(app.root).to_have_attribute("data-weight", "1,2")
    picture = app.root.locator(".picture")
    picture.hover(position={"x": picture.bounding_box()["width"] - 2, "y": 2})
    expect(app.root).to_have_attribute("data-pixel", "0,63")
    app.page.mouse.move(5, 5)
    expect(app.root).to_have_attribute("data-cell", chosen["cell"])
    app.page.reload()
    app.settled()
    again = app.root.evaluate(SHOWN)
    assert [again[k] for k in ("stage", "cell", "field")] == [
        chosen[k] for k in ("stage", "cell", "field")
    ]


def test_rounds_are_added_and_a_cell_of_the_deepest_map_can_be_tapped(app: FiltersPage):
    app.open(Experiment(view="connections", side=64, rounds=1))
    maps = app.root.locator(".maps .field")
    assert maps.count() == 3
    app.choose("Rounds", "3")
    assert maps.count() == 9
    assert app.linked.rounds == 3
    labels = [label.get_attribute("aria-label") for label in maps.all()]
    assert labels[3].startswith("Convolution 2: 29 by 29 values from ")
    assert all("Arrow keys" in label for label in labels) and len(set(labels)) == 9


def test_on_a_phone_a_tap_chooses_and_nothing_is_wider_than_the_screen(open_page: Any):
    query = urlencode(to_query(Experiment(view="connections", side=64)))
    page = open_page(f"?{query}", width=390, height=844, has_touch=True, is_mobile=True)
    root = page.locator(".connections[data-shows]")
    root.locator(".maps .field").nth(2).tap(position={"x": 40, "y": 30})
    expect(root).to_have_attribute("data-stage", "pooling1")
    root.locator(".weights button").nth(8).tap()
    expect(root).to_have_attribute("data-weight", "2,2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = root.evaluate("(root) => [root.scrollWidth, root.clientWidth]")
    assert wide[0] <= wide[1]
