"""Some thousands of bad cases for every door; ``make fuzz`` tries many more."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from playground.files.errors import BadFile
from tests.fuzz import __main__ as fuzz
from tests.fuzz import doors, worker
from tests.fuzz.doors import DOORS, Broken, Door, case_of, check_sentence, enter

# pytest puts its own warning filters in place of those that the package sets.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]


@pytest.mark.parametrize("name", DOORS)
def test_what_comes_in_by_a_door_is_read_or_refused_in_a_sentence(name):
    outcomes, before = set(), worker.peak()
    for number in range(DOORS[name].quick):
        case = case_of(name, number)
        try:
            outcomes.add(enter(name, case))
        except Exception as error:
            pytest.fail(f"python -m tests.fuzz --door {name} --case {number}: {error!r}")
    assert len(outcomes) > 1, "some cases get through, and some do not"
    assert worker.peak() - before < worker.MAX_MEGABYTES * worker.MEGABYTE


@pytest.mark.parametrize("name", DOORS)
def test_a_case_comes_again_from_its_number(name):
    for number in range(30):
        assert repr(case_of(name, number)) == repr(case_of(name, number))


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "no capital.",
        "No end",
        "Two\nlines.",
        "In /home/me/x.py.",
        "A" * 600 + ".",
        "<class 'int'>.",
    ],
)
def test_what_is_no_sentence_of_ours_is_noticed(sentence):
    with pytest.raises(Broken):
        check_sentence(sentence)


def _bad(number: int) -> str:
    if number == 1:
        raise KeyError("let out")
    if number == 2:
        raise BadFile("in /tmp/x")
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 4:
        return str(np.ones(worker.MAX_MEGABYTES * worker.MEGABYTE // 8 + 2**17).size)
    return "read"


@pytest.fixture
def bad_door(monkeypatch, tmp_path):
    door = Door(lambda source: None, _bad, 6, 6)
    monkeypatch.setitem(doors.DOORS, "bad", door)
    monkeypatch.setattr(doors, "case_of", lambda name, number: number)
    monkeypatch.setattr(fuzz, "STARTED", "fork")
    monkeypatch.setattr(worker, "MAX_SECONDS", 60)
    monkeypatch.setattr(fuzz, "FOLDER", tmp_path)
    return tmp_path


def test_whatever_is_wrong_with_a_case_is_noticed_and_kept(bad_door, capsys):
    assert fuzz.main(["--door", "bad", "--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert "4 failed" in said
    wrong = {path.stem: path.read_text() for path in bad_door.glob("*.txt")}
    assert wrong.keys() == {"bad-1", "bad-2", "bad-3", "bad-4"}
    assert "KeyError" in wrong["bad-1"] and "not a sentence" in wrong["bad-2"]
    assert "exit code -9" in wrong["bad-3"] and " MB." in wrong["bad-4"]
    assert wrong["bad-1"].startswith("python -m tests.fuzz --door bad --case 1\n")
