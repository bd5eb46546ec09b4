"""What layers are called on the Network page, and which of the playground's words explains each."""

from __future__ import annotations

import re

from playground.engine.layers import Layer
from playground.engine.ops import pair

# The class of a layer: its name, and the key of the word that explains it.
NAMES: dict[str, tuple[str, str]] = {
    "Conv2d": ("Convolution", "convolution"),
    "MaxPool2d": ("Max pooling", "pooling"),
    "AvgPool2d": ("Average pooling", "pooling"),
    "SumPool2d": ("Sum pooling", "pooling"),
    "GlobalAvgPool2d": ("Global average pool", "global_average_pool"),
    "ReLU": ("ReLU", "relu"),
    "ReLU6": ("ReLU6", "relu6"),
    "LeakyReLU": ("Leaky ReLU", "leaky_relu"),
    "Sigmoid": ("Sigmoid", "sigmoid"),
    "Tanh": ("Tanh", "tanh"),
    "Flatten": ("Flatten", "flatten"),
    "Linear": ("Fully connected", "fully_connected"),
    "Softmax": ("Softmax", "softmax"),
    "Dropout": ("Dropout", "dropout"),
    "BatchNorm2d": ("Batch normalisation", "batch_norm"),
    "Add": ("Add", "residual"),
    "Concat": ("Concatenate", "concatenate"),
}


def layer_name(layer: Layer, channels: int = 0) -> str:
    """What a layer is called, with the settings that one tells it by: "Convolution 5 × 5".

    ``channels`` is how many its input has; a convolution over each of them alone is depthwise.
    """
    kind = type(layer).__name__
    # "LocalResponseNorm" becomes "Local response norm".
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).capitalize()
    name = NAMES.get(kind, (plain, ""))[0]
    groups = getattr(layer, "groups", 1)
    if isinstance(groups, int) and groups > 1:
        name = "Depthwise convolution" if groups == channels else f"{name} in {groups} groups"
    if hasattr(layer, "kernel_size"):
        size = pair(layer.kernel_size)
        name += f" {size[0]} × {size[1]}"
        stride = pair(layer.kernel_size if layer.stride is None else layer.stride)
        if stride != (1, 1):
            name += f", stride {_short(stride)}"
        dilation = getattr(layer, "dilation", 1)
        if pair(dilation) != (1, 1):
            name += f", dilation {_short(pair(dilation))}"
    return name


def layer_word(layer: Layer, channels: int = 0) -> str:
    """The key of the word that explains a layer, or nothing."""
    groups = getattr(layer, "groups", 1)
    if isinstance(groups, int) and groups > 1 and groups == channels:
        return "depthwise"
    return NAMES.get(type(layer).__name__, ("", ""))[1]


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape as one says it: "32 maps of 112 × 112", "1,000 units"."""
    if len(shape) == 1:
        return "1 unit" if shape[0] == 1 else f"{shape[0]:,} units"
    maps = "1 map" if shape[0] == 1 else f"{shape[0]:,} maps"
    return f"{maps} of {' × '.join(map(str, shape[1:]))}"


def _short(two: tuple[int, int]) -> str:
    return str(two[0]) if two[0] == two[1] else f"{two[0]} × {two[1]}"
