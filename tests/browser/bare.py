"""One of our components in a blank page of Chromium, without Streamlit and its server.

The page runs the script that the app sends, and calls the component as Streamlit does, with the
bytes that the app makes for an experiment: what differs is that the picture may be any array and
that hundreds of experiments are drawn in a few seconds.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from playground.files.images import to_bytes
from playground.files.values import square
from playground.render.colours import TABLES
from playground.ui.components import FOLDER, library_script, pack
from playground.ui.kernel_editor import news
from playground.ui.message import More, message
from playground.ui.screen import Screen, as_batch, compute, settle
from playground.ui.words import for_browser
from tests.experiments import random_experiment, random_picture

ADDRESS = "http://localhost/"  # answered by the test itself; a secure origin, as the app's is
BLANK = """<!doctype html><html lang="en"><title>bare</title><link rel="icon" href="data:,">
<style>:root { --st-text-color: #1c1e26; --st-primary-color: #c2410c; --st-font: sans-serif;
  --st-background-color: #fff; --st-secondary-background-color: #f3f3f5; }</style><body></body>"""

# Makes the component's place in the page, in a shadow root as Streamlit's, and the functions that
# a test calls.
MOUNT = """async ([name, html, css]) => {
  const library = (await import("/library.js")).default;
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const host = document.body.appendChild(document.createElement("div"));
  const parentElement = host.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  const style = document.createElement("style");
  style.textContent = css;
  place.innerHTML = html;
  parentElement.append(style, place);
  const keep = (kind) => (key, value) => window.bareSent(kind, key, value);
  window.bare = {
    root: place.querySelector(`.${name}`),
    library: (text) => library({ data: bytes(text) }),
    draw: (text) => globalThis.cnnPlayground[name]({ parentElement, data: bytes(text),
      setTriggerValue: keep("trigger"), setStateValue: keep("state") }),
  };
}"""


class BarePage:
    """A component alone in a page; ``more`` is what its view adds to the message.

    Attributes
    ----------
    page : Page
    sent : list of (str, str, object)
        What the component told the server: "trigger" or "state", the name and the value.
    problems : list of str
        Errors on the console, uncaught exceptions and requests for anything else.
    """

    def __init__(self, browser: Browser, name: str, more: More | None = None) -> None:
        self._more = more
        self.sent: list[tuple[str, str, Any]] = []
        self.problems: list[str] = []
        self._version = 0
        self._script = library_script()
        self.page: Page = browser.new_page(viewport={"width": 1200, "height": 1400})
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.route("**/*", self._answer)
        self.page.expose_function("bareSent", lambda *sent: self.sent.append(sent))
        html, css = (
            (FOLDER / name / f"component.{end}").read_text("utf-8") for end in ("html", "css")
        )
        css = (FOLDER / "library" / "common.css").read_text("utf-8") + css
        self._component = [name, html, css]
        self.root = self.page.locator(f".{name}")
        self.mount()

    def mount(self, query: str = "") -> None:
        """Begin as on the first visit, with this query in the address."""
        self.page.goto(f"{ADDRESS}?{query}")
        self.page.evaluate("sessionStorage.clear()")
        self.page.evaluate(MOUNT, self._component)

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if url.partition("?")[0] == ADDRESS:
            route.fulfill(body=BLANK, content_type="text/html")
        elif url == f"{ADDRESS}library.js":
            route.fulfill(body=self._script, content_type="text/javascript")
        else:
            self.problems.append(f"request: {url}")
            route.abort()

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.problems.append(f"console error: {said.text}")

    def messages(self, screen: Screen, picture: np.ndarray) -> tuple[str, str]:
        """The app's messages to the library and to the component, in base64."""
        self._version += 1
        digest = f"picture {self._version}"
        told = news(screen.experiment, "")
        own = message(screen, digest, "", self._version, told, self._more)
        return tuple(base64.b64encode(m).decode() for m in (page_message(picture, digest), own))

    def run(self, script: str, argument: Any, screen: Screen, picture: np.ndarray) -> Any:
        """Draw an experiment and call ``script(root, argument)`` in the page, in one go.

        As after a change of every setting and of the picture, the component keeps its DOM.
        """
        # As text, because Playwright takes structured answers apart value by value.
        found = self.page.evaluate(
            f"([page, own, argument]) => {{ bare.library(page); bare.draw(own);"
            f" return JSON.stringify(({script})(bare.root, JSON.parse(argument))); }}",
            [*self.messages(screen, picture), json.dumps(argument)],
        )
        return json.loads(found)

    def close(self) -> None:
        self.page.close()


@contextmanager
def bare_page(browser: Browser, name: str, more: More | None = None) -> Iterator[BarePage]:
    """Open a component's page; after the tests that use it, nothing may have gone wrong in it."""
    page = BarePage(browser, name, more)
    yield page
    page.close()
    assert page.problems == []


def page_message(picture: np.ndarray, digest: str) -> bytes:
    """What the library is told about any picture, as `playground.ui.pictures.page_message` does."""
    channels, rows, columns = picture.shape
    shown = {"digest": digest, "channels": channels, "rows": rows, "columns": columns}
    header = {"picture": shown, "tables": list(TABLES), "words": for_browser()}
    return pack(header, [to_bytes(picture), *TABLES.values()])


def random_screen(
    rng: np.random.Generator, least: int, most: int, **fixed: Any
) -> tuple[Screen, np.ndarray]:
    """A random experiment on a random picture of ``least`` to ``most`` rows and columns.

    One picture in four has nothing but black and white, where sums are whole and pools have ties.
    """
    experiment = random_experiment(rng, **fixed)
    rows, columns = (int(n) for n in rng.integers(least, most + 1, 2))
    channels = 1 if experiment.colour == "grey" else int(rng.choice([1, 3]))
    picture = random_picture(rng, channels, rows, columns)
    if rng.random() < 0.25:
        picture = np.round(picture)
    settled, _ = settle(experiment, as_batch(picture, experiment.colour).shape)
    return compute(settled, picture), picture


def with_other_weight(screen: Screen, picture: np.ndarray) -> Screen:
    """The same with the middle weight of the filter that is shown large a tenth larger."""
    experiment = screen.experiment
    own = experiment.filter
    weight = np.array(own.weight)
    weight[len(weight) // 2, len(weight) // 2] += 0.1
    filters = list(experiment.filters)
    filters[experiment.active] = replace(own, weight=square(weight.ravel().tolist()))
    return compute(replace(experiment, filters=tuple(filters)), picture)
