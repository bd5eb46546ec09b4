"""What a run is said to take is what it takes, as the allocator counts it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from playground.engine.evaluation import at_a_time
from playground.engine.network import init_params
from playground.engine.optimisers import Adam
from playground.engine.training import Settings, train
from playground.networks.small import small_network
from playground.ui.training.footprint import MEGABYTE, memory_needed

CLASSES = ("a", "b")


@pytest.mark.parametrize(
    ("filters", "size", "batch"), [(32, 7, 4), (32, 7, 1), (32, 3, 4), (16, 7, 8)]
)
def test_a_step_takes_at_most_what_is_said_and_not_half_as_little(filters, size, batch):
    network = small_network(
        (3, 64, 64), CLASSES, blocks=2, filters=filters, kernel_size=size, hidden=0
    )
    rng = np.random.default_rng(0)
    images = rng.random((batch, 3, 64, 64), dtype=np.float32)
    targets = np.arange(batch) % 2
    tracemalloc.start()
    try:
        settings = Settings(optimiser=Adam(), batch_size=batch, epochs=1)
        steps = train(network, init_params(network, rng), images, targets, settings, rng)
        next(steps)
        taken = tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()
    said = memory_needed(network, batch)
    assert taken <= said
    assert taken >= 0.5 * (said - 7)


def test_copies_grow_with_the_kernel_and_stop_growing_with_the_batch():
    def needed(size: int, batch: int) -> float:
        network = small_network((3, 64, 64), CLASSES, blocks=2, filters=32, kernel_size=size)
        weights = sum(a.size for each in init_params(network, rng).values() for a in each.values())
        return memory_needed(network, batch) - 6 * 4 * weights / MEGABYTE

    rng = np.random.default_rng(0)
    assert needed(3, 4) < needed(5, 4) < needed(7, 4)
    network = small_network((3, 64, 64), CLASSES, blocks=2, filters=32, kernel_size=7)
    most = at_a_time(network)
    assert needed(7, 1) < needed(7, most) == needed(7, 2 * most)
