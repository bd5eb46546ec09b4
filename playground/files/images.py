"""Pictures as exact arrays: read a file, make it grey or smaller, write it as PNG.

A *picture* is a float32 array (channels, rows, columns), 3 channels for colour and 1 for grey,
whose values are exactly ``k / 255`` for whole numbers k from 0 to 255. The browser receives the
same k as bytes, so the numbers it shows are the numbers the engine computed with.
"""

from __future__ import annotations

import hashlib
import io

import numpy as np
from PIL import Image

from playground.files.decoding import decode, fit


def load_image(data: bytes, max_side: int = 512) -> np.ndarray:
    """Read the picture in a file's bytes; of an animation, the first frame.

    The picture is turned upright by its EXIF orientation, laid over white where it is transparent,
    and made smaller (never larger) until its longer side is at most `max_side`. Embedded colour
    profiles and gamma are ignored, as convolution networks do.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG, WebP, GIF, BMP or AVIF file of at most 20 MB, 16 megapixels and 8192 pixels a
        side. The size in pixels is checked before any pixel is decoded.
    max_side : int
        The longest side of the result, in pixels, at least 1.

    Returns
    -------
    np.ndarray
        float32, (channels, rows, columns), exactly k / 255; 1 channel if the file stores grey
        (also as a palette of greys), else 3.

    Raises
    ------
    BadFile
        For every file it cannot read, whatever is wrong with it.
    """
    if max_side < 1:
        raise ValueError(f"max_side must be at least 1, not {max_side}.")
    return _from_pillow(decode(data, max_side))


def _from_pillow(image: Image.Image) -> np.ndarray:
    values = np.asarray(image)
    return from_bytes(values[np.newaxis] if values.ndim == 2 else values.transpose(2, 0, 1))


def _to_pillow(picture: np.ndarray) -> Image.Image:
    values = to_bytes(picture)
    return Image.fromarray(values[0] if len(values) == 1 else values.transpose(1, 2, 0).copy())


def from_bytes(values: np.ndarray) -> np.ndarray:
    """Turn uint8 values, of any shape, into a picture's float32 ``values / 255``."""
    return np.ascontiguousarray(values, np.float32) / np.float32(255)


def to_bytes(picture: np.ndarray) -> np.ndarray:
    """Turn a picture's float32 k / 255 back into the uint8 k, exactly; same shape, contiguous."""
    return np.rint(np.ascontiguousarray(picture) * 255).astype(np.uint8)


def to_grey(picture: np.ndarray) -> np.ndarray:
    """Make a picture (1 or 3, rows, columns) grey: (1, rows, columns), again exactly k / 255.

    The luma 0.299 R + 0.587 G + 0.114 B of Recommendation ITU-R BT.601-7, section 2.5.1, in whole
    numbers, so that equal channels give exactly their own value.
    """
    if len(picture) == 1:
        return picture
    red, green, blue = to_bytes(picture).astype(np.int32)
    return from_bytes((299 * red + 587 * green + 114 * blue + 500) // 1000)[np.newaxis]


def resize(picture: np.ndarray, side: int) -> np.ndarray:
    """Make a picture smaller until its longer side is `side`; one that is small enough stays."""
    rows, columns = picture.shape[1:]
    target = fit((columns, rows), side)
    if target == (columns, rows):
        return picture
    return _from_pillow(_to_pillow(picture).resize(target, Image.Resampling.LANCZOS))


def encode_png(picture: np.ndarray) -> bytes:
    """Write a picture as a PNG file that holds exactly its values."""
    file = io.BytesIO()
    _to_pillow(picture).save(file, "PNG", optimize=True)
    return file.getvalue()


def digest(data: bytes) -> str:
    """Name a file by its content: the SHA-256 of its bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
