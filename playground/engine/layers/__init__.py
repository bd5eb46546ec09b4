"""The layers: each a few settings over one operator of `ops`."""

from __future__ import annotations

from playground.engine.layer import Array, Layer, Params, Shape
from playground.engine.layers.activations import LeakyReLU, ReLU, ReLU6, Sigmoid, Softmax, Tanh
from playground.engine.layers.convolution import Conv2d
from playground.engine.layers.dense import Flatten, Linear
from playground.engine.layers.elementwise import (
    BroadcastAdd,
    Constant,
    Divide,
    MatMul,
    Multiply,
    Subtract,
)
from playground.engine.layers.joins import Add, Concat
from playground.engine.layers.more_activations import (
    ELU,
    SELU,
    Clip,
    HardSigmoid,
    HardSwish,
    LogSoftmax,
    PReLU,
    Softplus,
)
from playground.engine.layers.normalisation import BatchNorm2d
from playground.engine.layers.pooling import (
    AvgPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    MaxPool2d,
    SumPool2d,
)
from playground.engine.layers.regularisation import Dropout
from playground.engine.layers.reshaping import Mean, Pad, Reshape, Transpose
from playground.engine.layers.response import LocalResponseNorm

__all__ = [
    "LAYERS",
    "Array",
    "Layer",
    "Params",
    "Shape",
    "Add",
    "AvgPool2d",
    "BatchNorm2d",
    "BroadcastAdd",
    "Clip",
    "Concat",
    "Constant",
    "Conv2d",
    "Divide",
    "Dropout",
    "ELU",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "HardSigmoid",
    "HardSwish",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LogSoftmax",
    "MatMul",
    "MaxPool2d",
    "Mean",
    "Multiply",
    "PReLU",
    "Pad",
    "ReLU",
    "ReLU6",
    "Reshape",
    "SELU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Subtract",
    "SumPool2d",
    "Tanh",
    "Transpose",
]

LAYERS: tuple[type[Layer], ...] = (
    Conv2d,
    MaxPool2d,
    AvgPool2d,
    SumPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    ReLU,
    ReLU6,
    LeakyReLU,
    Sigmoid,
    Tanh,
    Flatten,
    Linear,
    Softmax,
    Dropout,
    BatchNorm2d,
    LocalResponseNorm,
    Add,
    Concat,
    ELU,
    SELU,
    Softplus,
    HardSigmoid,
    HardSwish,
    Clip,
    PReLU,
    LogSoftmax,
    BroadcastAdd,
    Subtract,
    Multiply,
    Divide,
    MatMul,
    Constant,
    Reshape,
    Transpose,
    Pad,
    Mean,
)
