"""The rules of the house, read off the syntax tree of every module of the app.

Imports point one way: engine <- networks, datasets, files, render <- ui <- pages <- main.py; app.py
serves them. Beside the parts stand limits.py and log.py.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.sources import files, read

MIDDLE = ("networks", "datasets", "files", "render")
BESIDE = ("limits", "log")  # single modules, which the engine does not know
MAY_IMPORT = {
    "engine": {"engine"},
    **{part: {"engine", *MIDDLE, *BESIDE} for part in MIDDLE},  # each other, but in no circle
    "ui": {"engine", *MIDDLE, *BESIDE, "ui"},
    "pages": {"engine", *MIDDLE, *BESIDE, "ui", "pages"},
    "app": {"engine", *MIDDLE, *BESIDE, "ui", "pages"},
    "playground": {*BESIDE},  # the package's own __init__, and what stands beside the parts
}
PACKAGES = {
    "engine": {"numpy", "scipy"},
    "networks": {"numpy", "scipy"},
    "datasets": {"numpy", "scipy"},
    "files": {"numpy", "scipy", "PIL", "onnx"},
    "render": {"numpy", "scipy", "PIL", "plotly"},
    "ui": {"numpy", "streamlit", "starlette"},  # Streamlit's own web framework
    "pages": {"numpy", "streamlit"},
    "app": {"streamlit"},
    "playground": set(),
}
OUTSIDE_WORLD = {"http", "io", "os", "pathlib", "shutil", "socket", "subprocess", "tempfile"}
OUTSIDE_WORLD |= {"urllib", "zipfile"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "random"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
GENERATORS = {"Generator", "BitGenerator", "SeedSequence", "PCG64", "Philox", "default_rng"}
STATE = {"session_state", "query_params"}
ADDRESS = "playground/ui/address.py"
STATE_OWNERS = ("playground/ui/state.py", ADDRESS)
LONGEST = 300

MODULES = files(".py", folders=("playground",))  # and those beside it


def part_of(path: str) -> str:
    """Return the part of the house that a file belongs to."""
    if "/" not in path:
        return "app"
    pieces = path.split("/")
    return pieces[1] if len(pieces) > 2 else "playground"


def imported(tree: ast.AST, path: str) -> Iterator[str]:
    """Yield every module, and every name out of a module, that the file imports, in full."""
    package = path.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_imports(tree: ast.AST, path: str) -> Iterator[str]:
    """Yield the imports that point the wrong way or bring in a package that has no place here."""
    part = part_of(path)
    for name in imported(tree, path):
        top, *rest = name.split(".")
        if top == "playground":
            # `from playground import engine` and `playground.engine.ops` both name the part second
            if rest and rest[0] in {*MAY_IMPORT, *BESIDE} and rest[0] not in MAY_IMPORT[part]:
                yield f"{part} may not import {name}"
        elif top in FORBIDDEN_MODULES:
            yield f"nothing may import {top}"
        elif top not in PACKAGES[part] and top not in sys.stdlib_module_names:
            yield f"{part} may not import {top}"
        elif part == "engine" and top in OUTSIDE_WORLD:
            yield f"the engine has no files and no network: {top}"


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for an attribute chain or a name, and nothing for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def wrong_randomness(tree: ast.AST, path: str) -> Iterator[str]:
    """Yield uses of NumPy's global generator, and generators without a seed."""
    names = [dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    for name in [*names, *imported(tree, path)]:
        match = re.search(r"\b(?:np|numpy)\.random\.(\w+)$", name)
        if match and match[1] not in GENERATORS:
            yield f"the global generator: {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith("default_rng"):
            if not node.args and not node.keywords:
                yield "default_rng() without a seed"


def wrong_calls(tree: ast.AST, path: str) -> Iterator[str]:
    """Yield what could run foreign text, and what one file alone may do elsewhere."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {name.split(".")[-1] for name in imported(tree, path)}
    if path not in STATE_OWNERS:
        yield from (f"{name} belongs to ui/state.py" for name in sorted(names & STATE))
    if "import_module" in names:
        yield "import_module"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if dotted(node.func) == "st.rerun" and node.args and path != ADDRESS:
                yield "parts are drawn anew by address.redraw"
            if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
                yield f"{node.func.id}()"
            keywords = {k.arg: k.value for k in node.keywords}
            if "unsafe_allow_html" in keywords:
                yield "unsafe_allow_html"
            allowed = keywords.get("allow_pickle")
            if allowed is not None and getattr(allowed, "value", True) is not False:
                yield "allow_pickle"


def wrong_beginning(tree: ast.Module, path: str) -> Iterator[str]:
    """Yield what is missing of a docstring and of the future annotations at the top."""
    if not ast.get_docstring(tree):
        yield "the module has no docstring"
    code = any(
        isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AnnAssign) for node in tree.body
    )
    if code and "__future__.annotations" not in imported(tree, path):
        yield "from __future__ import annotations is missing"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield f"{node.name} has no docstring"


CHECKS = (wrong_imports, wrong_randomness, wrong_calls, wrong_beginning)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_module_breaks_the_rules(check):
    broken = [
        f"{path}: {found}"
        for path in MODULES
        for found in dict.fromkeys(check(ast.parse(read(path)), path))
    ]
    assert broken == []


def test_the_parts_between_engine_and_ui_import_each_other_in_no_circle():
    graph: dict[str, set[str]] = {part: set() for part in MIDDLE}
    for path in MODULES:
        if (part := part_of(path)) in MIDDLE:
            names = imported(ast.parse(read(path)), path)
            others = {name.split(".")[1] for name in names if name.startswith("playground.")}
            graph[part] |= others & set(MIDDLE) - {part}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_no_file_is_too_long_to_read_in_one_sitting():
    lengths = {path: len(read(path).splitlines()) for path in files(".py", ".js")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize(
    ("check", "path", "source", "found"),
    [
        (wrong_imports, "playground/engine/x.py", "import streamlit as st", "engine may not"),
        (wrong_imports, "playground/engine/x.py", "from ..ui import state", "may not import play"),
        (wrong_imports, "playground/engine/x.py", "from playground import files", "may not import"),
        (wrong_imports, "playground/engine/x.py", "def f():\n import PIL.Image", "not import PIL"),
        (wrong_imports, "playground/engine/x.py", "import pathlib", "no files"),
        (wrong_imports, "playground/ui/x.py", "from plotly import io", "ui may not import plotly"),
        (wrong_imports, "playground/ui/x.py", "import playground.pages.a", "may not import play"),
        (wrong_imports, "playground/files/x.py", "import pickle", "nothing may import pickle"),
        (wrong_imports, "playground/engine/x.py", "import playground.log", "may not import play"),
        (wrong_imports, "playground/log.py", "import playground.ui", "may not import playground"),
        (wrong_imports, "app.py", "import numpy", "app may not import numpy"),
        (wrong_randomness, "playground/engine/x.py", "np.random.seed(1)", "global generator"),
        (wrong_randomness, "playground/ui/x.py", "from numpy.random import rand", "numpy.random.r"),
        (wrong_randomness, "playground/ui/x.py", "np.random.default_rng()", "without a seed"),
        (wrong_calls, "playground/pages/x.py", "st.session_state['a']", "ui/state.py"),
        (wrong_calls, "playground/pages/x.py", "from streamlit import query_params", "ui/state.py"),
        (wrong_calls, "playground/pages/x.py", "st.rerun(['toolbar'])", "address.redraw"),
        (wrong_calls, "playground/ui/x.py", "st.markdown(x, unsafe_allow_html=y)", "unsafe_allow"),
        (wrong_calls, "playground/files/x.py", "np.load(f, allow_pickle=True)", "allow_pickle"),
        (wrong_calls, "playground/files/x.py", "eval('1')", "eval()"),
        (wrong_beginning, "playground/ui/x.py", "'''Doc.'''\ndef f(): pass", "f has no docstring"),
        (wrong_beginning, "playground/ui/x.py", "'''Doc.'''\nx: int = 1", "annotations is missing"),
    ],
)
def test_a_broken_rule_is_found(check, path, source, found):
    assert any(found in each for each in check(ast.parse(source), path))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("playground/engine/x.py", "import numpy as np\nfrom .errors import EngineError"),
        ("playground/engine/x.py", "rng: np.random.Generator = np.random.default_rng(3)"),
        ("playground/files/x.py", "from PIL import Image\nnp.load(f, allow_pickle=False)"),
        ("playground/ui/state.py", "import streamlit as st\nst.session_state.a = 1"),
        ("playground/pages/x.py", "import streamlit as st\nst.rerun()"),
        ("playground/pages/x.py", "from playground.ui import state\nre.compile('a')"),
        ("playground/files/x.py", "from playground.limits import LIMITS"),
        ("main.py", "import streamlit as st\nfrom playground.pages import PAGES"),
    ],
)
def test_what_the_rules_allow_passes(path, source):
    tree = ast.parse(f"'''Doc.'''\nfrom __future__ import annotations\n{source}")
    assert [found for check in CHECKS for found in check(tree, path)] == []
