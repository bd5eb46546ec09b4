"""A training run in pieces: it makes the steps that it is allowed, and the same ones every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground import log
from playground.datasets import DATASETS
from playground.engine.errors import EngineError
from playground.engine.evaluation import evaluate
from playground.files.filters import preset_filter
from playground.files.setup import Setup, with_own
from playground.ui.training.recipe import FIRST, job_of, ready
from playground.ui.training.run import Run

SMALL = Setup(dataset="bars", network="small", filters=2, kernel_size=3, hidden=0, epochs=2)


@pytest.fixture(scope="module")
def bars():
    data = ready(DATASETS["bars"].load())
    few = slice(0, 160)
    return replace(
        data,
        images=data.images[few],
        targets=data.targets[few],
        held_out_images=data.held_out_images[:80],
        held_out_targets=data.held_out_targets[:80],
    )


def finish(run: Run) -> None:
    while run.work(lambda: False):
        pass


def test_a_run_goes_to_its_end_and_is_judged_at_the_start_and_after_every_epoch(bars):
    run = Run(job_of(SMALL, bars))
    assert run.status == "ready" and not run.work(lambda: False)
    run.start()
    assert run.status == "running" and run.busy
    finish(run)
    look = run.look()
    assert (look.status, look.step, look.epoch) == ("finished", 6, 2)
    assert look.held_out[0] == [0, 3, 6]
    expected = evaluate(run.job.network, look.params, bars.held_out_images, bars.held_out_targets)
    assert look.exam.result.accuracy == pytest.approx(expected.accuracy)
    assert look.exam.result.loss == pytest.approx(expected.loss, rel=1e-5)
    assert (look.exam.result.confusion == expected.confusion).all()
    assert not run.busy


def test_a_run_that_is_paused_before_its_first_step_is_paused(bars):
    run = Run(job_of(SMALL, bars))
    run.start()
    run.pause()
    assert run.status == run.look().status == "paused" and run.look().step == 0


def test_one_step_is_exactly_one_and_a_paused_run_makes_none(bars):
    run = Run(job_of(SMALL, bars))
    for steps in (1, 2, 3):
        run.one_step()
        finish(run)
        assert run.look().step == steps and run.status == "paused"
    run.start()
    run.pause()
    finish(run)
    assert run.look().step == 3


def test_pausing_and_single_steps_give_the_same_weights_as_going_through(bars):
    through, stopping = Run(job_of(SMALL, bars)), Run(job_of(SMALL, bars))
    through.start()
    finish(through)
    stopping.one_step()
    finish(stopping)
    stopping.start()
    stopping.work(lambda: True)
    stopping.pause()
    finish(stopping)
    stopping.start()
    finish(stopping)
    first, second = through.look(), stopping.look()
    for name, own in first.params.items():
        for key, array in own.items():
            assert array.tobytes() == second.params[name][key].tobytes()
    assert first.curve == second.curve


def test_slow_motion_makes_a_step_only_when_its_time_has_come(bars):
    now = [0.0]
    run = Run(job_of(SMALL, bars), clock=lambda: now[0])
    run.set_pace(2.0)
    run.start()
    while run.work(lambda: True) and run.look().step < 1:
        pass
    assert run.look().step == 1
    for _ in range(20):
        run.work(lambda: True)
    assert run.look().step == 1
    now[0] = 0.6
    for _ in range(20):
        run.work(lambda: True)
    assert run.look().step == 2


def test_weights_that_blow_up_end_the_run_with_a_sentence_and_the_last_good_ones(bars):
    setup = replace(SMALL, optimiser="sgd", learning_rate=10.0, epochs=80, hidden=32)
    job = replace(job_of(setup, bars), images=bars.images * 100)
    run = Run(job)
    run.start()
    finish(run)
    look = run.look()
    assert look.status == "stopped" and "learning rate" in look.sentence
    assert all(np.isfinite(a).all() for own in look.params.values() for a in own.values())
    run.start()
    assert run.status == "stopped"


def test_a_network_that_learns_nothing_any_more_goes_back_to_weights_that_did_better(bars):
    setup = replace(SMALL, optimiser="sgd", learning_rate=10.0, epochs=80, hidden=32)
    run = Run(job_of(setup, bars))
    run.start()
    finish(run)
    look = run.look()
    assert look.status == "stopped" and not run.busy
    assert "all outputs of “" in look.sentence and "learning rate 10 is too large" in look.sentence
    assert look.step < 64 <= look.curve[0][-1]
    assert look.exam.step == look.step
    expected = evaluate(run.job.network, look.params, bars.held_out_images, bars.held_out_targets)
    assert look.exam.result.accuracy == pytest.approx(expected.accuracy)
    assert np.ptp(expected.outputs, axis=0).max() > 0.01


def test_frozen_filters_of_one_s_own_stay_and_free_ones_change(bars):
    own = (preset_filter("sobel_x"), preset_filter("sharpen"))
    for free in (False, True):
        setup = with_own(replace(SMALL, network="mine", free=free), own)
        run = Run(job_of(setup, bars))
        weight = np.array([f.weight for f in own], np.float32)[:, None]
        assert (run.look().params[FIRST]["weight"] == weight).all()
        run.start()
        finish(run)
        assert (run.look().params[FIRST]["weight"] == weight).all() == (not free)


def test_the_film_keeps_the_first_layer_from_the_start_to_the_end(bars):
    run = Run(job_of(SMALL, bars))
    run.start()
    finish(run)
    look = run.look()
    assert look.film_steps == list(range(7))
    assert (look.film[0] == run.job.params[FIRST]["weight"]).all()
    assert (look.film[-1] == look.params[FIRST]["weight"]).all()


def test_a_network_that_would_take_too_much_memory_is_refused_in_a_sentence(bars):
    large = replace(SMALL, blocks=2, filters=32, kernel_size=7, hidden=128, batch_size=128)
    with pytest.raises(EngineError, match=r"needs \d+ MB, and a run may take 40: choose fewer"):
        job_of(large, bars)
    assert job_of(replace(large, blocks=1, hidden=64), bars).total_steps


def test_a_run_is_logged_once_when_it_begins_and_once_when_it_ends(bars, monkeypatch):
    logged = []
    monkeypatch.setattr(log, "event", lambda name, **fields: logged.append((name, fields)))
    run = Run(job_of(SMALL, bars))
    run.one_step()
    finish(run)
    run.pause()
    run.start()
    finish(run)
    weights = sum(a.size for each in run.job.params.values() for a in each.values())
    begun, ended = logged
    assert begun == ("training begun", {"parameters": weights, "pictures": 160, "steps": 6})
    assert ended[0] == "training ended"
    assert (ended[1]["how"], ended[1]["steps"]) == ("finished", 6)
