"""Arithmetic, shapes and activations of uploaded networks as PyTorch writes them."""

from __future__ import annotations

import numpy as np

from playground.engine import layers
from playground.engine.layers import Layer, Shape
from playground.engine.padding import NUMPY_MODES

Shapes = tuple[Shape, ...]

SIGNS = {
    layers.BroadcastAdd: " + ",
    layers.Subtract: " - ",
    layers.Multiply: " * ",
    layers.Divide: " / ",
}


def held(name: str, shape: Shape) -> str:
    """A module that holds one array of this shape under this name."""
    sizes = ", ".join(map(str, shape)) or "()"
    return f'nn.ParameterDict({{"{name}": torch.zeros({sizes})}})'


def arithmetic_call(layer: Layer, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """The operands between signs, each with as many axes as the deepest."""
    axes = max(map(len, [*shapes, *([] if layer.constant is None else [layer.constant])]))
    operands = [_deeper(x, shape, axes) for x, shape in zip(inputs, shapes, strict=True)]
    if layer.constant is not None:
        place = 0 if getattr(layer, "constant_first", False) else len(operands)
        operands.insert(place, f'self.{own}["value"]')
    return SIGNS[type(layer)].join(operands)


def matmul_call(layer: Layer, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """Products of matrices; a vector is a row on the left and a column on the right."""
    left, shape = inputs[0], shapes[0]
    for right, other in zip(inputs[1:], shapes[1:], strict=True):
        out = layer.output_shape(shape, other)
        rows = shape if len(shape) > 1 else (1, *shape)
        columns = other if len(other) > 1 else (*other, 1)
        axes = max(len(rows), len(columns))
        a = _deeper(left if rows == shape else f"{left}.unsqueeze(1)", rows, axes)
        b = _deeper(right if columns == other else f"{right}.unsqueeze(2)", columns, axes)
        left = f"({a} @ {b})"
        if len(shape) < 2 or len(other) < 2:
            left += f".flatten(1).unflatten(1, {out})" if len(out) > 1 else ".flatten(1)"
            left += "[:, 0]" if not out else ""
        shape = out
    return left


def pad_call(layer: layers.Pad, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """A border of one value by `F.pad`, any other by the indices that it repeats."""
    if layer.padding_mode == "zeros":
        sides = [s for pair in zip(layer.before, layer.after, strict=True) for s in pair[::-1]]
        return f"F.pad({inputs[0]}, {tuple(sides[::-1])}, value={layer.value!r})"
    padded = inputs[0]
    mode = NUMPY_MODES[layer.padding_mode]
    for axis, size in enumerate(shapes[0]):
        sides = layer.before[axis], layer.after[axis]
        if any(sides):
            indices = np.pad(np.arange(size), sides, mode=mode).tolist()
            padded += f"[{':, ' * (axis + 1)}{indices}]"
    return padded


def mean_call(layer: layers.Mean, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """The average along the axes."""
    axes = tuple(sorted(set(layer.axes)))
    return f"{inputs[0]}.mean(dim={axes}, keepdim={bool(layer.keepdims)})"


def reshape_call(layer: layers.Reshape, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """The target's sizes behind the batch."""
    sizes = layer.output_shape(*shapes)
    return f"{inputs[0]}.reshape(len({inputs[0]}){''.join(f', {size}' for size in sizes)})"


def transpose_call(layer: layers.Transpose, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """All axes, the batch first."""
    axes = layer.axes or tuple(range(len(shapes[0]), 0, -1))
    return f"{inputs[0]}.permute(0, {', '.join(map(str, axes))})"


def constant_call(layer: layers.Constant, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """The numbers, once for each picture."""
    kept = "".join(", -1" for _ in layer.shape)
    return f'self.{own}["value"].expand(len({inputs[0]}){kept})'


def clip_call(layer: layers.Clip, shapes: Shapes, own: str, inputs: list[str]) -> str:
    """The bounds that there are."""
    text = inputs[0]
    text += "" if layer.low is None else f".clamp(min={layer.low!r})"
    return text + ("" if layer.high is None else f".clamp(max={layer.high!r})")


def dilated_average(layer: layers.AvgPool2d, channels: int, source: str, areas: str) -> str:
    """An average over spread windows, which PyTorch's pool has not: a filter of ones a channel."""
    kernel = layer.windows((2**15, 2**15)).kernel
    stride, gaps = layer.windows((2**15, 2**15))[1:3]
    ones = f"torch.ones({channels}, 1, {kernel[0]}, {kernel[1]})"
    settings = f"stride={stride}, dilation={gaps}, groups={channels}"
    return f"F.conv2d({source}, {ones}, {settings}) / {areas}"


def _deeper(text: str, shape: Shape, axes: int) -> str:
    if len(shape) >= axes:
        return text
    sizes = (*[1] * (axes - len(shape)), *shape)
    return f"{text}.reshape(len({text}), {', '.join(map(str, sizes))})"
