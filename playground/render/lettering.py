"""Text on pictures: a font that has the text's characters, and text that fits its place."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import ImageFont

from playground.render.program import one_line

Font = ImageFont.FreeTypeFont

# Pillow brings a font of its own, which has ASCII and little more; for names in other scripts one
# of these may be installed.
OTHERS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "Arial Unicode.ttf",
    "arial.ttf",
    "Arial.ttf",
)
SIMPLE = str.maketrans({"×": "x", "−": "-", "–": "-", "→": "->", "╲": "\\", "╱": "/"})
LONGEST = 400
NO_CHARACTER = "\U0010ffff"


def font_for(text: str, size: int) -> tuple[Font, str]:
    """A font for ``text``, and the text on one line, as the font can write it.

    Pillow's font if it has the characters, or simple ones that say the same; else the font that
    lacks the fewest, with the accents left off where needed and "?" for what is still missing.
    """
    text = one_line(text[:LONGEST])
    simple = text.translate(SIMPLE)
    if not _missing("", size, simple):
        return _load("", size), simple
    names = [name for name in ("", *OTHERS) if _load(name, size) is not None]
    best = min(names, key=lambda name: len(_missing(name, size, text)))
    if lacks := _missing(best, size, text):
        plain = unicodedata.normalize("NFKD", text if best else simple)
        plain = one_line("".join(c for c in plain if not unicodedata.combining(c)))
        text = plain if len(_missing(best, size, plain)) < len(lacks) else text
        text = "".join(c if _has(best, size, c) else "?" for c in text)
    return _load(best, size), text


def fit_text(text: str, font: Font, width: int) -> str:
    """Cut ``text`` off with "…" until it is at most ``width`` pixels wide."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache(maxsize=64)
def _load(name: str, size: int) -> Font | None:
    if not name:
        return ImageFont.load_default(size)
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _missing(name: str, size: int, text: str) -> list[str]:
    return [character for character in text if not _has(name, size, character)]


@lru_cache(maxsize=4096)
def _has(name: str, size: int, character: str) -> bool:
    """Whether a font has a character: one that it lacks is drawn like any other it lacks."""
    if character.isspace():
        return True
    font = _load(name, size)
    drawn, missing = font.getmask(character), font.getmask(NO_CHARACTER)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)
