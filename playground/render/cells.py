"""Cells large enough to be read: their colours, their numbers, and marks to lay over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from playground.render.lettering import Font, font_for

WHITE = (255, 255, 255)
INK = (16, 21, 28)
RULE = (203, 208, 216)
PADDING = (64, 120, 216)
ACCENT = (180, 58, 18)
NEGATIVE = (33, 102, 172)
NOTHING = (95, 104, 119)
WINNER = (0, 132, 90)

GRID_FROM = 9  # the least side, in pixels, of a cell that is drawn apart from its neighbours
TAGS_FROM = 26
SMALLEST = 8
LARGEST = 24
HALO = 2

# Signs that Pillow's own font lacks, and what stands for them where no other font is found.
SIGNS = "×−≈–"


@dataclass(frozen=True)
class Mark:
    """A small picture to be laid over cells, and the mask of where it covers them."""

    image: Image.Image
    mask: Image.Image


@lru_cache(maxsize=64)
def letters(size: int) -> tuple[Font, dict[int, str]]:
    """A font for numbers and signs, and the table of what it writes instead of those it lacks."""
    font, signs = font_for(SIGNS, size)
    return font, str.maketrans(SIGNS, signs.replace("?", "~"))


def largest_letters(texts: list[str], width: float, most: int) -> int:
    """The largest size at which all texts are at most so wide; 0 if they could not be read."""
    font, signs = letters(LARGEST)
    widest = max(font.getlength(text.translate(signs)) for text in set(texts))
    size = min(most, LARGEST, int(LARGEST * width / max(widest, 1)))
    return size if size >= SMALLEST else 0


def draw_cells(
    colours: np.ndarray,
    side: int,
    numbers: list[list[str]] | None = None,
    padding: np.ndarray | None = None,
    height: float = 0.5,
) -> Image.Image:
    """Draw cells of ``side`` pixels with thin lines between them.

    Parameters
    ----------
    colours : ndarray of uint8, shape (rows, columns, 3)
    numbers : list of lists of str, optional
        Written into the cells where they are large enough.
    padding : ndarray of bool, shape (rows, columns), optional
        Which cells are striped.
    height : float
        Where in its cell a number stands, from 0 at the top to 1.
    """
    rows, columns = colours.shape[:2]
    pixels = colours.repeat(side, axis=0).repeat(side, axis=1)
    if padding is not None and padding.any():
        y, x = np.indices(pixels.shape[:2])
        width = max(1, side // 8)
        striped = padding.repeat(side, axis=0).repeat(side, axis=1)
        striped &= (x + y) // width % 3 == 0
        pixels[striped] = tint(colours).repeat(side, axis=0).repeat(side, axis=1)[striped]
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    if side >= GRID_FROM:
        for i in range(1, rows):
            draw.line((0, i * side, columns * side, i * side), RULE)
        for i in range(1, columns):
            draw.line((i * side, 0, i * side, rows * side), RULE)
    if numbers is None:
        return image
    texts = [text for row in numbers for text in row]
    if not (size := largest_letters(texts, 0.82 * side, round(0.42 * side))):
        return image
    font, signs = letters(size)
    light = colours @ np.array([0.299, 0.587, 0.114]) > 118
    for i, row in enumerate(numbers):
        for j, text in enumerate(row):
            place = ((j + 0.5) * side, (i + height) * side)
            colour = INK if light[i, j] else WHITE
            draw.text(place, text.translate(signs), colour, font, anchor="mm")
    return image


def tint(colours: np.ndarray) -> np.ndarray:
    """The colours of the stripes on padding cells."""
    return (0.45 * colours + 0.55 * np.array(PADDING)).astype(np.uint8)


def outline(rows: int, columns: int, side: int, colour=ACCENT) -> Mark:
    """A frame around a window of cells, to be laid `HALO` pixels above and left of it."""
    size = (columns * side + 2 * HALO, rows * side + 2 * HALO)
    image, mask = Image.new("RGB", size, WHITE), Image.new("1", size)
    thick = 3 if side >= 16 else 2 if side >= 6 else 1
    for sheet, ink in ((image, colour), (mask, 1)):
        edge = (HALO - 1, HALO - 1, size[0] - HALO, size[1] - HALO)
        ImageDraw.Draw(sheet).rectangle(edge, outline=ink, width=thick)
    if side >= GRID_FROM:  # a light line on both sides parts it from cells of its own colour
        draw = ImageDraw.Draw(mask)
        draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=1)
        inner = HALO - 1 + thick
        draw.rectangle((inner, inner, size[0] - 1 - inner, size[1] - 1 - inner), outline=1)
    return Mark(image, mask)


def kernel_mark(shape, dilation, side: int, weights: np.ndarray | None, texts) -> Mark:
    """The frame of a kernel's window, its cells apart if it is dilated, and "×weight" in each.

    Parameters
    ----------
    shape, dilation : (int, int)
    side : int
    weights : ndarray, shape ``shape``, or None
        None writes nothing.
    texts : list of str
        The weights as they are written, row by row.
    """
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, shape, strict=True)]
    mark = outline(*reach, side)
    image, mask = ImageDraw.Draw(mark.image), ImageDraw.Draw(mark.mask)
    size = 0
    if weights is not None and side >= TAGS_FROM:
        size = largest_letters(texts, side - 10, max(SMALLEST, round(0.27 * side)))
    for place in np.ndindex(*shape):
        y, x = (HALO + d * p * side for d, p in zip(dilation, place, strict=True))
        if tuple(dilation) != (1, 1):
            for draw, ink in ((image, ACCENT), (mask, 1)):
                draw.rectangle((x, y, x + side, y + side), outline=ink, width=2 if side > 9 else 1)
        if size:
            weight = weights[place]
            colour = ACCENT if weight > 0 else NEGATIVE if weight < 0 else NOTHING
            font, signs = letters(size)
            text = texts[place[0] * shape[1] + place[1]].translate(signs)
            right, bottom = x + side - 3, y + side - 3
            tag = (right - font.getlength(text) - 5, bottom - size - 2, right, bottom)
            for draw, ink in ((image, colour), (mask, 1)):
                draw.rectangle(tag, fill=ink)
            middle = ((tag[0] + tag[2]) / 2, (tag[1] + tag[3]) / 2)
            image.text(middle, text, WHITE, font, anchor="mm")
    return mark
