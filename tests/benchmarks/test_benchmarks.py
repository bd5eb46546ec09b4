"""The command of the benchmarks: its list, its table, and the answer when a peer is missing."""

from __future__ import annotations

import json
import sys
import types

import pytest

from benchmarks import BENCHMARKS, __main__, table, timing


@pytest.fixture
def two_rows(monkeypatch):
    rows = [table.Row("edit", 3.0, 2.0, "floor"), table.Row("sent", 512.0, None, None, "bytes")]
    module = types.ModuleType("benchmarks.two_rows")
    module.run = lambda: rows
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(BENCHMARKS, "two-rows", module.__name__)
    return "two-rows"


def test_the_list_gives_every_benchmark_a_line(capsys):
    assert __main__.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BENCHMARKS)
    assert all(len(line.split()) > 3 for line in lines)


def test_the_table_and_the_json_file_hold_the_rows(two_rows, tmp_path, capsys):
    file = tmp_path / "rows.json"
    assert __main__.main([two_rows, "--json", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["what", "ours", "peer", "ratio", "machine"]
    assert lines[2].split()[:7] == ["edit", "3.000", "ms", "2.000", "ms", "floor", "1.50"]
    first, second = json.loads(file.read_text())
    assert first == {
        "name": "edit", "ours": 3.0, "peer": 2.0, "peer_name": "floor", "ratio": 1.5, "unit": "ms",
    }  # fmt: skip
    assert second["ratio"] is None and second["unit"] == "bytes"


def test_a_missing_peer_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.delitem(sys.modules, "benchmarks.conv2d", raising=False)
    assert __main__.main(["conv2d"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.strip().endswith("pip install -r benchmarks/requirements.txt")


def test_one_network_is_measured_on_request_and_an_unknown_one_refused(
    two_rows, monkeypatch, capsys
):
    module = sys.modules[BENCHMARKS[two_rows]]
    with pytest.raises(SystemExit):
        __main__.main([two_rows, "--network", "a"])
    assert "none here" in capsys.readouterr().err
    monkeypatch.setattr(module, "MEASURED", ("a", "b"), raising=False)
    monkeypatch.setattr(module, "run", lambda network: [table.Row(network, 1.0, None, None)])
    with pytest.raises(SystemExit):
        __main__.main([two_rows, "--network", "c"])
    assert "must be one of: a, b" in capsys.readouterr().err
    assert __main__.main([two_rows, "--network", "b"]) == 0
    assert capsys.readouterr().out.splitlines()[2].startswith("b ")


def test_an_unknown_benchmark_is_refused(capsys):
    with pytest.raises(SystemExit):
        __main__.main(["nothing"])
    assert "invalid choice" in capsys.readouterr().err


def test_compare_calls_the_functions_in_turns():
    calls = []
    times = timing.compare(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=2, calls=2
    )
    assert "".join(calls) == "aaabbb" * 2
    assert all(0 < t.fastest <= t.median <= t.p95 for t in times.values())
