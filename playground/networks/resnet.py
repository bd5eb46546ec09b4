"""ResNet: shortcuts around every few layers, so that very deep networks still learn."""

from __future__ import annotations

from playground.engine.layers import (
    Add,
    BatchNorm2d,
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

# Table 1 of the paper: how many blocks stages 2 to 5 have, and of which kind.
STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}
BOTTLENECKS = (50,)
WIDTHS = (64, 128, 256, 512)
EXPANSION = 4  # of a bottleneck: its last convolution has four times the filters


def resnet18() -> Network:
    """ResNet-18: 11,689,512 parameters, 1.8 billion multiply-adds (the paper's table 1).

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", 2015,
    https://arxiv.org/abs/1512.03385
    """
    return _resnet(18)


def resnet34() -> Network:
    """ResNet-34: 21,797,672 parameters, 3.6 billion multiply-adds; the paper is `resnet18`'s."""
    return _resnet(34)


def resnet50(stride_in: str = "conv2") -> Network:
    """ResNet-50: 25,557,032 parameters; the paper is that of `resnet18`.

    Parameters
    ----------
    stride_in : {"conv2", "conv1"}
        Which convolution of a bottleneck halves the maps. In the paper it is the first, 1 × 1,
        which skips three of four pixels: 3.8 billion multiply-adds, as its table 1 says. Weights
        that are passed around today are of a network that halves them in the 3 × 3 convolution:
        4.1 billion (Goyal et al. 2017, section 5.1, https://arxiv.org/abs/1706.02677). The
        weights fit both, but answer right only in their own.
    """
    return _resnet(50, stride_in)


def basic_block(name: str, source: str, width: int, stride: int, project: bool) -> list[Node]:
    """Two 3 × 3 convolutions with a shortcut around them (figure 5, left); ends in ``relu``.

    ``project`` puts a 1 × 1 convolution on the shortcut, where the maps change (option B).
    """
    return [
        *_normed(f"{name}.conv1", Conv2d(width, 3, stride, 1, bias=False), source),
        Node(f"{name}.relu1", ReLU()),
        *_normed(f"{name}.conv2", Conv2d(width, 3, 1, 1, bias=False)),
        *_joined(name, source, f"{name}.norm2", width if project else None, stride),
    ]


def bottleneck(
    name: str, source: str, width: int, stride: int, project: bool, stride_in: str = "conv2"
) -> list[Node]:
    """1 × 1 down, 3 × 3, 1 × 1 up, and a shortcut around them (figure 5, right)."""
    first, second = (stride, 1) if stride_in == "conv1" else (1, stride)
    wide = EXPANSION * width
    return [
        *_normed(f"{name}.conv1", Conv2d(width, 1, first, bias=False), source),
        Node(f"{name}.relu1", ReLU()),
        *_normed(f"{name}.conv2", Conv2d(width, 3, second, 1, bias=False)),
        Node(f"{name}.relu2", ReLU()),
        *_normed(f"{name}.conv3", Conv2d(wide, 1, bias=False)),
        *_joined(name, source, f"{name}.norm3", wide if project else None, stride),
    ]


def _resnet(layers: int, stride_in: str = "conv2") -> Network:
    deep = layers in BOTTLENECKS
    nodes = [
        *_normed("conv1", Conv2d(64, 7, 2, 3, bias=False)),
        Node("relu1", ReLU()),
        Node("pool1", MaxPool2d(3, 2, 1)),
    ]
    source, channels = "pool1", 64
    for stage, (blocks, width) in enumerate(zip(STAGES[layers], WIDTHS, strict=True), 2):
        for block in range(1, blocks + 1):
            name = f"stage{stage}_block{block}"
            stride = 2 if stage > 2 and block == 1 else 1
            wide = EXPANSION * width if deep else width
            project = channels != wide or stride > 1
            if deep:
                nodes += bottleneck(name, source, width, stride, project, stride_in)
            else:
                nodes += basic_block(name, source, width, stride, project)
            source, channels = f"{name}.relu", wide
    nodes += [
        Node("average", GlobalAvgPool2d()),
        Node("flatten", Flatten()),
        Node("fc", Linear(1000)),
        Node("softmax", Softmax()),
    ]
    return Network(f"ResNet-{layers}", (3, 224, 224), tuple(nodes), imagenet_labels())


def _normed(name: str, convolution: Conv2d, source: str = "") -> list[Node]:
    """A convolution and its batch norm: ``conv1`` is followed by ``norm1``."""
    return [
        Node(name, convolution, (source,) if source else ()),
        Node(name.replace("conv", "norm"), BatchNorm2d()),
    ]


def _joined(name: str, source: str, end: str, projected: int | None, stride: int) -> list[Node]:
    """The shortcut, the sum and the ReLU after it."""
    shortcut = []
    if projected is not None:
        shortcut = [
            Node(f"{name}.project", Conv2d(projected, 1, stride, bias=False), (source,)),
            Node(f"{name}.project_norm", BatchNorm2d()),
        ]
        source = f"{name}.project_norm"
    return [*shortcut, Node(f"{name}.add", Add(), (end, source)), Node(f"{name}.relu", ReLU())]
