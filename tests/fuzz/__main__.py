"""Bring hundreds of thousands of bad cases in by every door: ``python -m tests.fuzz``.

``python -m tests.fuzz --door pictures --case 1234`` repeats one. Cases that come through where they
should not, take too long or too much memory, or end their process, are written to output/fuzz/.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fuzz.worker import MAX_MEGABYTES, MAX_SECONDS, Report, one, work

FOLDER = Path(__file__).parents[2] / "output" / "fuzz"
SHARE = 5000  # cases that one process brings in
PATIENCE = 20.0  # seconds without the next case
STARTED = "forkserver"  # how processes are


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if everything was read or refused as it should be."""
    from tests.fuzz.doors import DOORS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--door", choices=DOORS, help="only this one")
    parser.add_argument("--case", type=int, help="only the case of this number, of one door")
    parser.add_argument("--cases", type=int, help="how many, instead of the door's own number")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    chosen = parser.parse_args(arguments)
    doors = [chosen.door] if chosen.door else list(DOORS)
    if chosen.case is not None:
        if not chosen.door:
            parser.error("--case needs a --door")
        report = one(chosen.door, chosen.case)
        print(dict(report.outcomes) or "", *(text for _, text in report.failures), sep="\n")
        return bool(report.failures)
    failed = 0
    multiprocessing.get_context(STARTED).set_forkserver_preload(["tests.fuzz.doors"])
    print(
        f"{'door':12} {'cases':>8} {'seconds':>8} {'slowest':>9} {'largest':>9}  what came of them"
    )
    for door in doors:
        began = time.monotonic()
        cases = chosen.cases or DOORS[door].cases
        report = run(door, range(chosen.first, chosen.first + cases), chosen.jobs)
        outcomes = ", ".join(f"{count:,} {word}" for word, count in report.outcomes.most_common(3))
        print(
            f"{door:12} {cases:8,} {time.monotonic() - began:8.0f} "
            f"{report.seconds[0] * 1000:6.0f} ms {report.megabytes[0]:6.0f} MB  {outcomes}",
            flush=True,
        )
        for number, text in report.failures:
            failed += 1
            print(f"  case {number}: {keep(door, number, text)}\n    {text.splitlines()[-1][:200]}")
    print(f"{failed} failed; a case may take {MAX_SECONDS} s and {MAX_MEGABYTES} MB.")
    return bool(failed)


def run(door: str, numbers: range, jobs: int) -> Report:
    """Bring cases in by a door, in several processes."""
    shares = [numbers[start : start + SHARE] for start in range(0, len(numbers), SHARE)]
    total = Report()
    with ThreadPoolExecutor(jobs) as pool:
        for report in pool.map(lambda share: _share(door, share), shares):
            total.add(report)
    return total


def _share(door: str, numbers: range) -> Report:
    """Bring cases in by a process of their own, and by another from where one has ended."""
    context = multiprocessing.get_context(STARTED)
    total = Report()
    while numbers:
        current = context.Value("q", numbers[0], lock=False)  # it may die with the lock
        results, theirs = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(door, numbers, current, theirs))
        process.start()
        theirs.close()
        why = _listen(process, current, results, total)
        process.kill()
        process.join()
        if not why:
            return total
        total.failures.append((current.value, why))
        numbers = range(current.value + 1, numbers.stop)
    return total


def _listen(process: Any, current: Any, results: Connection, total: Report) -> str:
    """Count in what a process reports, until it is done; returns what ended it otherwise."""
    seen, since = None, time.monotonic()
    while True:
        if results.poll(0.05):
            try:
                report = results.recv()
            except EOFError:
                process.join()
                return f"It ended its process, exit code {process.exitcode}."
            if report is None:
                return ""
            total.add(report)
        elif current.value != seen:
            seen, since = current.value, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            return f"It was not done after {PATIENCE:.0f} s."


def keep(door: str, number: int, text: str) -> Path:
    """Write a case that failed to a file, with how it comes again beside it."""
    from tests.fuzz.doors import case_of

    FOLDER.mkdir(parents=True, exist_ok=True)
    case = case_of(door, number)
    path = FOLDER / f"{door}-{number}"
    path.write_bytes(case if isinstance(case, bytes) else repr(case).encode("utf-8", "replace"))
    again = f"python -m tests.fuzz --door {door} --case {number}"
    path.with_suffix(".txt").write_text(f"{again}\n\n{text}\n", encoding="utf-8", errors="replace")
    return path


if __name__ == "__main__":
    sys.exit(main())
