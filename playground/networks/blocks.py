"""What the famous networks are built of, each on its own and small enough to look at in full.

Every function returns a network of one block for pictures of a given shape: the wiring and the
kernels of the original, with fewer maps.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.layers import Conv2d, LocalResponseNorm, MaxPool2d, ReLU, Shape
from playground.engine.network import Network, Node
from playground.networks.alexnet import RESPONSE
from playground.networks.densenet import dense_layer, transition
from playground.networks.googlenet import Inception, inception_module
from playground.networks.resnet import EXPANSION, basic_block, bottleneck
from playground.networks.vgg import stacked_block

Block = Callable[[Shape], Network]
FEW = 8  # maps


def conv_pool(shape: Shape) -> Network:
    """LeNet's: a 5 × 5 convolution, then a pool that halves the maps."""
    nodes = [Node("conv", Conv2d(FEW, 5)), Node("relu", ReLU()), Node("pool", MaxPool2d(2))]
    return Network("convolution and pooling", shape, tuple(nodes))


def conv_response(shape: Shape) -> Network:
    """AlexNet's first: large kernels in steps of 4, a response norm, an overlapping pool."""
    return _conv_norm_pool("large kernel in large steps", shape, 11, 4, RESPONSE)


def conv_finer(shape: Shape) -> Network:
    """ZF Net's first: the same with 7 × 7 kernels in steps of 2."""
    return _conv_norm_pool("smaller kernel in smaller steps", shape, 7, 2, RESPONSE)


def inception(shape: Shape) -> Network:
    """GoogLeNet's: 1 × 1, 3 × 3 and 5 × 5 kernels and a pool side by side."""
    filters = Inception(one=4, three_reduce=4, three=8, five_reduce=2, five=4, pool_proj=4)
    return _network("inception module", shape, inception_module("inception", filters, "stem"))


def stacked(shape: Shape) -> Network:
    """VGGNet's: 3 × 3 kernels one after the other, which together see more."""
    return Network("stacked 3 × 3", shape, tuple(stacked_block(1, FEW, 3)))


def residual(shape: Shape) -> Network:
    """ResNet-34's: two convolutions, and a shortcut around them."""
    return _network("residual block", shape, basic_block("residual", "stem", FEW, 1, False))


def residual_bottleneck(shape: Shape) -> Network:
    """ResNet-50's: fewer maps in the middle, and a shortcut around them."""
    nodes = bottleneck("bottleneck", "stem", FEW // EXPANSION, 1, False)
    return _network("bottleneck block", shape, nodes)


def dense(shape: Shape) -> Network:
    """DenseNet's: three layers that each read everything before them, and the transition."""
    nodes, source = [], "stem"
    for layer in (1, 2, 3):
        nodes += dense_layer(f"dense_layer{layer}", source, growth=4)
        source = f"dense_layer{layer}.concat"
    return _network("dense block", shape, [*nodes, *transition("transition", (FEW + 3 * 4) // 2)])


def _conv_norm_pool(
    name: str, shape: Shape, size: int, stride: int, norm: LocalResponseNorm
) -> Network:
    nodes = (
        Node("conv", Conv2d(FEW, size, stride=stride)),
        Node("relu", ReLU()),
        Node("norm", norm),
        Node("pool", MaxPool2d(3, 2)),
    )
    return Network(name, shape, nodes)


def _network(name: str, shape: Shape, nodes: list[Node]) -> Network:
    """The block behind a convolution that makes maps of the picture's colours."""
    stem = Node("stem", Conv2d(FEW, 3, padding=1))
    return Network(name, shape, (stem, *nodes))
