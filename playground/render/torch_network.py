"""A trained network as a PyTorch program that computes the same numbers.

The program reads the weights from the file that `playground.files.weights` writes, and a picture
from ``picture.png``. The names of nodes and of the network, and the labels, may be anybody's text:
they reach the program as quoted strings alone, and its own names are made here.
"""

from __future__ import annotations

import re

from playground.engine.errors import EngineError
from playground.engine.layers import Shape
from playground.engine.network import INPUT, Network
from playground.render.program import picture_lines, program
from playground.render.torch_layers import CALLS, MODULES

WEIGHTS = "weights.npz"
PICTURE = "picture"
# Names of nodes that the program takes over. Others may be names that Python or nn.Module uses.
_TAKEN_OVER = re.compile(
    r"(conv|relu|pool|fc|norm|add|concat)\d{0,4}|hidden|hidden_relu|dropout|classes|flatten|softmax"
)


def torch_program(network: Network, weights: str = WEIGHTS, numbers: tuple | None = None) -> str:
    """Write a program that needs PyTorch, NumPy and Pillow and runs as it is.

    Parameters
    ----------
    network : Network
    weights : str
        Name of the file of weights, beside which the program lies.
    numbers : (scale, mean, std, order), optional
        What white is, what is taken away from each channel and what it is divided by, and which
        colour comes first, ``"rgb"`` or ``"bgr"``; without, the picture goes in as 0 to 1.

    Returns
    -------
    str

    Raises
    ------
    EngineError
        If the network has a layer that cannot be written down, or does not fit together.
    """
    shapes = network.shapes()
    names = _names(network)
    made, steps = [], []
    for node, sources in network.wiring():
        own = names[node.name]
        inputs = [names[source] for source in sources]
        given = tuple(shapes[source] for source in sources)
        make = MODULES.get(type(node.layer))
        if module := make and make(node.layer, given):
            made.append(f"        self.{own} = {module}")
        if type(node.layer) not in CALLS:
            kind = type(node.layer).__name__
            raise EngineError(f"The layer {kind} cannot be written as a PyTorch program yet.")
        call = CALLS[type(node.layer)](node.layer, given, own, inputs)
        shape = " × ".join(map(str, shapes[node.name]))
        steps.append(f"        {own} = {call}  # {shape}")
    last = names[network.nodes[-1].name] if network.nodes else PICTURE
    return program(
        [
            "import numpy as np",
            "import torch",
            "import torch.nn.functional as F",
            "from PIL import Image",
            "from torch import nn",
        ],
        [
            f"NAME = {network.name!a}",
            f"LABELS = {_literal(list(network.labels))}",
        ],
        [
            "",
            "class Network(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *made,
            "",
            f"    def forward(self, {PICTURE}):",
            *steps,
            f"        return {last}",
            "",
        ],
        ["model = Network()", *_loading(network, names, weights), "model.eval()"],
        _picture(network.input_shape, numbers),
        [
            "with torch.no_grad():",
            "    outputs = model(x)[0].flatten()",
            'print(NAME, "says:")',
            "for number, output in enumerate(outputs.tolist()):",
            "    print(LABELS[number] if number < len(LABELS) else number, output)",
        ],
    )


def _names(network: Network) -> dict[str, str]:
    """What every node is called in the program."""
    names = {INPUT: PICTURE}
    for number, node in enumerate(network.nodes, 1):
        plain = _TAKEN_OVER.fullmatch(node.name)
        cleaned = re.sub(r"[^a-z0-9]+", "_", node.name.lower())[:40].strip("_")
        names[node.name] = node.name if plain else f"layer{number}_{cleaned}".rstrip("_")
    return names


def _loading(network: Network, names: dict[str, str], weights: str) -> list[str]:
    """Read the file of weights into the model."""
    renamed = {n.name: names[n.name] for n in network.nodes if names[n.name] != n.name}
    name = "name"
    before = []
    if renamed:
        before = [f"NAMES = {_literal(renamed)}"]
        name = 'f"{NAMES.get(node, node)}.{parameter}"'
    lines = [
        *before,
        "weights = {}",
        f"with np.load({weights!a}) as file:",
        "    for name in file.files:",
        '        if name != "description":',
        *(['            node, parameter = name.rsplit(".", 1)'] if renamed else []),
        f"            weights[{name}] = torch.from_numpy(file[name])",
    ]
    return [*lines, "model.load_state_dict(weights)"]


def _literal(value: list[str] | dict[str, str]) -> str:
    """A list or a dictionary of texts in ASCII, an entry a line where it would be long."""
    if isinstance(value, dict):
        opening, entries, closing = "{", [f"{k!a}: {v!a}" for k, v in value.items()], "}"
    else:
        opening, entries, closing = "[", [f"{v!a}" for v in value], "]"
    short = f"{opening}{', '.join(entries)}{closing}"
    if len(short) <= 88:
        return short
    return f"{opening}\n" + "".join(f"    {entry},\n" for entry in entries) + closing


def _picture(shape: Shape, numbers: tuple | None) -> list[str]:
    """Read the picture into ``x``, with a batch in front."""
    if len(shape) != 3 or shape[0] not in (1, 3):
        return [f"x = torch.zeros(1, {', '.join(map(str, shape))})  # your input"]
    lines = [*picture_lines(shape), f"x = torch.tensor(np.array({PICTURE}), dtype=torch.float32)"]
    axes = "x / 255" if shape[0] == 1 else "x.permute(2, 0, 1) / 255"
    lines.append(f"x = ({axes}).reshape(1, {', '.join(map(str, shape))})")
    if numbers is not None:
        scale, mean, std, order = numbers
        lines += ["x = x.flip(1)  # blue first"] if order == "bgr" else []
        lines += [
            f"mean = torch.tensor({[float(n) for n in mean]}).reshape(1, -1, 1, 1)",
            f"std = torch.tensor({[float(n) for n in std]}).reshape(1, -1, 1, 1)",
            f"x = (x * {scale} - mean) / std",
        ]
    return lines
