from dataclasses import replace

import pytest

from playground.files.experiment import Experiment
from playground.ui import changes, state
from tests.ui.session import new_session


class Rerun(Exception):
    pass


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was asked to be drawn anew; an edit was made before, so that it can be undone."""
    new_session(monkeypatch)
    found = []

    def rerun(parts):
        found.append(parts)
        raise Rerun

    monkeypatch.setattr(changes.address, "redraw", rerun)
    state.commit(with_bias(2.0))
    return found


def with_bias(bias: float) -> Experiment:
    first, *others = state.experiment().filters
    return replace(state.experiment(), filters=(replace(first, bias=bias), *others))


def test_a_change_of_the_maps_alone_needs_no_second_run_where_they_are_drawn(drawn):
    changes.change(with_bias(3.0), here="pipeline")
    assert state.experiment() == with_bias(3.0) and drawn == []


def test_a_change_that_others_show_too_reruns_them_and_the_maps(drawn):
    with pytest.raises(Rerun):
        changes.change(replace(state.experiment(), stride=2), here="pipeline")
    assert {"layer", "pipeline", "kernel", "maps", "toolbar"} <= set(*drawn)


def test_the_first_change_after_an_undo_reruns_the_buttons_of_the_history(drawn):
    state.undo()
    with pytest.raises(Rerun):
        changes.change(with_bias(3.0), here="pipeline")
    assert drawn == [["pipeline", "toolbar"]]


def test_a_change_that_was_sent_from_elsewhere_reruns_the_maps(drawn):
    with pytest.raises(Rerun):
        changes.change(with_bias(3.0))
    assert drawn == [["pipeline"]]
