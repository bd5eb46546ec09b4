"""Networks whose trained weights ship with the playground."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playground.engine.layers import Params
from playground.engine.network import Network
from playground.files.weights import load_weights
from playground.networks import NETWORKS

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "networks"
SHIPPED = ("lenet5",)  # keys of NETWORKS


@cache
def shipped(key: str) -> tuple[Network, dict[str, Params]]:
    """A network of `SHIPPED` with its trained weights: the same read-only ones to everybody."""
    network = NETWORKS[key]()
    params = load_weights((FOLDER / f"{key}.npz").read_bytes(), network)
    for own in params.values():
        for array in own.values():
            array.setflags(write=False)
    return network, params
