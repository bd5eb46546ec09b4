"""Train LeNet-5 on the digits, with our own engine, and write assets/networks/lenet5.npz.

    python -m tools.train_lenet

It learns from the 4,000 training digits, each a little moved and turned every time that it is
seen. The 1,000 held-out digits are looked at once, at the end, to say how good the network is:
nothing is chosen by them. The run is seeded; a processor that adds in another order gives slightly
different weights.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from playground.datasets.augment import Augmentation, augment
from playground.datasets.digits import digits
from playground.engine.evaluation import evaluate
from playground.engine.network import init_params
from playground.engine.optimisers import Adam, Cosine
from playground.engine.training import Settings, train
from playground.files.weights import save_weights
from playground.networks.lenet import lenet5

FILE = Path(__file__).resolve().parent.parent / "assets" / "networks" / "lenet5.npz"
SEED = 5
SETTINGS = Settings(
    optimiser=Adam(weight_decay=1e-4),
    learning_rate=0.002,
    schedule=Cosine(),
    batch_size=64,
    epochs=60,
)
CHANGES = Augmentation(shift=2.0, rotation=12.0)
NOTE = "Learned from 4,000 digits of MNIST by tools/train_lenet.py"


def main() -> None:
    data, network = digits(), lenet5()
    rows, held_out = data.train_rows, data.held_out_rows
    rng = np.random.default_rng(SEED)
    params = init_params(network, rng)
    began = time.perf_counter()
    run = train(
        network,
        params,
        data.batch(rows),
        data.targets[rows],
        SETTINGS,
        rng,
        lambda batch, rng: augment(batch, rng, CHANGES),
    )
    losses: list[float] = []
    for progress in run:
        losses.append(progress.loss)
        params = progress.params
        if progress.step % SETTINGS.steps_per_epoch(len(rows)) == 0:
            epoch, mean = progress.epoch, np.mean(losses)
            print(
                f"epoch {epoch}: loss {mean:.4f}, {time.perf_counter() - began:.0f} s", flush=True
            )
            losses.clear()
    right = evaluate(network, params, data.batch(held_out), data.targets[held_out]).accuracy
    print(f"{right:.1%} of the {len(held_out):,} held-out digits are read correctly")
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(save_weights(network, params, note=NOTE))


if __name__ == "__main__":
    main()
