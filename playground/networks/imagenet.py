"""What the outputs of a network that was trained on ImageNet stand for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "assets" / "networks" / "imagenet.txt"

# Two classes of one name each, told apart.
SAME_NAMES = {134: "crane (bird)", 517: "crane (machine)", 639: "maillot, tank suit"}


@cache
def imagenet_names() -> tuple[tuple[str, ...], ...]:
    """All names that WordNet has for each of the 1,000 classes, the most usual first."""
    lines = FILE.read_text("utf-8").splitlines()
    return tuple(
        tuple(line.partition("\t")[2].split(", ")) for line in lines if not line.startswith("#")
    )


@cache
def imagenet_labels() -> tuple[str, ...]:
    """One name for each of the 1,000 classes, no two alike, as short as can be."""
    return tuple(SAME_NAMES.get(k, names[0]) for k, names in enumerate(imagenet_names()))
