"""The layers: each a few settings over one operator of `ops`."""

from __future__ import annotations

from playground.engine.layer import Array, Layer, Params, Shape
from playground.engine.layers.activations import LeakyReLU, ReLU, ReLU6, Sigmoid, Softmax, Tanh
from playground.engine.layers.convolution import Conv2d
from playground.engine.layers.dense import Flatten, Linear
from playground.engine.layers.joins import Add, Concat
from playground.engine.layers.normalisation import BatchNorm2d
from playground.engine.layers.pooling import AvgPool2d, GlobalAvgPool2d, MaxPool2d, SumPool2d
from playground.engine.layers.regularisation import Dropout
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
    "Concat",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "MaxPool2d",
    "ReLU",
    "ReLU6",
    "Sigmoid",
    "Softmax",
    "SumPool2d",
    "Tanh",
]

LAYERS: tuple[type[Layer], ...] = (
    Conv2d,
    MaxPool2d,
    AvgPool2d,
    SumPool2d,
    GlobalAvgPool2d,
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
)
