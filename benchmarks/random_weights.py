"""VGG-19 with weights by lot: what making them costs beside having them, in time and memory.

The resident memory is the most that there was at any moment of a pass, above what there was before
the network was asked for, in a process of its own; the peer holds all weights at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.table import Row
from benchmarks.timing import compare
from playground.engine.network import Network, forward
from playground.networks import NETWORKS
from playground.networks.lenet import lenet5
from playground.networks.random_weights import RandomWeights

KEY = "vgg19"
PEER = "the same weights, held"
ROUNDS, CALLS = 8, 1
STATUS = Path("/proc/self/status")
PEAK = Path("/proc/self/clear_refs")


def run() -> list[Row]:
    """Measure the time here, and the memory of both in fresh processes."""
    network, x = NETWORKS[KEY](), _picture(NETWORKS[KEY]())
    by_lot = RandomWeights(network)
    held = _held(by_lot)
    times = compare(
        {
            "ours": lambda: forward(network, by_lot, x),
            PEER: lambda: forward(network, held, x),
        },
        ROUNDS,
        CALLS,
    )
    rows = [
        Row(f"{KEY}, {what}", getattr(times["ours"], what), getattr(times[PEER], what), PEER)
        for what in ("median", "fastest")
    ]
    ours, peer = (_in_a_process(how) for how in ("by lot", "held"))
    return [*rows, Row(f"{KEY}, memory with its weights", ours, peer, PEER, "MB")]


def memory(how: str) -> float:
    """Megabytes of one pass in this process, "by lot" or "held"."""
    small = lenet5()
    forward(small, RandomWeights(small), _picture(small))  # threads and code that is loaded late
    PEAK.write_text("5")  # forgets the most that there was: man 5 proc
    before = _status("VmRSS")
    network = NETWORKS[KEY]()
    weights = RandomWeights(network)
    forward(network, weights if how == "by lot" else _held(weights), _picture(network))
    return _status("VmHWM") - before


def _held(weights: RandomWeights) -> dict[str, dict[str, np.ndarray]]:
    return {
        name: {parameter: np.asarray(array) for parameter, array in own.items()}
        for name, own in weights.items()
    }


def _picture(network: Network) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((1, *network.input_shape), dtype=np.float32)


def _in_a_process(how: str) -> float:
    command = [sys.executable, "-m", "benchmarks.random_weights", how]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _status(field: str) -> float:
    """Megabytes of a line of /proc/self/status, which is in kB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(memory(sys.argv[1])))
