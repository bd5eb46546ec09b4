"""DenseNet: every layer reads the maps of all layers of its block before it."""

from __future__ import annotations

from playground.engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from playground.engine.network import Network, Node
from playground.networks.imagenet import imagenet_labels

GROWTH = 32  # maps that a layer adds
BLOCKS = (6, 12, 24, 16)  # table 1 of the paper, column DenseNet-121


def densenet121() -> Network:
    """DenseNet-121, with bottlenecks and transitions that halve the maps: 7,978,856 parameters.

    2.8 billion multiply-adds (figure 3 of the paper draws twice that, a multiplication and an
    addition each, as [2]_ counts 5.7).

    Returns
    -------
    Network
        Input ``(3, 224, 224)``; the nodes of a layer are called ``dense1_layer1.…``.

    References
    ----------
    .. [1] G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, "Densely Connected Convolutional
       Networks", 2016, table 1, https://arxiv.org/abs/1608.06993
    .. [2] https://docs.openvino.ai/2021.1/omz_models_public_densenet_121_densenet_121.html
    """
    nodes = [
        Node("conv1", Conv2d(2 * GROWTH, 7, 2, 3, bias=False)),
        Node("norm1", BatchNorm2d()),
        Node("relu1", ReLU()),
        Node("pool1", MaxPool2d(3, 2, 1)),
    ]
    source, channels = "pool1", 2 * GROWTH
    for block, layers in enumerate(BLOCKS, 1):
        for layer in range(1, layers + 1):
            nodes += dense_layer(f"dense{block}_layer{layer}", source)
            source = f"dense{block}_layer{layer}.concat"
            channels += GROWTH
        if block < len(BLOCKS):
            channels //= 2
            nodes += transition(f"transition{block}", channels)
            source = f"transition{block}.pool"
    nodes += [
        Node("norm", BatchNorm2d()),
        Node("relu", ReLU()),
        Node("average", GlobalAvgPool2d()),
        Node("flatten", Flatten()),
        Node("fc", Linear(1000)),
        Node("softmax", Softmax()),
    ]
    return Network("DenseNet-121", (3, 224, 224), tuple(nodes), imagenet_labels())


def dense_layer(name: str, source: str, growth: int = GROWTH) -> list[Node]:
    """A layer of a dense block (section 3, "Bottleneck layers"), which adds `growth` maps.

    What it reads is already everything that came before, one behind the other, so putting its own
    maps behind that connects it with all layers to come.
    """
    return [
        Node(f"{name}.norm1", BatchNorm2d(), (source,)),
        Node(f"{name}.relu1", ReLU()),
        Node(f"{name}.conv1", Conv2d(4 * growth, 1, bias=False)),
        Node(f"{name}.norm2", BatchNorm2d()),
        Node(f"{name}.relu2", ReLU()),
        Node(f"{name}.conv2", Conv2d(growth, 3, padding=1, bias=False)),
        Node(f"{name}.concat", Concat(), (source, f"{name}.conv2")),
    ]


def transition(name: str, channels: int) -> list[Node]:
    """Between two blocks: a 1 × 1 convolution down to `channels` maps, and a 2 × 2 average."""
    return [
        Node(f"{name}.norm", BatchNorm2d()),
        Node(f"{name}.relu", ReLU()),
        Node(f"{name}.conv", Conv2d(channels, 1, bias=False)),
        Node(f"{name}.pool", AvgPool2d(2)),
    ]
