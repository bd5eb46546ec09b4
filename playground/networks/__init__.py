"""Networks, a file a family. `NETWORKS` has those that stand on their own, by their key."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.network import Network
from playground.networks.alexnet import alexnet
from playground.networks.densenet import densenet121
from playground.networks.efficientnet import efficientnet_lite0
from playground.networks.googlenet import googlenet
from playground.networks.lenet import lenet5
from playground.networks.resnet import resnet18, resnet34, resnet50
from playground.networks.vgg import vgg16, vgg19
from playground.networks.zfnet import zfnet

NETWORKS: dict[str, Callable[[], Network]] = {
    "lenet5": lenet5,
    "alexnet": alexnet,
    "zfnet": zfnet,
    "vgg16": vgg16,
    "vgg19": vgg19,
    "googlenet": googlenet,
    "resnet18": resnet18,
    "resnet34": resnet34,
    "resnet50": resnet50,
    "densenet121": densenet121,
    "efficientnet_lite0": efficientnet_lite0,
}
