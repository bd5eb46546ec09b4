"""Maps as PNG files: one map, or the whole pipeline on one sheet, made for a slide."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from playground.render.colours import TABLES
from playground.render.lettering import fit_text, font_for
from playground.render.maps import MapPicture

SMALLEST_SIDE = 256

# All lengths in points; the sheet has SCALE pixels a point, so that it stays sharp when projected.
SCALE = 2
MARGIN = 40
BOX = 176
TALLEST = 220
GAP = 48
SCORES = 190
BAR = 8
LINE = 18

WHITE = (255, 255, 255)
INK = (16, 21, 28)
MUTED = (95, 104, 119)
RULE = (226, 229, 234)
ACCENT = (180, 58, 18)


@dataclass(frozen=True)
class Panel:
    """One map on the sheet.

    Attributes
    ----------
    title : str
        What the stage is called.
    codes : ndarray of uint8, shape (rows, columns) or (rows, columns, 3)
    table : ndarray of uint8, shape (256, 3), or None
        The colour of every code; None if the codes are red, green and blue already.
    minimum, maximum : float
        The true range of the map.
    """

    title: str
    codes: np.ndarray
    table: np.ndarray | None
    minimum: float
    maximum: float


@dataclass(frozen=True)
class PipelineRow:
    """One filter: its name, its maps from the input on, its score and its share of the softmax."""

    name: str
    panels: tuple[Panel, ...]
    score: float
    share: float


def panel(title: str, shown: MapPicture) -> Panel:
    """A map as the page shows it, for the sheet; it must be a map in full."""
    table = None if shown.table == "rgb" else TABLES[shown.table]
    return Panel(title, shown.codes, table, shown.minimum, shown.maximum)


def map_png(
    codes: np.ndarray, table: np.ndarray | None = None, smallest: int = SMALLEST_SIDE
) -> bytes:
    """Write one map as a PNG file, a whole number of pixels a cell.

    Parameters
    ----------
    codes : ndarray of uint8, shape (rows, columns) or (rows, columns, 3)
    table : ndarray of uint8, shape (256, 3), optional
        The colour of every code; without it the codes are red, green and blue.
    smallest : int
        A smaller map is enlarged until its longer side has at least so many pixels; 1 keeps one
        pixel a cell.

    Raises
    ------
    ValueError
        If the arrays are not of these types and shapes.
    """
    pixels = _coloured(codes, table)
    factor = max(1, math.ceil(smallest / max(pixels.shape[:2])))
    return _png(Image.fromarray(pixels.repeat(factor, axis=0).repeat(factor, axis=1)))


def pipeline_png(title: str, rows: list[PipelineRow], subtitle: str = "") -> bytes:
    """Write the whole pipeline as one PNG file: a row a filter, from the input to the softmax.

    Parameters
    ----------
    title, subtitle : str
        Text of any origin; it is drawn on one line each, and cut off where it is too long.
    rows : list of PipelineRow
        All with the same number of panels; the first one's titles head the columns.

    Raises
    ------
    ValueError
        If there are no rows, their numbers of panels differ, or a map is not what `map_png` takes.
    """
    if not rows or not rows[0].panels:
        raise ValueError("A sheet needs at least one filter with one map.")
    count = len(rows[0].panels)
    if any(len(row.panels) != count for row in rows):
        raise ValueError("All filters of a sheet need the same stages.")
    box = max(_fitted(p.codes.shape)[1] for row in rows for p in row.panels)
    top = MARGIN + 32 + (22 if subtitle else 0)
    first = top + 34
    height = LINE + 8 + box + 6 + 2 * LINE + 18
    width = 2 * MARGIN + count * (BOX + GAP) + SCORES
    sheet = _Sheet(width, first + len(rows) * height + MARGIN - 18)

    sheet.text(MARGIN, MARGIN - 8, title, 24, width=width - 2 * MARGIN)
    if subtitle:
        sheet.text(MARGIN, MARGIN + 26, subtitle, 13, MUTED, width - 2 * MARGIN)
    for i, column in enumerate(rows[0].panels):
        sheet.text(MARGIN + i * (BOX + GAP), top, column.title, 14, MUTED, BOX)
    sheet.text(MARGIN + count * (BOX + GAP), top, "Score and softmax", 14, MUTED, SCORES)
    for i, row in enumerate(rows):
        _draw_row(sheet, row, first + i * height, box)
    return _png(sheet.image)


def _draw_row(sheet: _Sheet, row: PipelineRow, y: int, box: int) -> None:
    sheet.rule(y - 8)
    sheet.text(MARGIN, y, row.name, 15, width=sheet.width - 2 * MARGIN)
    y += LINE + 8
    for i, one in enumerate(row.panels):
        x = MARGIN + i * (BOX + GAP)
        width, height = _fitted(one.codes.shape)
        sheet.picture(x, y, _coloured(one.codes, one.table), width, height)
        rows, columns = one.codes.shape[:2]
        sheet.text(x, y + height + 6, f"{rows} x {columns}", 12)
        low, high = (_number(v) for v in (one.minimum, one.maximum))
        sheet.text(x, y + height + 6 + LINE, f"{low} … {high}", 12, MUTED, BOX)
        sheet.arrow(x + BOX + 12, x + BOX + GAP - 12, y + box // 2)
    x = MARGIN + len(row.panels) * (BOX + GAP)
    middle = y + box // 2
    sheet.text(x, middle - 36, _number(row.score), 20)
    sheet.bar(x, middle - 4, SCORES, row.share)
    sheet.text(x, middle + 10, f"softmax {row.share:.1%}", 12, MUTED)


class _Sheet:
    """A white sheet on which lengths are in points."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), WHITE)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x, y, text, size, colour=INK, width=None) -> None:
        font, text = font_for(text, size * SCALE)
        if width is not None:
            text = fit_text(text, font, width * SCALE)
        # The line's top is where a capital letter begins, in any font.
        self.draw.text((x * SCALE, (y + size) * SCALE), text, colour, font, anchor="ls")

    def picture(self, x, y, pixels, width, height) -> None:
        size = (width * SCALE, height * SCALE)
        enlarge = size[0] >= pixels.shape[1]
        method = Image.Resampling.NEAREST if enlarge else Image.Resampling.BOX
        self.image.paste(Image.fromarray(pixels).resize(size, method), (x * SCALE, y * SCALE))
        left, top, right, bottom = (v * SCALE for v in (x, y, x + width, y + height))
        self.draw.rectangle((left - 1, top - 1, right, bottom), outline=RULE)

    def rule(self, y) -> None:
        ends = (MARGIN * SCALE, y * SCALE, (self.width - MARGIN) * SCALE, y * SCALE)
        self.draw.line(ends, RULE, SCALE)

    def arrow(self, x, end, y) -> None:
        x, end, y, head = (v * SCALE for v in (x, end, y, 5))
        self.draw.line((x, y, end - head, y), MUTED, SCALE)
        self.draw.polygon(((end, y), (end - 2 * head, y - head), (end - 2 * head, y + head)), MUTED)

    def bar(self, x, y, width, share) -> None:
        x, y, width, height = (v * SCALE for v in (x, y, width, BAR))
        self.draw.rounded_rectangle((x, y, x + width - 1, y + height), height // 2, RULE)
        filled = round(width * min(1.0, max(0.0, share)))
        if filled:
            radius = min(filled, height) // 2
            self.draw.rounded_rectangle((x, y, x + filled - 1, y + height), radius, ACCENT)


def _coloured(codes: np.ndarray, table: np.ndarray | None) -> np.ndarray:
    if codes.dtype != np.uint8 or codes.size == 0:
        raise ValueError("The codes of a map must be bytes, and at least one.")
    if table is None:
        if codes.ndim != 3 or codes.shape[2] != 3:
            raise ValueError("Without a colour table the codes must be (rows, columns, 3).")
        return codes
    if codes.ndim != 2:
        raise ValueError("With a colour table the codes must be (rows, columns).")
    if table.shape != (256, 3) or table.dtype != np.uint8:
        raise ValueError("A colour table must be 256 colours of three bytes.")
    return table[codes]


def _fitted(shape: tuple[int, ...]) -> tuple[int, int]:
    """Width and height in points of a map that keeps its proportions inside its box."""
    rows, columns = shape[:2]
    scale = min(BOX / columns, TALLEST / rows)
    return max(1, round(columns * scale)), max(1, round(rows * scale))


def _number(value: float) -> str:
    return f"{value:.4g}"


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
