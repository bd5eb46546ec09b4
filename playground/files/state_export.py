"""Weights of any network as arrays by their names, which `load_state` reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np

from playground.engine.layers import Params
from playground.engine.network import Network
from playground.files.weights import expected_arrays


def state_npz(network: Network, params: Mapping[str, Params]) -> bytes:
    """Write an ``.npz`` file with an array ``node.parameter`` for each parameter.

    Parameters
    ----------
    network : Network
    params : mapping of str to Params
        By node; each node's are looked up once, and only its own are in memory.
    """
    file = io.BytesIO()
    names: dict[str, dict[str, str]] = {}
    for name, (node, parameter, _) in expected_arrays(network).items():
        names.setdefault(node, {})[parameter] = name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # weights hardly shrink
        for node, own in names.items():
            arrays = params[node]
            for parameter, name in own.items():
                array = np.ascontiguousarray(arrays[parameter], "<f4")
                with archive.open(name, "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, array, allow_pickle=False)
    return file.getvalue()
