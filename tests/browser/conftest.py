"""Fixtures: one running app and one browser for the session, fresh pages for each test.

Every page is watched, and a test fails when its page or the server had a problem meanwhile
(harness.Watch lists them) that ``@pytest.mark.allow_problems("regular expression", ...)`` does not
name. A failing test leaves a screenshot of each page in output/browser.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.filters import FiltersPage
from tests.browser.harness import ROOT, AppServer, Watch, screenshot, wait_until_idle
from tests.browser.kernel_editor import PROBE, Editor
from tests.browser.windows import Windows
from tools.find_browser import find_browser

# The first three would have each window load pages of the browser's own address bar, which takes
# longer than to open the window. The rest is Playwright's list: of two lists, the last one counts.
DISABLED = [
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(DISABLED)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
OpenPage = Callable[..., Page]

# A page of a busy machine may take a while to draw; a test that fails waits for it in vain once.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], AppServer]]:
    """Return a function that runs a Streamlit script until the end of the session."""
    servers: list[AppServer] = []

    def start(app: Path) -> AppServer:
        servers.append(AppServer(app, tmp_path_factory.mktemp("server")))
        servers[-1].wait_until_healthy()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def server(start_app: Callable[[Path], AppServer]) -> AppServer:
    """The running app. A test file that overrides this fixture gets pages of another script."""
    return start_app(ROOT / "app.py")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    executable = find_browser()
    if executable is None:
        reason = "no Chromium found: install one, or name it in the variable CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's refuses to run as root
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS + sandbox, timeout=60_000
        )
        yield instance
        instance.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember that the test itself failed, for the screenshot that ``open_page`` takes."""
    report = yield
    if report.when == "call":
        item.failed_in_browser = report.failed
    return report


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """The browser contexts of the session."""
    return Windows(browser)


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, windows: Windows, server: AppServer
) -> Iterator[OpenPage]:
    """Return a function that opens the app in a page of its own.

    ``open_page(path="", width=1440, height=900, color_scheme="light", wait=True, **context)``;
    ``path`` may carry a query, and other arguments go to Playwright's ``Browser.new_context``
    (``has_touch=True``, ``is_mobile=True``, ``permissions=[...]``).
    """
    opened: list[tuple[Page, Watch]] = []
    allowed = [p for mark in request.node.iter_markers("allow_problems") for p in mark.args]

    def open_(
        path: str = "",
        width: int = 1440,
        height: int = 900,
        color_scheme: str = "light",
        *,
        wait: bool = True,
        **context,
    ) -> Page:
        size = {"width": width, "height": height}
        if context:  # a touch screen and its pixels belong to the size
            context["viewport"] = size
        own, watch = windows.window(server, context)
        if not any(watch is other for _, other in opened):
            watch.start()
        watch.allowed = list(allowed)
        page = own.new_page()
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=color_scheme)
        opened.append((page, watch))
        page.goto(f"{server.url}/{path.lstrip('/')}")
        if wait:
            wait_until_idle(page)
        return page

    yield open_
    problems = [problem for _, watch in opened for problem in watch.problems()]
    for number, (page, _) in enumerate(opened):
        if problems or getattr(request.node, "failed_in_browser", False):
            screenshot(page, f"failed-{request.node.name}-{number}")
    for page, watch in opened:
        windows.clear(page, watch)
    if problems:
        pytest.fail("\n".join(dict.fromkeys(problems)), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The app's first page at 1440 x 900, loaded and idle."""
    return open_page()


@pytest.fixture(scope="session")
def kernel_server(
    start_app: Callable[[Path], AppServer], tmp_path_factory: pytest.TempPathFactory
) -> AppServer:
    """The kernel editor alone, running."""
    script = tmp_path_factory.mktemp("probe") / "probe.py"
    script.write_text(PROBE, "utf-8")
    return start_app(script)


@pytest.fixture(scope="session")
def kernel_page(browser: Browser, kernel_server: AppServer) -> Iterator[SimpleNamespace]:
    """One page for most tests of the kernel editor, watched all the time."""
    context = browser.new_context(viewport={"width": 900, "height": 1400})
    watch = Watch(context, kernel_server)
    page = context.new_page()
    page.goto(kernel_server.url)
    yield SimpleNamespace(editor=Editor(page), watch=watch)
    context.close()


@pytest.fixture
def editor(kernel_page: SimpleNamespace) -> Iterator[Editor]:
    """The kernel editor with the experiment that everybody starts with."""
    kernel_page.editor.start()
    yield kernel_page.editor
    assert kernel_page.watch.problems() == []


@pytest.fixture(scope="session")
def filters_page(windows: Windows, server: AppServer) -> Iterator[FiltersPage]:
    """One page of the app for the tests that open a link in it."""
    page = FiltersPage(windows, server)
    yield page
    page.close()


@pytest.fixture
def filters(filters_page: FiltersPage) -> Iterator[FiltersPage]:
    """The shared page of the app, with whatever the last test left on it."""
    with filters_page.watched():
        yield filters_page
