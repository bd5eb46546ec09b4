"""The views: one entry each, drawn by a component that exists."""

from __future__ import annotations

import json

import numpy as np
import pytest

from playground.files.experiment import CHOICES, Experiment
from playground.ui import components
from playground.ui.message import Parcel
from playground.ui.screen import compute
from playground.ui.views import VIEWS


def test_the_views_are_those_that_a_link_can_name():
    assert tuple(VIEWS) == CHOICES["view"]


def test_no_two_views_have_the_same_label_or_tip():
    assert len({view.label for view in VIEWS.values()}) == len(VIEWS)
    assert len({view.tip for view in VIEWS.values()}) == len(VIEWS)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_every_view_is_drawn_by_a_component_of_its_own(view):
    assert view.component in components.NAMES and hasattr(components, view.component)
    assert sum(other.component == view.component for other in VIEWS.values()) == 1


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_what_a_view_adds_to_the_message_can_be_sent(view):
    picture = np.linspace(0, 1, 3 * 20 * 24, dtype=np.float32).reshape(3, 20, 24)
    added = view.more(compute(Experiment(), picture), Parcel()) if view.more else {}
    json.dumps(added, allow_nan=False)
    assert not {"version", "answered", "editor", "picture", "settings", "stages"} & set(added)
