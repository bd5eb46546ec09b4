"""What all tests share."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from playground.ui import quota

# No deadlines: a slow machine is not a failure. On CI the same examples every time.
settings.register_profile("playground", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("playground")

# A session of AppTest reads the metadata of every installed package in search of components, in a
# fifth of a second. Packages stay the same during the tests.
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)

BROWSER_TESTS = Path(__file__).parent / "browser"


def pytest_configure(config: pytest.Config) -> None:
    """Leave the files in their order, in which those of the browser come early.

    Of itself pytest-xdist begins with the files of the most tests. The longest ones have few tests,
    and a worker that begins one of them last is waited for.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything under tests/browser, so that no file can forget to."""
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session in a test upload as often as it likes; tests/ui/test_quota.py has its own."""
    monkeypatch.setattr(quota, "PAUSE", 0.0)
