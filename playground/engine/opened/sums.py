"""Fully connected layers and joins that add: products of single numbers, strongest first."""

from __future__ import annotations

import numpy as np

from playground.engine.opened.cell import Cell, number, plus
from playground.engine.opened.parts import Opened, Part


@np.errstate(invalid="ignore", over="ignore")
def linear(cell: Cell) -> Opened:
    """Every feature times its weight, and the bias."""
    values = cell.inputs[0].astype(np.float64)
    weights = cell.params["weight"][cell.place[0]].astype(np.float64)
    products = values * weights
    bias = float(cell.params["bias"][cell.place[0]]) if "bias" in cell.params else None
    shown, left = cell.strongest(products)
    name, maps = cell.origin or (None, None)
    total = products.sum()
    return cell.opened(
        "sum",
        total + (bias or 0.0),
        f"sum of {products.size} product{'s' if products.size > 1 else ''}"
        + (f" + bias: {number(total)} {plus(bias)}" if bias is not None else "")
        + " = {value}",
        parts=tuple(
            Part(
                0,
                (int(i),),
                float(values[i]),
                float(weights[i]),
                float(products[i]),
                origin=tuple(map(int, np.unravel_index(i, maps))) if maps else None,
            )
            for i in shown
        ),
        more=len(left),
        rest=float(products[left].sum()),
        bias=bias,
        origin=name,
    )


@np.errstate(invalid="ignore", over="ignore")
def add(cell: Cell) -> Opened:
    """The numbers at the same place of every branch."""
    values = np.array([branch[cell.place] for branch in cell.inputs], np.float64)
    shown, left = cell.strongest(values)
    terms = [number(values[0]), *map(plus, values[1:3]), *(["+ …"] if len(values) > 3 else [])]
    return cell.opened(
        "sum",
        values.sum(),
        " ".join(terms) + " = {value}",
        parts=tuple(cell.part(cell.place, int(i), product=float(values[i])) for i in shown),
        more=len(left),
        rest=float(values[left].sum()),
    )
