"""LeNet-5 with augmentation on the digits: held-out errors and time, against PyTorch's eager mode.

Five seeds, each learned by both in turns from the same starting weights, by the same optimiser and
schedule, and from the same batches: in the same order, moved and turned by the same function, whose
time counts for both. The set-up is one that can be chosen on the Train page.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from benchmarks.lenet import layers, load
from benchmarks.table import Row
from playground.datasets import DATASETS
from playground.engine.evaluation import evaluate
from playground.engine.training import train
from playground.files.setup import Setup
from playground.ui.training.job import Job
from playground.ui.training.recipe import job_of, ready

THREADS = 2
SEEDS = 5
SETUP = Setup(
    optimiser="adam",
    learning_rate=0.003,
    schedule="cosine",
    weight_decay=0.0001,
    batch_size=64,
    epochs=20,
    augment=True,
)
PYTORCH = "PyTorch eager"

Learn = Callable[[Job], float]


def run() -> list[Row]:
    """Train both with every seed, and compare the medians."""
    torch.set_num_threads(THREADS)
    data = ready(DATASETS[SETUP.dataset].load())
    learners: dict[str, Learn] = {"ours": ours, PYTORCH: pytorch}
    errors: dict[str, list[float]] = {name: [] for name in learners}
    seconds: dict[str, list[float]] = {name: [] for name in learners}
    with threadpool_limits(THREADS):
        for seed in range(SEEDS):
            job = job_of(Setup(**{**vars(SETUP), "seed": seed}), data)
            for name, learn in learners.items():
                start = time.perf_counter()
                accuracy = learn(job)
                seconds[name].append(time.perf_counter() - start)
                errors[name].append(100 * (1 - accuracy))
    rows = []
    about = f"LeNet-5, digits, {SETUP.epochs} epochs, augmented"
    for what, found, unit in (("held-out errors", errors, "%"), ("time", seconds, "s")):
        for statistic in (np.median, np.max):
            mine, other = (float(statistic(found[name])) for name in learners)
            word = "median" if statistic is np.median else "largest"
            rows.append(
                Row(f"{about}: {what}, {word} of {SEEDS} seeds", mine, other, PYTORCH, unit)
            )
    return rows


def ours(job: Job) -> float:
    """Learn as the app does, and return the held-out accuracy."""
    *_, last = train(
        job.network, job.params, job.images, job.targets, job.settings, chance(job), job.augment
    )
    held_out = job.held_out_images, job.held_out_targets
    return evaluate(job.network, last.params, *held_out, job.settings.loss).accuracy


def pytorch(job: Job) -> float:
    """Learn with PyTorch, and return the held-out accuracy."""
    network = layers()
    load(network, job.params)
    weights = [p for name, p in network.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in network.named_parameters() if name.endswith("bias")]
    decay = job.settings.optimiser.weight_decay
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0.0}]
    )
    rng, step = chance(job), 0
    for _ in range(job.settings.epochs):
        order = rng.permutation(len(job.images))
        for first in range(0, len(order), job.settings.batch_size):
            step += 1
            rows = order[first : first + job.settings.batch_size]
            x = torch.from_numpy(job.augment(job.images[rows], rng))
            for group in optimiser.param_groups:
                group["lr"] = job.settings.rate(step, len(job.images))
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(x), torch.from_numpy(job.targets[rows]))
            loss.backward()
            optimiser.step()
            loss.item()  # the app looks at every loss, too
    with torch.no_grad():
        answers = network(torch.from_numpy(job.held_out_images[:])).argmax(dim=1).numpy()
    return float((answers == job.held_out_targets).mean())


def chance(job: Job) -> np.random.Generator:
    """Return the randomness of a run: the order of the pictures, and how each is changed."""
    return np.random.default_rng([job.seed, 1])
