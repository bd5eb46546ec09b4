"""How long the small network of two rounds takes until it tells the shapes apart.

The set-up is the Train page's own for a small network: after every epoch the held-out pictures are
judged, as there, and the clock stops when 97 % of them are right.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.table import Row
from playground.datasets import DATASETS
from playground.engine.evaluation import evaluate
from playground.engine.training import train
from playground.files.setup import Setup
from playground.ui.training.job import Job
from playground.ui.training.recipe import job_of, ready

THREADS = 2
SEEDS = 5
RIGHT = 0.97
LIMIT = 10.0  # seconds: as long as a class looks on
SETUP = Setup(dataset="shapes", network="small", blocks=2, learning_rate=0.003, epochs=20)


def run() -> list[Row]:
    """Train with every seed until the held-out pictures are recognised."""
    data = ready(DATASETS[SETUP.dataset].load())
    with threadpool_limits(THREADS):
        found = [_until_right(job_of(replace(SETUP, seed=seed), data)) for seed in range(SEEDS)]
    epochs, seconds = np.array(found).T
    about = f"small network, shapes, until {RIGHT:.0%} of the held-out are right"
    goal = "the time it may take"
    return [
        Row(f"{about}: time, median of {SEEDS} seeds", float(np.median(seconds)), LIMIT, goal, "s"),
        Row(f"{about}: time, longest", float(seconds.max()), LIMIT, goal, "s"),
        Row(f"{about}: epochs, median", float(np.median(epochs)), None, None, "epochs"),
    ]


def _until_right(job: Job) -> tuple[int, float]:
    start = time.perf_counter()
    rng = np.random.default_rng([job.seed, 1])
    steps = train(job.network, job.params, job.images, job.targets, job.settings, rng, job.augment)
    for progress in steps:
        if progress.step % job.settings.steps_per_epoch(len(job.images)):
            continue
        held_out = job.held_out_images, job.held_out_targets
        if evaluate(job.network, progress.params, *held_out).accuracy >= RIGHT:
            return progress.epoch, time.perf_counter() - start
    raise RuntimeError(f"Seed {job.seed} did not reach {RIGHT:.0%} in {job.settings.epochs} epochs")
