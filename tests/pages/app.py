"""The app without a browser, and what its components would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from playground.files.experiment import Experiment, from_query
from playground.ui import screen
from tests.experiments import Unpacked
from tests.sources import ROOT


class App:
    """A session of the app; after every action the whole page is drawn again.

    A fragment's run leaves AppTest with the elements of that fragment alone, hence the second run.
    """

    def __init__(self, **query: str) -> None:
        self.at = AppTest.from_file(str(ROOT / "main.py"), default_timeout=30)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.run()

    def run(self) -> None:
        self.at.run()
        self.check()
        components = (element.proto for element in self.at.get("bidi_component"))
        self._sent = {each.component_name.removeprefix("cnn_"): each for each in components}

    def check(self) -> None:
        """Nothing may ever raise."""
        assert not self.at.exception, self.at.exception

    @property
    def experiment(self) -> Experiment:
        return self.at.session_state["playground"].experiment

    @property
    def said(self) -> str:
        """What the page has to say, as one text."""
        return " ".join(text.value for text in self.at.text)

    def linked(self) -> tuple[Experiment, list[str]]:
        """The experiment of the page's address."""
        query = self.at.query_params
        return from_query({name: query[name] for name in query})

    def _act(self, action: Callable[[], object], *, draw: bool = True) -> None:
        """Do something; if it changes the experiment, its own run must draw the maps anew."""
        before = self.experiment
        action()
        self.check()
        if self.experiment != before:
            drawn = [each.proto.component_name for each in self.at.get("bidi_component")]
            assert "cnn_pipeline" in drawn
        if draw:
            self.run()

    def choose(self, name: str, value: Any) -> None:
        self._act(self.at.selectbox(key=name).set_value(value).run)

    def click(self, key: str) -> None:
        self._act(self.at.button(key=key).click().run)

    def upload(self, key: str, name: str, data: bytes, kind: str) -> None:
        self._act(self.at.file_uploader(key=key).set_value((name, data, kind)).run)

    def component(self, name: str):
        """What the page sends to one of our components."""
        return self._sent[name]

    def send(self, name: str, event: Any, *, draw: bool = True) -> None:
        """An edit from a component, as Streamlit's front end sends it."""
        states = self.at._tree.get_widget_states()
        state = states.widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component(name).id}__events"
        state.json_trigger_value = json.dumps([{"event": "edit", "value": event}])
        self._act(lambda: self.at._run(states), draw=draw)

    def message(self) -> Unpacked:
        """The maps that the page sends."""
        return Unpacked(self.component("pipeline").bytes)

    def check_maps(self, picture: np.ndarray) -> None:
        """Compare the maps that are sent with what the engine makes of the experiment."""
        computed = screen.compute(self.experiment, picture)
        stages = self.message().header["stages"]
        assert [stage["name"] for stage in stages] == computed.map_stages()
        for stage in stages:
            maps = computed.maps(stage["name"])
            assert tuple(stage["shape"]) == maps.shape[2:]
            for entry, values in zip(stage["maps"], maps, strict=True):
                assert (entry["minimum"], entry["maximum"]) == (values.min(), values.max())
