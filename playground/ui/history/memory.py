"""What a session remembers of the History page: where it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.files import place
from playground.files.gallery import GALLERY
from playground.files.moment import SIDES, Moment, from_query, is_link, to_query, with_part
from playground.networks import NETWORKS
from playground.networks.history import HISTORY, System
from playground.ui import address, state


class Memory:
    """Everything that a session keeps between two runs of the page."""

    def __init__(self) -> None:
        self.moment = Moment()
        self.link: dict[str, str] | None = None
        self.notes: list[str] = []


def memory() -> Memory:
    """What this session remembers."""
    return state.memory_of("history", Memory)


def moment() -> Moment:
    """Where this session is."""
    return memory().moment


def read_link() -> None:
    """Take over the moment of the link; an address without one brings back the one before."""
    remembered = memory()
    state.visit_other_page()
    query = address.read()
    if remembered.link is None or (is_link(query) and query != remembered.link):
        found, notes = from_query(query)
        remembered.moment, more = possible(found)
        remembered.notes = [*notes, *more]
        remembered.link = query
    settle_link()


def settle_link() -> None:
    """Write the moment into the address of the page."""
    remembered = memory()
    query = to_query(remembered.moment)
    outdated = query != remembered.link or query != address.read()
    if outdated and address.write(query, "history"):
        remembered.link = query


def go(**parts: Any) -> None:
    """Change these parts of the moment, which come from outside."""
    remembered = memory()
    new = remembered.moment
    try:
        for name, value in parts.items():
            new = with_part(new, name, value)
    except ValueError:
        remembered.notes = ["That is not something that the playground knows."]
        return
    remembered.moment, remembered.notes = possible(new)
    settle_link()


def say(sentence: str) -> None:
    """What the page has to say until the next change."""
    memory().notes = [sentence]


def number_of(key: str) -> int:
    """The place of a system in the history, -1 for what is none."""
    return next((i for i, system in enumerate(HISTORY) if system.keys[0] == key), -1)


def shown(at: Moment) -> dict[str, System]:
    """The systems whose blocks are shown, by their side; the first of all has none before it."""
    number = number_of(at.system)
    found = {"before": HISTORY[number - 1]} if number else {}
    return found | {"after": HISTORY[number]}


def picture(at: Moment) -> str:
    """The picture of the moment: its own, and else the one of the Filters page."""
    return at.picture or state.experiment().picture


def network_link(key: str) -> dict[str, str]:
    """The query with which the Network page opens a network on this page's picture.

    It is whole, as that page itself would write it: a query that the page has to complete would
    stand in the browser's way back.
    """
    drawn = "draw" if key == "lenet5" else picture(moment())
    first = NETWORKS[key]().nodes[0].name
    return place.to_query(place.Place(network=key, picture=drawn, node=first))


def possible(wanted: Moment) -> tuple[Moment, list[str]]:
    """The moment with systems, blocks and layers that there are, and a sentence for each other."""
    notes = []
    if number_of(wanted.system) < 0:
        wanted = Moment(picture=wanted.picture)
        notes.append("This link names a system that is not here; another one stands in.")
    systems = shown(wanted)
    for side in SIDES:
        block, node = getattr(wanted, f"{side}_block"), getattr(wanted, f"{side}_node")
        blocks = systems[side].blocks if side in systems else ()
        if block and block >= len(blocks):
            wanted = replace(wanted, **{f"{side}_block": 0, f"{side}_node": ""})
            notes.append("This link names a block that is not here; another one stands in.")
        elif node and not (blocks and node in _nodes(blocks[block])):
            wanted = replace(wanted, **{f"{side}_node": ""})
            notes.append("This link names a layer that is not here; another one stands in.")
    return wanted, notes


def _nodes(block) -> set[str]:
    return {node.name for node in block((3, 224, 224)).nodes}


def first_picture() -> str:
    """What stands in for a picture that is gone."""
    return next(iter(GALLERY))
