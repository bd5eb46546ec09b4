"""The files of the project, for the tests that read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE_FOLDERS = ("playground", "tests", "tools", "benchmarks", "deploy", "assets")


def files(*suffixes: str, folders: tuple[str, ...] = CODE_FOLDERS) -> list[str]:
    """Return the paths, relative to ROOT, of the files with these suffixes, the root's too."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    found += ROOT.glob("*.py")
    return sorted(str(path.relative_to(ROOT)) for path in found if path.suffix in suffixes)


def tracked() -> list[str]:
    """Return the paths of all files under version control; of all code where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        return files(".py", ".js", ".css", ".html", ".md", ".toml")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def read(path: str) -> str:
    """Return the text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")
