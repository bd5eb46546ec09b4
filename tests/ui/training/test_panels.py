"""What the browser is told of a run: its curves, its filters over time, its right and wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.datasets import DATASETS
from playground.engine.confusion import class_figures
from playground.files.filters import preset_filter
from playground.files.setup import CHOICES, Setup, with_own
from playground.ui.training.curves_message import curves_message
from playground.ui.training.film_message import film_message
from playground.ui.training.mistakes_message import OF_A_CELL, WORST, mistakes_message
from playground.ui.training.panels import PANELS
from playground.ui.training.recipe import FIRST, job_of, let_go, ready
from playground.ui.training.run import Run
from tests.experiments import Unpacked

SMALL = Setup(dataset="bars", network="small", filters=3, kernel_size=5, hidden=0, epochs=2)


@pytest.fixture(scope="module")
def bars():
    data = ready(DATASETS["bars"].load())
    few = slice(0, 320)
    return replace(data, images=data.images[few], targets=data.targets[few])


def trained(job) -> Run:
    run = Run(job)
    run.start()
    while run.work(lambda: False):
        pass
    return run


@pytest.fixture(scope="module")
def run(bars):
    return trained(job_of(SMALL, bars))


def test_every_panel_of_the_link_is_one_that_the_page_has():
    assert set(CHOICES["panel"]) == set(PANELS)


def test_the_curves_arrive_as_they_were(run):
    look = run.look()
    message = Unpacked(curves_message(run.job, look, 1))
    for entry, curve in zip(message.header["series"], (look.curve, look.held_out), strict=True):
        for name, values in zip(("steps", "losses", "accuracies"), curve, strict=True):
            sent = message.array(entry[name], (entry["points"],), np.float32)
            assert sent == pytest.approx(values)


def test_the_film_goes_from_the_start_to_now_and_its_bytes_are_the_weights(run):
    look = run.look()
    header = (message := Unpacked(film_message(run.job, look, 1))).header
    assert header["steps"][0] == 0 and header["steps"][-1] == look.step == 10
    sent = message.array(0, (len(header["steps"]), 3, 5, 5)).astype(float)
    limits = np.array([each["limit"] for each in header["filters"]])
    weights = (sent - 128) / 127 * limits[:, None, None]
    for frame, expected in ((0, run.job.params), (-1, look.params)):
        close = (
            np.abs(weights[frame] - expected[FIRST]["weight"][:, 0]) <= limits[:, None, None] / 250
        )
        assert close.all()
    start, now = run.job.params[FIRST]["weight"], look.params[FIRST]["weight"]
    moved = [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in zip(start, now, strict=True)]
    assert [each["changed"] for each in header["filters"]] == pytest.approx(moved, rel=1e-4)


def test_frames_after_the_weights_that_were_kept_do_not_stretch_the_colours(run):
    look = run.look()
    steps = zip(look.film_steps, look.film, strict=True)
    wild = [frame if step <= 0 else 1e6 * frame for step, frame in steps]
    start = run.job.params
    blown = replace(look, status="stopped", step=0, params=start, film=wild)
    header = (message := Unpacked(film_message(run.job, blown, 1))).header
    limits = [each["limit"] for each in header["filters"]]
    assert limits == pytest.approx(np.abs(start[FIRST]["weight"]).max(axis=(1, 2, 3)))
    sent = message.array(0, (len(header["steps"]), 3, 5, 5))
    assert sent.min() >= 1 and np.array_equal(sent[0], sent[-1]) and np.ptp(sent[0]) > 100


def test_while_it_runs_only_the_start_and_now_are_sent(bars):
    run = Run(job_of(SMALL, bars))
    run.start()
    for _ in range(20):
        run.work(lambda: True)
    look = run.look()
    assert look.status == "running" and look.step > 2
    assert Unpacked(film_message(run.job, look, 1)).header["steps"] == [0, look.step]


def test_frozen_filters_have_not_moved_and_once_let_go_they_learn_from_there(bars):
    own = (preset_filter("sobel_x"), preset_filter("edge"))
    frozen = trained(job_of(with_own(replace(SMALL, network="mine"), own), bars))
    look = frozen.look()
    header = Unpacked(film_message(frozen.job, look, 1)).header
    assert header["frozen"] and [each["changed"] for each in header["filters"]] == [0, 0]
    job = let_go(frozen.job, look)
    assert job.before == look.exam.result.accuracy and job.setup.free
    freed = trained(job)
    header = Unpacked(film_message(freed.job, freed.look(), 1)).header
    assert not header["frozen"] and all(each["changed"] > 0 for each in header["filters"])
    assert (freed.look().film[0] == look.params[FIRST]["weight"]).all()
    assert freed.look().held_out[2][0] == look.exam.result.accuracy


def test_colour_filters_are_three_numbers_a_cell(bars):
    colour = replace(
        bars,
        dataset=replace(bars.dataset, images=bars.dataset.images.repeat(3, axis=1)),
        images=bars.images.repeat(3, axis=1),
        held_out_images=bars.held_out_images[:].repeat(3, axis=1),
    )
    run = trained(job_of(replace(SMALL, epochs=1), colour))
    message = Unpacked(film_message(run.job, run.look(), 1))
    assert message.header["table"] == "rgb"
    sent = message.array(0, (len(message.header["steps"]), 3, 5, 5, 3))
    weights = run.job.params[FIRST]["weight"].transpose(0, 2, 3, 1)
    assert (np.sign(sent[0].astype(int) - 128) * weights >= 0).all()
    mistakes = Unpacked(mistakes_message(run.job, run.look(), 1, "", None))
    count = len(mistakes.header["pictures"])
    mistakes.array(0, (count, 28, 28, 3))


def test_the_worst_mistakes_come_first_with_their_own_pictures(run):
    look = run.look()
    message = Unpacked(mistakes_message(run.job, look, 1, "a.1", None))
    header, result = message.header, look.exam.result
    assert header["confusion"] == result.confusion.tolist() and header["answered"] == "a.1"
    figures = class_figures(result.confusion)
    for k, entry in enumerate(header["classes"]):
        assert entry["pictures"] == figures.pictures[k]
        assert entry["recall"] == pytest.approx(figures.recall[k])
    wrong = result.outputs.argmax(axis=1) != run.job.held_out_targets
    expected = sorted(result.losses[wrong], reverse=True)[:WORST]
    assert [each["loss"] for each in header["pictures"]] == pytest.approx(expected)
    sent = message.array(0, (len(expected), 28, 28))
    for pixels, entry in zip(sent, header["pictures"], strict=True):
        assert entry["target"] == run.job.held_out_targets[entry["number"]] != entry["answer"]
        assert (pixels / np.float32(255) == run.job.held_out_images[entry["number"]]).all()


def test_a_cell_shows_the_pictures_that_it_counts(run):
    look = run.look()
    for row in range(4):
        for column in range(4):
            header = Unpacked(mistakes_message(run.job, look, 1, "", (row, column))).header
            count = look.exam.result.confusion[row, column]
            assert len(header["pictures"]) == min(count, OF_A_CELL)
            found = {(each["target"], each["answer"]) for each in header["pictures"]}
            assert found <= {(row, column)}


def test_before_anything_was_judged_there_is_nothing_to_show(bars):
    run = Run(job_of(SMALL, bars))
    header = Unpacked(mistakes_message(run.job, run.look(), 1, "", (0, 1))).header
    assert header["labels"] == []
