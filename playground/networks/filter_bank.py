"""The network of the Filters page: one convolution, an activation, a pool, and a score a filter."""

from __future__ import annotations

import numpy as np

from playground.engine import layers
from playground.engine.kernels import Weights, flip_columns, flip_rows
from playground.engine.layers import Array, Params, Shape
from playground.engine.network import Network, Node, Stage

ACTIVATIONS: dict[str, layers.Layer] = {
    "relu": layers.ReLU(),
    "leaky_relu": layers.LeakyReLU(0.1),
    "sigmoid": layers.Sigmoid(),
    "tanh": layers.Tanh(),
}
POOLS = {
    "max": layers.MaxPool2d,
    "average": layers.AvgPool2d,
    "sum": layers.SumPool2d,
}


def filter_bank(
    input_shape: Shape,
    filters: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int | str = 0,
    padding_mode: str = "zeros",
    dilation: int = 1,
    activation: str = "relu",
    pool: str = "max",
    pool_size: int = 2,
    pool_stride: int = 2,
) -> Network:
    """Convolution → activation → pooling → the mean of every map.

    Parameters
    ----------
    input_shape : tuple of int
        ``(channels, rows, columns)``.
    activation, pool : str
        A key of `ACTIVATIONS` or `POOLS`, or ``"none"``, which leaves the node out.

    Returns
    -------
    Network
        Nodes ``convolution``, ``activation``, ``pooling`` and ``score``, the first three as chosen.
    """
    nodes = [
        Node(
            "convolution",
            layers.Conv2d(filters, kernel_size, stride, padding, padding_mode, dilation),
        )
    ]
    if activation != "none":
        nodes.append(Node("activation", ACTIVATIONS[activation]))
    if pool != "none":
        nodes.append(Node("pooling", POOLS[pool](pool_size, pool_stride)))
    nodes.append(Node("score", layers.GlobalAvgPool2d()))
    return Network("filter bank", input_shape, tuple(nodes))


def filter_bank_params(
    weights: list[Weights], biases: list[float], channels: int, flip: bool = False
) -> dict[str, Params]:
    """Parameters of `filter_bank`: every kernel stands once for each channel.

    ``flip`` turns each kernel by 180°, which makes the layer's cross-correlation a convolution in
    the mathematical sense.
    """
    if flip:
        weights = [flip_rows(flip_columns(w)) for w in weights]
    kernels = np.asarray(weights, np.float32)[:, None]
    weight = np.ascontiguousarray(np.repeat(kernels, channels, axis=1))
    return {"convolution": {"weight": weight, "bias": np.asarray(biases, np.float32)}}


def scores(stages: dict[str, Stage]) -> Array:
    """One score a filter: the mean of its last map, over all pictures of the batch."""
    return stages["score"].output.mean(axis=(0, 2, 3))
