"""Side by side with the peers: ``python -m benchmarks`` lists the benchmarks, and runs one.

A benchmark is a module in this folder with a docstring whose first line says what it measures,
and a function ``run() -> list[Row]``. It is registered by one line in `BENCHMARKS`, and may
import what benchmarks/requirements.txt names: modules are imported only when they are run. One
with several networks has their keys in `MEASURED`, and its ``run`` takes one as ``network``; one
with options of its own declares them in ``arguments(parser)``, and its ``run`` takes them by name.
`benchmarks.timing.compare` times our function and its peers in turns; `benchmarks.table.Row` is
one line of the result.
"""

from __future__ import annotations

BENCHMARKS = {
    "edit": "benchmarks.edit",
    "hover": "benchmarks.hover",
    "stroke": "benchmarks.stroke",
    "network_memory": "benchmarks.network_memory",
    "player": "benchmarks.player",
    "load": "benchmarks.load.classroom",
    "soak": "benchmarks.load.soak",
    "bombs": "benchmarks.bombs",
    "cluster": "benchmarks.cluster",
    "cold_start": "benchmarks.cold_start",
    "conv2d": "benchmarks.conv2d",
    "forward": "benchmarks.forward",
    "uploads": "benchmarks.uploads",
    "random_weights": "benchmarks.random_weights",
    "train_step": "benchmarks.train_step",
    "accuracy": "benchmarks.accuracy",
    "shapes": "benchmarks.shapes",
    "edit_beside_run": "benchmarks.edit_beside_run",
    "training_memory": "benchmarks.training_memory",
}
