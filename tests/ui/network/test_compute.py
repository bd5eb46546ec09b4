"""Networks on the page are the engine's: computed once for all, in slices where that takes long."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import Add, Conv2d, Flatten, Linear, ReLU, Softmax
from playground.engine.network import INPUT, Network, Node, init_params, trace
from playground.ui.network import compute, work
from playground.ui.network.activations import Store
from playground.ui.network.compute import outputs, passed, prepare
from playground.ui.network.inputs import Taken
from playground.ui.network.subjects import Opened

BRANCHES = Network(
    "branches",
    (2, 9, 9),
    (
        Node("a", Conv2d(4, 3, padding=1)),
        Node("b", ReLU()),
        Node("c", Conv2d(4, 3, padding=1)),
        Node("sum", Add(), ("a", "c")),
        Node("row", Flatten()),
        Node("fc", Linear(3)),
        Node("out", Softmax()),
    ),
    ("x", "y", "z"),
)


@pytest.fixture
def store(monkeypatch) -> Store:
    """A store of the test's own."""
    own = Store()
    monkeypatch.setattr(compute, "STORE", own)
    return own


def subject(seed: int = 0, scale: float = 1.0) -> Opened:
    params = init_params(BRANCHES, np.random.default_rng(seed))
    params["a"]["weight"] *= np.float32(scale)
    return Opened(BRANCHES, params, False, key="branches", weights=str((seed, scale)))


def picture(seed: int) -> Taken:
    x = np.random.default_rng(seed).random((2, 9, 9), np.float32)
    return Taken(x, (255 * x[:1]).astype(np.uint8), f"picture {seed}", "noise")


def test_every_layers_output_and_glance_are_the_engines(store):
    own, taken = subject(), picture(1)
    assert prepare(own, taken, ["c"]) is None
    stages = trace(BRANCHES, own.params, taken.x[None])
    names = [INPUT, *stages]
    found = outputs(own, taken, names)
    assert set(found) == set(names)  # so few numbers are all kept
    made = passed(own, taken)
    for name, stage in stages.items():
        assert (found[name] == stage.output).all()
        glance = made.glances[name]
        assert (glance.minimum, glance.maximum) == (stage.output.min(), stage.output.max())
        if stage.output.ndim == 4:
            strengths = np.abs(stage.output[0]).mean(axis=(1, 2), dtype=np.float64)
            assert glance.channel == strengths.argmax()
            assert glance.picture.minimum == stage.output[0, glance.channel].min()
    assert (made.output == stages["out"].output[0]).all()
    assert (made.before == stages["fc"].output[0]).all()


def test_pictures_and_weights_are_not_mixed_up(store):
    for own in (subject(0), subject(1)):
        for taken in (picture(1), picture(2)):
            prepare(own, taken, ["out"])
    for own in (subject(0), subject(1)):
        for taken in (picture(1), picture(2)):
            expected = trace(BRANCHES, own.params, taken.x[None])["out"].output
            assert (outputs(own, taken, ["out"])["out"] == expected).all()


def test_what_is_gone_is_computed_again(store):
    own, taken = subject(), picture(1)
    prepare(own, taken, ["c"])
    expected = outputs(own, taken, ["c"])["c"]
    store.put("another", None, store.limit)  # nothing else has room beside it
    assert outputs(own, taken, ["c"]) == {} and passed(own, taken) is None
    store.put("another", None, 1)
    prepare(own, taken, ["c"])
    assert (outputs(own, taken, ["c"])["c"] == expected).all()


def test_many_sessions_with_one_picture_send_it_through_once(store, monkeypatch):
    runs, one = [], compute.steps

    def counted(*arguments):
        runs.append(threading.get_ident())
        return one(*arguments)

    monkeypatch.setattr(compute, "steps", counted)
    own, taken = subject(), picture(3)
    threads = [threading.Thread(target=prepare, args=(own, taken, ["sum"])) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1 and passed(own, taken) is not None


def test_a_large_network_is_work_in_slices_with_the_same_result(store, monkeypatch):
    monkeypatch.setattr(compute, "QUICK", 0)
    monkeypatch.setattr(compute, "KEEP_ALL", 0)
    own, taken = subject(), picture(4)
    found = prepare(own, taken, ["b", "c"])
    shares = []
    while not found.advance(0):
        shares.append(found.done)
    assert shares == sorted(shares) and len(shares) > len(BRANCHES.nodes)
    expected = trace(BRANCHES, own.params, taken.x[None])
    assert (outputs(own, taken, ["c"])["c"] == expected["c"].output).all()
    assert set(outputs(own, taken, expected)) == {"b", "c"}  # only what is looked at
    later = prepare(own, taken, ["sum"])
    assert later is not None and later.what != found.what
    while not later.advance(0):
        pass
    assert (outputs(own, taken, ["sum"])["sum"] == expected["sum"].output).all()
    assert prepare(own, taken, ["sum"]) is None


@pytest.mark.parametrize("quick", [0, 10**12])
def test_numbers_beyond_all_bounds_are_a_sentence(store, monkeypatch, quick):
    monkeypatch.setattr(compute, "QUICK", quick)
    with pytest.raises(EngineError, match="beyond all bounds in “a”"):
        found = prepare(subject(scale=3e38), picture(1), ["c"])
        while not found.advance():
            pass


def test_the_lock_is_free_after_a_slice_that_fails():
    def fails():
        yield 0.5
        raise EngineError("no")

    found = work.Work(("x",), "x", fails())
    assert found.advance(0) is False
    with pytest.raises(EngineError):
        found.advance(0)
    free = []

    def take() -> None:
        free.append(work.COMPUTING.acquire(timeout=1))
        work.COMPUTING.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    assert free == [True]
