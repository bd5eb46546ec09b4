"""A view draws itself anew when its width changes, and not when a text in it grows."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.browser.bare import bare_page, random_screen

# Changes a style of the view and says how often canvases were given their size or their pixels.
COUNT = """async ([name, value]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  let drawn = 0;
  const context = CanvasRenderingContext2D.prototype;
  const [put, clear] = [context.putImageData, context.clearRect];
  context.putImageData = function (...rest) { drawn += 1; return put.apply(this, rest); };
  context.clearRect = function (...rest) { drawn += 1; return clear.apply(this, rest); };
  bare.root.style[name] = value;
  await frame();
  await frame();
  Object.assign(context, { putImageData: put, clearRect: clear });
  return drawn;
}"""


@pytest.mark.parametrize("name", ["pipeline", "player"])
def test_only_another_width_draws_a_view_anew(browser: Browser, name):
    screen, picture = random_screen(np.random.default_rng(0), 20, 30)
    with bare_page(browser, name) as bare:
        bare.run("() => 0", None, screen, picture)
        assert bare.page.evaluate(COUNT, ["minHeight", "3000px"]) == 0
        assert bare.page.evaluate(COUNT, ["width", "700px"]) > 0
