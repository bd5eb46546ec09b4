"""Browser windows that the tests of a session share."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.harness import AppServer, Watch


class Windows:
    """Browser contexts that are used again: a page of a new one loads Streamlit from nothing.

    What is left of a closed page, its cookies and what it stored for the origin, is taken away. A
    tab's own storage goes with its page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[tuple[str, ...], tuple[BrowserContext, Watch]] = {}

    def window(
        self, server: AppServer, options: dict[str, Any], owner: str = ""
    ) -> tuple[BrowserContext, Watch]:
        """Return a context with these options, and the watch over it.

        Pages that outlive a test have a context of their ``owner``, which nobody clears meanwhile.
        """
        key = (server.url, owner, repr(sorted(options.items())))
        if key not in self._kept:
            context = self._browser.new_context(**options)
            self._kept[key] = (context, Watch(context, server))
        return self._kept[key]

    def clear(self, page: Page, watch: Watch) -> None:
        """Close a page and forget what it left."""
        context = page.context
        if not page.is_closed():
            with suppress(Error):  # a page that never got anywhere has no storage
                page.evaluate("localStorage.clear()")
            page.close()
        context.clear_cookies()
        watch.start()
