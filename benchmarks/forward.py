"""Whole networks, one 224 x 224 picture, beside PyTorch and ONNX Runtime on two threads each.

All compute with the same weights, and their results are compared before anything is timed. The
PyTorch network is the program that the playground writes down for it, run layer by layer (eager);
ONNX Runtime reads the file that it exports, and may fuse layers. The memory is the most that our
arrays take at once beyond the weights; what BLAS and the peers take is not seen.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping

import numpy as np
import onnxruntime
import torch
import torch.nn.functional
from threadpoolctl import threadpool_limits

from benchmarks.table import Row
from benchmarks.timing import Times, compare
from playground.engine.layers import Params
from playground.engine.network import Network, forward
from playground.files.onnx_export import onnx_bytes
from playground.networks import NETWORKS
from playground.networks.random_weights import RandomWeights
from playground.networks.shipped import shipped
from playground.render.torch_layers import CALLS, MODULES

THREADS = 2
ROUNDS, CALLS_A_ROUND = 10, 3
MEGABYTE = 2**20


def by_lot(key: str) -> tuple[Network, dict[str, Params]]:
    """Return a network with random weights that are all there at once."""
    network = NETWORKS[key]()
    weights = RandomWeights(network)
    held = {
        node.name: {name: np.asarray(array) for name, array in weights[node.name].items()}
        for node in network.nodes
    }
    return network, held


MEASURED: dict[str, Callable[[str], tuple[Network, dict[str, Params]]]] = {
    "efficientnet_lite0": shipped,
    "alexnet": by_lot,
    "vgg16": by_lot,
    "googlenet": by_lot,
    "resnet50": by_lot,
    "densenet121": by_lot,
}


def run(network: str | None = None) -> list[Row]:
    """Measure one network, or all of `MEASURED`."""
    torch.set_num_threads(THREADS)
    rows = []
    for key in MEASURED if network is None else (network,):
        rows += measure(key, *MEASURED[key](key))
    return rows


def measure(key: str, network: Network, params: Mapping[str, Params]) -> list[Row]:
    """Compare the results, then the times, of one network."""
    x = np.random.default_rng(0).standard_normal((1, *network.input_shape), dtype=np.float32)
    model, tensor = in_pytorch(network, params), torch.from_numpy(x)
    session = in_onnx_runtime(network, params)
    feed = {session.get_inputs()[0].name: x}
    functions = {
        "ours": lambda: forward(network, params, x),
        "PyTorch": lambda: model(tensor).numpy(),
        "ONNX Runtime": lambda: session.run(None, feed)[0],
    }
    with threadpool_limits(THREADS), torch.inference_mode():
        expected = functions["ours"]()
        for peer, function in functions.items():
            difference = np.abs(function() - expected).max()
            if not difference <= 1e-4 * np.abs(expected).max():
                raise AssertionError(f"{peer} and ours differ by {difference} in {key}")
        times = compare(functions, ROUNDS, CALLS_A_ROUND)
        tracemalloc.start()
        functions["ours"]()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return [
        *(
            Row(
                f"{key}, {statistic}",
                getattr(times["ours"], statistic),
                getattr(times[peer], statistic),
                peer,
            )
            for peer in ("PyTorch", "ONNX Runtime")
            for statistic in Times._fields
        ),
        Row(f"{key}, memory beyond the weights", peak / MEGABYTE, None, None, "MB"),
    ]


def in_pytorch(network: Network, params: Mapping[str, Params]) -> torch.nn.Module:
    """Build the module that `playground.render.torch_network` would write down."""
    shapes, names = network.shapes(), {"input": "x"}
    model, steps = torch.nn.Module(), []
    known = {"nn": torch.nn, "F": torch.nn.functional, "torch": torch}
    for number, (node, sources) in enumerate(network.wiring()):
        own = names[node.name] = f"layer{number}"
        given, kind = tuple(shapes[source] for source in sources), type(node.layer)
        if make := MODULES.get(kind):
            module = eval(make(node.layer, given), known)
            state = {name: torch.from_numpy(a.copy()) for name, a in params[node.name].items()}
            module.load_state_dict(state, strict=False)
            setattr(model, own, module)
        call = CALLS[kind](node.layer, given, own, [names[source] for source in sources])
        steps.append(f"    {own} = {call}")
    exec("\n".join(["def step(self, x):", *steps, f"    return {own}"]), known)
    model.forward = lambda x: known["step"](model, x)
    return model.eval()


def in_onnx_runtime(network: Network, params: Mapping[str, Params]) -> onnxruntime.InferenceSession:
    """Load the exported file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    data = onnx_bytes(network, params)
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
