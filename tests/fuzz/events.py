"""What browser components and the boxes of a page could send, were they somebody else's program."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import streamlit as st

from playground.datasets.own import START
from playground.files import experiment, lesson, place, setup
from playground.files.settings import CHOICES
from playground.pages import filters, practise
from playground.ui import backward_section, practise_visit, state
from playground.ui.network import controls as network_controls
from playground.ui.network import memory as network_memory
from playground.ui.network import screen as network_screen
from playground.ui.training import memory as training_memory
from playground.ui.training import own_pictures, panels
from playground.ui.training import screen as training_screen
from playground.ui.use import pictures as use_pictures
from playground.ui.use.memory import memory as use_memory
from tests.files.pictures import GREY, encode
from tests.files.validity import problems
from tests.fuzz.mutation import changed_text, changed_tree, leaf

_SMALL = replace(experiment.Experiment(), picture="example5", side=64)
_MISSING = "upload-" + "0" * 32
_PNG = base64.b64encode(encode(GREY, "PNG")).decode()
_SAVE = {
    "op": "save", "what": "png", "stage": "convolution", "step": 0, "speed": 1, "decimals": 2,
    "rows": [0, 2], "columns": [0, 2], "channel": None,
}  # fmt: skip


class Rerun(BaseException):
    """The page would be drawn again: the handler is done."""


class Address(SimpleNamespace):
    """The query of the page's address."""

    query: dict[str, str] = {}

    def to_dict(self) -> dict[str, str]:
        return dict(self.query)

    def from_dict(self, query: dict[str, str]) -> None:
        if not all(isinstance(text, str) for each in query.items() for text in each):
            raise AssertionError("the address takes texts")
        self.query = dict(query)


@dataclass(frozen=True)
class Sender:
    """A component on a page: what takes its events in, and events that make sense."""

    component: str
    handler: Callable[[], None]
    events: tuple[Any, ...]


def _rerun(*_: Any, **__: Any) -> None:
    raise Rerun


@contextlib.contextmanager
def session() -> Iterator[None]:
    """A session of its own, without a browser."""
    with (
        patch.object(st, "session_state", {}),
        patch.object(st, "query_params", Address(query={})),
        patch.object(st, "rerun", _rerun),
    ):
        yield


def _strokes() -> tuple[dict[str, Any], ...]:
    return ({"op": "strokes", "strokes": [[0.1, 0.2, 0.3, 0.4], [0.5, 0.5]]},)


@cache
def _senders() -> tuple[Sender, ...]:
    kernel = (
        {"op": "weights", "filter": 0, "weight": [1] * 9},
        {"op": "cell", "filter": 1, "cell": 3, "value": 2.5, "gesture": "drag"},
        {"op": "bias", "filter": 0, "value": -1},
        {"op": "name", "filter": 0, "name": "Mine"},
        {"op": "preset", "filter": 2, "key": "gaussian_blur"},
        {"op": "reset", "filter": 0},
        {"op": "transform", "filter": 0, "key": "normalise"},
        {"op": "random", "filter": 0},
        {"op": "size", "size": 5},
        {"op": "add"},
        {"op": "duplicate", "filter": 3},
        {"op": "remove", "filter": 0},
        {"op": "select", "filter": 1},
        {"op": "move", "filter": 0, "to": 2},
        {"op": "convolution", "value": True},
        {"op": "rest"},
    )
    pipeline = ({"op": "set", "name": "stride", "value": 2}, {"op": "undo"}, _SAVE)
    pipeline += ({"op": "set", "name": "pair", "value": "stride"},)
    gallery = ({"op": "picture", "key": "cat"}, {"op": "restore", "png": _PNG})
    looks = {"node": "conv1", "channel": 1, "row": 2, "column": 3, "shown": 48, "unfolded": ["a"]}
    looks |= {
        "top": "conv1",
        "occlusion": False,
        "patch": 8,
        "stride": 4,
        "fill": "black",
        "target": 3,
    }
    network = (
        {"op": "look", "at": looks},
        *({"op": "look", "at": {name: value}, "gesture": 1} for name, value in looks.items()),
        *({"op": op} for op in ("go", "cancel", "again", "rest")),
    )
    collection = (
        *({"op": op, "name": "Class 1"} for op in ("fill", "drop")),
        {"op": "rename", "name": "Class 1", "to": "cats"},
        {"op": "remove", "name": "Class 1", "key": "0" * 32},
        *({"op": op} for op in ("undo", "add", "missing")),
    )
    lessons = [
        {"op": "step", "value": 3}, {"op": "back"}, {"op": "reset"}, {"op": "rate", "value": 0.3},
        {"op": "target", "value": 1}, {"op": "picture", "value": "cat"},
        {"op": "pick", "value": [0] * 6},
        {"op": "restore", "value": lesson.to_query(lesson.Lesson(seed=4, taken=(0.1, 0.3)))},
    ]  # fmt: skip
    token = ({"op": "restore", "token": "a" * 32},)
    return (
        Sender("gallery", filters._on_gallery, gallery),
        Sender("kernel", filters._on_kernel, kernel),
        Sender("pipeline", lambda: filters._on_pipeline("pipeline"), kernel + pipeline),
        Sender("exercise", practise._on_exercise, ({"op": "more", "number": 3},)),
        Sender("tab", training_screen._on_tab, token),
        Sender("tab", network_screen._on_tab, token),
        Sender("collection", own_pictures._on_edit, collection),
        Sender("training", panels._on_edit, ({"op": "cell", "row": 1, "column": 2},)),
        Sender("backward", lambda: backward_section._on_edit(None), tuple(lessons)),
        Sender("network", network_screen._on_network, network),
        Sender("network_gallery", lambda: network_controls._on_gallery([]), gallery),
        Sender("pad", lambda: network_controls._on_pad([]), _strokes()),
        Sender("pad", use_pictures._on_pad, _strokes()),
    )


def damaged_events(source: Random) -> tuple[int, list[Any]]:
    """Which of the components sends, and what: a few events, most of them with something wrong."""
    number = source.randrange(len(_senders()))
    events = []
    for _ in range(source.choice((1, 1, 2, 4))):
        event = source.choice(_senders()[number].events)
        event = {**event, "seq": f"{source.randrange(99)}"}
        if source.randrange(5):
            event = changed_tree(event, source)
        events.append(event if source.randrange(12) else leaf(source))
    return number, events


def send(case: tuple[int, list[Any]]) -> str:
    """Take events in one after the other; what the session holds must stay valid."""
    number, events = case
    sender = _senders()[number]
    with session():
        picture = _MISSING if "gallery" in sender.component else _SMALL.picture
        state.replace_now(replace(_SMALL, picture=picture))
        practise_visit.begin()
        network_memory.correct(place.Place(picture=picture))
        training_memory.collection()
        for event in events:
            st.session_state[sender.component] = SimpleNamespace(edit=event)
            with contextlib.suppress(Rerun):
                sender.handler()
        _check_session()
    return sender.component


def _check_session() -> None:
    """Whether everything that the session holds is something that it can hold."""
    assert not problems(state.experiment()), problems(state.experiment())
    here = network_memory.place()
    assert place.from_query(place.to_query(here)) == (here, [])
    chosen = replace(training_memory.setup(), own=(), pictures="")
    assert setup.from_query(setup.to_query(chosen)) == (chosen, [])
    pictures = training_memory.collection()
    assert type(pictures) is type(START)
    assert all(name.isprintable() and len(name) <= 40 for name in pictures.classes)
    drawn = use_memory().strokes
    assert all(((s >= 0) & (s <= 1)).all() and s.shape[1:] == (2,) for s in drawn)
    sentences = [*state.notes(), *training_memory.notes(), *network_memory.memory().notes]
    for sentence in sentences:
        assert sentence.isprintable() and len(sentence) < 400, sentence


BOXES = {
    "experiment": (experiment.Experiment(), experiment.with_setting),
    "setup": (setup.Setup(), setup.with_setting),
    "place": (place.Place(), place.with_part),
}


def damaged_box(source: Random) -> tuple[str, str, Any]:
    """A page, one of its settings, and a value."""
    page = source.choice(list(BOXES))
    names = {
        "experiment": [*CHOICES, "temperature", "against", "seed", "active", "picture", "pair"]
    }
    names |= {"setup": [*setup.CHOICES, "seed"], "place": [*place.NAMES]}
    name = source.choice(names[page])
    values = {"experiment": CHOICES, "setup": setup.CHOICES, "place": place.CHOICES}[page]
    value = source.choice(values.get(name, (getattr(BOXES[page][0], name, "stride"),)))
    match source.randrange(4):
        case 0:
            return page, name, value
        case 1:
            return page, name, source.choice((str(value), [value], {name: value}, f"{value} "))
        case 2 if isinstance(value, str):
            return page, name, changed_text(value, source)
        case _:
            return page, name, leaf(source)


def fill(case: tuple[str, str, Any]) -> str:
    """Set a setting: the value is refused, or what comes of it is as valid as one from a link."""
    page, name, value = case
    start, change = BOXES[page]
    try:
        new = change(start, name, value)
    except ValueError:
        return "refused"
    reader = {"experiment": experiment, "setup": setup, "place": place}[page]
    assert reader.from_query(reader.to_query(new)) == (new, [])
    if page == "experiment":
        assert not problems(new), problems(new)
    with session():
        for key, handler in (
            ("network_number", lambda: network_controls._on_number(500, [])),
            ("use_place", use_pictures._on_place),
        ):
            st.session_state[key] = value
            with contextlib.suppress(Rerun):
                handler()
        number = use_memory().place
        assert type(number) is int and number >= 0
    return "taken"
