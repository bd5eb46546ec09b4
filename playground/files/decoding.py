"""Hostile bytes in, a small upright opaque 8-bit picture out; Pillow does the decoding."""

from __future__ import annotations

import io
import re
import warnings

import numpy as np

# Named imports register the six readers now: registering them inside Image.open is not thread-safe.
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from playground.files.errors import BadFile
from playground.files.guards import check_file, check_size
from playground.files.lane import in_lane
from playground.files.sixteen_bits import PASSES, opaque
from playground.limits import LIMITS

FORMATS = tuple(
    reader.format
    for reader in (
        PngImagePlugin.PngImageFile,
        JpegImagePlugin.JpegImageFile,
        WebPImagePlugin.WebPImageFile,
        GifImagePlugin.GifImageFile,
        BmpImagePlugin.BmpImageFile,
        AvifImagePlugin.AvifImageFile,
    )
)

_NOT_A_PICTURE = (
    "This file is not a picture the playground can open (PNG, JPEG, WebP, GIF, BMP or AVIF)."
)
_HEIC = "The playground cannot open HEIC pictures; save this one as JPEG or PNG and try again."
_TOO_EARLY = "This picture is damaged: it ends too early."
_DAMAGED = "This picture is damaged and cannot be opened."
_FAR_TOO_LARGE = (
    "This picture has far too many pixels; "
    f"the playground opens pictures of up to {LIMITS.picture_megapixels} megapixels."
)
_NO_MEMORY = "There is not enough memory to open this picture; try a smaller one."

_SIGNATURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP|GIF8[79]a|BM|....ftypavi[fs]", re.DOTALL
)
_HEIC_SIGNATURE = re.compile(rb"....ftyp(hei[cmsx]|hev[cmx])", re.DOTALL)

# EXIF 2.32, section 4.6.4 A, tag 0x0112: how to turn the stored picture upright.
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow warns on the server's console about what the user is told in a sentence. The filters are
# global and not thread-safe, so they are set once, here.
warnings.filterwarnings("ignore", module=r"PIL(\.|$)")

SMALL = 1_000_000  # pixels; a larger picture takes up to 160 MB and half a second

# Pillow spreads samples of two and four bits over 0 to 255, but not the grey that is transparent.
_STEPS = {"L;2": 85, "L;4": 17}


def decode(data: bytes, max_side: int) -> Image.Image:
    """Decode a file to a Pillow image of mode L or RGB: upright, opaque, at most `max_side` long.

    Raises BadFile, and nothing else, for every file that it cannot read.
    """
    try:
        check_file(data)
        return _decode(data, max_side)
    except BadFile:
        raise
    except Exception as error:  # on damaged files Pillow raises almost every class
        raise BadFile(_sentence(error, data)) from None


def _decode(data: bytes, max_side: int) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        check_size(*image.size)
        if image.width * image.height <= SMALL:
            return _pixels_of(image, data, max_side)
        return in_lane(_pixels_of, image, data, max_side)


def _pixels_of(image: Image.Image, data: bytes, max_side: int) -> Image.Image:
    target = fit(image.size, max_side)
    if target != image.size:
        # JPEG can be decoded at 1/2, 1/4 or 1/8; twice the target leaves the filter its work.
        image.draft(None, (2 * target[0], 2 * target[1]))
    rawmode = str(image.tile[0].args) if image.tile else ""
    image.load()
    turn = _turn_upright(image)
    grey = rawmode == "LA;16B" or _is_grey(image)
    if rawmode in PASSES and image.format == "PNG" and image.size == target:
        pixels = opaque(data, rawmode)
    else:  # of a picture that is made smaller, the lower bits would be averaged away
        pixels = _to_eight_bits(image, rawmode)
    if pixels.size != target:
        pixels = pixels.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if turn is not None:
        pixels = pixels.transpose(turn)
    pixels = _over_white(pixels)
    return pixels.getchannel(0) if grey else pixels


def _turn_upright(image: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(image.getexif().get(_ORIENTATION_TAG))
    except Exception:  # a damaged EXIF block is no reason to refuse the pixels
        return None


def _is_grey(image: Image.Image) -> bool:
    if image.mode in ("P", "PA"):
        palette = np.array(image.getpalette() or [0, 0, 0]).reshape(-1, 3)
        return bool((palette == palette[:, :1]).all())
    return image.mode.startswith(("1", "L", "I", "F")) and image.mode != "LAB"


def _to_eight_bits(image: Image.Image, rawmode: str) -> Image.Image:
    """Convert to L, LA, RGB or RGBA; `rawmode` is how the file stores its samples."""
    if image.mode.startswith("I"):
        return _from_sixteen_bits(image)
    if image.has_transparency_data:
        key = image.info.get("transparency")
        if rawmode == "RGB;16B" and isinstance(key, tuple):
            # Pillow keeps the high byte of 16-bit colour but all 16 bits of its transparent colour.
            image.info["transparency"] = tuple(value >> 8 for value in key)
        if rawmode in _STEPS and isinstance(key, int):
            image.info["transparency"] = key * _STEPS[rawmode]
        mode = "LA" if image.mode in ("1", "L", "LA", "La") else "RGBA"
        return image if image.mode == mode else image.convert(mode)  # which would copy it
    return image.convert("L" if image.mode in ("1", "L", "F") else "RGB")


def _from_sixteen_bits(image: Image.Image) -> Image.Image:
    # Pillow's own conversion clips at 255; 65535 / 257 = 255 exactly.
    values = np.clip(np.asarray(image), 0, 65535).astype(np.uint32)
    key = image.info.get("transparency")
    opaque = values != key if isinstance(key, int) else None
    values += 128
    values //= 257
    grey = Image.fromarray(values.astype(np.uint8))
    if opaque is None:
        return grey
    return Image.merge("LA", (grey, Image.fromarray(opaque.astype(np.uint8) * 255)))


def _over_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return image
    mode = image.mode[:-1]
    page = Image.new(mode, image.size, "white")
    page.paste(image.convert(mode), mask=image.getchannel("A"))
    return page


def _sentence(error: Exception, data: bytes) -> str:
    if isinstance(error, UnidentifiedImageError):
        if _HEIC_SIGNATURE.match(data):
            return _HEIC
        return _DAMAGED if _SIGNATURE.match(data) else _NOT_A_PICTURE
    if isinstance(error, Image.DecompressionBombError):
        return _FAR_TOO_LARGE
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    early = isinstance(error, EOFError) or "truncated" in str(error).lower()
    if data.startswith(b"RIFF"):  # WebP's decoder gives no reason, but the header holds the length
        early = int.from_bytes(data[4:8], "little") + 8 > len(data)
    return _TOO_EARLY if early else _DAMAGED


def fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Scale (width, height) down until the longer one is at most `side`; neither becomes 0."""
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, round(length * side / longest)) for length in size)
    return width, height
