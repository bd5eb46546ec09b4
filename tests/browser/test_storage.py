"""A tab that keeps garbage of earlier visits opens every page as if it had kept nothing."""

from __future__ import annotations

import pytest

from tests.browser.harness import wait_until_idle

# Under every name that our components keep something under: no JSON, JSON of another kind, what
# looks right from afar.
FILL = """(shift) => {
  const garbage = ['{"a":', 'null', '[]', '5', '"x"', '{"stage": {"length": -1}, "cell": [1e9]}',
    '{"states": 7, "last": "x"}', '[[[["x"]]], {"x": "y"}]', '"' + "x".repeat(1e5) + '"'];
  const names = ["run", "pad", "pipeline", "player", "numbers", "connections", "backward",
    "network", "nowhere"];
  names.forEach((name, i) => sessionStorage.setItem(`cnn-playground/${name}`,
    garbage[(i + shift) % garbage.length]));
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("cnn-playground/practise"))
      sessionStorage.setItem(key, garbage[(7 + shift) % garbage.length]);
  }
  sessionStorage.setItem("cnn-playground-picture:upload-" + "0".repeat(32), "%%%");
}"""
LOST = "?v=1&picture=upload-" + "0" * 32  # a picture that only this tab could have


# Streamlit looks for itself below a page's own address first.
@pytest.mark.allow_problems("/_stcore/(health|host-config)", "404 .Not Found.")
def test_garbage_in_the_tabs_storage_leaves_every_page_usable(open_page):
    page = open_page("practise")
    origin = page.url.partition("/practise")[0]
    for shift, (path, sign) in enumerate(
        (
            (LOST, ".pipeline[data-version]"),
            ("?view=watch", ".player"),
            ("?view=connections", ".connections"),
            ("train?section=use", ".pad canvas"),
            ("practise", ".exercise input"),
        )
    ):
        page.evaluate(FILL, shift)
        page.goto(f"{origin}/{path}")
        page.locator(sign).first.wait_for()
    wait_until_idle(page)
