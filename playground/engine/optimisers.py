"""How a weight moves when its gradient is known, and how the learning rate changes on the way.

An optimiser is settings. What it remembers of the gradients so far is handed in and out, so that
a step is a function: the same weights, gradients and memory give the same new weights and memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi

import numpy as np

from playground.engine.checks import real, whole
from playground.engine.errors import EngineError
from playground.engine.layer import Array, Params

Memory = tuple[Array, ...]
Memories = dict[str, dict[str, Memory]]

# Weight decay pulls weights towards zero; biases need little data to be found and are left alone
# (Goodfellow, Bengio & Courville, Deep Learning, 2016, section 7.1).
DECAYS = "weight"

PART = 2**16  # weights that move at a time


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: ``w - rate * (grad + weight_decay * w)``."""

    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        _share(self.weight_decay, "weight decay")

    def start(self, weight: Array) -> Memory:
        """Nothing to remember."""
        return ()

    def step(
        self, weight: Array, grad: Array, memory: Memory, rate: float, decay: bool = True
    ) -> tuple[Array, Memory]:
        """Return the new weight and memory; `decay` says whether weight decay applies."""
        return weight - rate * _decayed(grad, weight, self.weight_decay if decay else 0), ()


@dataclass(frozen=True)
class Momentum:
    """Gradient descent with momentum: ``v = momentum * v + grad``, ``w - rate * v``.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; in the
    form of https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """

    momentum: float = 0.9
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        _share(self.momentum, "momentum")
        _share(self.weight_decay, "weight decay")

    def start(self, weight: Array) -> Memory:
        """A velocity of zero."""
        return (np.zeros_like(weight),)

    def step(
        self, weight: Array, grad: Array, memory: Memory, rate: float, decay: bool = True
    ) -> tuple[Array, Memory]:
        """Return the new weight and memory; `decay` says whether weight decay applies."""
        grad = _decayed(grad, weight, self.weight_decay if decay else 0)
        velocity = self.momentum * memory[0] + grad
        return weight - rate * velocity, (velocity,)


@dataclass(frozen=True)
class Adam:
    """Steps of about the same length for every weight, however large its gradients are.

    Weight decay acts on the weights themselves, not through the gradient [2]_.

    References
    ----------
    .. [1] D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", algorithm 1,
       https://arxiv.org/abs/1412.6980
    .. [2] I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", algorithm 2,
       https://arxiv.org/abs/1711.05101
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        _share(self.beta1, "first beta")
        _share(self.beta2, "second beta")
        _share(self.weight_decay, "weight decay")
        if real(self.epsilon, "epsilon") <= 0:
            raise EngineError(f"The epsilon must be above 0, not {self.epsilon:g}.")

    def start(self, weight: Array) -> Memory:
        """No steps yet, and means of zero of the gradient and of its square."""
        return np.zeros((), np.int64), np.zeros_like(weight), np.zeros_like(weight)

    def step(
        self, weight: Array, grad: Array, memory: Memory, rate: float, decay: bool = True
    ) -> tuple[Array, Memory]:
        """Return the new weight and memory; `decay` says whether weight decay applies."""
        count, mean, square = memory
        count = count + 1
        mean = self.beta1 * mean + (1 - self.beta1) * grad
        square = self.beta2 * square + (1 - self.beta2) * (grad * grad)
        # The means began at zero, and are that much too small.
        steps = int(count)
        length = rate / (1 - self.beta1**steps)
        spread = np.sqrt(square) * (1 - self.beta2**steps) ** -0.5
        kept = weight * (1 - rate * self.weight_decay) if decay and self.weight_decay else weight
        return kept - length * mean / (spread + self.epsilon), (count, mean, square)


Optimiser = SGD | Momentum | Adam
OPTIMISERS: dict[str, type[Optimiser]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


def start(optimiser: Optimiser, params: dict[str, Params]) -> Memories:
    """Return what the optimiser remembers before the first step."""
    return {
        node: {name: optimiser.start(array) for name, array in own.items()}
        for node, own in params.items()
    }


@np.errstate(invalid="ignore", over="ignore", under="ignore")
def update(
    optimiser: Optimiser,
    params: dict[str, Params],
    grads: dict[str, Params],
    memories: Memories,
    rate: float,
) -> tuple[dict[str, Params], Memories]:
    """Move every parameter that has a gradient; none of the arrays given is changed."""
    params, memories = dict(params), dict(memories)
    for node, own in grads.items():
        params[node], memories[node] = dict(params[node]), dict(memories[node])
        for name, grad in own.items():
            params[node][name], memories[node][name] = _step(
                optimiser, params[node][name], grad, memories[node][name], rate, name == DECAYS
            )
    return params, memories


def _step(
    optimiser: Optimiser, weight: Array, grad: Array, memory: Memory, rate: float, decay: bool
) -> tuple[Array, Memory]:
    """Let the optimiser step, over a large array in parts.

    Every weight moves by itself, so the result is the same, and what is computed on the way takes
    the memory, and the cache, of a part.
    """
    height = max(1, PART // max(1, weight.size // max(1, len(weight))))
    if weight.size <= PART or height >= len(weight):
        return optimiser.step(weight, grad, memory, rate, decay)
    moved, kept = np.empty_like(weight), tuple(map(np.empty_like, memory))
    for first in range(0, len(weight), height):
        rows = slice(first, first + height)
        part = tuple(array[rows] if array.ndim else array for array in memory)
        moved[rows], new = optimiser.step(weight[rows], grad[rows], part, rate, decay)
        for complete, array in zip(kept, new, strict=True):
            complete[rows if complete.ndim else ()] = array
    return moved, kept


@dataclass(frozen=True)
class Constant:
    """The same learning rate from the first step to the last."""

    def factor(self, epoch: float, epochs: int) -> float:
        """Return what the learning rate is multiplied by after so many of the epochs."""
        return 1.0


@dataclass(frozen=True)
class Steps:
    """The learning rate times `factor_each` after every so many epochs."""

    every: int = 10
    factor_each: float = 0.1

    def __post_init__(self) -> None:
        whole(self.every, "number of epochs between two steps", 1)
        if not 0 < real(self.factor_each, "factor") <= 1:
            raise EngineError(
                f"The factor of a step must be above 0 and at most 1, not {self.factor_each:g}."
            )

    def factor(self, epoch: float, epochs: int) -> float:
        """Return what the learning rate is multiplied by after so many of the epochs."""
        return self.factor_each ** (int(epoch) // self.every)


@dataclass(frozen=True)
class Cosine:
    """From the full learning rate down to 0 along half a wave of the cosine.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5,
    without restarts, https://arxiv.org/abs/1608.03983
    """

    def factor(self, epoch: float, epochs: int) -> float:
        """Return what the learning rate is multiplied by after so many of the epochs."""
        return (1 + cos(pi * epoch / epochs)) / 2


Schedule = Constant | Steps | Cosine
SCHEDULES: dict[str, type[Schedule]] = {"constant": Constant, "steps": Steps, "cosine": Cosine}


def _decayed(grad: Array, weight: Array, weight_decay: float) -> Array:
    return grad + weight_decay * weight if weight_decay else grad


def _share(value, name: str) -> None:
    number = real(value, name)
    if not 0 <= number < 1:
        raise EngineError(f"The {name} must be at least 0 and below 1, not {number:g}.")
