"""What every operator asks of its arguments, answered in one sentence when it is not so."""

from __future__ import annotations

import operator

import numpy as np

from playground.engine.errors import EngineError


def as_floats(value, name: str) -> np.ndarray:
    """Return `value` as a float32 or float64 array; whole numbers and booleans become float32.

    Raises
    ------
    EngineError
        When the values are not real numbers, or there are none.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise EngineError(f"The {name} must be a full grid: its rows differ in length.") from None
    if array.dtype.kind not in "fiub":
        raise EngineError(f"The {name} must hold real numbers, not values of type {array.dtype}.")
    if array.size == 0:
        raise EngineError(f"The {name} is empty: its shape is {shape_text(array.shape)}.")
    wide = array.dtype.kind == "f" and array.dtype.itemsize >= 8
    return array.astype(np.float64 if wide else np.float32, copy=False)


def as_planes(value, name: str = "input") -> np.ndarray:
    """Like `as_floats`, for arrays that must be (batch, channel, row, column)."""
    array = as_floats(value, name)
    if array.ndim != 4:
        raise EngineError(
            f"The {name} must have four axes (batch, channel, row, column), "
            f"but its shape is {shape_text(array.shape)}."
        )
    return array


def common_dtype(*arrays: np.ndarray | None) -> list[np.ndarray | None]:
    """Bring all arrays to float64 if one of them is; None stays None."""
    dtype = np.result_type(*(a.dtype for a in arrays if a is not None))
    return [a if a is None else a.astype(dtype, copy=False) for a in arrays]


def whole(value, name: str, minimum: int) -> int:
    """Return `value` as an int of at least `minimum`; True, 2.0 and NaN are no whole numbers."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise EngineError(f"The {name} must be a whole number, not {shorten(value)}.") from None
    if number < minimum:
        raise EngineError(f"The {name} must be at least {minimum}, not {number}.")
    return number


def pair(value, name: str = "setting", minimum: int = 1) -> tuple[int, int]:
    """Return (for rows, for columns) from one whole number or two."""
    if not isinstance(value, (tuple, list)):
        value = (value, value)
    if len(value) != 2:
        raise EngineError(
            f"The {name} must be one number or two (rows, columns), not {shorten(value)}."
        )
    return whole(value[0], name, minimum), whole(value[1], name, minimum)


def real(value, name: str) -> float:
    """Return `value` as a float that is neither infinite nor NaN."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise EngineError(f"The {name} must be a finite number, not {shorten(value)}.")
    return number


def shorten(value) -> str:
    """Write a value into a sentence, on one line and cut off when it is long."""
    return " ".join(repr(value).split())[:60]


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape the way people say it: (1, 3, 8, 8) is "1 x 3 x 8 x 8"."""
    return " x ".join(map(str, shape)) if shape else "a single number"


def check_place(name: str, shape: tuple[int, ...], place: tuple[int, ...]) -> tuple[int, ...]:
    """The place as plain numbers; raises `EngineError` if the output has no such place."""
    inside = len(place) == len(shape) and all(
        isinstance(n, int | np.integer) and 0 <= n < size
        for n, size in zip(place, shape, strict=True)
    )
    if not inside:
        where = ", ".join(str(n)[:20] for n in place)
        sizes = " × ".join(map(str, shape))
        raise EngineError(f"“{name}” has no number at ({where}); its output is {sizes}.")
    return tuple(int(n) for n in place)


def check_bias(bias: np.ndarray | None, outputs: int) -> None:
    """Refuse a bias that is not one number for each of the outputs."""
    if bias is not None and bias.shape != (outputs,):
        raise EngineError(
            f"The bias must be {outputs} numbers, one for each output, "
            f"but its shape is {shape_text(bias.shape)}."
        )
