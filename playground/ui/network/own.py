"""The user's own network: read from a file, changed, and given away as a subject of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from math import prod

from playground.engine.layers import Params
from playground.engine.network import Network, summary
from playground.files.errors import BadFile
from playground.files.labels import labels_from
from playground.files.onnx import UnknownOperator, load_onnx
from playground.files.onnx.about import About, about
from playground.files.preparation import Preparation
from playground.files.state_dict import load_state
from playground.files.uploaded import guess, layouts, pictured, resized
from playground.limits import LIMITS
from playground.networks import NETWORKS
from playground.ui.network import own_labels
from playground.ui.networks import Model, Networks, Weights, memory_of
from playground.ui.training import memory as training

KEY = "model"


def read_model(data: bytes, progress: Callable[[float], None]) -> Model:
    """The network of an ONNX file; of one that the playground does not know all of, the part.

    Raises
    ------
    BadFile
        If there is nothing in it that could be shown.
    """
    sentence, limit = "", LIMITS.model_mb * 2**20
    try:
        network, params = load_onnx(data, limit, progress)
    except UnknownOperator as error:
        network, params, sentence = error.network, error.params, str(error)
        if not network.nodes:
            raise BadFile(f"{sentence} It is the first step of this network.") from None
        last = len(network.nodes)
        steps = "the step" if last == 1 else f"the {last:,} steps"
        sentence += f" What is shown is {steps} up to there."
    return _model(network, params, sentence, about(data), memory_of(params, data))


def _model(
    network: Network,
    params: Mapping[str, Params],
    sentence: str,
    said: About,
    size: int,
) -> Model:
    possible = layouts(network.input_shape)
    layout = possible[0] if possible else ""
    as_picture = pictured(network, layout)
    preparation, why = guess(as_picture, params, said)
    count = outputs(as_picture)
    listed = own_labels.guess(network.labels, count, as_picture.input_shape)
    labels = own_labels.labels_of(listed, network.labels)
    return Model(
        network,
        replace(as_picture, labels=labels),
        params,
        preparation,
        layout,
        why,
        listed,
        network.labels,
        sentence,
        size,
    )


def outputs(network: Network) -> int:
    """How many numbers a network answers with."""
    return prod(network.shapes()[network.nodes[-1].name])


def model() -> Model | None:
    """The network that this tab has uploaded."""
    return training.networks().model


def keep(new: Model | None) -> None:
    """Have another one in its place, or none.

    Raises
    ------
    EngineError
        If there is no room for it.
    """
    training.keep_networks(replace(training.networks(), model=new))


def prepare_otherwise(preparation: Preparation) -> None:
    """Prepare pictures in another way, of another size for one.

    Raises
    ------
    BadFile
        If the network does not take them like this.
    """
    own = model()
    rows, columns = preparation.rows, preparation.columns
    network = own.network
    if network.input_shape[1:] != (rows, columns):
        network = resized(network, own.params, rows, columns)
        if outputs(network) != outputs(own.network):
            network = replace(network, labels=())
    keep(own.changed(network=network, preparation=preparation, why=""))


def lay_out(layout: str) -> None:
    """Take the numbers of the input in another order.

    Raises
    ------
    BadFile
        If it has none like this.
    """
    own = model()
    fresh = _model(own.file, own.params, own.sentence, About(), own.bytes)
    network = replace(pictured(own.file, layout), labels=own.network.labels)
    preparation, why = guess(network, own.params, About())
    keep(fresh.changed(network=network, preparation=preparation, why=why, layout=layout))


def label(listed: str, text: bytes | str | None = None) -> None:
    """Name the outputs: by a list that is here, or by the text of one.

    Raises
    ------
    BadFile
        If the text is no list with a label for each output.
    """
    own = model()
    mine = own.own_labels if text is None else labels_from(text, outputs(own.network))
    network = replace(own.network, labels=own_labels.labels_of(listed, mine))
    keep(own.changed(network=network, listed=listed, own_labels=mine))


def takes_weights(key: str) -> bool:
    """Whether weights of a file can be put into this subject."""
    return key in NETWORKS


@cache
def too_large(key: str) -> str:
    """Why weights of this subject are not opened here, where they cannot be; else empty."""
    network = NETWORKS[key]()
    megabytes = 4 * sum(row.parameters for row in summary(network)) / 2**20
    if megabytes <= LIMITS.model_mb:
        return ""
    return (
        f"All weights of {network.name} as 32-bit numbers take {megabytes:,.0f} MB, and this "
        f"server opens files of up to {LIMITS.model_mb:,} MB. Who runs it can raise that by the "
        "environment variable CNN_MODEL_MB. Weights saved as 16-bit numbers take half."
    )


def read_weights(data: bytes, key: str, progress: Callable[[float], None]) -> Weights:
    """Weights of a file for a network that is here.

    Raises
    ------
    BadFile
        If they are none, or of another network.
    """
    if len(data) > LIMITS.model_mb * 2**20:
        raise BadFile(
            f"This file is larger than {LIMITS.model_mb} MB, the most that the playground opens."
        )
    params = load_state(data, NETWORKS[key]())
    return Weights(params, memory_of(params, data))


def keep_weights(key: str, new: Weights | None) -> None:
    """Put weights into a network, or take them out again.

    Raises
    ------
    EngineError
        If there is no room for them.
    """
    held = training.networks()
    others = {k: each for k, each in held.weights.items() if k != key}
    training.keep_networks(Networks(held.model, {**others, key: new} if new else others))


def weights(key: str) -> Weights | None:
    """The weights that this tab has put into a network."""
    return training.networks().weights.get(key)
