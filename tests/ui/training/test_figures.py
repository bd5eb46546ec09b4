"""The figures over the curves are those of the weights that there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.datasets import DATASETS
from playground.files.setup import Setup
from playground.ui.training.figures import of_held_out, of_training
from playground.ui.training.recipe import job_of, ready
from playground.ui.training.run import Run

SMALL = Setup(dataset="bars", network="small", filters=2, kernel_size=3, hidden=0, epochs=2)


@pytest.fixture(scope="module")
def look():
    data = ready(DATASETS["bars"].load())
    few = slice(0, 160)
    run = Run(job_of(SMALL, replace(data, images=data.images[few], targets=data.targets[few])))
    run.start()
    while run.work(lambda: False):
        pass
    return run.look()


def test_they_are_the_last_ones_of_a_run_that_went_well(look):
    training, held_out = of_training(look), of_held_out(look)
    assert (training.step, held_out.step) == (6, 6)
    assert (training.loss, training.accuracy) == (look.curve[1][-1], look.curve[2][-1])
    assert (held_out.loss, held_out.accuracy) == (look.held_out[1][-1], look.held_out[2][-1])
    assert training.below(look) == f"loss {training.loss:.4f}"


def test_they_are_those_of_the_step_that_a_failed_run_went_back_to(look):
    failed = replace(look, status="stopped", step=3, exam=replace(look.exam, step=3))
    training, held_out = of_training(failed), of_held_out(failed)
    assert (training.loss, training.accuracy) == (look.curve[1][2], look.curve[2][2])
    assert held_out.accuracy == failed.exam.result.accuracy
    assert training.below(failed) == f"loss {training.loss:.4f}, step 3, kept"
    assert held_out.below(failed).endswith("step 3, kept")


def test_until_the_kept_weights_are_judged_the_figure_says_which_step_it_is_of(look):
    waiting = replace(look, status="stopped", step=3)
    assert of_held_out(waiting).below(waiting).endswith("step 6")


def test_a_point_of_the_curve_stands_for_the_steps_since_the_one_before(look):
    thinned = ([4, 8], [2.0, 1.0], [0.25, 0.5])
    failed = replace(look, status="stopped", step=5, curve=thinned)
    assert (of_training(failed).loss, of_training(failed).step) == (1.0, 5)


def test_there_is_nothing_to_say_of_the_training_of_starting_weights(look):
    assert of_training(replace(look, status="stopped", step=0)) is None
    assert of_training(replace(look, curve=([], [], []))) is None
    assert of_held_out(replace(look, exam=None)) is None
