"""Tasks that ask for the size of a map."""

from __future__ import annotations

import numpy as np

from playground.engine.exercises.task import Matrix, Task, Working, one_of
from playground.engine.layers import Conv2d, MaxPool2d

SIDES = (28, 32, 64, 96, 224)


def size(rng: np.random.Generator, level: int) -> Task:
    """How many rows or columns a convolution or a pooling makes."""
    rows, columns = _sides(rng, level)
    axis = int(rng.integers(2))
    side, axis_name = (rows, columns)[axis], ("rows", "columns")[axis]
    steps = one_of(rng, (1, 2, 2, 3)[: 1 + level])
    if level and rng.random() < 0.3:
        kernel, pad, gap = one_of(rng, (2, 3)), 0, 1
        steps = one_of(rng, (kernel, 2))
        layer, picture, slider, made = MaxPool2d(kernel, steps), "map", "window", "pooled map"
    else:
        kernel, pad = one_of(rng, (3, 3, 5)), one_of(rng, (0, 1, 2)) if level else 0
        gap = 2 if level == 3 and kernel == 3 and rng.random() < 0.6 else 1
        layer = Conv2d(1, kernel, steps, pad, dilation=gap)
        picture, slider, made = "picture", "kernel", "feature map"
    answer = layer.output_shape((1, rows, columns))[1 + axis]
    settings = [f"{kernel} × {kernel} {slider}", f"stride {steps}"]
    lines = []
    if made == "pooled map":
        rule = "size = ⌊(input − window) / stride⌋ + 1"
    else:
        settings.append(f"padding {pad}")
        rule = "size = ⌊(input + 2 · padding − kernel) / stride⌋ + 1"
    reach = gap * (kernel - 1) + 1
    if gap > 1:
        settings.append(f"dilation {gap}")
        rule = (
            "reach = dilation · (kernel − 1) + 1, and size = "
            "⌊(input + 2 · padding − reach) / stride⌋ + 1"
        )
        lines.append(f"The kernel's reach is {gap} · ({kernel} − 1) + 1 = {reach}.")
    room = side + 2 * pad - reach
    padding = f" + 2 · {pad}" if pad else ""
    steps_text = f"{room} / {steps}" if room % steps == 0 else f"⌊{room} / {steps}⌋"
    lines.append(
        f"⌊({side}{padding} − {reach}) / {steps}⌋ + 1 = {steps_text} + 1 = {room // steps} + 1 = "
        f"{answer}."
    )
    reads = tuple(int(place) for place in gap * np.arange(kernel))
    return Task(
        question=f"A {picture} of {rows} × {columns} cells, a {slider} of {kernel} × {kernel}, "
        f"{', '.join(settings[1:])}: how many {axis_name} does the {made} have?",
        settings=tuple(settings),
        picture=Matrix(picture, (rows + 2 * pad, columns + 2 * pad), ring=pad),
        kernel=Matrix(slider, (kernel, kernel)),
        result=Matrix(made, (1, 1)),
        hidden=None,
        window=(reads, reads),
        answer=answer,
        hint=f"The rule: {rule}.",
        working=Working((), tuple(lines)),
    )


def _sides(rng: np.random.Generator, level: int) -> tuple[int, int]:
    if level == 3 and rng.random() < 0.5:
        rows = one_of(rng, SIDES)
        return rows, rows
    rows = int(rng.integers(5, 10))
    return rows, rows if level < 2 else int(rng.integers(5, 10))
