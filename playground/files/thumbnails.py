"""A picture of any size and form as a small square."""

from __future__ import annotations

import numpy as np
from PIL import Image

from playground.files.images import to_bytes


def square_picture(picture: np.ndarray, side: int) -> np.ndarray:
    """Cut the largest square out of the middle and bring it to `side` x `side` pixels.

    A square of that size keeps its pixels exactly.

    Parameters
    ----------
    picture : ndarray of float32, shape (channels, rows, columns)
        As from `load_image`, 1 or 3 channels.

    Returns
    -------
    ndarray of uint8, shape (channels, side, side)
        Read-only.
    """
    rows, columns = picture.shape[1:]
    edge = min(rows, columns)
    top, left = (rows - edge) // 2, (columns - edge) // 2
    values = to_bytes(picture[:, top : top + edge, left : left + edge])
    if edge != side:
        # Lanczos would draw rings around the edges of a picture that grows.
        method = Image.Resampling.LANCZOS if edge > side else Image.Resampling.BILINEAR
        pixels = values[0] if len(values) == 1 else np.ascontiguousarray(values.transpose(1, 2, 0))
        small = np.asarray(Image.fromarray(pixels).resize((side, side), method))
        values = np.ascontiguousarray(np.atleast_3d(small).transpose(2, 0, 1))
    values.setflags(write=False)
    return values
