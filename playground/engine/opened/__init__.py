"""What any one number of any node's output is made of: products, winners, terms, copies.

`registry` says how a layer is added.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground.engine.checks import check_place, whole
from playground.engine.errors import EngineError
from playground.engine.layers import Array, Dropout, Flatten, Params, Shape
from playground.engine.network import INPUT, Network
from playground.engine.opened.cell import Cell
from playground.engine.opened.parts import KINDS, Group, Opened, Part
from playground.engine.opened.registry import OPENERS

__all__ = ["KINDS", "OPENERS", "Group", "Opened", "Part", "open_cell"]


def open_cell(
    network: Network,
    params: Mapping[str, Params],
    outputs: Mapping[str, Array],
    name: str,
    place: tuple[int, ...],
    most: int = 64,
) -> Opened:
    """Take one number of a node's output apart.

    Parameters
    ----------
    network : Network
    params : mapping
        Parameters by node name; only the node's own are asked for.
    outputs : mapping
        Outputs by node name, of a batch of one picture, ``"input"`` being the picture itself. Those
        that the node reads must be there; its own may be, and then has the number that is shown.
    name : str
        The node.
    place : tuple of int
        ``(channel, row, column)``, or ``(unit,)`` of a vector.
    most : int
        How many groups or parts are listed at most.

    Raises
    ------
    EngineError
        If there is no such node or place, or an output that is needed is not given.
    """
    wiring = {node.name: (node, sources) for node, sources in network.wiring()}
    if name == INPUT:
        picture = _picture(outputs, INPUT, INPUT)
        place = check_place(INPUT, picture.shape, place)
        return Opened(INPUT, place, float(picture[place]), "input", "a number of the picture")
    if name not in wiring:
        raise EngineError(f"The network has no node called “{name}”.")
    node, sources = wiring[name]
    opener = OPENERS.get(type(node.layer))
    if opener is None:
        raise EngineError(f"“{name}” cannot be opened: {type(node.layer).__name__} is unknown.")
    inputs = tuple(_picture(outputs, source, name) for source in sources)
    shape = node.layer.output_shape(*(x.shape for x in inputs))
    place = check_place(name, shape, place)
    value = float(_picture(outputs, name, name)[place]) if name in outputs else None
    most = whole(most, "number of parts to list", 1)
    own = params.get(name, {})
    origin = _origin(network, wiring, sources[0]) if len(shape) == 1 else None
    return opener(Cell(name, node.layer, own, inputs, shape, place, value, most, origin))


def _picture(outputs: Mapping[str, Array], name: str, reader: str) -> Array:
    if name not in outputs:
        raise EngineError(f"The output of “{name}”, which “{reader}” needs, is not there.")
    if len(outputs[name]) != 1:
        raise EngineError(f"A number is opened for one picture, not for {len(outputs[name])}.")
    return outputs[name][0]


def _origin(network: Network, wiring, name: str) -> tuple[str, Shape] | None:
    """The maps that this vector is, laid end to end; None if it is not."""
    while name != INPUT and isinstance(wiring[name][0].layer, Dropout):
        [name] = wiring[name][1]
    if name == INPUT or not isinstance(wiring[name][0].layer, Flatten):
        return None
    [maps] = wiring[name][1]
    shape = network.shapes()[maps]
    return (maps, shape) if len(shape) == 3 else None
