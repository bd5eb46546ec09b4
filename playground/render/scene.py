"""A clip laid out on a sheet, and the frame of each of its steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from playground.engine.errors import EngineError
from playground.engine.layers import Conv2d
from playground.engine.ops import pair
from playground.render.cells import (
    HALO,
    INK,
    NOTHING,
    RULE,
    WHITE,
    WINNER,
    Mark,
    draw_cells,
    kernel_mark,
    letters,
    outline,
)
from playground.render.lettering import fit_text, font_for
from playground.render.sentences import number, sentence_of, stage_title
from playground.render.steps import Box, Slide

WIDTH, HEIGHT = 900, 560
NARROWEST = 700
MARGIN = 20
GAP = 72
TOP = 84  # above the cells: the title, and what the cells are
PLACE_LINE = 42  # below the cells: which cell
LINE = 30  # of arithmetic
MOST_LINES = 3
LARGEST_CELL = 64
INPUT_SHARE = 0.6
TITLE, CAPTION, PLACE, WORKING = 20, 15, 16, 20


class Scene:
    """All that the frames of a clip have in common.

    Parameters
    ----------
    slide : Slide
    source, made : ndarray of uint8, shape (rows, columns, 3)
        The colours of the input and of the output cells.
    decimals : int
    title : str
        A name to stand before the stage's.
    convert : callable
        Brings every part to the mode of the frames, such as one palette for all of them.

    Raises
    ------
    EngineError
        If the input cells are too many to be drawn.
    """

    def __init__(
        self,
        slide: Slide,
        source: np.ndarray,
        made: np.ndarray,
        decimals: int,
        title: str = "",
        convert: Callable[[Image.Image], Image.Image] = lambda image: image,
    ) -> None:
        self.slide = slide
        self._decimals = decimals
        self._convert = convert
        self._layout(source.shape[:2], made.shape[:2])
        sentences = [sentence_of(slide, step, decimals).split(": ", 1) for step in self._steps]
        self._places, workings = zip(*sentences, strict=True)
        self._lines = [_wrapped(text, self.width - 2 * MARGIN) for text in workings]
        deepest = max(len(lines) for lines in self._lines)
        self.height = self._floor + PLACE_LINE + deepest * LINE + MARGIN // 2
        self._marks: dict[tuple[int, int], Mark] = {}
        self._current = self._ready(outline(1, 1, self.made_side))
        self._winner = self._ready(outline(1, 1, self.source_side, WINNER))
        self._draw(source, made, title)

    def frame(self, step: int) -> Image.Image:
        """The picture of a step: its window, the cells made so far and the arithmetic."""
        image, side, (x, y) = self._blank.copy(), self.made_side, self.made_place
        row, column = divmod(step, self.slide.shape[1])
        whole = (x, y, x + self.slide.shape[1] * side, y + row * side)
        begun = (x, y + row * side, x + (column + 1) * side, y + (row + 1) * side)
        for box in (whole, begun) if row else (begun,):
            image.paste(self._filled.crop(box), box)
        _lay(image, self._current, x + column * side, y + row * side)
        top, left, bottom, right = self.slide.window(step)
        self._lay_on_source(image, self._window_mark(bottom - top, right - left), top, left)
        if (winner := self.slide.winner(step)) is not None:
            self._lay_on_source(image, self._winner, *winner)
        image.paste(self._convert(self._working(step)), (0, self._floor))
        return image

    def made_cell(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Where an output cell is drawn: left, top, right and bottom in pixels."""
        x, y = (p + n * self.made_side for p, n in zip(self.made_place, (column, row), strict=True))
        return x, y, x + self.made_side, y + self.made_side

    @property
    def _steps(self) -> range:
        return range(self.slide.steps)

    def _layout(self, source: tuple[int, int], made: tuple[int, int]) -> None:
        across = WIDTH - 2 * MARGIN - GAP
        down = HEIGHT - TOP - HALO - PLACE_LINE - MOST_LINES * LINE - MARGIN // 2
        fits = (LARGEST_CELL, down // source[0], int(INPUT_SHARE * across) // source[1])
        self.source_side = max(1, min(fits))
        room = across - self.source_side * source[1]
        self.made_side = max(1, min(LARGEST_CELL, down // made[0], room // made[1]))
        sizes = [
            (columns * side, rows * side)
            for (rows, columns), side in ((source, self.source_side), (made, self.made_side))
        ]
        if sum(size[0] for size in sizes) > across or max(size[1] for size in sizes) > down:
            raise EngineError(
                f"These cells read {source[0]} × {source[1]} cells, which is more than can be "
                "drawn; choose a smaller part."
            )
        drawn = sizes[0][0] + GAP + sizes[1][0]
        self.width = max(NARROWEST, drawn + 2 * MARGIN)
        left, tallest = (self.width - drawn) // 2, max(size[1] for size in sizes)
        self.source_place = (left, TOP + (tallest - sizes[0][1]) // 2)
        self.made_place = (left + sizes[0][0] + GAP, TOP + (tallest - sizes[1][1]) // 2)
        self._floor = TOP + tallest + HALO

    def _draw(self, source: np.ndarray, made: np.ndarray, title: str) -> None:
        sheet = Image.new("RGB", (self.width, self.height), WHITE)
        draw, slide = ImageDraw.Draw(sheet), self.slide
        names = [name for name in (title, stage_title(slide)) if name]
        font, text = font_for(" · ".join(names), TITLE)
        text = fit_text(text, font, self.width - 2 * MARGIN)
        draw.text((MARGIN, MARGIN + TITLE), text, INK, font, anchor="ls")
        x, y = slide.stage.inputs[0], slide.stage.output
        room = self.made_place[0] - self.source_place[0] - MARGIN
        self._caption(draw, "Input", self.source_place, x.shape[2:], slide.source, room)
        room = self.width - self.made_place[0] - MARGIN // 2
        self._caption(draw, "Output", self.made_place, y.shape[2:], slide.output, room)
        numbers = None if len(slide.values) == 3 else self._texts(slide.values[0])
        height = 0.5 if slide.weight is None else 0.37
        panel = draw_cells(source, self.source_side, numbers, slide.padding, height)
        self._frame_in(sheet, panel, self.source_place)
        self._edges(draw, slide.padding)
        y = TOP + (self._floor - HALO - TOP) // 2
        end = self.made_place[0] - GAP // 4
        draw.line((end - GAP // 2, y, end - 6, y), NOTHING, 2)
        draw.polygon(((end, y), (end - 10, y - 6), (end - 10, y + 6)), NOTHING)
        nothing = draw_cells(np.full_like(made, 255), self.made_side)
        self._frame_in(sheet, nothing, self.made_place)
        self._blank = self._convert(sheet)
        filled = sheet.copy()
        panel = draw_cells(made, self.made_side, self._texts(slide.made))
        filled.paste(panel, self.made_place)
        self._filled = self._convert(filled)

    def _edges(self, draw: ImageDraw.ImageDraw, padding: np.ndarray) -> None:
        """Lines where the picture ends and its padding begins."""
        side, (x, y) = self.source_side, self.source_place
        for row, column in np.argwhere(padding[:, 1:] != padding[:, :-1]):
            at = x + (column + 1) * side
            draw.line((at, y + row * side, at, y + (row + 1) * side), INK, 2)
        for row, column in np.argwhere(padding[1:] != padding[:-1]):
            at = y + (row + 1) * side
            draw.line((x + column * side, at, x + (column + 1) * side, at), INK, 2)

    def _frame_in(self, sheet: Image.Image, panel: Image.Image, place: tuple[int, int]) -> None:
        sheet.paste(panel, place)
        x, y = place
        box = (x - 1, y - 1, x + panel.width, y + panel.height)
        ImageDraw.Draw(sheet).rectangle(box, outline=RULE)

    def _caption(self, draw, name: str, place: tuple[int, int], size, box: Box, room: int) -> None:
        top, left, bottom, right = box
        rows, columns = (max(top, 0), min(bottom, size[0])), (max(left, 0), min(right, size[1]))
        font, signs = letters(CAPTION)
        text = f"{name} {size[0]} × {size[1]}".translate(signs)
        part = f", rows {rows[0] + 1}–{rows[1]}, columns {columns[0] + 1}–{columns[1]}"
        is_part = (rows, columns) != ((0, size[0]), (0, size[1]))
        if is_part and font.getlength(text + part.translate(signs)) <= room:
            text += part.translate(signs)
        text = fit_text(text, font, room)
        draw.text((place[0], place[1] - 10), text, NOTHING, font, anchor="ls")

    def _texts(self, values: np.ndarray) -> list[list[str]]:
        return [[number(value, self._decimals) for value in row] for row in values]

    def _window_mark(self, rows: int, columns: int) -> Mark:
        if (rows, columns) not in self._marks:
            layer, side = self.slide.stage.layer, self.source_side
            mark = outline(rows, columns, side)
            if isinstance(layer, Conv2d):
                weight = self.slide.weight
                texts = [] if weight is None else [f"×{t}" for r in self._texts(weight) for t in r]
                shape, dilation = pair(layer.kernel_size), pair(layer.dilation)
                mark = kernel_mark(shape, dilation, side, weight, texts)
            self._marks[rows, columns] = self._ready(mark)
        return self._marks[rows, columns]

    def _ready(self, mark: Mark) -> Mark:
        return Mark(self._convert(mark.image), mark.mask)

    def _lay_on_source(self, image: Image.Image, mark: Mark, row: int, column: int) -> None:
        x, y = self.source_place
        top, left = self.slide.source[:2]
        _lay(
            image, mark, x + (column - left) * self.source_side, y + (row - top) * self.source_side
        )

    def _working(self, step: int) -> Image.Image:
        strip = Image.new("RGB", (self.width, self.height - self._floor), WHITE)
        draw = ImageDraw.Draw(strip)
        font, signs = letters(PLACE)
        draw.text((MARGIN, PLACE_LINE - 12), self._places[step], NOTHING, font, anchor="ls")
        font, signs = letters(WORKING)
        for i, line in enumerate(self._lines[step]):
            y = PLACE_LINE + (i + 1) * LINE - 12
            draw.text((MARGIN, y), line.translate(signs), INK, font, anchor="ls")
        return strip


def _lay(image: Image.Image, mark: Mark, x: int, y: int) -> None:
    image.paste(mark.image, (x - HALO, y - HALO), mark.mask)


@lru_cache(maxsize=512)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """The text on as many lines as it needs; what is too much for the last one is left out."""
    font, signs = letters(WORKING)
    lines, rest = [], text.translate(signs).split(" ")
    rest[-2:] = [" ".join(rest[-2:])]  # the result stays with its sign
    while rest:
        take = len(rest)
        if len(lines) < MOST_LINES - 1:
            while take > 1 and font.getlength(" ".join(rest[:take])) > width:
                take -= 1
        lines.append(fit_text(" ".join(rest[:take]), font, width))
        rest = rest[take:]
    return tuple(lines)
