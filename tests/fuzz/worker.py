"""The process that brings cases in by a door, one after the other, and reports what they cost.

It can be killed by a case, by the memory that it may take or by its time; whoever started it knows
from the number in the shared place which case that was.
"""

from __future__ import annotations

import logging
import resource
import time
import traceback
from collections import Counter
from ctypes import c_longlong
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

MEGABYTE = 2**20
MAX_SECONDS = 0.5  # of the processor's time, for one case
MAX_MEGABYTES = 200
ADDRESS_SPACE = 2048 * MEGABYTE  # above what the process takes at its start
SENT = 500  # cases are reported together
_PEAK = Path("/proc/self/clear_refs")  # "5" makes the peak what is resident now, man 5 proc


@dataclass
class Report:
    """What came of a row of cases.

    Attributes
    ----------
    outcomes : Counter
        How often which word.
    failures : list of (int, str)
        The number of a case, and what was wrong.
    seconds, megabytes : (float, int)
        The most that one case cost, and its number.
    """

    outcomes: Counter = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    seconds: tuple[float, int] = (0.0, -1)
    megabytes: tuple[float, int] = (0.0, -1)

    def add(self, other: Report) -> None:
        """Count another row in."""
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.seconds = max(self.seconds, other.seconds)
        self.megabytes = max(self.megabytes, other.megabytes)


def peak() -> int:
    """The most bytes that this process has had in memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _forget_peak() -> None:
    _PEAK.write_text("5")


def one(name: str, number: int) -> Report:
    """Bring one case in."""
    from tests.fuzz.doors import case_of, enter

    case = case_of(name, number)
    report = Report()
    before, began = peak(), time.process_time()
    try:
        report.outcomes[enter(name, case)] += 1
    except Exception:
        report.failures.append((number, traceback.format_exc(limit=-8)))
    seconds, megabytes = time.process_time() - began, (peak() - before) / MEGABYTE
    report.seconds, report.megabytes = (seconds, number), (megabytes, number)
    if seconds > MAX_SECONDS:
        report.failures.append((number, f"It took {seconds:.2f} s."))
    if megabytes > MAX_MEGABYTES:
        report.failures.append((number, f"It took {megabytes:.0f} MB."))
    if megabytes > 1:
        _forget_peak()
    return report


def work(name: str, numbers: range, current: c_longlong, results: Connection) -> None:
    """Bring cases in and send what came of them, and None at the end.

    `current` is always the number of the case, and what is wrong is sent at once: the next case may
    be the last.
    """
    from tests.fuzz.doors import case_of, enter

    logging.disable()  # Streamlit says for every case that there is no page
    for number in range(20):  # what is made once is no case's
        try:
            enter(name, case_of(name, -1 - number))
        except Exception:
            continue
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ADDRESS_SPACE, -1))
    _forget_peak()
    report = Report()
    for number in numbers:
        current.value = number
        report.add(one(name, number))
        if report.failures or sum(report.outcomes.values()) >= SENT:
            results.send(report)
            report = Report()
    results.send(report)
    results.send(None)
