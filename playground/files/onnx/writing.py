"""Each layer as the ONNX operators that compute the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine import layers as L
from playground.engine.errors import EngineError
from playground.engine.layers import Layer, Params
from playground.engine.ops import pair
from playground.files.onnx import written_steps as steps
from playground.files.onnx.writer import Shapes, Write, Writer


def plain(kind: str, **attributes: str) -> Write:
    """An operator whose attributes are settings of the layer, by their names there."""

    def write(w: Writer, layer: Layer, shapes: Shapes, params: Params) -> None:
        w.node(kind, **{key: getattr(layer, setting) for key, setting in attributes.items()})

    return write


def _pads(pads: tuple[int, ...]) -> list[int]:
    top, bottom, left, right = pads
    return [top, left, bottom, right]


def _conv(w: Writer, layer: L.Conv2d, shapes: Shapes, params: Params) -> None:
    source, pads = w.inputs[0], layer.pads()
    if layer.padding_mode != "zeros" and any(pads):
        top, bottom, left, right = pads
        source = w.border(
            source, (0, top, left), (0, bottom, right), layer.padding_mode, 0.0, False
        )
        pads = (0, 0, 0, 0)
    own = [w.weight(params[name], name) for name in ("weight", "bias") if name in params]
    w.node(
        "Conv",
        source,
        *own,
        kernel_shape=pair(layer.kernel_size),
        strides=pair(layer.stride),
        dilations=pair(layer.dilation),
        pads=_pads(pads),
        group=layer.groups,
    )


def _window(layer: Layer) -> dict[str, Any]:
    kernel = pair(layer.kernel_size)
    return {
        "kernel_shape": kernel,
        "strides": kernel if layer.stride is None else pair(layer.stride),
    }


def _max_pool(w: Writer, layer: L.MaxPool2d, shapes: Shapes, params: Params) -> None:
    w.node(
        "MaxPool",
        **_window(layer),
        pads=_pads(layer.pads()),
        dilations=pair(layer.dilation),
        ceil_mode=int(layer.ceil_mode),
    )


def _average_pool(w: Writer, layer: L.AvgPool2d, shapes: Shapes, params: Params) -> None:
    spread = {} if pair(layer.dilation) == (1, 1) else {"dilations": pair(layer.dilation)}
    w.node(
        "AveragePool",
        **_window(layer),
        **spread,
        pads=_pads(layer.pads()),
        ceil_mode=int(layer.ceil_mode),
        count_include_pad=int(layer.count_include_pad),
    )


def _sum_pool(w: Writer, layer: L.SumPool2d, shapes: Shapes, params: Params) -> None:
    """ONNX has no such pool; a filter of ones on each channel does the same."""
    channels, *image = shapes[0]
    windows = layer.windows(tuple(image))
    top, _, left, _ = windows.pads
    reach = [
        max(0, (windows.count[i] - 1) * windows.stride[i] + windows.kernel[i] - image[i] - first)
        for i, first in enumerate((top, left))
    ]
    ones = np.ones((channels, 1, *windows.kernel), np.float32)
    settings = _window(layer) | {"pads": [top, left, *reach], "group": channels}
    w.node("Conv", w.inputs[0], w.weight(ones, "ones"), **settings)


def _linear(w: Writer, layer: L.Linear, shapes: Shapes, params: Params) -> None:
    own = [w.weight(params[name], name) for name in ("weight", "bias") if name in params]
    w.node("Gemm", w.inputs[0], *own, transB=1)


def _batch_norm(w: Writer, layer: L.BatchNorm2d, shapes: Shapes, params: Params) -> None:
    names = ("weight", "bias", "running_mean", "running_var")
    own = [w.weight(params[name], name) for name in names]
    w.node("BatchNormalization", w.inputs[0], *own, epsilon=layer.eps)


def _response_norm(w: Writer, layer: L.LocalResponseNorm, shapes: Shapes, params: Params) -> None:
    if layer.size % 2 == 0:  # ONNX has the odd channel behind the value's own, and not before it
        raise EngineError(
            f"A response normalisation over {layer.size} channels cannot be written as ONNX, only "
            "one over an odd number."
        )
    w.node("LRN", size=layer.size, alpha=layer.alpha, beta=layer.beta, bias=layer.k)


def _dropout(w: Writer, layer: L.Dropout, shapes: Shapes, params: Params) -> None:
    w.node("Dropout", w.inputs[0], w.weight(np.array(layer.rate, np.float32), "rate"))


def _clip(w: Writer, layer: L.Clip | L.ReLU6, shapes: Shapes, params: Params) -> None:
    bounds = (0.0, 6.0) if isinstance(layer, L.ReLU6) else (layer.low, layer.high)
    names = ("low", "high")
    own = [
        "" if bound is None else w.weight(np.array(bound, np.float32), name)
        for bound, name in zip(bounds, names, strict=True)
    ]
    w.node("Clip", w.inputs[0], *own)


def _prelu(w: Writer, layer: L.PReLU, shapes: Shapes, params: Params) -> None:
    w.node("PRelu", w.inputs[0], w.weight(params["slope"], "slope"))


def _add(w: Writer, layer: L.Add, shapes: Shapes, params: Params) -> None:
    w.node("Sum" if len(w.inputs) != 2 else "Add")


WRITERS: dict[type[Layer], Write] = {
    L.Conv2d: _conv,
    L.MaxPool2d: _max_pool,
    L.AvgPool2d: _average_pool,
    L.SumPool2d: _sum_pool,
    L.GlobalAvgPool2d: plain("GlobalAveragePool"),
    L.GlobalMaxPool2d: plain("GlobalMaxPool"),
    L.ReLU: plain("Relu"),
    L.ReLU6: _clip,
    L.LeakyReLU: plain("LeakyRelu", alpha="negative_slope"),
    L.ELU: plain("Elu", alpha="alpha"),
    L.SELU: plain("Selu", alpha="alpha", gamma="gamma"),
    L.Softplus: plain("Softplus"),
    L.Sigmoid: plain("Sigmoid"),
    L.HardSigmoid: plain("HardSigmoid", alpha="alpha", beta="beta"),
    L.HardSwish: plain("HardSwish"),
    L.Tanh: plain("Tanh"),
    L.Clip: _clip,
    L.PReLU: _prelu,
    L.Flatten: plain("Flatten"),
    L.Linear: _linear,
    L.Softmax: plain("Softmax", axis="axis"),
    L.LogSoftmax: plain("LogSoftmax", axis="axis"),
    L.Dropout: _dropout,
    L.BatchNorm2d: _batch_norm,
    L.LocalResponseNorm: _response_norm,
    L.Add: _add,
    L.Concat: plain("Concat", axis="axis"),
    L.BroadcastAdd: steps.arithmetic("Add"),
    L.Subtract: steps.arithmetic("Sub"),
    L.Multiply: steps.arithmetic("Mul"),
    L.Divide: steps.arithmetic("Div"),
    L.MatMul: steps.matmul,
    L.Constant: steps.constant,
    L.Reshape: steps.reshape,
    L.Transpose: steps.transpose,
    L.Pad: steps.pad,
    L.Mean: steps.mean,
}
