"""The scripts behind make: they choose what works, and say so when nothing does."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.sources import ROOT
from tools import find_browser, serve


@pytest.fixture
def programs(tmp_path):
    """Return a function that puts a shell script on an otherwise empty path."""

    def put(name: str, script: str) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    return put


def find_python(folder: Path, argument: str = "") -> subprocess.CompletedProcess[str]:
    """Run find_python.sh with nothing on the path but ``folder``."""
    command = ["/bin/sh", str(ROOT / "tools" / "find_python.sh"), argument]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True)


def test_the_newest_python_that_works_is_chosen(programs, tmp_path):
    programs("python3.14", "exit 127")  # the stub of a version manager
    programs("python3.13", "exit 0")
    programs("python3", "exit 0")
    assert find_python(tmp_path).stdout.strip() == str(tmp_path / "python3.13")
    assert find_python(tmp_path, "python3").stdout.strip() == str(tmp_path / "python3")


def test_without_a_new_enough_python_there_is_a_sentence(programs, tmp_path):
    programs("python3", "exit 1")
    answer = find_python(tmp_path)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "No Python 3.11 or newer found." in answer.stderr


def test_a_python_without_ensurepip_is_passed_over_or_named(programs, tmp_path):
    programs("python3.13", 'case "$2" in *ensurepip*) exit 1;; esac')
    answer = find_python(tmp_path)
    assert answer.returncode == 1
    assert "python3.13 cannot create a virtual environment: it lacks ensurepip" in answer.stderr
    programs("python3.11", "exit 0")
    assert find_python(tmp_path).stdout.strip() == str(tmp_path / "python3.11")


def test_a_taken_port_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.is_taken(port)
        assert serve.first_free_port(port) > port
        with pytest.raises(SystemExit, match="No free port between"):
            serve.first_free_port(port, tries=1)
    assert serve.first_free_port(port) == port


def test_a_browser_that_does_not_start_is_passed_over(programs, tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    programs("chromium", "exit 1")  # the stub that asks for another package manager
    works = programs("google-chrome", "exit 0")
    assert find_browser.find_browser() == str(works)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert find_browser.find_browser() is None


@pytest.mark.parametrize(
    ("ci", "status", "sentence"),
    [("", 0, "browser tests will be skipped"), ("true", 1, "browser tests cannot run")],
)
def test_no_browser_is_a_failure_on_ci_alone(ci, status, sentence, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["find_browser.py"])
    monkeypatch.setenv("CHROMIUM", os.devnull)
    monkeypatch.setenv("CI", ci)
    assert find_browser.main() == status
    assert sentence in capsys.readouterr().out


def test_make_run_says_that_its_port_is_taken_and_serves_on_the_next(monkeypatch, capsys):
    served = []
    monkeypatch.setattr(os, "execv", lambda program, command: served.append(command))
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("sys.argv", ["serve.py", "--port", str(port), "--address", "0.0.0.0"])
        serve.main()
    [command] = served
    chosen = int(command[command.index("--server.port") + 1])
    assert chosen > port
    assert command[command.index("--server.address") + 1] == "0.0.0.0"
    said = capsys.readouterr().out
    assert f"Port {port} is taken, using {chosen}." in said
    assert f"http://localhost:{chosen}" in said
    assert not serve.own_address() or f"http://{serve.own_address()}:{chosen}" in said
