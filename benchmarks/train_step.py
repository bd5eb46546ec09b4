"""One training step of LeNet-5 beside PyTorch eager, on two threads each.

Forward, loss, backward and a step with momentum for 64 pictures of 28 x 28. Both start from the
same weights, and the loss and the weights after the first step are compared before anything is
timed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from benchmarks.table import Row
from benchmarks.timing import Times, compare
from playground.engine.layer import Params
from playground.engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from playground.engine.network import Network, Node, init_params
from playground.engine.optimisers import Momentum
from playground.engine.training import Settings, train

THREADS = 2
BATCH = 64
RATE = 0.01
PYTORCH = "PyTorch eager"

# After Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, figure 2,
# with the ReLU and the maximum that are usual today.
LENET = Network(
    "LeNet-5",
    (1, 28, 28),
    (
        Node("0", Conv2d(6, 5, padding=2)),
        Node("1", ReLU()),
        Node("2", MaxPool2d(2)),
        Node("3", Conv2d(16, 5)),
        Node("4", ReLU()),
        Node("5", MaxPool2d(2)),
        Node("6", Flatten()),
        Node("7", Linear(120)),
        Node("8", ReLU()),
        Node("9", Linear(84)),
        Node("10", ReLU()),
        Node("11", Linear(10)),
    ),
)


def run() -> list[Row]:
    """Measure whole steps, one after the other, each from where the one before ended."""
    torch.set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    images = rng.standard_normal((BATCH, *LENET.input_shape), dtype=np.float32)
    classes = rng.integers(0, 10, BATCH)
    params = init_params(LENET, rng)
    with threadpool_limits(THREADS):
        functions = {
            "ours": ours(params, images, classes),
            PYTORCH: pytorch(params, images, classes),
        }
        progress, (expected, tensors) = (step() for step in functions.values())
        closeness = dict(rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(progress.loss, expected, **closeness)
        for node, own in progress.params.items():
            for name, array in own.items():
                tensor = tensors[f"{node}.{name}"].detach().numpy()
                np.testing.assert_allclose(array, tensor, **closeness)
        times = compare(functions, rounds=40, calls=5)
    return [
        Row(
            f"LeNet-5 training step, batch {BATCH}, {statistic}",
            getattr(times["ours"], statistic),
            getattr(times[PYTORCH], statistic),
            PYTORCH,
        )
        for statistic in Times._fields
    ]


def ours(params: dict[str, Params], images: np.ndarray, classes: np.ndarray) -> Callable:
    """Return our step, as the app makes it: with the accuracy, and a check of the weights."""
    settings = Settings(
        optimiser=Momentum(0.9), learning_rate=RATE, batch_size=BATCH, epochs=1_000_000
    )
    steps = train(LENET, params, images, classes, settings, np.random.default_rng(1))
    return lambda: next(steps)


def pytorch(params: dict[str, Params], images: np.ndarray, classes: np.ndarray) -> Callable:
    """Return PyTorch's step, from the same weights."""
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    tensors = dict(network.named_parameters())
    with torch.no_grad():
        for name, tensor in tensors.items():
            node, _, kind = name.partition(".")
            tensor.copy_(torch.from_numpy(params[node][kind]))
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9)
    x, target = torch.from_numpy(images), torch.from_numpy(classes)

    def step() -> tuple[float, dict[str, torch.Tensor]]:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(network(x), target)
        loss.backward()
        optimiser.step()
        return loss.item(), tensors

    return step
