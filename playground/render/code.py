"""The experiment on the screen as a short program: NumPy and SciPy, PyTorch, or Keras.

Each program reads ``picture.png``, brings it to the working size, and computes ``convolved``,
``activated``, ``pooled``, ``scores`` and ``probabilities``, as far as the experiment has them. A
filter's name is text from outside: in a comment it is kept to one line, and in code it is a quoted
string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.layers import Shape
from playground.render.program import (
    activation_lines,
    axes_lines,
    is_apart,
    kernel_lines,
    numpy_pads,
    pads_of,
    picture_lines,
    pooling_lines,
    program,
    report_lines,
    tempered_scores,
)

if TYPE_CHECKING:
    from playground.files.experiment import Experiment

TORCH_POOLS = {
    "max": "F.max_pool2d({maps}, {size}, stride={stride})",
    "average": "F.avg_pool2d({maps}, {size}, stride={stride})",
    "sum": "F.avg_pool2d({maps}, {size}, stride={stride}, divisor_override=1)",
}
KERAS_POOLS = {
    "max": "ops.max_pool({maps}, {size}, strides={stride})",
    "average": "ops.average_pool({maps}, {size}, strides={stride})",
    "sum": "ops.average_pool({maps}, {size}, strides={stride}) * {area}  # mean times count",
}


def numpy_code(experiment: Experiment, input_shape: Shape) -> str:
    """The experiment as a program that needs NumPy, SciPy and Pillow.

    Maps have the shape (filters, rows, columns); with the channels apart, (filters, channels, rows,
    columns).

    Parameters
    ----------
    experiment : Experiment
    input_shape : tuple of int
        ``(channels, rows, columns)`` of the picture at its working size.

    Returns
    -------
    str
        Runs as it is, beside a file ``picture.png``.
    """
    apart = is_apart(experiment, input_shape)
    function = "convolve2d" if experiment.convolution else "correlate2d"
    image, kernels = "x", "kernels"
    prepare = []
    pads = pads_of(experiment)
    if any(pads):
        image = "padded"
        prepare.append(f"padded = np.pad(x, {numpy_pads(pads, '(0, 0), {}, {}', experiment)})")
    if experiment.dilation > 1:
        kernels, gap = "spread", experiment.dilation
        side = gap * (experiment.kernel_size - 1) + 1
        prepare += [
            f"spread = np.zeros(({len(experiment.filters)}, {side}, {side}))  # dilation {gap}",
            f"spread[:, ::{gap}, ::{gap}] = kernels",
        ]
    one = f'{function}(channel, kernel, mode="valid")'
    if apart:
        answer = f"[{one} + bias for channel in {image}]"
    else:
        answer = f"sum({one} for channel in {image}) + bias"
    step = f"[..., ::{experiment.stride}, ::{experiment.stride}]" if experiment.stride > 1 else ""
    prepare += [
        "convolved = np.array([",
        f"    {answer}",
        f"    for kernel, bias in zip({kernels}, biases)",
        f"]){step}",
    ]
    last, activate = activation_lines(
        experiment,
        {
            "relu": "np.maximum(convolved, 0)",
            "leaky_relu": "np.where(convolved > 0, convolved, {slope} * convolved)",
            "sigmoid": "expit(convolved)  # 1 / (1 + exp(-x))",
            "tanh": "np.tanh(convolved)",
        },
    )
    special = "expit, softmax" if experiment.activation == "sigmoid" else "softmax"
    imports = [
        "import numpy as np",
        "from numpy.lib.stride_tricks import sliding_window_view",
        "from PIL import Image",
        f"from scipy.signal import {function}",
        f"from scipy.special import {special}",
    ]
    pool, size, steps = experiment.pool, experiment.pool_size, experiment.pool_stride
    pooling = []
    if pool == "none":
        imports.remove("from numpy.lib.stride_tricks import sliding_window_view")
    else:
        method = {"max": "max", "average": "mean", "sum": "sum"}[pool]
        pooling = [
            f"windows = sliding_window_view({last}, ({size}, {size}), axis=(-2, -1))",
            f"pooled = windows[..., ::{steps}, ::{steps}, :, :].{method}(axis=(-2, -1))",
        ]
        last = "pooled"
    return program(
        imports,
        [*picture_lines(input_shape), "x = np.asarray(picture) / 255"]
        + axes_lines(input_shape, "x = x[np.newaxis]", "x = x.transpose(2, 0, 1)", "(channels, …)"),
        kernel_lines(experiment, "np.array(", ")", "biases = {}"),
        prepare,
        activate,
        pooling,
        [
            f"scores = {last}.mean(axis={(1, 2, 3) if apart else (1, 2)})",
            f"probabilities = softmax({tempered_scores(experiment)})",
        ],
        report_lines(experiment),
    )


def pytorch_code(experiment: Experiment, input_shape: Shape) -> str:
    """The experiment as a program that needs PyTorch, NumPy and Pillow; as `numpy_code`.

    Maps have the shape (1, filters, rows, columns); with the channels apart, (channels, filters,
    rows, columns).
    """
    apart, channels = is_apart(experiment, input_shape), input_shape[0]
    pads, mode = pads_of(experiment), experiment.padding_mode
    image, more, prepare = "x", "", []
    if any(pads) and mode == "zeros":
        more = f", padding={pads[0]}"
    elif any(pads):
        image = "padded"
        around = (*pads[2:], *pads[:2])  # PyTorch names the last axis first
        prepare.append(f'padded = F.pad(x, {around}, mode="{mode}")')
    if experiment.stride > 1:
        more += f", stride={experiment.stride}"
    if experiment.dilation > 1:
        more += f", dilation={experiment.dilation}"
    weight = ["weight = kernels[:, None]  # (filters, channels, rows, columns)"]
    if channels > 1 and not apart:
        weight = [f"weight = kernels[:, None].repeat(1, {channels}, 1, 1)  # for every channel"]
    if experiment.convolution:
        weight.append("weight = weight.flip(-2, -1)  # F.conv2d is a cross-correlation")
    last, activate = activation_lines(
        experiment,
        {
            "relu": "F.relu(convolved)",
            "leaky_relu": "F.leaky_relu(convolved, {slope})",
            "sigmoid": "torch.sigmoid(convolved)",
            "tanh": "torch.tanh(convolved)",
        },
    )
    last, pooling = pooling_lines(experiment, TORCH_POOLS, last)
    colour = "x = x.permute(2, 0, 1)" + ("[:, None]" if apart else "[None]")
    return program(
        [
            "import numpy as np",
            "import torch",
            "import torch.nn.functional as F",
            "from PIL import Image",
        ],  # fmt: skip
        [*picture_lines(input_shape), "x = torch.tensor(np.array(picture)) / 255"]
        + axes_lines(input_shape, "x = x[None, None]", colour, "(pictures, channels, …)"),
        kernel_lines(
            experiment,
            "torch.tensor(",
            ", dtype=torch.float32)",
            "biases = torch.tensor({}, dtype=torch.float32)",
        ),
        [*weight, *prepare, f"convolved = F.conv2d({image}, weight, biases{more})"],
        activate,
        pooling,
        [
            f"scores = {last}.mean(dim=(0, 2, 3))",
            f"probabilities = torch.softmax({tempered_scores(experiment)}, dim=0)",
        ],
        report_lines(experiment),
    )


def keras_code(experiment: Experiment, input_shape: Shape) -> str:
    """The experiment as a program that needs Keras 3, NumPy and Pillow; as `numpy_code`.

    Maps have the shape (1, rows, columns, filters); with the channels apart, (channels, rows,
    columns, filters).
    """
    apart, channels = is_apart(experiment, input_shape), input_shape[0]
    pads, mode = pads_of(experiment), experiment.padding_mode
    image, more, prepare = "x", "", []
    if any(pads):
        image = "padded"
        call = "ops.pad" if mode in ("zeros", "reflect") else "np.pad"  # Keras has no other modes
        amounts = numpy_pads(pads, "(0, 0), {}, {}, (0, 0)", experiment)
        prepare.append(f"padded = {call}(x, {amounts})")
    step = ""
    if experiment.stride > 1 and experiment.dilation > 1:
        step = f"[:, ::{experiment.stride}, ::{experiment.stride}]"
    elif experiment.stride > 1:
        more = f", strides={experiment.stride}"
    if experiment.dilation > 1:
        more += f", dilation_rate={experiment.dilation}"
    weight = [
        "weight = kernels.transpose(1, 2, 0)[:, :, None]  # (rows, columns, channels, filters)"
    ]
    if channels > 1 and not apart:
        weight.append(f"weight = np.repeat(weight, {channels}, axis=2)  # for every channel")
    if experiment.convolution:
        weight.append("weight = weight[::-1, ::-1].copy()  # ops.conv is a cross-correlation")
    last, activate = activation_lines(
        experiment,
        {
            "relu": "ops.relu(convolved)",
            "leaky_relu": "ops.leaky_relu(convolved, negative_slope={slope})",
            "sigmoid": "ops.sigmoid(convolved)",
            "tanh": "ops.tanh(convolved)",
        },
    )
    last, pooling = pooling_lines(experiment, KERAS_POOLS, last)
    colour = "x = x.transpose(2, 0, 1)[..., None]" if apart else "x = x[None]"
    stepped = (
        [f"convolved = convolved{step}  # Keras has no stride with a dilation"] if step else []
    )
    return program(
        ["import numpy as np", "from keras import ops", "from PIL import Image"],
        [*picture_lines(input_shape), 'x = np.asarray(picture, "float32") / 255']
        + axes_lines(input_shape, "x = x[None, ..., None]", colour, "(pictures, …, channels)"),
        kernel_lines(experiment, "np.array(", ', "float32")', 'biases = np.array({}, "float32")'),
        [*weight, *prepare, f"convolved = ops.conv({image}, weight{more}) + biases", *stepped],
        activate,
        pooling,
        [
            f"scores = ops.mean({last}, axis=(0, 1, 2))",
            f"probabilities = ops.softmax({tempered_scores(experiment)})",
        ],
        report_lines(experiment),
    )
