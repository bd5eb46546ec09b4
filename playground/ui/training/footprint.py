"""The memory that a run takes, before anything of it is there."""

from __future__ import annotations

from math import prod

from playground.engine.evaluation import at_a_time
from playground.engine.layer import Shape
from playground.engine.layers import Conv2d
from playground.engine.network import Network, summary
from playground.engine.tiles import COPY_BYTES

MEGABYTE = 2**20
NUMBER = 4  # bytes
AROUND = 4.5 * MEGABYTE


def memory_needed(network: Network, batch_size: int) -> float:
    """Megabytes that a run takes beside its data.

    Its weights are there nine times (at the start, when they were last good, now, in Adam's two
    means, as gradients, and in a step of Adam's). With the outputs of every layer, for the pictures
    that go through at a time, come the copies that one convolution makes. The rest is for a batch
    of pictures, for judging, for the charts, and what the C library keeps. Held to what a process
    takes by benchmarks/training_memory.py.
    """
    rows = summary(network)
    outputs = NUMBER * sum(prod(row.output_shape) for row in rows)
    weights = NUMBER * sum(row.parameters for row in rows)
    pictures = min(batch_size, at_a_time(network))
    through = pictures * outputs + _copies(network, pictures)
    return (9 * weights + through + AROUND) / MEGABYTE


def _copies(network: Network, pictures: int) -> int:
    """Bytes that the convolution which copies most needs at once, its way back included."""
    shapes = {"": network.input_shape, **network.shapes()}
    sources = ["", *(node.name for node in network.nodes)]  # every network here is a chain
    found = [
        _copies_of(node.layer, shapes[before], shapes[node.name], pictures, back=bool(before))
        for node, before in zip(network.nodes, sources, strict=False)
        if isinstance(node.layer, Conv2d)
    ]
    return max(found, default=0)


def _copies_of(layer: Conv2d, source: Shape, target: Shape, pictures: int, *, back: bool) -> int:
    """Bytes of the padded image, and of windows: some rows, and those before them.

    On the way back to another layer it is the gradients that are spread out and copied, and what
    all rows of a kernel make of them is there, too (`engine.correlate.input_gradient`).
    """
    size, (channels, *_), (filters, rows, columns) = layer.kernel_size, source, target
    number = NUMBER * pictures
    high, wide = rows + size - 1, columns + size - 1
    padded = number * channels * high * wide
    windows = min(COPY_BYTES, number * channels * size**2 * rows * columns)
    if not back:
        return padded + 2 * windows
    spread = number * filters * rows * (wide + size - 1)
    copied = min(COPY_BYTES, number * filters * size * rows * wide)
    rows_back = copied * channels // filters
    return max(padded + 2 * windows, 2 * padded + spread + 2 * copied + rows_back)
