"""Text on pictures stays on its line, inside its place, and in characters that a font has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.render import lettering
from playground.render.lettering import fit_text, font_for


@pytest.fixture(params=["as installed", "Pillow alone"])
def fonts(request, monkeypatch):
    """Try both: the fonts of this machine, and a machine without any."""
    if request.param == "Pillow alone":
        monkeypatch.setattr(lettering, "OTHERS", ("no-such-font.ttf",))


def written(text, size=24):
    """Check that the font has every character of what it is to write."""
    font, shown = font_for(text, size)
    missing = font.getmask(lettering.NO_CHARACTER)
    for character in shown:
        drawn = font.getmask(character)
        assert character == " " or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
    return shown


def test_plain_text_is_written_as_it_is(fonts):
    text = "Edges: all 4 neighbours, 50 % (ReLU) … \\/?"
    assert written(text) == text


def test_signs_that_the_font_lacks_become_ones_that_say_the_same(fonts):
    assert written("Gaussian blur 3×3") == "Gaussian blur 3x3"
    assert written("−1 → 1") == "-1 -> 1"


@pytest.mark.usefixtures("fonts")
@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_every_text_can_be_written_on_one_line(text):
    shown = written(text)
    assert shown.isprintable() and shown == shown.strip()


def test_without_other_fonts_accents_are_left_off(monkeypatch):
    monkeypatch.setattr(lettering, "OTHERS", ())
    assert written("Café") == "Cafe"
    assert written("日本 a") == "?? a"


@pytest.mark.parametrize("text", ["\n", "a\nb", "a\r\x00b", "\u2028", "\u202eabc"])
def test_control_characters_never_reach_the_picture(text):
    assert written(text) in ("", "a b", "abc")


def test_long_text_is_cut_off_and_short_text_is_not():
    font, text = font_for("W" * 10_000, 24)
    assert len(text) == lettering.LONGEST
    cut = fit_text(text, font, 300)
    assert cut.endswith("…") and 200 < font.getlength(cut) <= 300
    assert fit_text("short", font, 300) == "short"
    assert fit_text("anything", font, 0) == "…"
