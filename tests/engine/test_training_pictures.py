"""Pictures are converted a batch at a time, and a run that waits holds next to nothing."""

from __future__ import annotations

import tracemalloc

import numpy as np

from playground.engine import evaluation
from playground.engine.evaluation import evaluate
from playground.engine.layers import Conv2d
from playground.engine.network import Network, Node, init_params
from playground.engine.training import Settings
from tests.engine.learners import PLAIN, bars, run, same, shift


class Bytes:
    """Pictures of bytes that become numbers when they are asked for, and note how many at once."""

    def __init__(self, codes):
        self.codes, self.shape, self.most = codes, codes.shape, 0

    def __len__(self):
        return len(self.codes)

    def __getitem__(self, rows):
        part = self.codes[rows].astype(np.float32) / np.float32(255)
        self.most = max(self.most, len(part))
        return part


def test_pictures_that_are_converted_batch_by_batch_give_the_same_run_bit_for_bit():
    images, classes = bars()
    lazy = Bytes(np.clip(images * 99 + 99, 0, 255).astype(np.uint8))
    run_of = [list(run(augment=shift, data=(data, classes))) for data in (lazy, lazy[:])]
    assert same(*run_of)
    params, numbers = run_of[0][-1].params, lazy[:]
    lazy.most = 0
    found = [evaluate(PLAIN, params, data, classes, batch_size=5) for data in (lazy, numbers)]
    assert found[0].outputs.tobytes() == found[1].outputs.tobytes()
    assert lazy.most == 5


def test_bytes_and_whole_numbers_are_learned_from_as_the_numbers_that_they_are():
    images, classes = bars()
    codes = np.clip(images * 3, 0, 9).astype(np.uint8)
    assert same(*(list(run(data=(data, classes))) for data in (codes, codes.astype("f4"))))


def test_a_run_that_waits_holds_weights_but_no_maps():
    network = Network("wide", (1, 32, 32), (Node("convolution", Conv2d(32)), *PLAIN.nodes[1:]))
    rng = np.random.default_rng(0)
    data = rng.random((64, 1, 32, 32), dtype=np.float32), np.arange(64) % 3
    params = init_params(network, rng)
    weights = sum(array.nbytes for own in params.values() for array in own.values())
    maps = 64 * 32 * 30 * 30 * 4
    assert weights < maps / 50
    tracemalloc.start()
    steps = run(network, Settings(batch_size=64, epochs=3), data=data, params=params)
    kept = next(steps)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept.step == 1 and weights < held < 7 * weights + 2**16


def test_a_batch_that_goes_through_in_parts_gives_the_same_steps_up_to_rounding(monkeypatch):
    whole = list(run(PLAIN))
    maps = 4 * sum(np.prod(shape) for shape in PLAIN.shapes().values())
    monkeypatch.setattr(evaluation, "PASS_BYTES", int(2.5 * maps))  # two pictures of a batch of 5
    parts = list(run(PLAIN))
    assert not same(whole, parts)
    for one, other in zip(whole, parts, strict=True):
        assert np.allclose([one.loss, one.accuracy], [other.loss, other.accuracy], rtol=1e-4)
        for name, own in one.params.items():
            for key, array in own.items():
                assert np.allclose(array, other.params[name][key], rtol=1e-3, atol=1e-4)
