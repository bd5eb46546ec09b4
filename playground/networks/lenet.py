"""LeNet-5, the network that read the digits of cheques."""

from __future__ import annotations

from playground.engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Softmax
from playground.engine.network import Network, Node

DIGITS = tuple("0123456789")


def lenet5() -> Network:
    """LeNet-5 in the form that is common today: 61,706 parameters, 28 × 28 pixels in, ten digits.

    The network of the paper differs: its pictures are 32 × 32 (here two cells of padding make the
    same of 28 × 28), its units are squashed by a scaled tanh instead of ReLU, its pools average
    and then have a weight and a bias a map, its second convolution connects each map to only some
    of the first maps (Table I), and its output compares with a picture of each digit instead of a
    softmax. Its count of 60,000 comes from there.

    Returns
    -------
    Network
        Input ``(1, 28, 28)``; nodes ``conv1`` to ``softmax``.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document
    Recognition", Proceedings of the IEEE 86(11), 1998, section II.B, https://doi.org/10.1109/5.726791
    """
    return Network(
        "LeNet-5",
        (1, 28, 28),
        (
            Node("conv1", Conv2d(6, 5, padding=2)),
            Node("relu1", ReLU()),
            Node("pool1", MaxPool2d(2)),
            Node("conv2", Conv2d(16, 5)),
            Node("relu2", ReLU()),
            Node("pool2", MaxPool2d(2)),
            Node("flatten", Flatten()),
            Node("fc1", Linear(120)),
            Node("relu3", ReLU()),
            Node("fc2", Linear(84)),
            Node("relu4", ReLU()),
            Node("fc3", Linear(10)),
            Node("softmax", Softmax()),
        ),
        DIGITS,
    )
