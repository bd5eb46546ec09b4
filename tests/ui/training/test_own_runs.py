"""Runs on own pictures: every network takes them at every size, and they can be told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.datasets.own import START, Collection
from playground.engine.errors import EngineError
from playground.files.filters import preset_filter
from playground.files.setup import CHOICES, Setup, with_own
from playground.ui.training.recipe import job_of, ready
from playground.ui.training.run import Run


def stripes(count: int, rng: np.random.Generator) -> Collection:
    """Upright and lying stripes in any colours."""
    collection = START
    for name, across in (("Class 1", False), ("Class 2", True)):
        for _ in range(count):
            two = rng.random((2, 3, 1, 1), dtype=np.float32)
            wave = (np.arange(64)[:, None] + rng.integers(16)) // 8 % 2
            wave = np.broadcast_to(wave.T if across else wave, (64, 64))
            collection = collection.with_picture(name, np.where(wave, *two))
    return collection


SET = stripes(20, np.random.default_rng(2))
SMALL = Setup(dataset="own", network="small", filters=4, kernel_size=5, batch_size=4)


def finish(setup: Setup, collection: Collection) -> Run:
    run = Run(job_of(setup, ready(collection.dataset(setup.side, setup.colour))))
    run.start()
    while run.work(lambda: False):
        pass
    return run


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("side", CHOICES["side"])
@pytest.mark.parametrize("network", CHOICES["network"])
def test_every_network_takes_them_at_every_size(network, side, colour):
    setup = replace(SMALL, network=network, side=side, colour=colour, epochs=1, batch_size=32)
    if network == "mine":
        setup = with_own(setup, (preset_filter("sobel_x"), preset_filter("sobel_y")))
    run = finish(setup, SET)
    assert run.look().status == "finished"
    assert run.job.network.input_shape == (3 if colour else 1, side, side)
    assert run.job.network.labels == ("Class 1", "Class 2")


def test_what_a_person_tells_apart_at_a_glance_is_learned():
    run = finish(replace(SMALL, augment=True, learning_rate=0.003), SET)
    assert run.look().exam.result.accuracy == 1.0


def test_two_pictures_a_class_are_enough_to_begin():
    assert finish(replace(SMALL, epochs=1), stripes(2, np.random.default_rng(1))).look().step == 1


def test_an_empty_class_is_told_before_a_run_is_made():
    with pytest.raises(EngineError, match="“Class 1” has no picture"):
        finish(SMALL, START)
