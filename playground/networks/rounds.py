"""One filter's convolution, activation and pooling, stacked on themselves several times over."""

from __future__ import annotations

import numpy as np

from playground.engine.kernels import Weights
from playground.engine.layers import Params, Shape
from playground.engine.network import Network, Node
from playground.networks.filter_bank import filter_bank, filter_bank_params


def rounds(input_shape: Shape, kernel_size: int, count: int, **settings) -> Network:
    """The first layer of `filter_bank` with one filter, then the same layer again on its own map.

    Parameters
    ----------
    input_shape : tuple of int
        ``(channels, rows, columns)``. The first round spans the channels, the later ones their map.
    count : int
        How often the layer is stacked.
    **settings
        Those of `filter_bank`.

    Returns
    -------
    Network
        Nodes ``convolution1``, ``activation1``, ``pooling1``, ``convolution2``, ..., as chosen.
    """
    *stages, _ = filter_bank(input_shape, 1, kernel_size, **settings).nodes
    nodes = (
        Node(f"{stage.name}{number}", stage.layer)
        for number in range(1, count + 1)
        for stage in stages
    )
    return Network("rounds", input_shape, tuple(nodes))


def rounds_params(
    weight: Weights, bias: float, channels: int, count: int, flip: bool = False
) -> dict[str, Params]:
    """Parameters of `rounds`: the same kernel and bias in every round."""
    first = filter_bank_params([weight], [bias], channels, flip)["convolution"]
    later = {**first, "weight": np.ascontiguousarray(first["weight"][:, :1])}
    return {f"convolution{n}": first if n == 1 else later for n in range(1, count + 1)}
