"""Values to brightness: how a map's numbers become the 256 codes that a colour table colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SAMPLE = 2048
ROBUST = 0.995
THUMBNAIL = 80
SMALLEST_RANGE = 1e-30


@dataclass(frozen=True)
class MapPicture:
    """A map ready to be coloured.

    Attributes
    ----------
    codes : ndarray of uint8, shape (rows, columns) or (rows, columns, 3)
        0 stands for ``low`` and 255 for ``high``; values beyond are cut off there. Three channels
        are the red, green and blue of a colour picture.
    low, high : float
        The values at the two ends of the colour table.
    minimum, maximum : float
        The true range.
    table : str
        A key of `colours.TABLES`, or ``"rgb"`` for a colour picture.
    """

    codes: np.ndarray
    low: float
    high: float
    minimum: float
    maximum: float
    table: str


def picture_maps(
    maps: np.ndarray, scale: str, colours: str, full: int | None = None
) -> list[MapPicture]:
    """The maps of one stage as pictures.

    Parameters
    ----------
    maps : ndarray, shape (filters, parts, rows, columns)
        One part for a map, three for the red, green and blue of a colour picture.
    scale : str
        ``map``: each map's own range; ``robust``: the same without the most extreme 0.5 %;
        ``shared``: one range for all maps of the stage; ``symmetric``: shared, and as far below
        zero as above; ``unit``: 0 to 1.
    colours : str
        ``auto``, or a key of `colours.TABLES`. ``auto`` takes the diverging table for a map that
        swings about zero and grey for one that still looks like a picture.
    full : int, optional
        The only map wanted in full; the others are averaged down to at most 80 cells a side.
        Without it all maps come in full.
    """
    ends = [(float(m.min()), float(m.max())) for m in maps]
    together = (min(low for low, _ in ends), max(high for _, high in ends))
    pictures = []
    for i, (values, (minimum, maximum)) in enumerate(zip(maps, ends, strict=True)):
        table = colours
        if len(values) == 3:
            table = "rgb"
        elif colours == "auto":
            table = "diverging" if _swings_about_zero(_sample(values)) else "grey"
        shown = values if full is None or i == full else _shrink(values)
        # Means of blocks have milder extremes than the cells: a small map finds its own.
        low, high = _limits(scale, _sample(shown), minimum, maximum, together, table)
        codes = _encode(shown, low, high)
        codes = codes.transpose(1, 2, 0) if table == "rgb" else codes[0]
        pictures.append(MapPicture(codes, low, high, minimum, maximum, table))
    return pictures


def thumbnail(values: np.ndarray, picture: MapPicture, scale: str) -> np.ndarray:
    """The codes of a map in full, made small as the maps of the other filters are."""
    small, (low, high) = _shrink(values), (picture.low, picture.high)
    if scale == "robust":
        ends = (picture.minimum, picture.maximum)
        low, high = _limits(scale, _sample(small), *ends, ends, picture.table)
    codes = _encode(small, low, high)
    return codes.transpose(1, 2, 0) if picture.table == "rgb" else codes[0]


def _sample(values: np.ndarray) -> np.ndarray:
    flat = values.reshape(-1)
    # An odd step visits all columns of a map whose width is even, not the same few.
    return flat[:: max(1, flat.size // SAMPLE) | 1] if flat.size > SAMPLE else flat


def _swings_about_zero(sample: np.ndarray) -> bool:
    return bool(sample.min() < 0 and abs(sample.mean()) < 0.5 * sample.std())


def _limits(scale, sample, minimum, maximum, together, table) -> tuple[float, float]:
    low, high = minimum, maximum
    if scale == "unit":
        return 0.0, 1.0
    if scale in ("shared", "symmetric"):
        low, high = together
    elif scale == "robust":
        last = sample.size - 1
        ends = (round((1 - ROBUST) * last), round(ROBUST * last))
        low, high = (float(v) for v in np.partition(sample, ends)[list(ends)])
        if low == high:
            low, high = minimum, maximum
    # Zero must be white on the diverging table, so its range is as long on both sides.
    symmetric = scale == "symmetric" or table == "diverging"
    if symmetric:
        high = max(abs(low), abs(high))
        low = -high
    if high - low > SMALLEST_RANGE:
        return low, high
    # A map of one value, or of values closer than a float32 can divide by, is drawn as far from
    # zero: a map of zeros is black.
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low > SMALLEST_RANGE:
        return low, high
    return (-1.0 if symmetric else 0.0), 1.0


def _encode(values: np.ndarray, low: float, high: float) -> np.ndarray:
    scaled = (values - np.float32(low)) * np.float32(255.0 / (high - low))
    scaled += np.float32(0.5)
    np.clip(scaled, 0, 255, out=scaled)
    return scaled.astype(np.uint8)


def _shrink(values: np.ndarray) -> np.ndarray:
    step = -(-max(values.shape[1:]) // THUMBNAIL)
    if step < 2 or min(values.shape[1:]) < step:
        return values
    rows, columns = (n - n % step for n in values.shape[1:])
    narrow = sum(values[:, i:rows:step, :columns] for i in range(step))
    return sum(narrow[:, :, i::step] for i in range(step)) / np.float32(step * step)
