"""What a benchmark returns, and how it is printed and written."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measurement of ours beside the same of a peer; without a peer, both its fields are None.

    Parameters
    ----------
    name : str
        What was measured.
    ours, peer : float
        In `unit`, where less is better.
    peer_name : str
    unit : str
        Such as "ms".
    """

    name: str
    ours: float
    peer: float | None
    peer_name: str | None
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's: below 1, ours is better."""
        return self.ours / self.peer if self.peer else None


def to_json(rows: list[Row]) -> str:
    """Write the rows as a list of objects with the keys of `Row` and the ratio."""
    keys = ("name", "ours", "peer", "peer_name", "ratio", "unit")
    return json.dumps([{key: getattr(row, key) for key in keys} for row in rows], indent=2)


def to_text(rows: list[Row]) -> str:
    """Write the rows as a table for the terminal."""
    cells = [("what", "ours", "peer", "", "ratio", "machine")]
    for row in rows:
        peer = "-" if row.peer is None else f"{row.peer:.3f} {row.unit}"
        ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
        ours = f"{row.ours:.3f} {row.unit}"
        cells.append((row.name, ours, peer, row.peer_name or "", ratio, machine()))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    aligns = "<>><><"
    lines = [
        "  ".join(f"{c:{a}{w}}" for c, a, w in zip(line, aligns, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def machine() -> str:
    """Name the processor and the number of its cores that this process may use."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"
