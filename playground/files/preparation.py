"""What is done to a picture before a network sees it: as its makers did when they trained it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from playground.engine.checks import real, whole
from playground.engine.errors import EngineError
from playground.files.images import from_bytes, to_bytes, to_grey

FITS = ("crop", "squash", "pad")
ORDERS = ("rgb", "bgr")
SCALES = (1, 255)
RESAMPLING = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
MAX_SIDE = 1024
# Of a longer strip than this only the middle is enlarged: the rest would be cut off anyway.
MAX_RATIO = 8


@dataclass(frozen=True)
class Preparation:
    """Which part of a picture a network sees, how large, and in which numbers.

    Attributes
    ----------
    rows, columns : int
        Of the network's input.
    channels : int
        3 for colour, 1 for grey.
    fit : {"crop", "squash", "pad"}
        How a picture of another shape becomes one of this: its middle is cut out, its sides are
        scaled each on its own, or black is put around it.
    resize : int, optional
        With "crop", how long the shorter side becomes before the middle is cut out; None is as
        long as the middle needs.
    scale : {1, 255}
        What white is before the mean is taken away; black is 0.
    mean, std : tuple of float
        One for each channel, in the network's order: ``(value - mean) / std``.
    order : {"rgb", "bgr"}
        Which colour comes first.
    resample : {"bicubic", "bilinear"}

    Raises
    ------
    EngineError
        When a setting is invalid, or the settings do not fit each other.
    """

    rows: int
    columns: int
    channels: int = 3
    fit: str = "crop"
    resize: int | None = None
    scale: int = 1
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    order: str = "rgb"
    resample: str = "bicubic"

    def __post_init__(self) -> None:
        for value, name in ((self.rows, "rows"), (self.columns, "columns")):
            _side(value, f"number of {name}")
        _one_of(self.channels, (1, 3), "number of channels")
        _one_of(self.fit, FITS, "way to fit a picture")
        _one_of(self.scale, SCALES, "value of white")
        _one_of(self.order, ORDERS, "order of the colours")
        _one_of(self.resample, tuple(RESAMPLING), "way to resize")
        for numbers, name in ((self.mean, "mean"), (self.std, "standard deviation")):
            if not isinstance(numbers, tuple) or len(numbers) != self.channels:
                raise EngineError(f"The {name} must be {self.channels} numbers, one a channel.")
            for number in numbers:
                real(number, name)
        if min(self.std) <= 0:
            raise EngineError(f"A standard deviation must be above 0, not {min(self.std):g}.")
        if self.resize is not None:
            _side(self.resize, "side before the crop")
            if self.fit == "crop" and self.resize < max(self.rows, self.columns):
                raise EngineError(
                    f"{self.rows} x {self.columns} pixels cannot be cut out of a picture whose "
                    f"shorter side is {self.resize}."
                )

    def normalise(self, values: np.ndarray) -> np.ndarray:
        """Turn (channels, ...) from 0 to 1, in the order red, green, blue, into network values."""
        mean, std = self._columns(values.ndim)
        return ((self._turned(values) * np.float32(self.scale) - mean) / std).astype(np.float32)

    def denormalise(self, values: np.ndarray) -> np.ndarray:
        """The opposite of `normalise`; what no picture has may come out below 0 or above 1."""
        mean, std = self._columns(values.ndim)
        return self._turned((values * std + mean) / np.float32(self.scale)).astype(np.float32)

    def _columns(self, axes: int) -> list[np.ndarray]:
        shape = (-1, *[1] * (axes - 1))
        return [np.asarray(numbers, np.float32).reshape(shape) for numbers in (self.mean, self.std)]

    def _turned(self, values: np.ndarray) -> np.ndarray:
        return values[::-1] if self.order == "bgr" else values


def frame(picture: np.ndarray, preparation: Preparation) -> np.ndarray:
    """Return the part of a picture that the network sees, as a picture.

    Parameters
    ----------
    picture : ndarray, shape (1 or 3, rows, columns)
        uint8, or float from 0 to 1 as `playground.files.images` has it.
    preparation : Preparation

    Returns
    -------
    ndarray, shape (channels, rows, columns)
        float32, exactly k / 255. A grey picture has the same three times where colour is wanted.
    """
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[0] not in (1, 3) or not picture.size:
        raise EngineError("A picture must have 1 or 3 channels, with rows and columns of pixels.")
    if picture.dtype != np.uint8:
        picture = to_bytes(np.clip(np.nan_to_num(picture), 0, 1))
    if preparation.channels == 1:
        picture = to_bytes(to_grey(from_bytes(picture)))
    planes = picture[0] if len(picture) == 1 else picture.transpose(1, 2, 0)
    fitted = np.asarray(_fitted(Image.fromarray(np.ascontiguousarray(planes)), preparation))
    fitted = fitted[None] if fitted.ndim == 2 else fitted.transpose(2, 0, 1)
    return from_bytes(np.broadcast_to(fitted, (preparation.channels, *fitted.shape[1:])))


def prepare(picture: np.ndarray, preparation: Preparation) -> np.ndarray:
    """Return what the network receives: float32, (channels, rows, columns), as `frame`, normalised.

    The picture is resized in whole numbers from 0 to 255 by Pillow's filters, which is how
    torchvision prepares one (https://docs.pytorch.org/vision/stable/transforms.html).
    """
    return preparation.normalise(frame(picture, preparation))


def undo(planes: np.ndarray, preparation: Preparation) -> np.ndarray:
    """Return a picture to look at of what a network receives: float32, exactly k / 255, RGB."""
    values = preparation.denormalise(np.asarray(planes))
    return from_bytes(to_bytes(np.clip(np.nan_to_num(values), 0, 1)))


def _fitted(image: Image.Image, preparation: Preparation) -> Image.Image:
    filter_ = RESAMPLING[preparation.resample]
    size = preparation.columns, preparation.rows
    if preparation.fit == "squash":
        return image.resize(size, filter_)
    if preparation.fit == "pad":
        share = min(size[0] / image.width, size[1] / image.height)
        inner = [max(1, round(side * share)) for side in image.size]
        padded = Image.new(image.mode, size)
        offset = [(whole_ - part) // 2 for whole_, part in zip(size, inner, strict=True)]
        padded.paste(image.resize(inner, filter_), tuple(offset))
        return padded
    most = MAX_RATIO * min(image.size)
    image = _middle(image, [min(side, most) for side in image.size])
    short = preparation.resize or max(
        min(size), *(-(-s * min(image.size) // i) for s, i in zip(size, image.size, strict=True))
    )
    larger = [short * side // min(image.size) for side in image.size]
    return _middle(image.resize(larger, filter_), size)


def _middle(image: Image.Image, size: Sequence[int]) -> Image.Image:
    """Cut out the middle, whose place torchvision rounds like this."""
    left, top = (round((w - part) / 2) for w, part in zip(image.size, size, strict=True))
    return image.crop((left, top, left + size[0], top + size[1]))


def _side(value: int, name: str) -> None:
    if whole(value, name, 1) > MAX_SIDE:
        raise EngineError(f"The {name} must be at most {MAX_SIDE}, not {value}.")


def _one_of(value: object, choices: tuple, name: str) -> None:
    if isinstance(value, bool) or value not in choices:
        raise EngineError(
            f"The {name} must be one of {', '.join(map(str, choices))}, not {str(value)[:40]!r}."
        )


IMAGENET = Preparation(224, 224, resize=256, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

PREPARATIONS: dict[str, Preparation] = {
    "lenet5": Preparation(28, 28, 1, "pad", mean=(0.0,), std=(1.0,)),
    # As its makers measured it: the shorter side to 256 by Pillow's bicubic filter, the middle 224.
    "efficientnet_lite0": IMAGENET,
}
