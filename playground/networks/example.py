"""The smallest network with every stage, for taking one backward pass apart by hand."""

from __future__ import annotations

from playground.engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Softmax
from playground.engine.network import Network, Node

CLASSES = ("dog", "cat", "boat", "bird")
SIDE = 12


def example_network() -> Network:
    """Two filters of 3 × 3, ReLU, a max pool of 2 × 2 and four classes: 224 parameters.

    The classes are those of U. Karn, "An Intuitive Explanation of Convolutional Neural Networks",
    2016, https://ujjwalkarn.me/2016/08/11/intuitive-explanation-convnets/

    Returns
    -------
    Network
        Input ``(1, 12, 12)``; nodes ``conv, relu, pool, flatten, classes, softmax``.
    """
    return Network(
        "example",
        (1, SIDE, SIDE),
        (
            Node("conv", Conv2d(2, 3)),
            Node("relu", ReLU()),
            Node("pool", MaxPool2d(2)),
            Node("flatten", Flatten()),
            Node("classes", Linear(len(CLASSES))),
            Node("softmax", Softmax()),
        ),
        CLASSES,
    )
