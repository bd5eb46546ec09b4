"""The settings of a server: what they may be, and what is said about what they may not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields

import pytest

from playground import limits
from playground.limits import BadSetting, Limits, read, variable
from tests.sources import ROOT, files
from tests.sources import read as text_of


def in_a_new_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables and no other setting of the playground."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(limits.PREFIX)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
    )


def test_without_variables_everything_is_its_default_and_within_its_bounds():
    assert read({"HOME": "/", "CNN_SESSIONS": " "}) == Limits()
    for each in fields(Limits):
        text = str(each.default)
        assert getattr(read({variable(each): text}), each.name) == each.default


@pytest.mark.parametrize("each", fields(Limits), ids=lambda each: each.name)
def test_a_setting_takes_its_bounds_and_nothing_beyond(each):
    if choices := each.metadata.get("choices"):
        good, bad = list(choices), ["loud"]
    else:
        least, most = each.metadata["least"], each.metadata["most"]
        good, bad = [least, most], [least - 1, most + 1, "-1", "1.5", "ten", "1_0", "٣", "9" * 5000]
    for value in good:
        assert str(getattr(read({variable(each): str(value)}), each.name)) == str(value)
    for value in bad:
        with pytest.raises(BadSetting, match=f"^{variable(each)} must be .{{1,140}}\\.$"):
            read({variable(each): str(value)})


def test_a_misspelt_variable_is_named():
    with pytest.raises(BadSetting, match="no setting CNN_UPLOADS_MB; the settings are CNN_UPLOAD"):
        read({"CNN_UPLOADS_MB": "3"})


def test_every_setting_is_used_by_the_code():
    code = "\n".join(text_of(path) for path in files(".py", folders=("playground",)))
    assert [each.name for each in fields(Limits) if f"LIMITS.{each.name}" not in code] == []


def test_a_limit_that_is_set_holds_and_is_what_is_said():
    script = (
        "from playground.files.guards import check_file, check_size\n"
        "for check in (lambda: check_file(bytes(2**20 + 1)), lambda: check_size(2000, 1001),\n"
        "              lambda: check_size(2, 201)):\n"
        "    try: check()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    said = in_a_new_process(
        "-c", script, CNN_UPLOAD_MB="1", CNN_PICTURE_MEGAPIXELS="2", CNN_PICTURE_SIDE="200"
    ).stdout.splitlines()
    assert len(said) == 3
    assert "larger than 1 MB" in said[0]
    assert "up to 2 megapixels" in said[1]
    assert "up to 200 pixels a side" in said[2]


def test_the_command_lists_every_setting_as_it_is():
    listed = in_a_new_process("-m", "playground.limits", CNN_SESSIONS="7").stdout
    assert "CNN_SESSIONS = 7 sessions  (1 to 10000; default 300)" in listed
    for each in fields(Limits):
        assert f"{variable(each)} = " in listed


def test_a_wrong_setting_ends_the_start_with_one_sentence():
    ended = in_a_new_process("-m", "playground.limits", CNN_SESSIONS="many")
    assert ended.returncode == 1
    assert ended.stderr == "CNN_SESSIONS must be 1 to 10000 sessions, not 'many'.\n"
