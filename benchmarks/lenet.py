"""LeNet-5 in PyTorch, for the benchmarks that train it beside ours."""

from __future__ import annotations

import torch
from torch import nn

from playground.engine.layer import Params


def layers() -> nn.Sequential:
    """The layers of `playground.networks.lenet.lenet5` by the same names, without the softmax.

    PyTorch's cross-entropy takes the softmax itself, as ours does.
    """
    network = nn.Sequential()
    for name, layer in {
        "conv1": nn.Conv2d(1, 6, 5, padding=2),
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(6, 16, 5),
        "relu2": nn.ReLU(),
        "pool2": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "fc1": nn.Linear(400, 120),
        "relu3": nn.ReLU(),
        "fc2": nn.Linear(120, 84),
        "relu4": nn.ReLU(),
        "fc3": nn.Linear(84, 10),
    }.items():
        network.add_module(name, layer)
    return network


def load(network: nn.Module, params: dict[str, Params]) -> None:
    """Copy our weights into PyTorch's."""
    with torch.no_grad():
        for name, tensor in network.named_parameters():
            node, _, kind = name.partition(".")
            tensor.copy_(torch.from_numpy(params[node][kind]))
