"""Local response normalisation: a value is weakened by large ones in the channels beside it."""

from __future__ import annotations

import numpy as np

from playground.engine.checks import as_planes, real, whole
from playground.engine.errors import EngineError


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=1.0) -> np.ndarray:
    """Return ``x / (k + alpha / size * sum of x² over the nearest channels) ** beta``.

    Section 3.3 of [1]_ in PyTorch's form [2]_, which is Caffe's, too: the sum is divided by the
    number of channels, so the paper's alpha of 1e-4 over 5 channels is an alpha of 5e-4 here.

    Parameters
    ----------
    x : array, (n, c, h, w)
    size : int
        How many channels are summed: ``size // 2`` before the value's own and
        ``(size - 1) // 2`` behind it; channels that are not there count as zeros.
    alpha, beta, k : float
        None of them negative.

    Returns
    -------
    array of the shape of x

    Raises
    ------
    EngineError
        When a setting is invalid.

    References
    ----------
    .. [1] A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep
       Convolutional Neural Networks", 2012,
       https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html
    .. [2] https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
    """
    x = as_planes(x)
    size, alpha, beta, k = check_response(size, alpha, beta, k)
    with np.errstate(all="ignore"):
        return np.multiply(x, _power(_crowd(x, size, alpha, k), beta), dtype=x.dtype)


@np.errstate(all="ignore")
def local_response_norm_backward(grad, x, size=5, alpha=1e-4, beta=0.75, k=1.0) -> np.ndarray:
    """Return the gradient of the input: through the value itself, less what it did to others.

    With ``s`` for the sum in brackets, ``y = x * s ** -beta``, and ``s`` of a channel grows by
    ``2 * alpha / size * x`` with every channel in its window.
    """
    size, alpha, beta, k = check_response(size, alpha, beta, k)
    sums = _crowd(x, size, alpha, k)
    scale = _power(sums, beta)
    felt = _window_sums(grad * x * scale / sums, (size - 1) // 2, size // 2)
    return grad * scale - x.dtype.type(2 * alpha * beta / size) * x * felt


def check_response(size, alpha, beta, k) -> tuple[int, float, float, float]:
    """Return the settings as numbers; raises `EngineError` where one is invalid."""
    numbers = []
    for value, name in ((alpha, "alpha"), (beta, "beta"), (k, "k")):
        number = real(value, f"{name} of the response norm")
        if number < 0:
            raise EngineError(f"The {name} of the response norm cannot be negative: {number:g}.")
        numbers.append(number)
    return whole(size, "number of channels of the response norm", 1), *numbers


def _crowd(x: np.ndarray, size: int, alpha: float, k: float) -> np.ndarray:
    """What the value is divided by, before the power."""
    sums = _window_sums(x * x, size // 2, (size - 1) // 2)
    sums *= x.dtype.type(alpha / size)
    sums += x.dtype.type(k)
    return sums


def _window_sums(x: np.ndarray, before: int, after: int) -> np.ndarray:
    """Sum each channel with so many before and behind it."""
    sums, channels = x.copy(), x.shape[1]
    for shift in range(1, min(before, channels - 1) + 1):
        sums[:, shift:] += x[:, :-shift]
    for shift in range(1, min(after, channels - 1) + 1):
        sums[:, :-shift] += x[:, shift:]
    return sums


def _power(sums: np.ndarray, beta: float) -> np.ndarray:
    """``sums ** -beta``; two roots make 3/4, in a fifth of the time of a power."""
    if beta == 0.75:
        root = np.sqrt(sums)
        return 1 / (root * np.sqrt(root))
    return sums ** sums.dtype.type(-beta)
