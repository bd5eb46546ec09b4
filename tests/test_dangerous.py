"""Nothing in the project runs a text, unpickles a file or writes a text into a page as HTML."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.sources import files, read

SHIPPED = ("playground", "tools", "benchmarks", "deploy")
# A function of this name as it is called, and a keyword with any value but False.
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "runpy.run_path"}
UNSAFE_KEYWORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle", "shell"}
UNPICKLES = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
ALLOWED = {
    # Its unpickler builds nothing but arrays of numbers; tests/tools/test_torch_pickle.py tries.
    ("tools/torch_pickle.py", "pickle"),
    ("tools/serve.py", "os.execv"),  # becomes the server
    # Runs the program that the app exports, to time it.
    ("benchmarks/forward.py", "exec"),
    ("benchmarks/forward.py", "eval"),
}
IN_JAVASCRIPT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write(ln)?|srcdoc|DOMParser"
    r"|createContextualFragment|setHTMLUnsafe|eval|Function)\b(?!\s*:)|set(Timeout|Interval)\(\s*['\"`]"
    r"|javascript:|\bon\w+\s*=\s*['\"`]"
)


def name_of(node: ast.AST) -> str:
    """``a.b`` for an attribute chain or a name."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def dangers(source: str) -> Iterator[str]:
    """What in a Python source could run something that came from outside."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in UNPICKLES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNPICKLES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = name_of(node.func)
            if name in RUNS_TEXT or name.startswith(("os.exec", "os.spawn")):
                yield name
            if name.endswith(("components.v1.html", "st.iframe")):
                yield name
            for keyword in node.keywords:
                value = getattr(keyword.value, "value", True)
                if keyword.arg in UNSAFE_KEYWORDS and value is not False:
                    yield str(keyword.arg)


def test_no_python_runs_a_text_or_unpickles_a_file():
    found = {(path, what) for path in files(".py", folders=SHIPPED) for what in dangers(read(path))}
    assert found - ALLOWED == set()


def test_no_component_writes_a_text_into_the_page_as_html():
    scripts = files(".js", ".html", ".mjs", folders=("assets",))
    assert len(scripts) > 10
    found = [
        f"{path}: {match[0]}" for path in scripts for match in IN_JAVASCRIPT.finditer(read(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import pickle",
        "from pickle import loads",
        "import os\nos.system('ls')",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
        "import numpy as np\nnp.load('x', allow_pickle=flag)",
        "st.markdown(x, unsafe_allow_html=True)",
        "subprocess.run(x, shell=True)",
        "st.components.v1.html(x)",
    ],
)
def test_a_danger_in_python_is_found(source):
    assert list(dangers(source))


@pytest.mark.parametrize(
    "source",
    [
        "a.innerHTML = x",
        "a.insertAdjacentHTML('beforeend', x)",
        "new Function(x)",
        "eval(x)",
        "setTimeout('x()', 1)",
        '<b onclick="x()">',
        "link.href = 'javascript:' + x",
        "frame.srcdoc = x",
    ],
)
def test_a_danger_in_a_script_is_found(source):
    assert IN_JAVASCRIPT.search(source)


@pytest.mark.parametrize(
    "source", ["a.textContent = x", "element.onclick = () => x()", "setTimeout(draw, 20)"]
)
def test_what_is_allowed_in_a_script_passes(source):
    assert not IN_JAVASCRIPT.search(source)
