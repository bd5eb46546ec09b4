"""Backpropagation: how the loss depends on every weight, every map and every pixel.

References
----------
D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating
errors", Nature 323, 1986, https://doi.org/10.1038/323533a0
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from playground.engine.errors import EngineError
from playground.engine.layers import Array, Params, Softmax
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import INPUT, Network, Stage, forward, trace
from playground.engine.tiles import laid_out


@dataclass(frozen=True)
class Gradients:
    """What one forward and one backward pass found.

    Attributes
    ----------
    loss : float
        Mean over the pictures.
    losses : ndarray, shape (n,)
        Of each picture.
    params : dict of str to Params
        Gradient of the mean loss at every parameter, by node and name.
    outputs : dict of str to ndarray
        Gradient at the output of every node, and at ``"input"``. A softmax at the end is missing
        under a loss on logits, which goes around it, and so are nodes that the loss does not see.
    stages : dict of str to Stage
        The forward pass.
    """

    loss: float
    losses: Array
    params: dict[str, Params]
    outputs: dict[str, Array]
    stages: dict[str, Stage]


@np.errstate(invalid="ignore", over="ignore", divide="ignore")
def gradients(
    network: Network,
    params: dict[str, Params],
    x: Array,
    target: Array,
    loss: Loss | str = "cross_entropy",
    *,
    rng: np.random.Generator | None = None,
    trainable: Collection[str] | None = None,
) -> Gradients:
    """Run a batch forward, measure the loss, and carry its gradient back through every node.

    Parameters
    ----------
    network : Network
    params : dict
        Parameters by node name; a node without any may be left out.
    x : ndarray, shape (n, channels, rows, columns)
    target : ndarray
        Class numbers, shape (n,), or rows with a share for each class, shape (n, classes).
    loss : CrossEntropy, TotalError, or a name in `LOSSES`
    rng : Generator, optional
        With it, layers such as dropout behave as in training.
    trainable : names, optional
        Compute only what the parameters of these nodes need, and keep only their gradients;
        without, everything.

    Raises
    ------
    EngineError
        When pictures, target, loss and network do not fit each other.
    """
    loss = as_loss(loss)
    end = loss_node(network, loss)
    wanted = _wanted(network, trainable)
    if np.ndim(x) == 4:
        # Laid out once as convolutions want it, and not by the first of them in each direction.
        x = laid_out(x)
    stages = trace(network, params, x, rng)
    measured = loss.measure(x if end == INPUT else stages[end].output, target)
    outputs = {end: measured.grad}
    own = {}
    for node, sources in reversed(list(network.wiring())):
        if node.name not in wanted:
            continue
        stage = stages[node.name]
        trains = trainable is None or node.name in trainable
        if node.name not in outputs:  # the loss does not see it
            if trains and params.get(node.name):
                own[node.name] = {
                    name: np.zeros_like(array)
                    for name, array in params[node.name].items()
                    if name not in node.layer.STATISTICS
                }
            continue
        grads, found = node.layer.backward(
            stage.params,
            stage.inputs,
            stage.output,
            outputs[node.name],
            input_grads=any(source in wanted for source in sources),
        )
        if trains and found:
            own[node.name] = found
        for source, grad in zip(sources, grads, strict=True):
            if source in wanted:
                # What several nodes read has a part in the loss through each of them.
                outputs[source] = outputs[source] + grad if source in outputs else grad
        if trainable is not None:
            del outputs[node.name]
    return Gradients(measured.mean, measured.losses, own, outputs, stages)


def predict(network: Network, params: dict[str, Params], x: Array) -> tuple[Array, Array]:
    """Return what a loss on logits reads, and the network's output; they differ by a softmax."""
    last = loss_node(network, LOSSES["cross_entropy"])
    if last == network.nodes[-1].name:
        output = forward(network, params, x)
        return output, output
    names = [INPUT, *(node.name for node in network.nodes)]
    logits = forward(replace(network, nodes=network.nodes[: names.index(last)]), params, x)
    return logits, network.nodes[-1].layer.forward({}, logits)


def as_loss(loss: Loss | str) -> Loss:
    """Return a loss by its name in `LOSSES`, or the loss itself."""
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise EngineError(f"The loss must be one of {', '.join(LOSSES)}, not {loss[:40]!r}.")
        return LOSSES[loss]
    return loss


def loss_node(network: Network, loss: Loss) -> str:
    """Return the name of the node whose output the loss reads.

    Raises
    ------
    EngineError
        When the network has no nodes, or the loss needs a softmax that is not there.
    """
    if not network.nodes:
        raise EngineError("The network has no layers, so there is nothing to train.")
    node, sources = list(network.wiring())[-1]
    if isinstance(node.layer, Softmax):
        return sources[0] if loss.on_logits else node.name
    if not loss.on_logits:
        raise EngineError(
            "The total error compares the target with probabilities: end the network in a softmax."
        )
    return node.name


def _wanted(network: Network, trainable: Collection[str] | None) -> set[str]:
    """Return the nodes at which a gradient is needed: the trainable ones and all behind them."""
    wanted = {INPUT} if trainable is None else set()
    for node, sources in network.wiring():
        if trainable is None or node.name in trainable or wanted.intersection(sources):
            wanted.add(node.name)
    return wanted
