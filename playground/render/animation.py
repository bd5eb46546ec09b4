"""A stage at work: one step as a PNG file, all steps of a part of its map as an animated GIF."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from playground.engine.errors import EngineError
from playground.engine.layers import AvgPool2d, Conv2d, LeakyReLU, MaxPool2d, ReLU
from playground.engine.network import Stage
from playground.render.cells import (
    ACCENT,
    INK,
    NEGATIVE,
    NOTHING,
    PADDING,
    RULE,
    WHITE,
    WINNER,
    tint,
)
from playground.render.colours import TABLES
from playground.render.maps import SMALLEST_RANGE, picture_maps
from playground.render.scene import Scene
from playground.render.sentences import sentence
from playground.render.steps import MAX_STEPS, Clip, Slide, slide_of

__all__ = ["MAX_STEPS", "Clip", "Shade", "animation_gif", "sentence", "step_png"]

SLOWEST = 10.0
FASTEST = 0.02
HOLD = 1500  # milliseconds that the last picture stays on
SEE_THROUGH = 255


class Shade(NamedTuple):
    """How values become colours: the values at the two ends, and a key of `colours.TABLES`."""

    low: float
    high: float
    table: str


def step_png(
    stages: dict[str, Stage],
    clip: Clip,
    step: int,
    shades: tuple[Shade | None, Shade | None] = (None, None),
    title: str = "",
) -> bytes:
    """Draw one step as a PNG file of at most 900 × 560 pixels.

    Left the input cells that the clip reads, padding included, with the window; right the output
    cells made so far; below the arithmetic of the step.

    Parameters
    ----------
    stages : dict of str to Stage
        What `trace` recorded.
    clip : Clip
        Which stage and which of its cells.
    step : int
        From 0, in reading order of the clip's cells.
    shades : (Shade or None, Shade or None)
        Of the input and of the output, to give the cells the colours of a whole map on the page.
        Without, a picture goes from 0, black, to 1, white, and a map has the range of the cells
        drawn, with a table chosen by `picture_maps`; where an activation or a pool keeps values as
        they are, the output has the shade of the input. A picture of three channels has its own
        colours, and the table ``"rgb"`` is grey for a single one.
    title : str
        A name to stand before the stage's, such as the filter's.

    Raises
    ------
    EngineError
        If there is no such stage, filter, channel, cell or step, or there are too many cells.
    """
    slide = slide_of(stages, clip)
    slide.cell(step)
    scene = Scene(slide, *_colours(slide, shades), clip.decimals, title)
    file = io.BytesIO()
    scene.frame(step).save(file, "PNG")
    return file.getvalue()


def animation_gif(
    stages: dict[str, Stage],
    clip: Clip,
    seconds_per_step: float,
    shades: tuple[Shade | None, Shade | None] = (None, None),
    title: str = "",
) -> bytes:
    """Draw all steps of a clip as an animated GIF: a frame a cell, over and over.

    Parameters
    ----------
    seconds_per_step : float
        From 0.02 to 10; the last frame stays on 1.5 seconds longer.
    stages, clip, shades, title
        As in `step_png`.

    Raises
    ------
    EngineError
        As `step_png`, and if the time is not within its limits.
    """
    if not FASTEST <= seconds_per_step <= SLOWEST:
        raise EngineError(f"A step must take from {FASTEST} to {SLOWEST:g} seconds.")
    slide = slide_of(stages, clip)
    colours = _colours(slide, shades)
    palette = _palette(slide, *colours)

    def convert(image: Image.Image) -> Image.Image:
        return image.quantize(palette=palette, dither=Image.Dither.NONE)

    scene = Scene(slide, *colours, clip.decimals, title, convert)
    first, *others = (scene.frame(step) for step in range(slide.steps))
    durations = [round(1000 * seconds_per_step)] * slide.steps
    durations[-1] += HOLD
    file = io.BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=others,
        duration=durations if others else durations[0],
        loop=0,
        disposal=1,
        optimize=True,  # cells that stay as they are become see-through
        transparency=SEE_THROUGH,
        palette=bytes(palette.getpalette()),
    )
    return file.getvalue()


def _colours(
    slide: Slide, shades: tuple[Shade | None, Shade | None]
) -> tuple[np.ndarray, np.ndarray]:
    """The colours of the input and of the output cells, each (rows, columns, 3)."""
    source, made = shades
    layer, x = slide.stage.layer, slide.stage.inputs[0]
    is_picture = isinstance(layer, Conv2d) and x.min() >= 0 and x.max() <= 1
    source = source or (Shade(0.0, 1.0, "grey") if is_picture else _own_shade(slide.values))
    # Where values stay what they are, the same value has the same colour on both sides.
    keeps = isinstance(layer, (ReLU, LeakyReLU, MaxPool2d, AvgPool2d))
    made = made or (source if keeps else _own_shade(slide.made[None]))
    return _coloured(slide.values, source), _coloured(slide.made[None], made)


def _own_shade(values: np.ndarray) -> Shade:
    shown = picture_maps(values[None], "map", "auto")[0]
    return Shade(shown.low, shown.high, shown.table)


def _coloured(values: np.ndarray, shade: Shade) -> np.ndarray:
    codes = np.rint((values - shade.low) * (255 / max(shade.high - shade.low, SMALLEST_RANGE)))
    codes = codes.clip(0, 255).astype(np.uint8)
    if len(codes) == 3:
        return codes.transpose(1, 2, 0)
    # One channel of a colour picture, whose map has no table of its own, is drawn in grey.
    return TABLES.get(shade.table, TABLES["grey"])[codes[0]]


def _palette(slide: Slide, source: np.ndarray, made: np.ndarray) -> Image.Image:
    """The colours of all frames: of the signs, of the letters' edges, and of the cells.

    The 255 before the see-through one are distinct: Pillow keeps such a palette as it is.
    """
    colours = [RULE, PADDING, WINNER]
    for ink, count in ((INK, 24), (NOTHING, 8), (ACCENT, 8), (NEGATIVE, 8)):
        ramp = np.linspace(WHITE, ink, count)
        colours += [tuple(int(v) for v in colour) for colour in ramp.round()]
    # Each kind of cell has a share of its own, so that none is drawn in the colours of another.
    for cells, share in ((made, 76), (source, 100), (tint(source[slide.padding]), 14)):
        cells = np.unique(cells.reshape(-1, 3), axis=0)
        if len(cells) > share:
            image = Image.fromarray(cells[None]).quantize(share, Image.Quantize.MEDIANCUT)
            cells = np.reshape(image.getpalette(), (-1, 3))
        colours += [tuple(int(v) for v in colour) for colour in cells]
    distinct = dict.fromkeys(colours)
    spare = ((255, 0, blue) for blue in range(256))
    while len(distinct) < SEE_THROUGH:
        distinct[next(spare)] = None
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in distinct for value in colour])
    return palette
