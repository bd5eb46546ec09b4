"""Times several functions that do the same work, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

# The threads of some libraries keep spinning for about a millisecond after their work is done.
REST_SECONDS = 0.005


class Times(NamedTuple):
    """The median, the 95th percentile and the least of the calls, in milliseconds.

    Where other processes keep the cores busy, threads wait for each other, and only the fastest
    call shows what a library does on a quiet machine.
    """

    median: float
    p95: float
    fastest: float


def compare(
    functions: Mapping[str, Callable[[], object]], rounds: int = 15, calls: int = 4
) -> dict[str, Times]:
    """Call every function `rounds` times `calls` times, and return its times by name.

    The functions take turns, so that a change of the machine's load meets all of them. A turn
    begins with a rest, in which threads of the one before fall asleep, and a call that is not
    counted, which fills the caches again.
    """
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            time.sleep(REST_SECONDS)
            function()
            for _ in range(calls):
                start = time.perf_counter()
                function()
                seconds[name].append(time.perf_counter() - start)
    return {name: summary(1e3 * np.array(times)) for name, times in seconds.items()}


def summary(times: np.ndarray) -> Times:
    """Return the statistics of some times."""
    return Times(float(np.median(times)), float(np.percentile(times, 95)), float(times.min()))
