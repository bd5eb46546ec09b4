"""The weights that ship: they fit their network, and are as good as what stands beside them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from playground.datasets.digits import digits
from playground.engine.evaluation import evaluate
from playground.networks import NETWORKS
from playground.networks.shipped import SHIPPED, shipped
from tests.sources import read


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_weights_are_those_of_the_network_shared_and_read_only(key):
    network, params = shipped(key)
    assert network == NETWORKS[key]()
    assert shipped(key)[1] is params
    arrays = [array for own in params.values() for array in own.values()]
    assert arrays
    for array in arrays:
        assert array.dtype == np.float32
        with pytest.raises(ValueError):
            array[...] = 0


def test_lenet_5_reads_as_many_held_out_digits_as_stated():
    network, params = shipped("lenet5")
    data = digits()
    rows = data.held_out_rows
    found = evaluate(network, params, data.batch(rows), data.targets[rows])
    assert len(rows) == 1000
    assert found.accuracy >= 0.98
    line = next(line for line in read("assets/SOURCES.md").splitlines() if "lenet5.npz`" in line)
    stated = float(re.search(r"([0-9.]+) %", line)[1])
    # Another processor adds in another order, which can turn a digit that stands on the edge.
    assert abs(100 * found.accuracy - stated) <= 0.2
    assert np.diag(found.confusion).min() >= 95
