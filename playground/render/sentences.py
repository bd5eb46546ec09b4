"""The arithmetic of one step as a sentence."""

from __future__ import annotations

import numpy as np

from playground.engine.explain import Window, conv_window, pool_window
from playground.engine.layers import AvgPool2d, Conv2d, LeakyReLU, MaxPool2d, ReLU, Sigmoid
from playground.engine.network import Stage
from playground.engine.ops import pair
from playground.engine.pooling import window_areas
from playground.render.steps import POINTWISE, POOLING, Clip, Slide, slide_of

MOST_TERMS = 9
FEW_TERMS = 4
MOST_POOLED = 16
MOST_DECIMALS = 8
LARGE = 1e5
CHANNELS = ("red", "green", "blue")


def sentence(stages: dict[str, Stage], clip: Clip, step: int) -> str:
    """What happens in one step, as ``row 2, column 3: 1×1 + 0×0 + 1×1 = 2``; both count from 1.

    Several channels appear as one partial sum each. A long sum is cut short with "…" and says how
    many terms it has. "≈" stands where the numbers, rounded as they are written, do not make the
    result as it is written.

    Parameters
    ----------
    stages : dict of str to Stage
        What `trace` recorded.
    clip : Clip
    step : int
        From 0, in reading order of the clip's cells.

    Raises
    ------
    EngineError
        If there is no such step, or the clip is none of these stages (see `slide_of`).
    """
    return sentence_of(slide_of(stages, clip), step, clip.decimals)


def sentence_of(slide: Slide, step: int, decimals: int) -> str:
    """The `sentence` of a step of a clip that is already laid out."""
    row, column = slide.cell(step)
    layer = slide.stage.layer
    value = float(slide.stage.output[slide.item, slide.filter, row, column])
    digits = min(max(decimals, 0), MOST_DECIMALS)
    if isinstance(layer, Conv2d):
        working = _convolved(slide, row, column, value, digits)
    elif type(layer) in POINTWISE:
        working = _activated(slide, row, column, value, digits)
    else:
        working = _pooled(slide, row, column, value, digits)
    return f"row {row + 1}, column {column + 1}: {working}"


def stage_title(slide: Slide) -> str:
    """The stage's name and settings."""
    layer = slide.stage.layer
    if type(layer) in POINTWISE:
        return POINTWISE[type(layer)]
    name = POOLING.get(type(layer), "Convolution")
    kernel = pair(layer.kernel_size)
    stride = kernel if layer.stride is None else pair(layer.stride)
    parts = [f"{name} {kernel[0]} × {kernel[1]}", f"stride {_short(stride)}"]
    if isinstance(layer, Conv2d):
        if pair(layer.dilation) != (1, 1):
            parts.append(f"dilation {_short(pair(layer.dilation))}")
        if any(layer.pads()):
            parts.append(f"padding {max(layer.pads())} ({layer.padding_mode})")
    return ", ".join(parts)


def number(value: float, decimals: int) -> str:
    """A number as it is written: whole ones without decimals, very large ones with an exponent."""
    value = float(value)
    if abs(value) >= LARGE or not np.isfinite(value):
        return f"{value:.3g}".replace("-", "−")
    text = f"{value:.{0 if value == int(value) else decimals}f}"
    return (text if float(text) else text.lstrip("-")).replace("-", "−")


def _short(two: tuple[int, int]) -> str:
    return str(two[0]) if two[0] == two[1] else f"{two[0]} × {two[1]}"


def _convolved(slide: Slide, row: int, column: int, value: float, digits: int) -> str:
    window = conv_window(slide.stage, slide.filter, row, column, slide.item)
    bias = [(window.bias, " (bias)")] if window.bias else []
    if len(window.patch) == 1:
        terms, written = _products(window, digits)
    else:
        sums = window.channel_sums
        names = CHANNELS if len(sums) == 3 else [f"channel {i + 1}" for i in range(len(sums))]
        parts = [(v, f" ({name})") for v, name in zip(sums, names, strict=True)]
        written = [_written(v, digits) for v in sums]
        terms = _joined(parts[: FEW_TERMS - 1] if len(parts) > FEW_TERMS else parts, digits)
        if len(parts) > FEW_TERMS:
            terms += f" + … ({len(parts)} channels)"
    total = sum(written) + _written(window.bias, digits)
    terms += _joined(bias, digits, first=False)
    return f"{terms} {_sign(total, value, digits)} {number(value, digits)}"


def _products(window: Window, digits: int) -> tuple[str, list[float]]:
    """The products of a single channel as a sum, and each as it is with rounded factors."""
    pairs = list(zip(window.patch.ravel(), window.weight.ravel(), strict=True))
    shown = pairs
    if len(pairs) > MOST_TERMS:
        # Products with a weight of zero say least about the sum.
        shown = ([pair for pair in pairs if pair[1]] or pairs)[:FEW_TERMS]
    terms = " + ".join(f"{_factor(a, digits)}×{_factor(b, digits)}" for a, b in shown)
    if len(shown) < len(pairs):
        terms += f" + … ({len(pairs)} products)"
    return terms, [_written(a, digits) * _written(b, digits) for a, b in pairs]


def _activated(slide: Slide, row: int, column: int, value: float, digits: int) -> str:
    before = float(slide.stage.inputs[0][slide.item, slide.filter, row, column])
    layer, text, result = slide.stage.layer, number(before, digits), number(value, digits)
    if isinstance(layer, ReLU):
        return f"max(0, {text}) = {result}"
    if isinstance(layer, LeakyReLU):
        if before >= 0:
            return f"{text} is not negative and stays {result}"
        slope = number(layer.negative_slope, 2)
        sign = _sign(_written(before, digits) * float(slope), value, digits)
        return f"{slope}×{_factor(before, digits)} {sign} {result}"
    name = "sigmoid" if isinstance(layer, Sigmoid) else "tanh"
    return f"{name}({text}) {'=' if _written(value, digits) == value else '≈'} {result}"


def _pooled(slide: Slide, row: int, column: int, value: float, digits: int) -> str:
    layer = slide.stage.layer
    patch = pool_window(slide.stage, slide.filter, row, column, slide.item).patch.ravel()
    shown, result = patch[:MOST_POOLED], number(value, digits)
    rest = patch.size - shown.size
    if isinstance(layer, MaxPool2d):
        listed = ", ".join(number(v, digits) for v in shown)
        return f"max({listed}{f', … ({patch.size} values)' if rest else ''}) = {result}"
    terms = _joined([(v, "") for v in shown], digits)
    terms += f" + … ({patch.size} values)" if rest else ""
    total = sum(_written(v, digits) for v in patch)
    if isinstance(layer, AvgPool2d):
        size = slide.stage.inputs[0].shape[2:]
        areas = window_areas(size, layer.windows(size), layer.count_include_pad)
        area = int(areas[row, column])
        terms, total = f"({terms}) / {area}", total / area
    return f"{terms} {_sign(total, value, digits)} {result}"


def _joined(parts, digits: int, first: bool = True) -> str:
    """Numbers with what is written behind each, as a sum: a negative one is taken away."""
    text = ""
    for value, name in parts:
        written = number(value, digits)
        if first:
            text, first = f"{written}{name}", False
        elif written.startswith("−"):
            text += f" − {written[1:]}{name}"
        else:
            text += f" + {written}{name}"
    return text


def _factor(value: float, digits: int) -> str:
    text = number(value, digits)
    return f"({text})" if text.startswith("−") else text


def _written(value: float, digits: int) -> float:
    return float(number(value, digits).replace("−", "-"))


def _sign(total: float, value: float, digits: int) -> str:
    """ "=" if the written terms make exactly the value as it is written, else "≈"."""
    return "=" if np.isclose(total, _written(value, digits), rtol=1e-9, atol=1e-9) else "≈"
