"""What holds the repository together: its requirements, its documentation, its words."""

from __future__ import annotations

import ast
import os
import re
import sys

import pytest

from tests.sources import ROOT, files, read, tracked

REQUIREMENTS = ("requirements.txt", "tests/requirements.txt")
MODULE_OF = {"pillow": "PIL"}
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")


def requirements(path: str) -> list[str]:
    """Return the lines of a requirements file that ask for something."""
    lines = (line.strip() for line in read(path).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_every_requirement_is_pinned_and_says_why_it_is_there(path):
    assert requirements(path)
    for line in requirements(path):
        assert re.fullmatch(r"[a-z0-9_.-]+==[0-9][0-9.]*\s+# \S.*", line), line


def test_the_app_imports_only_what_its_requirements_install():
    names = [re.split(r"==", line)[0] for line in requirements("requirements.txt")]
    known = {MODULE_OF.get(name, name) for name in names} | {"playground"}
    for path in files(".py", folders=("playground",)):
        for node in ast.walk(ast.parse(read(path))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            tops = {module.split(".")[0] for module in modules}
            assert tops <= known | sys.stdlib_module_names, (path, tops)


def test_the_readme_names_the_two_commands():
    for command in ("make run", "make test"):
        assert command in read("README.md")


def test_every_python_file_is_python_3_11():
    for path in files(".py"):
        ast.parse(read(path), filename=path, feature_version=(3, 11))


def test_nothing_is_left_for_later():
    found = []
    for path in tracked():
        try:
            text = read(path)
        except UnicodeDecodeError:  # a picture or an archive
            continue
        lines = enumerate(text.splitlines(), 1)
        found += [f"{path}:{number}" for number, line in lines if UNFINISHED.search(line)]
    assert found == []


@pytest.mark.parametrize("path", [".ci/run", "tools/find_python.sh"])
def test_scripts_can_be_run(path):
    assert os.access(ROOT / path, os.X_OK)
