"""One backward pass, taken apart: every number between the error and one weight's next value.

The numbers are those of `gradients`; what is added here is only which of them were multiplied and
added up to make the others, by the chain rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import ops
from playground.engine.backward_parts import (
    ErrorTerms,
    Products,
    WeightStep,
    error_terms,
    products,
)
from playground.engine.checks import real
from playground.engine.errors import EngineError
from playground.engine.explain import PoolWindow, pool_window
from playground.engine.gradients import Gradients, gradients
from playground.engine.layers import (
    Array,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Params,
    ReLU,
    Softmax,
)
from playground.engine.losses import TotalError
from playground.engine.network import INPUT, Network, forward
from playground.engine.optimisers import SGD, start, update

CHAIN = (Conv2d, ReLU, MaxPool2d, Flatten, Linear, Softmax)
NUDGE = 1e-6  # of a float64: truncation and rounding both stay below 1e-9 of a slope of order 1


@dataclass(frozen=True)
class Pick:
    """What is taken apart: a class, a cell of a pooled map, and a weight of that map's kernel."""

    unit: int
    filter: int
    row: int
    column: int
    kernel_row: int
    kernel_column: int


@dataclass(frozen=True)
class TakenApart:
    """One backward pass, from the error to one weight of a kernel.

    Attributes
    ----------
    pick : Pick
    names : dict of type to str
        The network's nodes by the type of their layer.
    error : ErrorTerms
    softmax : Products
        Of the logit of the picked class: over the outputs, all of which the logit changes.
    value : float
        The picked pooled cell, which is an input of the fully connected layer.
    dense : WeightStep
        Between that cell and the picked class; its gradient is ``softmax.total * value``.
    back : Products
        Of the picked pooled cell: over the classes, all of which read it.
    window : PoolWindow
        The cells that the pooled one was chosen from, and the winner.
    before : float
        The winner's value before the ReLU, which lets the gradient through if it is positive.
    gated : float
        The gradient that is left before the ReLU.
    kernel : Products
        Of the picked weight of the kernel, shape (rows, columns) of its map: over all positions;
        ``local`` are the pixels that the weight met there.
    step : WeightStep
        The picked weight of the kernel.
    gradients : Gradients
        The whole backward pass.
    updated : dict of str to Params
        All weights after the step.
    """

    pick: Pick
    names: dict[type, str]
    error: ErrorTerms
    softmax: Products
    value: float
    dense: WeightStep
    back: Products
    window: PoolWindow
    before: float
    gated: float
    kernel: Products
    step: WeightStep
    gradients: Gradients
    updated: dict[str, Params]


def descend(
    network: Network, params: dict[str, Params], x: Array, target: Array, rate: float
) -> dict[str, Params]:
    """The weights after one step of gradient descent on the total error of the picture."""
    found = gradients(network, params, x, target, TotalError())
    return update(SGD(), params, found.params, start(SGD(), params), _checked(rate))[0]


def strongest(network: Network, params: dict[str, Params], x: Array, target: Array) -> Pick:
    """The class that the target asks for, and the way back that moves a kernel most."""
    names = names_of(network)
    found = gradients(network, params, x, target, TotalError())
    # Only where the pooled value is positive has the ReLU let its winner through.
    passing = np.abs(found.outputs[names[MaxPool2d]][0])
    passing = np.where(found.stages[names[MaxPool2d]].output[0] > 0, passing, -1)
    place = [int(n) for n in np.unravel_index(np.argmax(passing), passing.shape)]
    kernel = np.abs(found.params[names[Conv2d]]["weight"][place[0], 0])
    cell = [int(n) for n in np.unravel_index(np.argmax(kernel), kernel.shape)]
    return Pick(int(np.argmax(target[0])), *place, *cell)


def take_apart(
    network: Network,
    params: dict[str, Params],
    x: Array,
    target: Array,
    rate: float,
    pick: Pick,
) -> TakenApart:
    """Run one picture forward and back, and say how the gradients of the pick come about.

    Parameters
    ----------
    network : Network
        Convolution of a grey picture, ReLU, max pooling with windows side by side, flatten, fully
        connected, softmax.
    params : dict
        Its parameters; float64, or the check by nudging means little.
    x : ndarray, shape (1, 1, rows, columns)
    target : ndarray, shape (1, classes)
    rate : float
        The learning rate.
    pick : Pick

    Raises
    ------
    EngineError
        When the network is another one, or has nothing at the pick.
    """
    names = names_of(network)
    if x.shape[:2] != (1, 1):
        raise EngineError("A backward pass is taken apart for one grey picture at a time.")
    _check_pick(network, names, pick)
    found = gradients(network, params, x, target, TotalError())
    updated = update(SGD(), params, found.params, start(SGD(), params), _checked(rate))[0]
    stages, outputs = found.stages, found.outputs
    error = error_terms(stages[names[Softmax]].output[0], np.asarray(target)[0])

    unit, cell = pick.unit, (pick.filter, pick.row, pick.column)
    deltas = outputs[names[Linear]][0]
    # How output j depends on the logits is what goes back from a slope of 1 at it, and 0 elsewhere.
    jacobian = ops.softmax_backward(np.eye(len(deltas)), np.tile(error.outputs, (len(deltas), 1)))
    softmax = products(error.slopes, jacobian[:, unit], deltas[unit])

    pooled = stages[names[MaxPool2d]].output[0]
    feature = int(np.ravel_multi_index(cell, pooled.shape))
    readers = params[names[Linear]]["weight"][:, feature]
    back = products(deltas, readers, outputs[names[MaxPool2d]][0][cell])

    window = pool_window(stages[names[MaxPool2d]], *cell)
    winner = (0, pick.filter, *window.winner)
    before = stages[names[Conv2d]].output[winner]

    at = (pick.filter, 0, pick.kernel_row, pick.kernel_column)
    arrived = outputs[names[Conv2d]][0, pick.filter]
    met = _pixels(network, names, x, pick, arrived.shape)
    kernel = products(arrived, met, found.params[names[Conv2d]]["weight"][at])

    def weight_step(node: str, place: tuple[int, ...]) -> WeightStep:
        return WeightStep(
            float(params[node]["weight"][place]),
            float(found.params[node]["weight"][place]),
            float(updated[node]["weight"][place]),
            _nudged(network, params, x, target, node, place),
        )

    return TakenApart(
        pick,
        names,
        error,
        softmax,
        float(pooled[cell]),
        weight_step(names[Linear], (unit, feature)),
        back,
        window,
        float(before),
        float(outputs[names[Conv2d]][winner]),
        kernel,
        weight_step(names[Conv2d], at),
        found,
        updated,
    )


def names_of(network: Network) -> dict[type, str]:
    """The nodes' names by the type of their layer; raises `EngineError` for another network."""
    layers = [node.layer for node in network.nodes]
    if tuple(type(layer) for layer in layers) != CHAIN or any(n.inputs for n in network.nodes):
        raise EngineError(
            "A backward pass is taken apart for convolution, ReLU, max pooling, flatten, fully "
            "connected and softmax, in this order."
        )
    pool = layers[2]
    if pool.stride not in (None, pool.kernel_size) or any(pool.pads()):
        raise EngineError("The pooling windows must lie side by side, without padding.")
    return {type(node.layer): node.name for node in network.nodes}


def _checked(rate: float) -> float:
    if real(rate, "learning rate") <= 0:
        raise EngineError(f"The learning rate must be above 0, not {rate:g}.")
    return rate


def _check_pick(network: Network, names: dict[type, str], pick: Pick) -> None:
    shapes = network.shapes()
    kernel = network.nodes[0].layer.weight_shape(shapes[INPUT])[2:]
    limits = (*shapes[names[Linear]], *shapes[names[MaxPool2d]], *kernel)
    place = (pick.unit, pick.filter, pick.row, pick.column, pick.kernel_row, pick.kernel_column)
    if not all(0 <= number < limit for number, limit in zip(place, limits, strict=True)):
        raise EngineError("There is no such class, cell or weight in this network.")


def _pixels(network, names, x: Array, pick: Pick, shape: tuple[int, ...]) -> Array:
    """What the picked weight was multiplied with at every position of its map."""
    layer: Conv2d = network.nodes[0].layer
    padded = ops.pad2d(x, layer.pads(), layer.padding_mode)[0, 0]
    stride, dilation = ops.pair(layer.stride), ops.pair(layer.dilation)
    rows, columns = (
        place * dilation[axis] + stride[axis] * np.arange(shape[axis])
        for axis, place in enumerate((pick.kernel_row, pick.kernel_column))
    )
    return padded[np.ix_(rows, columns)]


def _nudged(network, params, x, target, node: str, place: tuple[int, ...]) -> float:
    """The slope of the error along one weight, by central differences."""
    errors = []
    for change in (NUDGE, -NUDGE):
        weight = params[node]["weight"].copy()
        weight[place] += change
        changed = {**params, node: {**params[node], "weight": weight}}
        errors.append(TotalError().measure(forward(network, changed, x), target).mean)
    return (errors[0] - errors[1]) / (2 * NUDGE)
