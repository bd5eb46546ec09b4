"""ZF Net: AlexNet, looked into and then improved."""

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
from playground.networks.alexnet import RESPONSE
from playground.networks.imagenet import imagenet_labels


def zfnet() -> Network:
    """ZF Net as in figure 3 of its paper: 62,357,608 parameters.

    The paper gives no count; it follows from the figure, with a bias a filter and a unit:

    ======= =============================== ============= ==========================
    layer   settings                        output        parameters
    ======= =============================== ============= ==========================
    conv1   96 filters 7 × 7, stride 2      96 × 110²     96 · (3 · 7² + 1) = 14,208
    pool1   max 3 × 3 / 2, contrast norm    96 × 55²
    conv2   256 filters 5 × 5, stride 2     256 × 26²     256 · (96 · 5² + 1) = 614,656
    pool2   max 3 × 3 / 2, contrast norm    256 × 13²
    conv3   384 filters 3 × 3               384 × 13²     384 · (256 · 3² + 1) = 885,120
    conv4   384 filters 3 × 3               384 × 13²     384 · (384 · 3² + 1) = 1,327,488
    conv5   256 filters 3 × 3               256 × 13²     256 · (384 · 3² + 1) = 884,992
    pool5   max 3 × 3 / 2                   256 × 6²
    fc6     9,216 → 4,096, dropout          4,096         4096 · 9,217 = 37,752,832
    fc7     4,096 → 4,096, dropout          4,096         4096 · 4,097 = 16,781,312
    fc8     4,096 → 1,000                   1,000         1000 · 4,097 = 4,097,000
    ======= =============================== ============= ==========================

    The sizes in the figure ask for one pixel of padding before ``conv1`` and for pools whose last
    window may hang over the edge. For the "contrast normalisation across feature maps", whose
    numbers the paper leaves out, stands AlexNet's response norm.

    Returns
    -------
    Network
        Input ``(3, 224, 224)``; nodes ``conv1`` to ``softmax``.

    References
    ----------
    M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", 2013,
    figure 3, https://arxiv.org/abs/1311.2901
    """
    return Network(
        "ZF Net",
        (3, 224, 224),
        (
            Node("conv1", Conv2d(96, 7, stride=2, padding=1)),
            Node("relu1", ReLU()),
            Node("pool1", MaxPool2d(3, 2, ceil_mode=True)),
            Node("norm1", RESPONSE),
            Node("conv2", Conv2d(256, 5, stride=2)),
            Node("relu2", ReLU()),
            Node("pool2", MaxPool2d(3, 2, ceil_mode=True)),
            Node("norm2", RESPONSE),
            Node("conv3", Conv2d(384, 3, padding=1)),
            Node("relu3", ReLU()),
            Node("conv4", Conv2d(384, 3, padding=1)),
            Node("relu4", ReLU()),
            Node("conv5", Conv2d(256, 3, padding=1)),
            Node("relu5", ReLU()),
            Node("pool5", MaxPool2d(3, 2)),
            Node("flatten", Flatten()),
            Node("fc6", Linear(4096)),
            Node("relu6", ReLU()),
            Node("drop6", Dropout(0.5)),
            Node("fc7", Linear(4096)),
            Node("relu7", ReLU()),
            Node("drop7", Dropout(0.5)),
            Node("fc8", Linear(1000)),
            Node("softmax", Softmax()),
        ),
        imagenet_labels(),
    )
