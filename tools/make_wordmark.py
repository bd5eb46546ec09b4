"""Write assets/wordmark.svg: the name in outlines, so that it looks the same on every machine.

The letters are those of Source Sans, which Streamlit ships (SIL Open Font License 1.1).
"""

from __future__ import annotations

from pathlib import Path

import streamlit
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ASSETS = Path(__file__).parents[1] / "assets"
NAME = "CNN Playground"
SIZE, LEFT, BASELINE = 21, 38, 22.5


def outlines() -> tuple[str, float]:
    """The name as an SVG path, and where it ends."""
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    font = TTFont(next(media.glob("SourceSansVF-Upright*")))
    font = instantiateVariableFont(font, {"wght": 680})
    glyphs, characters = font.getGlyphSet(), font.getBestCmap()
    scale = SIZE / font["head"].unitsPerEm
    pen, x = SVGPathPen(glyphs, ntos=lambda v: f"{v:.1f}".removesuffix(".0")), LEFT
    for character in NAME:
        glyph = glyphs[characters[ord(character)]]
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, BASELINE)))
        x += glyph.width * scale
    return pen.getCommands(), x


def main() -> None:
    """Write the file."""
    path, end = outlines()
    cells = "".join(
        f'<rect x="{1 + 9 * c}" y="{3 + 9 * r}" width="8" height="8" rx="2"/>'
        for r in range(3)
        for c in range(3)
        if (r, c) != (1, 1)
    )
    width = int(end) + 2
    (ASSETS / "wordmark.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 32" width="{width}" '
        f'height="32"><title>{NAME}</title><g fill="#8fa6bb">{cells}</g>'
        '<rect x="10" y="12" width="8" height="8" rx="2" fill="#d9531e"/>'
        f'<path fill="#d9531e" d="{path}"/></svg>\n',
        "utf-8",
    )


if __name__ == "__main__":
    main()
