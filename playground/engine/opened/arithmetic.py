"""Arithmetic between branches, or of a branch with numbers that are learned."""

from __future__ import annotations

from itertools import product

import numpy as np

from playground.engine import ops
from playground.engine.layers import Array, Shape
from playground.engine.opened.cell import Cell, factor, number, plus, stretched
from playground.engine.opened.parts import Opened, Part


@np.errstate(invalid="ignore", over="ignore")
def difference(cell: Cell) -> Opened:
    """A sum or difference: the operand of every branch with its sign, and the constant as bias."""
    signs = [1.0] * len(cell.inputs)
    constant = _constant(cell)
    if isinstance(getattr(cell.layer, "constant_first", None), bool):  # of a subtraction
        first = constant is not None and cell.layer.constant_first
        signs = [1.0 if i == 0 and not first else -1.0 for i in range(len(signs))]
        if constant is not None and not first:
            constant = -constant
    values = [float(branch[place]) for branch, place in _operands(cell)]
    terms = [sign * value for sign, value in zip(signs, values, strict=True)]
    shown, left = cell.strongest(np.array(terms))
    written = [*terms, *([] if constant is None else [constant])]
    return cell.opened(
        "sum",
        sum(written),
        " ".join([number(written[0]), *map(plus, written[1:])]) + " = {value}",
        parts=tuple(
            Part(int(i), _operands(cell)[i][1], values[i], signs[i], terms[i]) for i in shown
        ),
        more=len(left),
        rest=float(sum(terms[i] for i in left)),
        bias=constant,
    )


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def quotient(cell: Cell) -> Opened:
    """A product or quotient of the operands of all branches and the constant."""
    operands = _operands(cell)
    values = [float(branch[place]) for branch, place in operands]
    parts = tuple(
        Part(i, place, value)
        for i, ((_, place), value) in enumerate(zip(operands, values, strict=True))
    )
    constant, divides = _constant(cell), hasattr(cell.layer, "constant_first")
    if constant is not None:
        values.insert(0 if divides and cell.layer.constant_first else len(values), constant)
    first, *others = values
    rest = np.prod(others, dtype=np.float64)
    sign = " / " if divides else " × "
    return cell.opened(
        "function",
        np.float64(first) / rest if divides else first * rest,
        sign.join([number(first), *map(factor, others)]) + " = {value}",
        parts=parts,
    )


@np.errstate(invalid="ignore", over="ignore")
def matrix_product(cell: Cell) -> Opened:
    """A row of what is on the left times a column of the last matrix.

    Of two matrices, the parts are those of the row, and their weights those of the column. Of
    more, the parts are those of the last column, and their weights the product of all others.
    """
    *before, last = cell.inputs
    if not before:
        return cell.opened(
            "copy", float(last[cell.place]), "{value}", parts=(cell.part(cell.place),)
        )
    left = ops.matmul(*(x[None].astype(np.float64) for x in before))[0]
    row, column = _line(left.shape, last.shape, cell.place)
    values, weights = (
        np.array([x[p] for p in places], np.float64) for x, places in ((left, row), (last, column))
    )
    products = values * weights
    shown, others = cell.strongest(products)
    pairs = len(before) == 1

    def part(i: int) -> Part:
        if pairs:
            return Part(0, row[i], values[i], weights[i], products[i], weight_at=(1, column[i]))
        return Part(len(before), column[i], weights[i], values[i], products[i])

    return cell.opened(
        "sum",
        products.sum(),
        f"sum of {len(products)} products = {{value}}",
        parts=tuple(part(int(i)) for i in shown),
        more=len(others),
        rest=float(products[others].sum()),
    )


def constant(cell: Cell) -> Opened:
    """A number of the network, whatever comes in."""
    return cell.opened("copy", float(cell.params["value"][cell.place]), "{value}, learned")


@np.errstate(invalid="ignore", over="ignore")
def mean(cell: Cell) -> Opened:
    """Every number along the axes in equal shares."""
    x, axes = cell.inputs[0], {axis - 1 for axis in cell.layer.axes}
    kept = iter(cell.place)
    spans = []
    for axis, size in enumerate(x.shape):
        if axis in axes:
            spans.append(range(size))
            if cell.layer.keepdims:
                next(kept)
        else:
            spans.append([next(kept)])
    places = list(product(*spans))
    values = x[np.ix_(*spans)].ravel().astype(np.float64)
    shown, left = cell.strongest(values)
    share, total = 1 / len(values), values.sum()
    return cell.opened(
        "sum",
        total * share,
        f"sum of {len(values)} / {len(values)}: {number(total)} / {len(values)} = {{value}}",
        parts=tuple(
            Part(0, places[i], float(values[i]), share, float(values[i] * share)) for i in shown
        ),
        more=len(left),
        rest=float((values[left] * share).sum()),
    )


def _constant(cell: Cell) -> float | None:
    """The learned operand at the place; None if there is none."""
    if cell.layer.constant is None:
        return None
    own = cell.params["value"]
    return float(own[stretched(own.shape, cell.place)])


def _operands(cell: Cell) -> list[tuple[Array, Shape]]:
    """Every branch, with the place in it that stands where the cell is."""
    return [(branch, stretched(branch.shape, cell.place)) for branch in cell.inputs]


def _line(left: Shape, right: Shape, place: tuple[int, ...]):
    """Places of the row on the left and of the column on the right that make a product's cell."""
    deep = max(len(left), len(right)) - 2
    stack, inner = place[: max(0, deep)], list(place[max(0, deep) :])
    row = inner[:1] if len(left) > 1 else []
    column = inner[-1:] if len(right) > 1 else []
    length = range(left[-1])
    return (
        [(*stretched(left[:-2], stack), *row, k) for k in length],
        [(*stretched(right[:-2], stack), k, *column) for k in length],
    )
