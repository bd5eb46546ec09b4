"""Each layer as PyTorch writes it: the module that holds its weights, and the call in ``forward``.

PyTorch pads both sides of an axis alike; where a layer does not, the maps are padded before.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.engine import layers
from playground.engine.layers import Layer, Shape
from playground.engine.ops import pair
from playground.engine.pooling import Windows, window_areas
from playground.render.torch_arithmetic import (
    SIGNS,
    arithmetic_call,
    clip_call,
    constant_call,
    dilated_average,
    held,
    matmul_call,
    mean_call,
    pad_call,
    reshape_call,
    transpose_call,
)

_PAD_MODES = {"zeros": "constant"}  # else the same word in both libraries

Shapes = tuple[Shape, ...]


def _same(values: tuple[int, ...]) -> str:
    """One number where both are the same."""
    return str(values[0]) if len(set(values)) == 1 else str(tuple(values))


def _torch_pads(pads: tuple[int, ...]) -> str:
    """Padding as `F.pad` takes it: the last axis first."""
    top, bottom, left, right = pads
    return f"({left}, {right}, {top}, {bottom})"


def _is_even(pads: tuple[int, ...]) -> bool:
    return pads[0] == pads[1] and pads[2] == pads[3]


def _conv_module(layer: layers.Conv2d, shapes: Shapes) -> str:
    settings = [str(shapes[0][0]), str(layer.filters), _same(pair(layer.kernel_size))]
    pads = layer.pads()
    if pair(layer.stride) != (1, 1):
        settings.append(f"stride={_same(pair(layer.stride))}")
    if _is_even(pads) and any(pads):
        settings.append(f"padding={_same((pads[0], pads[2]))}")
        if layer.padding_mode != "zeros":
            settings.append(f'padding_mode="{layer.padding_mode}"')
    if pair(layer.dilation) != (1, 1):
        settings.append(f"dilation={_same(pair(layer.dilation))}")
    if layer.groups != 1:
        settings.append(f"groups={layer.groups}")
    if not layer.bias:
        settings.append("bias=False")
    return f"nn.Conv2d({', '.join(settings)})"


def _conv_call(layer: layers.Conv2d, shapes: Shapes, own: str, inputs: list[str]) -> str:
    if _is_even(layer.pads()):
        return f"self.{own}({inputs[0]})"
    mode = _PAD_MODES.get(layer.padding_mode, layer.padding_mode)
    return f'self.{own}(F.pad({inputs[0]}, {_torch_pads(layer.pads())}, mode="{mode}"))'


def _pool_call(layer: Layer, shapes: Shapes, own: str, inputs: list[str]) -> str:
    kernel, pads = _same(pair(layer.kernel_size)), layer.pads()
    settings = [] if layer.stride is None else [f"stride={_same(pair(layer.stride))}"]
    function = "max_pool2d" if isinstance(layer, layers.MaxPool2d) else "avg_pool2d"
    if isinstance(layer, layers.SumPool2d):
        settings.append("divisor_override=1")
    kernels, gaps = pair(layer.kernel_size), pair(layer.gaps())
    too_wide = any(2 * pads[2 * i] > kernels[i] for i in (0, 1))
    spread_average = isinstance(layer, layers.AvgPool2d) and gaps != (1, 1)
    if gaps != (1, 1) and not spread_average:
        settings.append(f"dilation={_same(gaps)}")
    if not _is_even(pads) or too_wide or spread_average:
        return _uneven_pool(layer, shapes[0], inputs[0], function, kernel, settings)
    if any(pads):
        settings.append(f"padding={_same((pads[0], pads[2]))}")
    if layer.ceil_mode:
        settings.append("ceil_mode=True")
    if getattr(layer, "count_include_pad", True) is False:
        settings.append("count_include_pad=False")
    return f"F.{function}({', '.join([inputs[0], kernel, *settings])})"


def _uneven_pool(layer, shape, source: str, function: str, kernel: str, settings) -> str:
    """A pool whose padding differs from side to side, which PyTorch's pools do not have.

    The maps are padded, or cut, to what the windows reach.
    """
    channels, *image = shape
    windows = layer.windows(tuple(image))
    top, _, left, _ = windows.pads
    rows, columns = (
        (windows.count[i] - 1) * windows.stride[i]
        + windows.dilation[i] * (windows.kernel[i] - 1)
        + 1
        for i in (0, 1)
    )
    reach = _torch_pads((top, rows - top - image[0], left, columns - left - image[1]))
    fill = ', value=float("-inf")' if function == "max_pool2d" else ""
    average = isinstance(layer, layers.AvgPool2d)
    settings = [*settings, "divisor_override=1"] if average else settings
    padded = f"F.pad({source}, {reach}{fill})"
    if average and windows.dilation != (1, 1):
        return dilated_average(layer, channels, padded, _areas(layer, image, windows))
    pooled = f"F.{function}({', '.join([padded, kernel, *settings])})"
    return f"{pooled} / {_areas(layer, image, windows)}" if average else pooled


def _areas(layer: layers.AvgPool2d, image, windows: Windows) -> str:
    """By how many pixels each window's sum is divided: a number, or a product of two vectors."""
    areas = window_areas(image, windows, layer.count_include_pad)
    if areas.min() == areas.max():
        return str(areas[0, 0])
    down, across = areas[:, :1].tolist(), areas[0].tolist()
    return f"(torch.tensor({down}) * torch.tensor({across}) / {areas[0, 0]})"


def _applied(call: str) -> Callable[[Layer, Shapes, str, list[str]], str]:
    """A call with ``{x}`` for the input, ``{all}`` for all inputs and ``{layer}`` for the layer."""

    def write(layer: Layer, shapes: Shapes, own: str, inputs: list[str]) -> str:
        return call.format(x=inputs[0], own=own, all=", ".join(inputs), layer=layer)

    return write


def _add_call(layer: Layer, shapes: Shapes, own: str, inputs: list[str]) -> str:
    return " + ".join(inputs)


def _held_constant(layer: Layer, shapes: Shapes) -> str | None:
    return None if layer.constant is None else held("value", layer.constant)


MODULES: dict[type[Layer], Callable[[Layer, Shapes], str | None]] = {
    layers.Conv2d: _conv_module,
    layers.Linear: lambda layer, shapes: (
        f"nn.Linear({shapes[0][0]}, {layer.units}{'' if layer.bias else ', bias=False'})"
    ),
    layers.BatchNorm2d: lambda layer, shapes: f"nn.BatchNorm2d({shapes[0][0]}, eps={layer.eps!r})",
    layers.Dropout: lambda layer, shapes: f"nn.Dropout({layer.rate!r})",
    layers.PReLU: lambda layer, shapes: held("slope", layer.slope_shape(shapes[0])),
    layers.Constant: lambda layer, shapes: held("value", layer.shape),
    **dict.fromkeys(SIGNS, _held_constant),
}
CALLS: dict[type[Layer], Callable[[Layer, Shapes, str, list[str]], str]] = {
    layers.Conv2d: _conv_call,
    layers.MaxPool2d: _pool_call,
    layers.AvgPool2d: _pool_call,
    layers.SumPool2d: _pool_call,
    layers.GlobalAvgPool2d: _applied("{x}.mean(dim=(2, 3), keepdim=True)"),
    layers.ReLU: _applied("F.relu({x})"),
    layers.ReLU6: _applied("F.relu6({x})"),
    layers.LeakyReLU: _applied("F.leaky_relu({x}, {layer.negative_slope!r})"),
    layers.Sigmoid: _applied("torch.sigmoid({x})"),
    layers.Tanh: _applied("torch.tanh({x})"),
    layers.Flatten: _applied("torch.flatten({x}, 1)"),
    layers.Linear: _applied("self.{own}({x})"),
    layers.Softmax: _applied("F.softmax({x}, dim={layer.axis})"),
    layers.Dropout: _applied("self.{own}({x})"),
    layers.BatchNorm2d: _applied("self.{own}({x})"),
    layers.LocalResponseNorm: _applied(
        "F.local_response_norm({x}, {layer.size}, {layer.alpha!r}, {layer.beta!r}, {layer.k!r})"
    ),
    layers.Add: _add_call,
    layers.Concat: _applied("torch.cat([{all}], dim={layer.axis})"),
    layers.GlobalMaxPool2d: _applied("{x}.amax(dim=(2, 3), keepdim=True)"),
    layers.ELU: _applied("F.elu({x}, {layer.alpha!r})"),
    layers.SELU: _applied("{layer.gamma!r} * F.elu({x}, {layer.alpha!r})"),
    layers.Softplus: _applied("F.softplus({x})"),
    layers.HardSigmoid: _applied("({layer.alpha!r} * {x} + {layer.beta!r}).clamp(0, 1)"),
    layers.HardSwish: _applied("F.hardswish({x})"),
    layers.Clip: clip_call,
    layers.PReLU: _applied('torch.where({x} > 0, {x}, self.{own}["slope"] * {x})'),
    layers.LogSoftmax: _applied("F.log_softmax({x}, dim={layer.axis})"),
    **dict.fromkeys(SIGNS, arithmetic_call),
    layers.MatMul: matmul_call,
    layers.Constant: constant_call,
    layers.Reshape: reshape_call,
    layers.Transpose: transpose_call,
    layers.Pad: pad_call,
    layers.Mean: mean_call,
}
