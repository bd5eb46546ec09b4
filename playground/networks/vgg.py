"""VGGNet: nothing but 3 × 3 convolutions, many of them."""

from __future__ import annotations

from playground.engine.layers import (
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from playground.engine.network import Network, Node
from playground.networks.imagenet import imagenet_labels

# Table 1 of the paper: filters of each block, and how many convolutions it stacks.
FILTERS = (64, 128, 256, 512, 512)
CONVOLUTIONS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # columns D and E


def vgg16() -> Network:
    """VGG-16, column D of the paper's table 1: 138,357,544 parameters.

    15.5 billion multiply-adds; 15.3 billion for the convolutions alone, as in He et al. 2015,
    section 3.3, https://arxiv.org/abs/1512.03385

    References
    ----------
    K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
    Recognition", 2014, https://arxiv.org/abs/1409.1556
    """
    return _vgg(16)


def vgg19() -> Network:
    """VGG-19, column E of the paper's table 1: 143,667,240 parameters.

    19.6 billion multiply-adds, as in He et al. 2015, section 3.3; the paper is that of `vgg16`.
    """
    return _vgg(19)


def stacked_block(block: int, filters: int, convolutions: int) -> list[Node]:
    """Convolutions of 3 × 3 with a ReLU each, then a 2 × 2 pool that halves the maps.

    Two of them see 5 × 5 pixels and three 7 × 7, with fewer weights than one kernel of that
    size, and with a ReLU in between (section 2.3 of the paper).
    """
    nodes = []
    for i in range(1, convolutions + 1):
        nodes.append(Node(f"block{block}.conv{i}", Conv2d(filters, 3, padding=1)))
        nodes.append(Node(f"block{block}.relu{i}", ReLU()))
    return [*nodes, Node(f"block{block}.pool", MaxPool2d(2))]


def _vgg(layers: int) -> Network:
    nodes = []
    for block, (filters, convolutions) in enumerate(
        zip(FILTERS, CONVOLUTIONS[layers], strict=True), 1
    ):
        nodes += stacked_block(block, filters, convolutions)
    nodes += [
        Node("flatten", Flatten()),
        Node("fc1", Linear(4096)),
        Node("fc1_relu", ReLU()),
        Node("fc1_drop", Dropout(0.5)),
        Node("fc2", Linear(4096)),
        Node("fc2_relu", ReLU()),
        Node("fc2_drop", Dropout(0.5)),
        Node("fc3", Linear(1000)),
        Node("softmax", Softmax()),
    ]
    return Network(f"VGG-{layers}", (3, 224, 224), tuple(nodes), imagenet_labels())
