"""GoogLeNet, built of inception modules: several sizes of kernel side by side."""

from __future__ import annotations

from typing import NamedTuple

from playground.engine.layers import (
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Softmax,
)
from playground.engine.network import Network, Node
from playground.networks.imagenet import imagenet_labels


class Inception(NamedTuple):
    """A line of the paper's table 1: how many filters each convolution of a module has."""

    one: int
    three_reduce: int
    three: int
    five_reduce: int
    five: int
    pool_proj: int


INCEPTIONS = {
    "3a": Inception(64, 96, 128, 16, 32, 32),
    "3b": Inception(128, 128, 192, 32, 96, 64),
    "4a": Inception(192, 96, 208, 16, 48, 64),
    "4b": Inception(160, 112, 224, 24, 64, 64),
    "4c": Inception(128, 128, 256, 24, 64, 64),
    "4d": Inception(112, 144, 288, 32, 64, 64),
    "4e": Inception(256, 160, 320, 32, 128, 128),
    "5a": Inception(256, 160, 320, 32, 128, 128),
    "5b": Inception(384, 192, 384, 48, 128, 128),
}


def googlenet() -> Network:
    """GoogLeNet as it answers, without its two auxiliary classifiers: 6,998,552 parameters.

    Every convolution has a bias and a ReLU, and there is no batch normalisation, which came a
    year later. 1.6 billion multiply-adds; the table adds up to 1.5 billion, because it has 34
    million for the first convolution, whose kernels of 7 × 7 take 118. The response norms, which
    the table leaves out and figure 3 shows, have the numbers of the network that Caffe's authors
    trained by the paper [2]_.

    Returns
    -------
    Network
        Input ``(3, 224, 224)``; the nodes of a module are called ``inception3a.…``.

    References
    ----------
    .. [1] C. Szegedy et al., "Going Deeper with Convolutions", 2014, table 1,
       https://arxiv.org/abs/1409.4842
    .. [2] https://github.com/BVLC/caffe/tree/master/models/bvlc_googlenet
    """
    nodes = [
        *_convolution("conv1", 64, 7, None, stride=2),
        Node("pool1", MaxPool2d(3, 2, ceil_mode=True)),
        Node("norm1", LocalResponseNorm(5, 1e-4)),
        *_convolution("conv2_reduce", 64, 1, None),
        *_convolution("conv2", 192, 3, None),
        Node("norm2", LocalResponseNorm(5, 1e-4)),
        Node("pool2", MaxPool2d(3, 2, ceil_mode=True)),
    ]
    source = "pool2"
    for key, filters in INCEPTIONS.items():
        module = f"inception{key}"
        nodes += inception_module(module, filters, source)
        source = f"{module}.concat"
        if key in ("3b", "4e"):
            source = f"pool{key[0]}"
            nodes.append(Node(source, MaxPool2d(3, 2, ceil_mode=True)))
    nodes += [
        Node("average", GlobalAvgPool2d()),
        Node("flatten", Flatten()),
        Node("drop", Dropout(0.4)),
        Node("fc", Linear(1000)),
        Node("softmax", Softmax()),
    ]
    return Network("GoogLeNet", (3, 224, 224), tuple(nodes), imagenet_labels())


def inception_module(name: str, filters: Inception, source: str) -> list[Node]:
    """Figure 2b of the paper: four branches over one input, their maps put behind each other.

    Convolutions of 1 × 1 make few maps of many before the costly kernels see them.
    """
    return [
        *_convolution(f"{name}.1x1", filters.one, 1, source),
        *_convolution(f"{name}.3x3_reduce", filters.three_reduce, 1, source),
        *_convolution(f"{name}.3x3", filters.three, 3, None),
        *_convolution(f"{name}.5x5_reduce", filters.five_reduce, 1, source),
        *_convolution(f"{name}.5x5", filters.five, 5, None),
        Node(f"{name}.pool", MaxPool2d(3, 1, 1), (source,)),
        *_convolution(f"{name}.pool_proj", filters.pool_proj, 1, None),
        Node(
            f"{name}.concat",
            Concat(),
            tuple(f"{name}.{branch}_relu" for branch in ("1x1", "3x3", "5x5", "pool_proj")),
        ),
    ]


def _convolution(
    name: str, filters: int, size: int, source: str | None, stride: int = 1
) -> list[Node]:
    """A convolution that keeps the size of the maps, up to its stride, and its ReLU."""
    inputs = () if source is None else (source,)
    return [
        Node(name, Conv2d(filters, size, stride=stride, padding=size // 2), inputs),
        Node(f"{name}_relu", ReLU()),
    ]
