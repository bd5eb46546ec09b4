"""The harness sees what it promises to see; without this every other browser test proves less."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.harness import ROOT, wait_until_idle

APP = """
import time

import streamlit as st

wrong = st.button("Raise")
if st.button("Slow"):
    time.sleep(0.5)
    st.write("done slowly")
st.slider("Size", 0, 10, key="size")
st.write("size is", st.session_state.size)
if wrong:
    raise ArithmeticError("raised on purpose")
"""

OUTER_TESTS = f"""
from pathlib import Path

import pytest

from tests.browser import harness

harness.PICTURES = Path(__file__).parent / "pictures"

@pytest.fixture(scope="session")
def server(start_app, tmp_path_factory):
    script = tmp_path_factory.mktemp("probe") / "probe.py"
    script.write_text({APP!r})
    return start_app(script)

@pytest.mark.allow_problems("on purpose")
def test_allowed(page):
    page.evaluate("console.error('on purpose')")

def test_console(page):
    page.evaluate("console.error('on purpose')")

def test_traceback(page):
    page.get_by_role("button", name="Raise").click()
    page.wait_for_timeout(500)
"""

PROVOCATIONS = {
    "console.error('on purpose')": "console error: on purpose",
    "setTimeout(() => { throw new Error('late') })": "page error: late",
    "fetch('http://example.invalid/x').catch(() => 0)": "to another origin: http://example.invalid",
    "fetch('http://localhost:1/x').catch(() => 0)": "failed request: http://localhost:1/x",
    "fetch('/media/none.png')": "HTTP 404",
}


@pytest.fixture(scope="module")
def server(start_app, tmp_path_factory):
    """A script that misbehaves on demand, in place of the app."""
    script = tmp_path_factory.mktemp("probe") / "probe.py"
    script.write_text(APP)
    return start_app(script)


@pytest.fixture(scope="module")
def own_page(windows, server):
    """A page of the script and its watch, outside the fixtures that fail a test."""
    context, watch = windows.window(server, {}, "harness")
    page = context.new_page()
    page.goto(server.url)
    wait_until_idle(page)
    yield page, watch
    page.close()


@pytest.fixture
def watched(own_page):
    """The same, with nothing seen yet."""
    page, watch = own_page
    watch.start()
    return page, watch


def test_every_problem_in_the_browser_is_seen(watched):
    page, watch = watched
    assert watch.problems() == []
    for script, problem in PROVOCATIONS.items():
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(100)
        assert any(problem in each for each in watch.problems()), (script, watch.problems())


def test_a_traceback_on_the_server_is_a_problem_until_it_is_allowed(watched):
    page, watch = watched
    page.get_by_role("button", name="Raise").click()
    wait_until_idle(page)
    assert any("ArithmeticError: raised on purpose" in each for each in watch.problems())
    watch.allowed.append("raised on purpose")
    assert watch.problems() == []


def test_idle_waits_for_a_slow_run_and_for_a_slider(watched):
    page, _ = watched
    page.get_by_role("button", name="Slow").click()
    wait_until_idle(page)
    assert page.get_by_text("done slowly").count() == 1
    page.get_by_role("slider", name="Size").press("ArrowRight")
    wait_until_idle(page)
    assert page.get_by_text("size is 1").count() == 1


def test_a_page_opens_with_every_widget_at_the_size_and_in_the_colours_asked_for(open_page):
    page = open_page(width=390, height=844, color_scheme="dark")
    assert page.get_by_role("slider").count() == 1
    assert page.evaluate("[innerWidth, innerHeight]") == [390, 844]
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(20, 23, 27)")


def test_a_problem_fails_the_test_that_had_it_and_no_other(browser, tmp_path):
    tests = tmp_path / "test_outer.py"
    tests.write_text(OUTER_TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.browser.conftest", str(tests)]
    command += [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(ROOT),
        "-p",
        "no:cacheprovider",
    ]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    failed = re.findall(r"^ERROR \S*::(\w+)", output, flags=re.MULTILINE)
    assert failed == ["test_console", "test_traceback"], output
    assert "console error: on purpose" in output
    assert "ArithmeticError: raised on purpose" in output
    pictures = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert pictures == ["failed-test_console-0.png", "failed-test_traceback-0.png"]
