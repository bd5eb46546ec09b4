"""EfficientNet-Lite0, which names what is on a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase
from typing import NamedTuple

from playground.engine.layers import Add, Conv2d, Flatten, GlobalAvgPool2d, Linear, ReLU6, Softmax
from playground.engine.network import Network, Node
from playground.networks.imagenet import imagenet_labels

SIDE = 224
STEM, HEAD = 32, 1280  # channels


class Stage(NamedTuple):
    """Blocks of one kind: a line of the paper's table 1."""

    repeats: int
    kernel_size: int
    stride: int  # of the first of them
    expansion: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


def efficientnet_lite0() -> Network:
    """EfficientNet-Lite0 with its batch norms folded in: 4,631,000 parameters, 1,000 classes.

    The network of table 1 of the paper [1]_, made fit for small devices [2]_: no
    squeeze-and-excitation, and ReLU6 instead of swish. Each block widens its input by a 1 × 1
    convolution, filters every channel by itself (depthwise), and narrows the result by another
    1 × 1 convolution without an activation, as MobileNetV2's do [3]_; where the input has the
    shape of the output, it is added.

    Its batch norms are folded into the convolutions before them, which then have a bias, so there
    are fewer parameters than the 4,652,008 of the original. Dropout before the last layer, which
    matters in training only, is left out.

    385.2 million multiply-adds: every product of a convolution and of the last layer, at
    224 × 224. The 407 million of [2]_ must count more than these, and it does not say what. Both
    networks are without squeeze-and-excitation and take pictures of that size, and biases are no
    products, so the 21.8 million between them are the steps after a convolution: 3.2 for each of
    the 6.74 million numbers that the convolutions give. Two of them would be the factor and the
    summand of a batch norm, which is folded in here, and one the ReLU6; with the ten additions of
    blocks that makes 405 million, not exactly the figure.

    Returns
    -------
    Network
        Input ``(3, 224, 224)``, normalised as `playground.files.preparation` has it; nodes
        ``stem.conv`` to ``softmax``, those of a block named ``block3b.expand`` and so on.

    References
    ----------
    .. [1] M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
       Networks", 2019, https://arxiv.org/abs/1905.11946
    .. [2] https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
    .. [3] M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018,
       https://arxiv.org/abs/1801.04381
    """
    return Network(
        "EfficientNet-Lite0",
        (3, SIDE, SIDE),
        (
            Node("stem.conv", Conv2d(STEM, 3, 2, same_padding(SIDE, 3, 2))),
            Node("stem.relu", ReLU6()),
            *_blocks(),
            Node("head.conv", Conv2d(HEAD, 1)),
            Node("head.relu", ReLU6()),
            Node("pool", GlobalAvgPool2d()),
            Node("flatten", Flatten()),
            Node("fc", Linear(1000)),
            Node("softmax", Softmax()),
        ),
        imagenet_labels(),
    )


def same_padding(size: int, kernel_size: int, stride: int) -> tuple[int, int, int, int]:
    """The padding that TensorFlow calls "SAME", for a square of this size.

    The output has ``size / stride`` rows and columns, rounded up; where the padding cannot be
    even, the bottom and the right get the pixel more.
    """
    total = max(0, (-(-size // stride) - 1) * stride + kernel_size - size)
    before, after = total // 2, total - total // 2
    return before, after, before, after


def _blocks() -> Iterator[Node]:
    size, channels, before = SIDE // 2, STEM, "stem.relu"
    for number, stage in enumerate(STAGES, 1):
        for k in range(stage.repeats):
            stride = stage.stride if k == 0 else 1
            block = f"block{number}{ascii_lowercase[k]}"
            nodes = list(_block(block, stage, size, channels, stride, before))
            yield from nodes
            size, channels, before = -(-size // stride), stage.channels, nodes[-1].name


def _block(
    name: str, stage: Stage, size: int, channels: int, stride: int, before: str
) -> Iterator[Node]:
    """One inverted residual block on maps of this size and so many channels."""
    wide, kernel = channels * stage.expansion, stage.kernel_size
    if stage.expansion > 1:
        yield Node(f"{name}.expand", Conv2d(wide, 1))
        yield Node(f"{name}.expand_relu", ReLU6())
    padding = same_padding(size, kernel, stride)
    yield Node(f"{name}.depthwise", Conv2d(wide, kernel, stride, padding, groups=wide))
    yield Node(f"{name}.depthwise_relu", ReLU6())
    yield Node(f"{name}.project", Conv2d(stage.channels, 1))
    if stride == 1 and channels == stage.channels:
        yield Node(f"{name}.add", Add(), (before, f"{name}.project"))
