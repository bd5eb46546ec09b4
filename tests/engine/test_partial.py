"""Running a network in part: the same numbers, and no more work than they need."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from playground.engine import partial
from playground.engine.errors import EngineError
from playground.engine.layers import Add, Concat, Conv2d, Flatten, Linear, ReLU, Softmax
from playground.engine.network import Network, Node, init_params, trace

NETWORK = Network(
    "branches",
    (2, 6, 7),
    (
        Node("a", Conv2d(3, 3, padding=1)),
        Node("b", ReLU()),
        Node("c", Conv2d(3, 1)),
        Node("sum", Add(), ("b", "c")),
        Node("side", Conv2d(2, 3, padding=1), ("a",)),
        Node("join", Concat(), ("sum", "side", "input")),
        Node("flat", Flatten()),
        Node("fc", Linear(4)),
        Node("softmax", Softmax()),
    ),
)


def drawn():
    rng = np.random.default_rng(5)
    return init_params(NETWORK, rng), rng.normal(size=(2, 2, 6, 7)).astype("f4")


class Lazy(Mapping):
    """Weights that are made when they are asked for, and counts how often that is."""

    def __init__(self, params):
        self.params, self.asked = params, []

    def __getitem__(self, name):
        self.asked.append(name)
        return {key: array.copy() for key, array in self.params[name].items()}

    def __iter__(self):
        return iter(self.params)

    def __len__(self):
        return len(self.params)


def test_every_output_is_that_of_the_trace():
    params, x = drawn()
    stages = trace(NETWORK, params, x)
    together = partial.outputs_of(NETWORK, params, x, list(stages))
    for name, stage in stages.items():
        alone = partial.outputs_of(NETWORK, params, x, [name])
        assert list(alone) == [name]
        assert np.array_equal(alone[name], stage.output)
        assert np.array_equal(together[name], stage.output)


def test_only_what_is_needed_is_run_and_its_weights_are_asked_for_once():
    params, x = drawn()
    for wanted, run in {
        ("side",): ["a", "side"],
        ("sum",): ["a", "b", "c", "sum"],
        ("sum", "side"): ["a", "b", "c", "sum", "side"],
        ("input",): [],
    }.items():
        lazy = Lazy(params)
        partial.outputs_of(NETWORK, lazy, x, wanted)
        assert lazy.asked == run


def test_known_outputs_are_not_computed_again():
    params, x = drawn()
    stages = trace(NETWORK, params, x)
    lazy = Lazy(params)
    known = {"sum": stages["sum"].output, "side": stages["side"].output}
    found = partial.outputs_of(NETWORK, lazy, x, ["side", "softmax"], known)
    assert lazy.asked == ["join", "flat", "fc", "softmax"]
    assert found["side"] is known["side"]
    assert np.array_equal(found["softmax"], stages["softmax"].output)


def test_progress_rises_to_one_and_hands_out_what_is_wanted():
    params, x = drawn()
    seen = list(partial.steps(NETWORK, params, x, ["input", "b", "softmax"]))
    assert [s.name for s in seen] == ["input", *(node.name for node in NETWORK.nodes)]
    done = [s.done for s in seen]
    assert done[0] == 0 and done[-1] == 1 and done == sorted(done)
    assert {s.name for s in seen if s.output is not None} == {"input", "b", "softmax"}


def test_progress_is_one_where_nothing_is_to_be_done():
    params, x = drawn()
    [only] = partial.steps(NETWORK, params, x, ["input"])
    assert only.done == 1 and only.output is x


def test_who_stops_asking_stops_the_work():
    params, x = drawn()
    lazy = Lazy(params)
    for step in partial.steps(NETWORK, lazy, x, ["softmax"]):
        if step.name == "c":
            break
    assert lazy.asked == ["a", "b", "c"]


def test_outputs_are_let_go_when_nothing_reads_them_any_more():
    params, x = drawn()
    most = []
    run = partial.steps(NETWORK, params, x, ["softmax"])
    for step in run:
        most.append((step.name, set(run.gi_frame.f_locals["outputs"])))
    held = dict(most)
    assert held["c"] == {"input", "a", "b", "c"}
    assert held["sum"] == {"input", "a", "sum"}
    assert held["flat"] == {"flat"}


def test_what_is_not_there_is_said_at_the_call():
    params, x = drawn()
    with pytest.raises(EngineError, match="no node called “d”"):
        partial.steps(NETWORK, params, x, ["d"])
    with pytest.raises(EngineError, match="takes pictures of shape"):
        partial.outputs_of(NETWORK, params, x[:, :1], ["a"])
