"""Tasks that hide one cell of a map: convolution, stride, padding, ReLU and pooling."""

from __future__ import annotations

import numpy as np

from playground.engine import ops
from playground.engine.exercises.task import (
    Matrix,
    Task,
    Working,
    added,
    matrix,
    multiplied,
    one_of,
    plain,
    text,
)
from playground.engine.explain import Window, conv_window, pool_window
from playground.engine.layers import Array, AvgPool2d, Conv2d, MaxPool2d, ReLU, SumPool2d
from playground.engine.network import Network, Node, Stage, trace

# By level: the largest number of a picture, and the weights of a kernel beside zero.
BRIGHTEST = (1, 3, 5, 9)
WEIGHTS = ((1,), (-1, 1), (-1, 1, 2), (-2, -1, 1, 2))
FILLED = {
    "zeros": "The padding holds zeros",
    "replicate": "The padding repeats the border cells (replicate)",
    "reflect": "The padding mirrors the picture (reflect)",
    "circular": "The padding goes on with the opposite side (circular)",
}
POOLS = {"max": MaxPool2d, "average": AvgPool2d, "sum": SumPool2d}


def convolution(rng: np.random.Generator, level: int) -> Task:
    """A cell of the feature map of a small picture."""
    side = 5 if level < 2 else one_of(rng, (5, 6))
    weight = _weight(rng, level)
    bias = one_of(rng, (-2, -1, 1, 2, 3)) if level and rng.random() < 0.5 else 0
    stages = _layer(_picture(rng, side, level), weight, bias, Conv2d(1, 3))
    cell = one_of(rng, list(np.ndindex(stages["convolution"].output.shape[2:])))
    with_bias = f", with a bias of {text(bias)}" if bias else ""
    return _convolved(
        stages, cell, f"Which number belongs in {_place(cell)} of the feature map{with_bias}?"
    )


def stride(rng: np.random.Generator, level: int) -> Task:
    """A cell of a strided map, not the first, which needs no steps."""
    steps = one_of(rng, (2, 3)) if level > 1 else 2
    side = one_of(rng, {2: ((5,), (5, 6), (6, 7), (6, 7))[level], 3: (6, 7)}[steps])
    layer = Conv2d(1, 3, steps)
    stages = _layer(_picture(rng, side, level), _weight(rng, level), 0, layer)
    cell = one_of(rng, list(np.ndindex(stages["convolution"].output.shape[2:]))[1:])
    return _convolved(
        stages,
        cell,
        f"The kernel moves {steps} cells at a time: which number belongs in {_place(cell)} of "
        "the feature map?",
        f"stride {steps}",
    )


def padding(rng: np.random.Generator, level: int) -> Task:
    """A cell at the border of a padded map, for which the padding matters.

    On the higher levels the padding's numbers are not shown: they are a part of the riddle.
    """
    mode = one_of(rng, list(FILLED)[: (1, 2, 4, 4)[level]])
    cells = 2 if level == 3 and rng.random() < 0.5 else 1
    side = 4 if cells == 2 else one_of(rng, (4, 5))
    weight = _weight(rng, level)
    layer = Conv2d(1, 3, padding=cells, padding_mode=mode)
    stages = _layer(_picture(rng, side, level), weight, 0, layer)
    inside = np.zeros((side, side), bool)
    ring = np.pad(inside, cells, constant_values=True)
    places = np.lib.stride_tricks.sliding_window_view(ring, (3, 3))
    weighed = (places & (weight[0, 0] != 0)).any(axis=(2, 3))
    cell = one_of(rng, [cell for cell in np.ndindex(weighed.shape) if weighed[cell]])
    return _convolved(
        stages,
        cell,
        f"{FILLED[mode]}: which number belongs in {_place(cell)} of the feature map?",
        f"padding {cells}, {mode}",
        veiled=level > 1,
    )


def relu(rng: np.random.Generator, level: int) -> Task:
    """A cell after convolution, bias and ReLU; about half of the sums are negative."""
    side = 5 if level < 2 else one_of(rng, (5, 6))
    bias = one_of(rng, (-3, -2, -1, 1, 2))
    picture, weight = _picture(rng, side, level), _weight(rng, max(1, level))
    stages = _layer(picture, weight, bias, Conv2d(1, 3), ReLU())
    sums = stages["convolution"].output[0, 0]
    cut = rng.random() < 0.5
    cells = [cell for cell in np.ndindex(sums.shape) if (sums[cell] < 0) == cut]
    cell = one_of(rng, cells or list(np.ndindex(sums.shape)))
    return _convolved(
        stages,
        cell,
        f"After the convolution and a bias of {text(bias)} comes a ReLU: which number belongs in "
        f"{_place(cell)} of its map?",
        "then ReLU",
    )


def pooling(rng: np.random.Generator, level: int) -> Task:
    """A cell of a pooled map; averages are of four cells, which leaves at most two decimals."""
    kind = one_of(rng, ("max",) if level == 0 else tuple(POOLS))
    window = 3 if kind != "average" and level > 1 and rng.random() < 0.5 else 2
    steps = window if level < 2 else one_of(rng, (1, 2, window))
    side = {1: 4, 2: 4 if window == 2 else 5, 3: 6}[steps]
    least = 0 if level < 2 else -9
    values = rng.integers(least, 10, (1, 1, side, side)).astype(np.float32)
    layer = POOLS[kind](window, steps)
    network = Network("exercise", values.shape[1:], (Node("pooling", layer),))
    stage = trace(network, {}, values)["pooling"]
    cell = one_of(rng, list(np.ndindex(stage.output.shape[2:])))
    found = pool_window(stage, 0, *cell)
    answer = stage.output[(0, 0, *cell)]
    terms = found.patch.ravel()
    lines = {
        "max": f"The largest of {', '.join(map(text, terms))} is {text(answer)}.",
        "sum": f"{added(terms)} = {text(answer)}.",
        "average": f"({added(terms)}) / {terms.size} = {text(terms.sum())} / {terms.size} = "
        f"{text(answer)}.",
    }
    first = (int(found.rows[0]), int(found.columns[0]))
    winner = found.winner and (found.winner[0] - first[0], found.winner[1] - first[1])
    what = {"max": "the largest number", "average": "the mean", "sum": "the sum"}[kind]
    return Task(
        question=f"{kind.capitalize()} pooling: which number belongs in {_place(cell)} of the "
        "pooled map?",
        settings=(f"{kind} pooling", f"{window} × {window} window", f"stride {steps}"),
        picture=matrix("feature map", values[0, 0]),
        kernel=None,
        result=matrix("pooled map", stage.output[0, 0], cell),
        hidden=cell,
        window=(_indices(found.rows), _indices(found.columns)),
        answer=plain(answer),
        hint=f"The window of this cell is lit: what is {what} in it?",
        working=Working((matrix("window", found.patch, marked=winner),), (lines[kind],)),
    )


def _picture(rng: np.random.Generator, side: int, level: int) -> Array:
    return rng.integers(0, BRIGHTEST[level] + 1, (1, 1, side, side)).astype(np.float32)


def _weight(rng: np.random.Generator, level: int) -> Array:
    # Zeros among the weights keep the sums short enough for one's head.
    weight = np.zeros(9, np.float32)
    places = rng.choice(9, int(rng.integers(3, 7)), replace=False)
    weight[places] = rng.choice(WEIGHTS[level], places.size)
    return weight.reshape(1, 1, 3, 3)


def _layer(picture: Array, weight: Array, bias: int, *layers) -> dict[str, Stage]:
    names = ("convolution", "activation")
    nodes = tuple(Node(name, layer) for name, layer in zip(names, layers, strict=False))
    network = Network("exercise", picture.shape[1:], nodes)
    own = {"weight": weight, "bias": np.array([bias], np.float32)}
    return trace(network, {"convolution": own}, picture)


def _convolved(
    stages: dict[str, Stage], cell: tuple[int, int], question: str, *settings, veiled=False
) -> Task:
    stage = stages["convolution"]
    last = stages.get("activation", stage)
    layer: Conv2d = stage.layer
    window = conv_window(stage, 0, *cell)
    answer = last.output[(0, 0, *cell)]
    bias = (f"bias {text(window.bias)}",) if window.bias else ()
    pads = layer.pads()
    padded = ops.pad2d(stage.inputs[0], pads, layer.padding_mode)
    steps, gaps = ops.pair(layer.stride), ops.pair(layer.dilation)
    reads = tuple(
        _indices(place * steps[axis] + gaps[axis] * np.arange(window.patch.shape[1 + axis]))
        for axis, place in enumerate(cell)
    )
    return Task(
        question=question,
        settings=(*bias, *settings),
        picture=matrix("picture", padded[0, 0], ring=pads[0], veiled=veiled),
        kernel=matrix("kernel", window.weight[0]),
        result=matrix(
            "after ReLU" if last is not stage else "feature map", last.output[0, 0], cell
        ),
        hidden=cell,
        window=reads,
        answer=plain(answer),
        hint="The window of this cell is lit: multiply each of its numbers with the weight in the "
        "same place, and add the products up.",
        working=_working(window, None if last is stage else answer),
    )


def _working(window: Window, activated: float | None) -> Working:
    patch, weight, products = window.patch[0], window.weight[0], window.products[0]
    lines, total = [], 0.0
    for row, sums in enumerate(products.sum(axis=1)):
        total += sums
        together = f", together {text(total)}" if row else ""
        terms = multiplied(patch[row], weight[row])
        lines.append(f"Row {row + 1}: {terms} = {text(sums)}{together}.")
    if window.bias:
        lines.append(f"With the bias: {added((total, window.bias))} = {text(window.value)}.")
    if activated is not None:
        cut = "Negative numbers become zero" if window.value < 0 else "What is positive stays"
        if window.value == 0:
            cut = "Zero stays zero"
        lines.append(f"{cut}: max(0, {text(window.value)}) = {text(activated)}.")
    tables: tuple[Matrix, ...] = (
        matrix("window", patch),
        matrix("kernel", weight),
        matrix("products", products),
    )
    return Working(tables, tuple(lines))


def _place(cell: tuple[int, int]) -> str:
    return f"row {cell[0] + 1}, column {cell[1] + 1}"


def _indices(places: Array) -> tuple[int, ...]:
    return tuple(int(place) for place in places)
