"""PNG pictures with sixteen bits a sample, all of which count.

Of colour, and of grey with transparency, Pillow keeps the upper eight bits. Its readers of little-
endian samples keep the lower eight of PNG's big-endian ones, so that two passes give all sixteen.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

# How Pillow says that the samples are stored -> how they are read, once or twice. Four bytes a
# pixel are the two halves of grey and alpha as they stand.
PASSES = {
    "RGB;16B": ("RGB;16B", "RGB;16L"),
    "RGBA;16B": ("RGBA;16B", "RGBA;16L"),
    "LA;16B": ("RGBA",),
}
_WHITE = 65535


def opaque(data: bytes, stored: str) -> Image.Image:
    """Decode a PNG file to mode L or RGB, laid over white, rounded once and at the end.

    Parameters
    ----------
    data : bytes
    stored : str
        A key of `PASSES`.
    """
    first, key = _decoded(data, PASSES[stored][0])
    if len(PASSES[stored]) == 2:
        high, low = first, _decoded(data, PASSES[stored][1])[0]
    else:
        high, low = first[..., ::2], first[..., 1::2]
    values = high.astype(np.float64) * 256 + low
    if stored == "RGB;16B":
        if isinstance(key, tuple):
            values[(values == key).all(axis=2)] = _WHITE
    else:
        alpha = values[..., -1:] / _WHITE
        values = values[..., :-1] * alpha + _WHITE * (1 - alpha)
    codes = np.rint(values / 257).astype(np.uint8)  # 65535 / 257 = 255 exactly
    return Image.fromarray(codes[..., 0] if codes.shape[2] == 1 else codes)


def _decoded(data: bytes, rawmode: str) -> tuple[np.ndarray, object]:
    """The samples, (rows, columns, bytes), and the colour that is transparent, if there is one."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        image.tile = [tile._replace(args=rawmode) for tile in image.tile]
        image.load()
        return np.asarray(image), image.info.get("transparency")
