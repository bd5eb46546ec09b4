"""What surrounds an image, and how many windows fit in it then."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_planes, pair, whole
from playground.engine.errors import EngineError

Pads = tuple[int, int, int, int]  # top, bottom, left, right

NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
PADDING_MODES = tuple(NUMPY_MODES)


def resolve_padding(padding, kernel_size, stride=1, dilation=1) -> Pads:
    """Return the number of pixels that `padding` puts at the top, bottom, left and right.

    Parameters
    ----------
    padding : int, (rows, columns), (top, bottom, left, right), "valid" or "same"
        "valid" adds nothing. "same" keeps the size of the image, for which the stride must be 1;
        where it needs an odd number of pixels, the extra one goes to the bottom and the right.
    kernel_size, stride, dilation : int or (rows, columns)

    Raises
    ------
    EngineError
        When a setting is no valid whole number, or "same" is asked for with a stride above 1.
    """
    kernel, steps = pair(kernel_size, "kernel size"), pair(stride, "stride")
    gaps = pair(dilation, "dilation")
    if isinstance(padding, str):
        if padding == "valid":
            return 0, 0, 0, 0
        if padding != "same":
            raise EngineError(
                f'The padding must be numbers, "valid" or "same", not {padding[:40]!r}.'
            )
        if steps != (1, 1):
            raise EngineError(
                f'Padding "same" keeps the size of the image, which a stride of '
                f"{max(steps)} cannot do; set the stride to 1 or give the padding as a number."
            )
        rows, columns = (d * (k - 1) for k, d in zip(kernel, gaps, strict=True))
        return rows // 2, rows - rows // 2, columns // 2, columns - columns // 2
    if isinstance(padding, (tuple, list)) and len(padding) == 4:
        return tuple(whole(p, "padding", 0) for p in padding)
    if isinstance(padding, (tuple, list)) and len(padding) != 2:
        raise EngineError(f"The padding must be one number, two or four, not {len(padding)}.")
    rows, columns = pair(padding, "padding", minimum=0)
    return rows, rows, columns, columns


def output_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    pad_before: int = 0,
    pad_after: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Return how many windows fit along one axis; 0 when not even one does.

    ``(size + pad_before + pad_after - dilation * (kernel_size - 1) - 1) / stride + 1``, rounded
    down [1]_. With `ceil_mode` it is rounded up, so that the last window may hang over the end,
    but it must begin inside the image or the padding before it [2]_.

    References
    ----------
    .. [1] Dumoulin & Visin, "A guide to convolution arithmetic for deep learning",
       https://arxiv.org/abs/1603.07285
    .. [2] https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """
    room = size + pad_before + pad_after - dilation * (kernel_size - 1) - 1
    if not ceil_mode:
        return max(0, room // stride + 1)
    count = -(-room // stride) + 1
    if (count - 1) * stride >= size + pad_before:
        count -= 1
    return max(0, count)


def output_sizes(
    image: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    pads: Pads,
    dilation: tuple[int, int],
    ceil_mode: bool = False,
    what: str = "kernel",
) -> tuple[int, int]:
    """Return `output_size` of both axes; `what` is the word for what slides over the image.

    Raises
    ------
    EngineError
        When the kernel does not fit the image, however it is placed.
    """
    rows, columns = (
        output_size(
            image[i], kernel[i], stride[i], pads[2 * i], pads[2 * i + 1], dilation[i], ceil_mode
        )
        for i in (0, 1)
    )
    if rows < 1 or columns < 1:
        spread = ""
        if dilation != (1, 1):
            span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
            spread = f", spread to {span[0]} x {span[1]} by its dilation,"
        padded = ", padding included" if any(pads) else ""
        raise EngineError(
            f"A {kernel[0]} x {kernel[1]} {what}{spread} does not fit a "
            f"{image[0] + pads[0] + pads[1]} x {image[1] + pads[2] + pads[3]} image{padded}; "
            f"add padding or choose a smaller {what}."
        )
    return rows, columns


def pad2d(x, pads: Pads, mode: str = "zeros") -> np.ndarray:
    """Surround every plane of `x` with pixels.

    Parameters
    ----------
    x : array, (batch, channel, row, column)
    pads : (top, bottom, left, right)
    mode : {"zeros", "reflect", "replicate", "circular"}
        What the new pixels hold: zeros; the image mirrored at its border pixel; the border pixel
        again; or the image over again from its other side.

    Returns
    -------
    array, (batch, channel, top + row + bottom, left + column + right)
        `x` itself when there is nothing to add.

    Raises
    ------
    EngineError
        When the mode is unknown, or mirroring or repeating asks for more than the image has.
    """
    x = as_planes(x)
    if mode not in PADDING_MODES:
        names = ", ".join(PADDING_MODES)
        raise EngineError(f"The padding mode must be one of {names}, not {str(mode)[:40]!r}.")
    if not any(pads):
        return x
    top, bottom, left, right = pads
    rows, columns = (max(top, bottom), x.shape[2], "row"), (max(left, right), x.shape[3], "column")
    for most, size, axis in (rows, columns):
        have = f"the image has {size} {axis}{'s' if size > 1 else ''}"
        if mode == "reflect" and most >= size:
            raise EngineError(
                f"Reflect padding mirrors the image without its border, so it must be smaller "
                f"than the image: it asks for {most} and {have}."
            )
        if mode == "circular" and most > size:
            raise EngineError(
                f"Circular padding repeats the image once, so it cannot be larger than the "
                f"image: it asks for {most} and {have}."
            )
    if mode == "zeros":
        return surround(x, pads, 0)
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), mode=NUMPY_MODES[mode])


def pad2d_backward(grad, pads: Pads, mode: str = "zeros") -> np.ndarray:
    """Fold the gradient of the padding back onto the pixels that it repeated.

    Parameters
    ----------
    grad : array, (batch, channel, top + row + bottom, left + column + right)
        Of the loss with respect to the output of `pad2d`.
    pads, mode
        As the forward received them.

    Returns
    -------
    array, (batch, channel, row, column)
    """
    for axis in (2, 3):
        before, after = pads[2 * axis - 4 : 2 * axis - 2]
        if before or after:
            folded = fold(np.moveaxis(grad, axis, 0), before, after, mode)
            grad = np.moveaxis(folded, 0, axis)
    return grad


def fold(grad: np.ndarray, before: int, after: int, mode: str) -> np.ndarray:
    """Take the padding off the first axis, and add it where `mode` took it from."""
    end = len(grad) - after
    core, head, tail = grad[before:end], grad[:before], grad[end:]
    if mode == "zeros":
        return core
    core, size = core.copy(order="K"), end - before
    if mode == "reflect":
        core[1 : before + 1] += head[::-1]
        core[size - 1 - after : size - 1] += tail[::-1]
    elif mode == "replicate":
        core[0] += head.sum(axis=0)
        core[-1] += tail.sum(axis=0)
    else:
        core[size - before :] += head
        core[:after] += tail
    return core


def surround(x: np.ndarray, pads: Pads, value: float) -> np.ndarray:
    """Surround every plane with one constant; several times faster than `np.pad`.

    The result keeps the order in which the numbers of `x` lie in memory.
    """
    top, bottom, left, right = pads
    n, c, h, w = x.shape
    padded = np.full_like(x, value, shape=(n, c, top + h + bottom, left + w + right))
    padded[:, :, top : top + h, left : left + w] = x
    return padded
