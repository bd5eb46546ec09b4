"""A network of a stranger's, brought to where a picture can go in, and what is done to that one.

`load_onnx` has a network as its file has it: Keras wants a picture's rows first and its channels
last, others one row of numbers. Here it gets a first layer that brings the picture to that form,
so that what goes in always has channels, rows and columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isqrt, prod

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import (
    BatchNorm2d,
    Divide,
    Layer,
    Multiply,
    Params,
    Reshape,
    Shape,
    Subtract,
    Transpose,
)
from playground.engine.network import INPUT, Network, Node
from playground.files.errors import BadFile
from playground.files.onnx.about import About
from playground.files.onnx.limits import MAX_ALL_NUMBERS, MAX_MULTIPLY_ADDS, MAX_NUMBERS
from playground.files.preparation import IMAGENET, MAX_SIDE, Preparation
from playground.files.weights import expected_arrays

LAYOUTS = {
    "first": "channels, rows, columns (NCHW)",
    "last": "rows, columns, channels (NHWC)",
    "plane": "rows, columns",
    "flat": "one row of numbers",
}
ADAPTER = "picture as the file wants it"
_TO_LAST, _TO_FIRST = Transpose((2, 3, 1)), Transpose((3, 1, 2))


@dataclass(frozen=True)
class Numbers:
    """In which numbers a network wants to have a picture.

    Attributes
    ----------
    title : str
    scale : {1, 255}
    mean, std : tuple of float
        Three, or one for grey.
    order : {"rgb", "bgr"}
    """

    title: str
    scale: int = 1
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    order: str = "rgb"


NUMBERS: dict[str, Numbers] = {
    "unit": Numbers("0 to 1"),
    "imagenet": Numbers("ImageNet’s mean and deviation", 1, IMAGENET.mean, IMAGENET.std),
    "signed": Numbers("−1 to 1", 1, (0.5,) * 3, (0.5,) * 3),
    "bytes": Numbers("0 to 255", 255),
    # As the files of Caffe's model zoo: https://github.com/BVLC/caffe/blob/master/models/
    "caffe": Numbers("0 to 255 less a mean (Caffe)", 255, (104, 117, 123), order="bgr"),
    # Mean and deviation of MNIST's training pictures, as PyTorch's example uses them:
    # https://github.com/pytorch/examples/blob/main/mnist/main.py
    "mnist": Numbers("MNIST’s mean and deviation", 1, (0.1307,) * 3, (0.3081,) * 3),
}


def layouts(shape: Shape) -> list[str]:
    """The keys of `LAYOUTS` in which a network's input can be a picture, the likeliest first."""
    if len(shape) == 3:
        return [key for key, axis in (("first", 0), ("last", 2)) if shape[axis] in (1, 3)]
    if len(shape) == 2:
        return ["plane"]
    if len(shape) == 1 and (_is_square(shape[0]) or _is_square(shape[0] / 3)):
        return ["flat"]
    return []


def _is_square(count: float) -> bool:
    return isqrt(int(count)) ** 2 == count


def pictured(network: Network, layout: str) -> Network:
    """The network with a picture of (channels, rows, columns) as its input.

    Raises
    ------
    BadFile
        If its input has no such layout, or is larger than a picture is made.
    """
    shape = network.input_shape
    if layout not in layouts(shape):
        sizes = " × ".join(map(str, shape)) or "single"
        raise BadFile(f"This network takes {sizes} numbers, which is no picture in grey or colour.")
    if layout == "first":
        new, adapter = shape, None
    elif layout == "last":
        new, adapter = (shape[2], *shape[:2]), _TO_LAST
    elif layout == "plane":
        new, adapter = (1, *shape), Reshape(shape)
    else:
        channels = 1 if _is_square(shape[0]) else 3
        side = isqrt(shape[0] // channels)
        new, adapter = (channels, side, side), Reshape(shape)
    if max(new) > MAX_SIDE:
        raise BadFile(
            f"This network takes pictures of {new[1]:,} × {new[2]:,}; they are made up to "
            f"{MAX_SIDE:,} × {MAX_SIDE:,}."
        )
    return _adapted(network, new, adapter)


def _adapted(network: Network, shape: Shape, adapter: Layer | None) -> Network:
    """The network behind an adapter; one that the first layers undo is left out with them."""
    wiring = list(network.wiring())
    if adapter is None:
        return replace(network, input_shape=shape)
    readers = [node for node, sources in wiring if INPUT in sources]
    last = network.nodes[-1].name
    if adapter == _TO_LAST and all(
        node.layer == _TO_FIRST and node.name != last for node in readers
    ):
        gone = {node.name for node in readers}
        nodes = tuple(
            Node(node.name, node.layer, tuple(INPUT if s in gone else s for s in sources))
            for node, sources in wiring
            if node.name not in gone
        )
        return replace(network, input_shape=shape, nodes=nodes)
    name = ADAPTER
    while any(node.name == name for node in network.nodes):
        name += "’"
    nodes = tuple(
        Node(node.name, node.layer, tuple(name if s == INPUT else s for s in sources))
        for node, sources in wiring
    )
    return replace(network, input_shape=shape, nodes=(Node(name, adapter, (INPUT,)), *nodes))


def resized(network: Network, params: Mapping[str, Params], rows: int, columns: int) -> Network:
    """The network on pictures of another size, if its layers and their weights take them.

    Raises
    ------
    BadFile
        If they do not, or if it would cost more than the playground has.
    """
    new = replace(network, input_shape=(network.input_shape[0], rows, columns))
    size = f"{rows} × {columns} pixels"
    try:
        shapes = new.shapes()
        costs = sum(
            node.layer.multiply_adds(*(shapes[source] for source in sources))
            for node, sources in new.wiring()
        )
        for node, parameter, shape in expected_arrays(new).values():
            if params[node][parameter].shape != shape:
                raise EngineError(f"the weights of “{node}” are made for another size.")
    except EngineError as error:
        raise BadFile(f"This network cannot take {size}: {error}") from None
    numbers = [prod(shape) for shape in shapes.values()]
    if max(numbers) > MAX_NUMBERS or sum(numbers) > MAX_ALL_NUMBERS or costs > MAX_MULTIPLY_ADDS:
        raise BadFile(f"This network would cost too much on {size}.")
    return new


def guess(network: Network, params: Mapping[str, Params], about: About) -> tuple[Preparation, str]:
    """What is probably done to a picture for a network of `pictured`, and why, in a sentence.

    What the file says comes first, then a first layer that does it itself, then what the program
    that wrote the file is used to.
    """
    channels, rows, columns = network.input_shape
    key, why = _numbers(network, params, about)
    start = Preparation(
        rows,
        columns,
        channels,
        "crop" if channels == 3 else "pad",
        mean=(0.0,) * channels,
        std=(1.0,) * channels,
    )
    side = max(rows, columns)
    if channels == 3 and (rows, columns) == (224, 224):
        start = replace(start, resize=256)
    elif channels == 3 and key == "imagenet" and side <= MAX_SIDE * 7 // 8:
        start = replace(start, resize=side * 8 // 7)
    found = with_numbers(start, NUMBERS[key])
    if channels == 3 and about.properties.get("Image.BitmapPixelFormat") == "Bgr8":
        found = replace(found, order="bgr", mean=found.mean[::-1], std=found.std[::-1])
        why = "The file says that blue comes first. " + why
    return found, why


def with_numbers(preparation: Preparation, numbers: Numbers) -> Preparation:
    """The preparation with these numbers, as many as it has channels."""
    count = preparation.channels
    return replace(
        preparation,
        scale=numbers.scale,
        mean=numbers.mean[:count],
        std=numbers.std[:count],
        order=numbers.order,
    )


def numbers_of(preparation: Preparation) -> str:
    """The key of `NUMBERS` that the preparation has, or an empty text for none of them."""
    fits = (key for key, n in NUMBERS.items() if with_numbers(preparation, n) == preparation)
    return next(fits, "")


def _numbers(network: Network, params: Mapping[str, Params], about: About) -> tuple[str, str]:
    channels, rows, _ = network.input_shape
    said = about.properties.get("Image.NominalPixelRange", "")
    known = {
        "NominalRange_0_255": "bytes",
        "Normalized_0_1": "unit",
        "Normalized_1_1": "signed",
    }
    if said in known:
        return known[said], "The file says so."
    if _scales_itself(network, params):
        return "bytes", "Its first layer scales the picture itself."
    producer = about.producer.lower()
    classes = prod(network.shapes()[network.nodes[-1].name])
    if channels == 1:
        if rows == 28 and producer == "pytorch":
            return "mnist", "A guess: PyTorch’s networks for digits mostly learn from these."
        return "unit", "A guess: it takes grey pictures."
    if "caffe" in producer:
        return "caffe", "A guess: the file is from Caffe."
    if producer == "pytorch" and (classes == 1000 or rows >= 128):
        return "imagenet", "A guess: most networks from PyTorch learn from these."
    if producer in ("tf2onnx", "keras", "tensorflow"):
        return "signed", "A guess: many networks from Keras learn from these."
    if classes == 1000:
        return "imagenet", "A guess: it has as many classes as ImageNet."
    return "unit", "A guess: the file does not say."


def _scales_itself(network: Network, params: Mapping[str, Params]) -> bool:
    """Whether the layers that read the picture bring large numbers down."""
    adapters, factor = {INPUT}, 0.0
    for node, sources in network.wiring():
        if not adapters & set(sources):
            continue
        layer, own = node.layer, params.get(node.name, {})
        if isinstance(layer, Transpose | Reshape):
            adapters.add(node.name)
        elif isinstance(layer, Subtract) and "value" in own:
            factor = max(factor, float(np.abs(own["value"]).max()) / 50)
        elif isinstance(layer, Divide) and "value" in own:
            factor = max(factor, float(np.abs(own["value"]).max()) / 20)
        elif isinstance(layer, Multiply) and "value" in own:
            factor = max(factor, 0.05 / max(float(np.abs(own["value"]).max()), 1e-9))
        elif isinstance(layer, BatchNorm2d):
            factor = max(factor, float(np.abs(own["running_mean"]).max()) / 20)
    return factor >= 1
