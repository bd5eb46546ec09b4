"""Every door that something from outside comes in by: bad cases for it, and what may come of them.

A case is bytes or plain values, made by a generator of random numbers whose seed is the number of
the case. Through a door comes what was asked for, or the project's own error with one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from playground.engine.errors import EngineError
from playground.files.archives import MAX_PICTURES, SIDE, read_class_archive
from playground.files.errors import BadFile
from playground.files.experiment import from_json
from playground.files.images import load_image
from playground.files.labels import labels_from
from playground.files.onnx import UnknownOperator, load_onnx
from playground.files.onnx.about import about
from playground.files.state_dict import load_state
from playground.files.uploaded import guess, layouts, pictured
from playground.files.weights import expected_arrays, read_weights
from tests.files.validity import problems
from tests.files.weight_files import NETWORK
from tests.fuzz import archives, events, networks, pictures, texts

# The server's own: a path, a Python object, a traceback.
_INSIDE = re.compile(r"Traceback|<class|object at 0x|site-packages|/(work|home|tmp|usr|root)/")


class Broken(AssertionError):
    """Something came through a door that should not."""


@dataclass(frozen=True)
class Door:
    """One way in.

    Attributes
    ----------
    make : callable
        A case, drawn from a generator.
    enter : callable
        Brings a case in, and returns in a word what came of it.
    cases : int
        How many cases the long run tries.
    quick : int
        How many the tests try.
    """

    make: Callable[[Random], Any]
    enter: Callable[[Any], str]
    cases: int
    quick: int


def case_of(name: str, number: int) -> Any:
    """The case of this number: the same on every machine."""
    return DOORS[name].make(Random(f"{name}:{number}"))


def enter(name: str, case: Any) -> str:
    """Bring a case in by a door.

    Raises
    ------
    Broken
        If what it is refused with is no sentence of ours.
    Exception
        Whatever else the door lets out, which none should.
    """
    try:
        return DOORS[name].enter(case)
    except (BadFile, EngineError) as error:
        check_sentence(str(error))
        if isinstance(error, UnknownOperator):
            _check_network(error.network, error.params)
        return "refused"


def check_sentence(sentence: str) -> None:
    """Whether this is one sentence of ours, fit to be shown, that says nothing of the server."""
    if not sentence.isprintable() or len(sentence) > 500:
        raise Broken(f"not one line: {sentence!r}")
    if not re.match(r"[A-Z0-9“]", sentence) or not sentence.endswith("."):
        raise Broken(f"not a sentence: {sentence!r}")
    if _INSIDE.search(sentence):
        raise Broken(f"it tells something of the server: {sentence!r}")


def _picture(data: bytes) -> str:
    side = 64 if len(data) % 2 else 512
    picture = load_image(data, side)
    if picture.dtype != np.float32 or picture.ndim != 3 or picture.shape[0] not in (1, 3):
        raise Broken(f"no picture: {picture.dtype} {picture.shape}")
    if not 1 <= min(picture.shape[1:]) <= max(picture.shape[1:]) <= side:
        raise Broken(f"of a wrong size: {picture.shape}")
    if not (picture >= 0).all() or not (picture <= 1).all():
        raise Broken("values beyond 0 and 1")
    return "read"


def _check_network(network: Any, params: Any) -> None:
    for node, own in params.items():
        for name, array in own.items():
            if array.dtype != np.float32 or not np.isfinite(array).all():
                raise Broken(f"{node}.{name} is not all numbers")
    if network.nodes:
        wanted = {(node, name, shape) for node, name, shape in expected_arrays(network).values()}
        found = {(n, k, a.shape) for n, own in params.items() for k, a in own.items()}
        if wanted != found:
            raise Broken(f"other weights than the network's: {wanted ^ found}")


def _weights(data: bytes) -> str:
    saved = read_weights(data)
    _check_network(saved.network, saved.params)
    if not saved.note.isprintable():
        raise Broken("a note of more than a line")
    return "read"


def _state(data: bytes) -> str:
    _check_network(NETWORK, load_state(data, NETWORK))
    return "read"


def _archive(data: bytes) -> str:
    found = read_class_archive(data, loose="loose")
    for sentence in found.skipped:
        check_sentence(sentence)
    for name, own in found.classes.items():
        if not name.isprintable() or not 0 < len(name) <= 40 or len(own) > MAX_PICTURES:
            raise Broken(f"the class {name!r}")
        if any(each.dtype != np.uint8 or each.shape[1:] != (SIDE, SIDE) for each in own):
            raise Broken("a picture of another size")
    return "read"


def _onnx(data: bytes) -> str:
    network, params = load_onnx(data)
    _check_network(network, params)
    for layout in layouts(network.input_shape):
        prepared = pictured(network, layout)
        guess(prepared, params, about(data))
        if prepared.labels and not all(label.isprintable() for label in prepared.labels):
            raise Broken("a label of more than a line")
    return "read"


def _labels(case: tuple[bytes, int]) -> str:
    found = labels_from(*case)
    if len(found) != case[1] or not all(each and each.isprintable() for each in found):
        raise Broken(f"labels that are none: {found!r}")
    return "read"


def _experiment(data: bytes) -> str:
    found, notes = from_json(data)
    for sentence in notes:
        check_sentence(sentence)
    if wrong := problems(found):
        raise Broken(str(wrong))
    return "noted" if notes else "read"


def _link(case: tuple[str, dict[str, str]]) -> str:
    page, query = case
    found, notes = texts.READERS[page](query)
    for sentence in notes:
        check_sentence(sentence)
    if page == "experiment" and (wrong := problems(found)):
        raise Broken(str(wrong))
    if found is not None and texts.READERS[page](texts.WRITERS[page](found))[0] != found:
        raise Broken(f"not what its own link says: {found}")
    return "noted" if notes else "read"


DOORS: dict[str, Door] = {
    "pictures": Door(pictures.damaged, _picture, 500_000, 4000),
    "weights": Door(archives.damaged_weights, _weights, 50_000, 800),
    "state": Door(archives.damaged_state, _state, 50_000, 800),
    "archives": Door(archives.damaged_archive, _archive, 50_000, 1200),
    "experiments": Door(texts.damaged_experiment, _experiment, 50_000, 1000),
    "links": Door(texts.damaged_link, _link, 50_000, 2500),
    "onnx": Door(networks.damaged, _onnx, 50_000, 1500),
    "labels": Door(texts.damaged_labels, _labels, 50_000, 1500),
    "events": Door(events.damaged_events, events.send, 50_000, 1000),
    "boxes": Door(events.damaged_box, events.fill, 50_000, 2000),
}
