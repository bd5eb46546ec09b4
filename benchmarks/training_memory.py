"""Memory that training sessions cost the server above their data, while they learn and wait.

Each set-up in a process of its own, with the dataset loaded and the modules imported before the
count begins: LeNet-5 on the digits, and the costliest network that the Train page allows on the
largest set of own pictures. What counts is resident memory: the most that there was at any moment
while one network learned, and what is left of it for each of three networks that wait.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from dataclasses import fields
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.table import Row
from playground.datasets import DATASETS, Dataset
from playground.datasets.dataset import stratified
from playground.engine.errors import EngineError
from playground.files.archives import MAX_CLASSES, MAX_PICTURES, SIDE
from playground.files.setup import CHOICES, Setup
from playground.ui.training.footprint import memory_needed
from playground.ui.training.recipe import MAX_MEGABYTES, job_of, network_for, ready
from playground.ui.training.run import Run

STEPS = 70  # an epoch of the digits, and the look at the held-out pictures after it
SESSIONS = 3
STATUS = Path("/proc/self/status")
PEAK = Path("/proc/self/clear_refs")
LIMIT = "what a session may take"


def run() -> list[Row]:
    """Measure every set-up in a fresh process."""
    rows = []
    for name in CASES:
        command = [sys.executable, "-m", "benchmarks.training_memory", name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for what, megabytes in json.loads(done.stdout).items():
            rows.append(Row(f"{name}: {what}", megabytes, float(MAX_MEGABYTES), LIMIT, "MB"))
    return rows


def _digits() -> tuple[Dataset, Setup]:
    return DATASETS["digits"].load(), Setup(augment=True)


def _own(hidden: tuple[int, ...] = CHOICES["hidden"]) -> tuple[Dataset, Setup]:
    """As many pictures as there may be, in colour, and the set-up that is estimated highest."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (MAX_PICTURES, 3, SIDE, SIDE), dtype=np.uint8)
    targets = np.arange(MAX_PICTURES) % MAX_CLASSES
    labels = tuple(f"Class {k + 1}" for k in range(MAX_CLASSES))
    dataset = Dataset("Own", labels, images, targets, stratified(targets, rng))
    return dataset, _costliest(dataset, hidden)


def _convolutions() -> tuple[Dataset, Setup]:
    """The same pictures, and a network whose memory goes into convolutions, not into weights."""
    return _own((0,))


def _costliest(dataset: Dataset, hidden: tuple[int, ...]) -> Setup:
    names = ("blocks", "filters", "kernel_size", "hidden", "batch_size")
    assert set(names) <= {field.name for field in fields(Setup)}
    most, chosen = 0.0, None
    offered = CHOICES | {"hidden": hidden}
    for values in product(*(offered[name] for name in names)):
        setup = Setup(network="small", augment=True, **dict(zip(names, values, strict=True)))
        try:
            needed = memory_needed(network_for(setup, dataset), setup.batch_size)
        except EngineError:
            continue
        if most < needed <= MAX_MEGABYTES:
            most, chosen = needed, setup
    return chosen


CASES = {
    "LeNet-5 on the digits": _digits,
    "the largest set of own pictures": _own,
    "the same with the largest convolutions": _convolutions,
}


def measure(name: str) -> dict[str, float]:
    """Train in this process, and return megabytes above what was there before."""
    dataset, setup = CASES[name]()
    data = ready(dataset)
    # Everything that is made once for all sessions: code that is imported late, caches, threads.
    tiny = Setup(dataset="bars", network="small", filters=2, hidden=0, batch_size=4, epochs=1)
    _learn(Run(job_of(tiny, ready(DATASETS["bars"].load()))), 3)
    ctypes.CDLL(None).malloc_trim(0)  # what glibc keeps of memory that was freed
    PEAK.write_text("5")  # forgets the most that there was: man 5 proc
    before = _status("VmRSS")
    runs = []
    for _ in range(SESSIONS):
        runs.append(Run(job_of(setup, data)))
        _learn(runs[-1], STEPS)
        if len(runs) == 1:
            peak = _status("VmHWM") - before
    waiting = _status("VmRSS") - before
    return {
        f"one session that learns, the most ({describe(setup)})": peak,
        f"one of {SESSIONS} sessions that wait": waiting / SESSIONS,
    }


def describe(setup: Setup) -> str:
    """Name what makes a set-up large."""
    if setup.network == "lenet5":
        return f"batch {setup.batch_size}"
    return (
        f"{setup.blocks} rounds, {setup.filters} filters {setup.kernel_size} x "
        f"{setup.kernel_size}, {setup.hidden} hidden units, batch {setup.batch_size}"
    )


def _learn(run: Run, steps: int) -> None:
    run.start()
    while run.look().step < steps and run.status == "running":
        run.work(lambda: True)
    run.pause()
    while run.busy:
        run.work(lambda: True)


def _status(field: str) -> float:
    """Megabytes of a line of /proc/self/status, which is in kB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
