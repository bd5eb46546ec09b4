"""Operators with windows and weights: convolutions, pools, matrix products, normalisation."""

from __future__ import annotations

from math import prod

import numpy as np

from playground.engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    BroadcastAdd,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Linear,
    LocalResponseNorm,
    MatMul,
    MaxPool2d,
    Mean,
    Transpose,
)
from playground.engine.padding import output_size
from playground.files.errors import BadFile
from playground.files.onnx.builder import Builder
from playground.files.onnx.limits import MAX_BORDER, MAX_SIDE
from playground.files.onnx.values import CannotDo, Maps, Operation, axis_of

Pair = tuple[int, int]
Pads = tuple[int, int, int, int]


def conv(b: Builder, op: Operation) -> Maps:
    """Conv."""
    x, weight = op.maps(0), op.array(1, "weights")
    _planes(x)
    if weight.ndim != 4 or not weight.size:
        raise CannotDo("in other than two dimensions")
    kernel = weight.shape[2:]
    if op.get("kernel_shape", ()) not in ((), kernel):
        raise BadFile("A convolution of this network has weights of another size than it says.")
    stride, dilation, pads = _window(b, op, x, kernel)
    layer = Conv2d(
        weight.shape[0],
        _short(kernel),
        _short(stride),
        _short(pads),
        dilation=_short(dilation),
        groups=_groups(op),
        bias=op.value(2) is not None,
    )
    params = {"weight": weight}
    if layer.bias:
        params["bias"] = op.array(2, "biases")
        if params["bias"].shape != weight.shape[:1]:
            raise BadFile("A convolution of this network has not one bias a filter.")
    if weight.shape[1] * layer.groups != x.shape[0]:
        raise BadFile(
            f"A convolution of this network reads {weight.shape[1] * layer.groups} channels, "
            f"and its input has {x.shape[0]}."
        )
    return b.add(op, layer, x, **params)


def _groups(op: Operation) -> int:
    groups = op.get("group", 1)
    if not 1 <= groups <= MAX_SIDE:
        raise BadFile("A convolution of this network has an impossible number of groups.")
    return groups


def max_pool(b: Builder, op: Operation) -> Maps:
    """MaxPool."""
    x, kernel = op.maps(0), _kernel(op)
    _planes(x)
    stride, dilation, pads = _window(b, op, x, kernel)
    return b.add(op, MaxPool2d(*_pool(op, kernel, stride, pads), _short(dilation)), x)


def average_pool(b: Builder, op: Operation) -> Maps:
    """AveragePool."""
    x, kernel = op.maps(0), _kernel(op)
    _planes(x)
    stride, dilation, pads = _window(b, op, x, kernel)
    counted = bool(op.get("count_include_pad", 0)) or not any(pads)
    layer = AvgPool2d(*_pool(op, kernel, stride, pads), counted, _short(dilation))
    return b.add(op, layer, x)


def _pool(op: Operation, kernel: Pair, stride: Pair, pads: Pads) -> tuple:
    """Settings of a pool as one writes them; a stride of one window goes without saying."""
    own = None if stride == kernel else _short(stride)
    return _short(kernel), own, _short(pads), bool(op.get("ceil_mode", 0))


def _short(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number where all are equal, two where both sides of each axis are."""
    if len(set(values)) == 1:
        return values[0]
    return values[::2] if len(values) == 4 and values[::2] == values[1::2] else values


def global_average_pool(b: Builder, op: Operation) -> Maps:
    """GlobalAveragePool."""
    _planes(op.maps(0))
    return b.add(op, GlobalAvgPool2d(), op.maps(0))


def global_max_pool(b: Builder, op: Operation) -> Maps:
    """GlobalMaxPool."""
    _planes(op.maps(0))
    return b.add(op, GlobalMaxPool2d(), op.maps(0))


def reduce_mean(b: Builder, op: Operation) -> Maps:
    """ReduceMean."""
    x = op.maps(0)
    full, axes = b.full(x), op.numbers(1, "axes", 18)
    if not axes and op.get("noop_with_empty_axes", 0):
        return x
    chosen = sorted({b.axis(axis_of(a, len(full))) for a in axes or range(len(full))})
    keep = bool(op.get("keepdims", 1))
    if chosen == [2, 3] and len(x.shape) == 3:
        mean = b.add(op, GlobalAvgPool2d(), x)
        return mean if keep else b.add(op, Flatten(), mean, part="flat")
    return b.add(op, Mean(tuple(chosen), keep), x)


def batch_normalization(b: Builder, op: Operation) -> Maps:
    """BatchNormalization with the statistics that are in the file."""
    x = op.maps(0)
    if op.get("training_mode", 0) or not op.get("spatial", 1):
        raise CannotDo("as in training")
    if b.axis(1) != 1:
        raise CannotDo("without a batch")
    names = ("weight", "bias", "running_mean", "running_var")
    params = {name: op.array(i, "statistics") for i, name in enumerate(names, 1)}
    if any(array.shape != x.shape[:1] for array in params.values()):
        raise BadFile("A normalisation of this network has not one number a channel.")
    return b.add(op, BatchNorm2d(float(op.get("epsilon", 1e-5))), x, **params)


def local_response_norm(b: Builder, op: Operation) -> Maps:
    """LRN."""
    _planes(op.maps(0))
    size = op.get("size", 0)
    if not 1 <= size <= MAX_SIDE:
        raise BadFile("A response normalisation of this network has an impossible size.")
    if size % 2 == 0:  # the standard has the odd channel behind the value's own, not before it
        raise CannotDo("over an even number of channels")
    numbers = (float(op.get(n, d)) for n, d in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0)))
    return b.add(op, LocalResponseNorm(size, *numbers), op.maps(0))


def gemm(b: Builder, op: Operation) -> Maps:
    """Gemm: alpha * A @ B + beta * C, either matrix turned if asked."""
    a, weight = op.maps(0), op.array(1, "weights")
    if len(b.full(a)) != 2 or weight.ndim != 2:
        raise BadFile("A matrix product of this network has no matrix.")
    if op.get("transA", 0):
        b.axis(0)
        a = b.add(op, Transpose(), a, part="turned")
    weight = weight if op.get("transB", 0) else weight.T
    weight = _scaled(b, weight, float(op.get("alpha", 1.0)))
    units, beta, bias = weight.shape[0], float(op.get("beta", 1.0)), op.value(2)
    if bias is not None:
        bias = _scaled(b, op.array(2, "biases"), beta)
        if bias.size == 1 or bias.shape in ((units,), (1, units)):
            bias = np.broadcast_to(bias.reshape(-1), (units,))
        elif b.lead:
            raise CannotDo("across the pictures of a batch")
    if b.lead:
        return _linear(b, op, a, weight, bias)
    table = b.as_maps(op, weight.T)
    product = b.add(op, MatMul(), a, table)
    if bias is None:
        return product
    return b.add(op, BroadcastAdd(bias.shape), product, part="bias", value=bias)


def matmul(b: Builder, op: Operation) -> Maps:
    """MatMul."""
    left, right = op.value(0), op.value(1)
    if b.lead and isinstance(left, Maps) and isinstance(right, np.ndarray):
        if len(left.shape) == 1 and right.ndim == 2:
            return _linear(b, op, left, right.T, None)
        if right.ndim == 2:  # the same table for every picture
            return b.add(op, MatMul(), left, b.as_maps(op, right[None]))
    axes = [len(b.full(v)) if isinstance(v, Maps) else np.ndim(v) for v in (left, right)]
    if b.lead and (axes[0] != axes[1] or axes[0] < 3):
        raise CannotDo("across the pictures of a batch")
    return b.add(op, MatMul(), b.as_maps(op, left), b.as_maps(op, right))


def _linear(
    b: Builder, op: Operation, x: Maps, weight: np.ndarray, bias: np.ndarray | None
) -> Maps:
    if x.shape != weight.shape[1:]:
        raise BadFile(
            f"A matrix product of this network reads {weight.shape[1]} numbers, "
            f"and its input has {prod(x.shape)}."
        )
    params = {"weight": weight} | ({} if bias is None else {"bias": bias})
    return b.add(op, Linear(weight.shape[0], bias is not None), x, **params)


def _scaled(b: Builder, array: np.ndarray, factor: float) -> np.ndarray:
    if factor == 1:
        return array
    b.budget.fold(array.shape)
    return array * array.dtype.type(factor)


def _planes(x: Maps) -> None:
    if len(x.shape) != 3:
        raise CannotDo("in other than two dimensions")


def _kernel(op: Operation) -> tuple[int, int]:
    if len(op.get("kernel_shape", ())) != 2:
        raise CannotDo("in other than two dimensions")
    return op.sizes("kernel_shape", 2, 1, 1, MAX_BORDER)


def _window(b: Builder, op: Operation, x: Maps, kernel: Pair) -> tuple[Pair, Pair, Pads]:
    """Stride, dilation, and padding as (top, bottom, left, right), within bounds."""
    stride = op.sizes("strides", 2, 1, 1, MAX_SIDE)
    dilation = op.sizes("dilations", 2, 1, 1, MAX_SIDE)
    automatic = op.get("auto_pad", "NOTSET")
    if automatic == "NOTSET":
        top, left, bottom, right = op.sizes("pads", 4, 0, 0, MAX_BORDER)
        pads = top, bottom, left, right
    elif automatic == "VALID":
        pads = 0, 0, 0, 0
    elif automatic in ("SAME_UPPER", "SAME_LOWER"):
        sides: list[int] = []
        for size, k, step, gap in zip(x.shape[1:], kernel, stride, dilation, strict=True):
            count = -(-size // step)
            total = max(0, (count - 1) * step + gap * (k - 1) + 1 - size)
            small, large = total // 2, total - total // 2
            sides += (small, large) if automatic == "SAME_UPPER" else (large, small)
        pads = tuple(sides)
    else:
        raise BadFile(f"A {op.kind} of this network has an unknown automatic padding.")
    b.budget.surround(x.shape, pads)
    if any(
        output_size(x.shape[1 + i], kernel[i], stride[i], *pads[2 * i : 2 * i + 2], dilation[i],
                    bool(op.get("ceil_mode", 0))) < 1
        for i in (0, 1)
    ):  # fmt: skip
        raise BadFile(f"A window of {op.kind} in this network is larger than what it slides over.")
    return stride, dilation, pads
