"""Convolution beside PyTorch, OpenCV and SciPy's own functions, on two threads each.

Every peer computes the same cross-correlation with a border of zeros, and its result is compared
with ours before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
from scipy import ndimage, signal
from threadpoolctl import threadpool_limits

from benchmarks.table import Row
from benchmarks.timing import Times, compare
from playground.engine import ops

THREADS = 2
PYTORCH = "PyTorch conv2d"

# name: input, weight, padding
SHAPES = {
    "page: 3 x 256 x 256, 4 filters 3 x 3": ((1, 3, 256, 256), (4, 3, 3, 3), 1),
    "page: 1 x 256 x 256, 4 filters 3 x 3": ((1, 1, 256, 256), (4, 1, 3, 3), 1),
    "LeNet: 64 of 1 x 28 x 28, 6 filters 5 x 5": ((64, 1, 28, 28), (6, 1, 5, 5), 2),
    "LeNet: 64 of 6 x 14 x 14, 16 filters 5 x 5": ((64, 6, 14, 14), (16, 6, 5, 5), 0),
    "VGG: 64 x 112 x 112, 64 filters 3 x 3": ((1, 64, 112, 112), (64, 64, 3, 3), 1),
    "VGG: 512 x 14 x 14, 512 filters 3 x 3": ((1, 512, 14, 14), (512, 512, 3, 3), 1),
    "depthwise: 32 x 112 x 112, 3 x 3": ((1, 32, 112, 112), (32, 1, 3, 3), 1),
}


def run() -> list[Row]:
    """Measure one 512 x 512 plane beside all peers, and the layers of `SHAPES` beside PyTorch."""
    torch.set_num_threads(THREADS)
    cv2.setNumThreads(THREADS)
    rng = np.random.default_rng(0)
    with threadpool_limits(THREADS), torch.inference_mode():
        rows = one_plane(rng)
        for name, (*shapes, padding) in SHAPES.items():
            x, weight = (rng.standard_normal(shape, dtype=np.float32) for shape in shapes)
            rows += side_by_side(name, *layer(x, weight, padding))
    return rows


def one_plane(rng: np.random.Generator) -> list[Row]:
    """Measure one 512 x 512 plane with one 3 x 3 kernel beside every peer."""
    plane = rng.standard_normal((512, 512), dtype=np.float32)
    kernel = rng.standard_normal((3, 3), dtype=np.float32)
    flipped = kernel[::-1, ::-1]
    ours, peers = layer(plane[None, None], kernel[None, None], 1)
    border = cv2.BORDER_CONSTANT
    peers |= {
        "OpenCV filter2D": lambda: cv2.filter2D(plane, -1, kernel, borderType=border),
        "scipy.ndimage.correlate": lambda: ndimage.correlate(plane, kernel, mode="constant"),
        "scipy.signal.correlate2d": lambda: signal.correlate2d(plane, kernel, mode="same"),
        "scipy.signal.oaconvolve": lambda: signal.oaconvolve(plane, flipped, mode="same"),
    }
    return side_by_side("512 x 512 plane, 3 x 3", ours, peers)


def layer(x: np.ndarray, weight: np.ndarray, padding: int) -> tuple[Callable, dict[str, Callable]]:
    """Return our convolution and PyTorch's."""
    groups = x.shape[1] // weight.shape[1]
    tensors = torch.from_numpy(x), torch.from_numpy(weight)
    return (
        lambda: ops.conv2d(x, weight, padding=padding, groups=groups),
        {PYTORCH: lambda: torch.nn.functional.conv2d(*tensors, padding=padding, groups=groups)},
    )


def side_by_side(name: str, ours: Callable, peers: dict[str, Callable]) -> list[Row]:
    """Check that all agree, time them in turns, and return a row for each peer and statistic."""
    expected = ours()
    for peer, function in peers.items():
        difference = np.abs(np.asarray(function()) - expected).max()
        if not difference <= 1e-5 * np.abs(expected).max():
            raise AssertionError(f"{peer} and ours differ by {difference} in {name}")
    times = compare({"ours": ours, **peers})
    return [
        Row(
            f"{name}, {statistic}",
            getattr(times["ours"], statistic),
            getattr(times[peer], statistic),
            peer,
        )
        for peer in peers
        for statistic in (Times._fields if peer == PYTORCH else ("median",))
    ]
