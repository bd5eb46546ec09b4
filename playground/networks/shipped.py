"""Networks whose trained weights ship with the playground."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from playground.engine.layers import Params
from playground.engine.network import Network
from playground.files.weights import load_weights
from playground.networks import NETWORKS

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "networks"
SHIPPED = ("lenet5", "efficientnet_lite0")  # keys of NETWORKS
HALVES = {"efficientnet_lite0"}  # whose weights take half the room on disk


@cache
def shipped(key: str) -> tuple[Network, dict[str, Params]]:
    """A network of `SHIPPED` with its trained weights: the same read-only ones to everybody."""
    network, file = NETWORKS[key](), FOLDER / f"{key}.npz"
    params = _widened(file) if key in HALVES else load_weights(file.read_bytes(), network)
    for own in params.values():
        for array in own.values():
            array.setflags(write=False)
    return network, params


def _widened(file: Path) -> dict[str, Params]:
    """Weights that are kept in 16 bits, in the 32 that the engine computes with."""
    params: dict[str, Params] = {}
    with np.load(file, allow_pickle=False) as arrays:
        for name in arrays.files:
            node, _, parameter = name.rpartition(".")
            params.setdefault(node, {})[parameter] = arrays[name].astype(np.float32)
    return params
