"""Runs whose work fails, whose clock jumps, whose server ends: the others notice nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from playground.datasets import DATASETS
from playground.files.setup import Setup
from playground.ui import runs as module
from playground.ui.runs import GRACE, Runs
from playground.ui.training.recipe import job_of, ready
from playground.ui.training.run import Run

SMALL = Setup(dataset="bars", network="small", filters=2, kernel_size=3, hidden=0, epochs=500)


@pytest.fixture(scope="module")
def job():
    data = ready(DATASETS["bars"].load())
    return job_of(SMALL, replace(data, images=data.images[:80], targets=data.targets[:80]))


def until(condition, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@pytest.fixture
def runs():
    made = Runs(lambda session: True)
    made.serve()
    yield made
    made.close()


def begin(runs: Runs, token: str, job) -> Run:
    run = Run(job)
    runs.put(token, run, token)
    run.start()
    return run


@pytest.mark.parametrize("error", [MemoryError("no"), ZeroDivisionError("no"), OSError(28, "no")])
def test_a_run_that_raises_stops_with_a_sentence_and_the_other_goes_on(runs, job, error, caplog):
    other = begin(runs, "other", job)
    broken = Run(job)

    def steps():
        raise error
        yield

    broken._steps = steps()
    runs.put("broken", broken, "broken")
    broken.start()
    until(lambda: broken.status == "stopped")
    assert broken.look().sentence.startswith("Training failed for a reason")
    step = other.look().step
    until(lambda: other.look().step > step)
    assert "A training run failed" in caplog.text


def test_what_was_learned_is_kept_when_the_run_fails_later(runs, job):
    run = begin(runs, "one", job)
    until(lambda: run.look().step > 2)
    run.pause()
    until(lambda: not run.busy)
    run._steps.close()
    before = run.look()

    def broken():
        raise MemoryError
        yield

    run._steps, run._kept = broken(), None
    run.start()
    until(lambda: run.status == "stopped")
    after = run.look()
    assert after.step == before.step and after.held_out == before.held_out
    for node, params in before.params.items():
        for name, array in params.items():
            assert np.array_equal(after.params[node][name], array)


def test_a_clock_that_jumps_ahead_drops_no_run_that_is_looked_at(job):
    now = [0.0]
    there = {"here", "gone"}
    runs = Runs(there.__contains__, lambda: now[0], lambda seconds: None)
    for token in there:
        runs.put(token, Run(job, lambda: now[0]), token)
    runs.turn()
    there.discard("gone")
    for jump in (3600.0, 86400.0):
        now[0] += jump
        runs.turn()
    assert runs.find("here", "here") is not None
    assert runs.find("gone", "new") is None


def test_a_clock_that_stands_still_or_goes_back_drops_no_run(job):
    now = [1000.0]
    runs = Runs(lambda session: False, lambda: now[0], lambda seconds: None)
    runs.put("one", Run(job, lambda: now[0]), "one")
    for back in (0.0, 500.0, GRACE):
        now[0] -= back
        runs.turn()
    assert runs.find("one", "one") is not None


def test_the_end_of_the_server_stops_every_run_at_a_step(job):
    runs = Runs(lambda session: True)
    runs.serve()
    running = [begin(runs, token, job) for token in ("a", "b", "c")]
    until(lambda: all(run.look().step for run in running))
    began = time.monotonic()
    runs.close()
    assert time.monotonic() - began < module.LONGEST_STEP
    assert not runs._thread.is_alive()
    steps = [run.look().step for run in running]
    time.sleep(0.05)
    assert [run.look().step for run in running] == steps
    assert all(run.status == "paused" for run in running)
