"""The small network of the Train page: one or two rounds of convolution, ReLU and pooling."""

from __future__ import annotations

from playground.engine.layers import (
    AvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Shape,
    Softmax,
    SumPool2d,
)
from playground.engine.network import Network, Node

POOLS = {"max": MaxPool2d, "average": AvgPool2d, "sum": SumPool2d}


def small_network(
    input_shape: Shape,
    labels: tuple[str, ...],
    *,
    blocks: int = 2,
    filters: int = 8,
    kernel_size: int = 3,
    pool: str = "max",
    hidden: int = 32,
    dropout: float = 0.0,
) -> Network:
    """Convolution → ReLU → pooling, once or twice, then a fully connected classifier.

    Parameters
    ----------
    input_shape : tuple of int
        ``(channels, rows, columns)``.
    labels : tuple of str
        The classes; as many outputs.
    blocks : int
        Rounds; every round after the first has twice the filters of the one before.
    filters, kernel_size : int
        Of the first convolution. Padding keeps the maps' size.
    pool : str
        A key of `POOLS`; its window is 2 × 2.
    hidden : int
        Units of the layer between the maps and the classes; 0 leaves it out.
    dropout : float
        Share of the hidden units that are left out at every step of training; 0 for none.

    Returns
    -------
    Network
        Nodes ``conv1, relu1, pool1, …, flatten, hidden, hidden_relu, dropout, classes, softmax``.

    Raises
    ------
    EngineError
        From `Network.shapes`, when the maps become too small for another round.
    """
    nodes = []
    for block in range(1, blocks + 1):
        nodes += [
            Node(f"conv{block}", Conv2d(filters * 2 ** (block - 1), kernel_size, padding="same")),
            Node(f"relu{block}", ReLU()),
            Node(f"pool{block}", POOLS[pool](2)),
        ]
    nodes.append(Node("flatten", Flatten()))
    if hidden:
        nodes += [Node("hidden", Linear(hidden)), Node("hidden_relu", ReLU())]
    if dropout:
        nodes.append(Node("dropout", Dropout(dropout)))
    nodes += [Node("classes", Linear(len(labels))), Node("softmax", Softmax())]
    return Network("small network", input_shape, tuple(nodes), labels)
