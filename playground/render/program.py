"""The parts that the programs of `code` share: the picture, the kernels, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.layers import LeakyReLU, Shape
from playground.engine.padding import NUMPY_MODES, Pads, resolve_padding
from playground.networks.filter_bank import ACTIVATIONS

if TYPE_CHECKING:
    from playground.files.experiment import Experiment

FILE_NAME = "picture.png"


def program(*parts: list[str]) -> str:
    """Join blocks of lines, with an empty line between them; an empty block is left out."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def is_apart(experiment: Experiment, input_shape: Shape) -> bool:
    """Whether every channel goes through the filters on its own."""
    return experiment.colour == "each" and input_shape[0] > 1


def pads_of(experiment: Experiment) -> Pads:
    """Padding in cells: top, bottom, left, right."""
    return resolve_padding(
        experiment.padding, experiment.kernel_size, experiment.stride, experiment.dilation
    )


def numpy_pads(pads: Pads, axes: str, experiment: Experiment) -> str:
    """The last arguments of `numpy.pad`; ``axes`` has a ``{}`` for rows and one for columns."""
    amounts = axes.format(pads[:2], pads[2:])
    mode = NUMPY_MODES[experiment.padding_mode]
    return f"({amounts})" + ("" if mode == "constant" else f', mode="{mode}"')


def picture_lines(input_shape: Shape) -> list[str]:
    """Read the picture and bring it to its working size, in colour or grey."""
    channels, rows, columns = input_shape
    lines = [
        f'picture = Image.open("{FILE_NAME}").convert("RGB")',
        f"picture = picture.resize(({columns}, {rows}), Image.Resampling.LANCZOS)",
    ]
    return lines if channels == 3 else [*lines, 'picture = picture.convert("L")']


def axes_lines(input_shape: Shape, grey: str, colour: str, meaning: str) -> list[str]:
    """Bring the picture's axes into the order that the library wants."""
    meaning = meaning.replace("…", "rows, columns")
    return [f"{grey if input_shape[0] == 1 else colour}  # {meaning}"]


def kernel_lines(experiment: Experiment, opening: str, closing: str, biases: str) -> list[str]:
    """The kernels, a block a filter under its name, and the biases."""
    lines = [f"kernels = {opening}["]
    for filter_ in experiment.filters:
        texts = [[number(v) for v in row] for row in filter_.weight]
        width = max(len(text) for row in texts for text in row)
        rows = ["[" + ", ".join(text.rjust(width) for text in row) + "]" for row in texts]
        lines.append(f"    # {one_line(filter_.name)}")
        lines.append("    [" + ",\n     ".join(rows) + "],")
    values = ", ".join(number(f.bias) for f in experiment.filters)
    return [*lines, f"]{closing}", biases.format(f"[{values}]")]


def activation_lines(experiment: Experiment, calls: dict[str, str]) -> tuple[str, list[str]]:
    """The last variable now, and the call of the chosen activation."""
    if experiment.activation == "none":
        return "convolved", []
    layer = ACTIVATIONS[experiment.activation]
    slope = layer.negative_slope if isinstance(layer, LeakyReLU) else ""
    return "activated", [f"activated = {calls[experiment.activation]}".format(slope=slope)]


def pooling_lines(
    experiment: Experiment, calls: dict[str, str], last: str
) -> tuple[str, list[str]]:
    """The last variable now, and the call of the chosen pooling."""
    if experiment.pool == "none":
        return last, []
    size = experiment.pool_size
    call = calls[experiment.pool].format(
        maps=last, size=size, stride=experiment.pool_stride, area=size * size
    )
    return "pooled", [f"pooled = {call}"]


def tempered_scores(experiment: Experiment) -> str:
    """What the softmax is taken of."""
    temperature = experiment.temperature
    return "scores" if temperature == 1 else f"scores / {number(temperature)}"


def report_lines(experiment: Experiment) -> list[str]:
    """Print the shape of every stage and a line a filter."""
    maps = ["convolved"]
    maps += ["activated"] * (experiment.activation != "none")
    maps += ["pooled"] * (experiment.pool != "none")
    return [
        *(f'print("{name}", tuple({name}.shape))' for name in maps),
        "names = [" + ", ".join(repr(one_line(f.name)) for f in experiment.filters) + "]",
        "for name, score, share in zip(names, scores, probabilities):",
        '    print(f"{name}: score {float(score):.4f}, softmax {float(share):.1%}")',
    ]


def number(value: float) -> str:
    """A number that reads back exactly, a whole one without its ``.0``."""
    return repr(float(value)).removesuffix(".0")


def one_line(name: str) -> str:
    """Keep printable characters only, so that no character of a name ends the line it stands in."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())
