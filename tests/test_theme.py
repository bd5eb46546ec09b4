"""Every colour that the app writes with can be read, in the light and in the dark theme."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
SCHEMES = ("light", "dark")
COLOURS = ("red", "yellow", "green", "blue", "gray")
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA
VISIBLE = 3.0  # WCAG 2.2, success criterion 1.4.11: icons and the marks in controls
CAPTION_OPACITY = 0.6  # Streamlit writes captions and placeholders in the text colour at 60 %
CHOSEN_OPACITY = 0.1  # and puts the accent at 10 % behind a chosen pill or segment


def channels(colour: str) -> list[float]:
    """Return red, green and blue of ``#RRGGBB``, 0 to 1."""
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def blend(front: str, back: str, opacity: float) -> str:
    """Return the colour of ``front`` laid over ``back``."""
    mixed = [
        round(255 * (opacity * f + (1 - opacity) * b))
        for f, b in zip(channels(front), channels(back), strict=True)
    ]
    return "#{:02X}{:02X}{:02X}".format(*mixed)


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def text_pairs(scheme: str) -> dict[str, tuple[str, str]]:
    """Return every (text, background) that the theme brings about, by a name for the message."""
    theme = CONFIG["theme"][scheme]
    text, accent = theme["textColor"], theme["primaryColor"]
    pairs = {"code": (theme["codeTextColor"], theme["codeBackgroundColor"])}
    for name in ("backgroundColor", "secondaryBackgroundColor"):
        back = theme[name]
        pairs[f"text on {name}"] = (text, back)
        pairs[f"caption on {name}"] = (blend(text, back, CAPTION_OPACITY), back)
        pairs[f"link on {name}"] = (theme["linkColor"], back)
        pairs[f"accent on {name}"] = (accent, back)
        pairs[f"chosen segment on {name}"] = (accent, blend(accent, back, CHOSEN_OPACITY))
        for colour in COLOURS:
            pairs[f"{colour} on {name}"] = (theme[f"{colour}TextColor"], back)
    for colour in COLOURS:
        pairs[f"{colour} message"] = (
            theme[f"{colour}TextColor"],
            theme[f"{colour}BackgroundColor"],
        )
    return pairs


def test_contrast_agrees_with_the_published_extremes():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#B43A12", "#B43A12") == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_can_be_read(scheme):
    ratios = {name: round(contrast(*pair), 2) for name, pair in text_pairs(scheme).items()}
    assert {name: ratio for name, ratio in ratios.items() if ratio < READABLE} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_accent_stands_out_as_a_mark_and_under_one(scheme):
    theme = CONFIG["theme"][scheme]
    for other in ("#FFFFFF", theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        if other != "#FFFFFF" or scheme == "dark":
            assert contrast(theme["primaryColor"], other) >= VISIBLE


def test_primary_buttons_are_used_only_where_their_white_text_can_be_read():
    """Streamlit writes white on the accent; an accent that is text on a dark page is too light."""
    ratios = [contrast("#FFFFFF", CONFIG["theme"][scheme]["primaryColor"]) for scheme in SCHEMES]
    sources = [ROOT / "app.py", *(ROOT / "playground").rglob("*.py")]
    users = [str(p) for p in sources if p.exists() and 'type="primary"' in p.read_text()]
    assert min(ratios) >= READABLE or users == []


def test_both_schemes_set_the_same_colours():
    assert CONFIG["theme"]["light"].keys() == CONFIG["theme"]["dark"].keys()


def test_streamlit_knows_every_option():
    command = [sys.executable, "-m", "streamlit", "config", "show"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "not a valid" not in (shown.stdout + shown.stderr).lower()
    assert 'primaryColor = "{}"'.format(CONFIG["theme"]["light"]["primaryColor"]) in shown.stdout
