"""Uploaded networks: the ONNX standard's light models, read and run beside ONNX Runtime.

The nine files are in the wheel of the package ``onnx``. Their weights repeat one number each, so
the results are compared, but mean nothing; sizes and times are those of the real networks. Times
are of one picture on two threads. Reading is beside ONNX Runtime's making of a session.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from threadpoolctl import threadpool_limits

from benchmarks.table import Row
from benchmarks.timing import compare
from playground.engine.network import forward
from playground.files.onnx import load_onnx

THREADS = 2
ROUNDS, CALLS_A_ROUND = 3, 2
LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
MEASURED = tuple(file.stem.removeprefix("light_") for file in sorted(LIGHT.glob("light_*.onnx")))


def run(network: str | None = None) -> list[Row]:
    """Measure one of the files, or all of them."""
    rows = []
    for name in MEASURED if network is None else (network,):
        rows += measure(name, (LIGHT / f"light_{name}.onnx").read_bytes())
    return rows


def measure(name: str, data: bytes) -> list[Row]:
    """Read one file and compare what it computes, then the times."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.log_severity_level = 3
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    made = time.perf_counter()
    network, params = load_onnx(data)
    read = time.perf_counter()
    # A repeated number takes no memory, and BLAS no such arrays.
    params = {
        node: {key: np.ascontiguousarray(array) for key, array in own.items()}
        for node, own in params.items()
    }
    x = np.random.default_rng(0).random((1, *network.input_shape), np.float32)
    weights = {tensor.name for tensor in session.get_overridable_initializers()}
    (picture,) = {value.name for value in session.get_inputs()} - weights
    functions = {
        "ours": lambda: forward(network, params, x),
        "ONNX Runtime": lambda: session.run(None, {picture: x})[0],
    }
    with threadpool_limits(THREADS):
        ours, theirs = (function() for function in functions.values())
        if not np.allclose(ours, theirs, 1e-3, 1e-6):
            raise AssertionError(f"ONNX Runtime and ours differ in {name}")
        times = compare(functions, ROUNDS, CALLS_A_ROUND)
    return [
        Row(f"{name}, reading", 1e3 * (read - made), 1e3 * (made - start), "ONNX Runtime"),
        Row(f"{name}, forward, fastest", times["ours"].fastest, times["ONNX Runtime"].fastest,
            "ONNX Runtime"),
    ]  # fmt: skip
