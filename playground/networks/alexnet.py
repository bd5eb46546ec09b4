"""AlexNet, which won ImageNet's challenge of 2012 and turned computer vision to deep learning."""

from __future__ import annotations

from playground.engine.layers import (
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Softmax,
)
from playground.engine.network import Network, Node
from playground.networks.imagenet import imagenet_labels

# The paper's k = 2, n = 5, alpha = 1e-4 and beta = 0.75; alpha is divided by n in this layer.
RESPONSE = LocalResponseNorm(5, 5e-4, 0.75, 2.0)


def alexnet() -> Network:
    """AlexNet with the two groups of the paper's figure 2: 60,965,224 parameters.

    ======= ============================== ============= ==========
    layer   settings                       output        parameters
    ======= ============================== ============= ==========
    conv1   96 filters 11 × 11, stride 4   96 × 55 × 55      34,944
    pool1   response norm, max 3 × 3 / 2   96 × 27 × 27
    conv2   256 of 5 × 5 × 48, two groups  256 × 27 × 27    307,456
    pool2   response norm, max 3 × 3 / 2   256 × 13 × 13
    conv3   384 of 3 × 3 × 256             384 × 13 × 13    885,120
    conv4   384 of 3 × 3 × 192, two groups 384 × 13 × 13    663,936
    conv5   256 of 3 × 3 × 192, two groups 256 × 13 × 13    442,624
    pool5   max 3 × 3 / 2                  256 × 6 × 6
    fc6     9,216 → 4,096, dropout         4,096         37,752,832
    fc7     4,096 → 4,096, dropout         4,096         16,781,312
    fc8     4,096 → 1,000                  1,000          4,097,000
    ======= ============================== ============= ==========

    The paper speaks of pictures of 224 × 224, but 55 × 55 places for 11 × 11 filters in steps of
    4 without padding take 227 × 227: (227 - 11) / 4 + 1 = 55. The groups are the halves that
    its two graphics cards computed. 724 million multiply-adds, as in [2]_, table II.

    Returns
    -------
    Network
        Input ``(3, 227, 227)``; nodes ``conv1`` to ``softmax``.

    References
    ----------
    .. [1] A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep
       Convolutional Neural Networks", 2012, section 3.5,
       https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html
    .. [2] V. Sze, Y.-H. Chen, T.-J. Yang, J. Emer, "Efficient Processing of Deep Neural
       Networks", 2017, https://arxiv.org/abs/1703.09039
    """
    return Network(
        "AlexNet",
        (3, 227, 227),
        (
            Node("conv1", Conv2d(96, 11, stride=4)),
            Node("relu1", ReLU()),
            Node("norm1", RESPONSE),
            Node("pool1", MaxPool2d(3, 2)),
            Node("conv2", Conv2d(256, 5, padding=2, groups=2)),
            Node("relu2", ReLU()),
            Node("norm2", RESPONSE),
            Node("pool2", MaxPool2d(3, 2)),
            Node("conv3", Conv2d(384, 3, padding=1)),
            Node("relu3", ReLU()),
            Node("conv4", Conv2d(384, 3, padding=1, groups=2)),
            Node("relu4", ReLU()),
            Node("conv5", Conv2d(256, 3, padding=1, groups=2)),
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
