"""The view of connections alone in a page, and what NumPy and the engine say it should show."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from playground.engine.explain import receptive_field
from playground.engine.layers import AvgPool2d, Conv2d, LeakyReLU, MaxPool2d
from playground.engine.network import Network, Node
from playground.engine.padding import NUMPY_MODES, PADDING_MODES
from playground.ui.screen import Screen
from tests.browser.bare import BarePage

# Points at a weight, or clicks on a pixel or a cell, and answers with what is drawn and said then:
# the canvas of the picture as bytes, the sentence, and what of each map is lit.
POINT = """(root, [kind, index, place, size, channel]) => {
  root.querySelector(`[data-channel="${channel}"]`)?.click();
  const at = (map) => {
    const box = map.getBoundingClientRect();
    return { bubbles: true, clientX: box.left + (box.width * (place[1] + 0.5)) / size[1],
      clientY: box.top + (box.height * (place[0] + 0.5)) / size[0] };
  };
  if (kind === "weight") {
    const weight = root.querySelectorAll(".weights button")[index];
    weight.dispatchEvent(new PointerEvent("pointerenter"));
  } else {
    const maps = root.querySelectorAll(kind === "pixel" ? ".picture" : ".maps .field");
    const map = maps[index];
    map.dispatchEvent(new MouseEvent("click", at(map)));
  }
  const canvas = root.querySelector(".picture .pixels");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = { ...root.dataset, size: [canvas.height, canvas.width], pixels: [...data],
    sentence: root.querySelector(".sentence").textContent.replaceAll("\\u00a0", " "),
    range: root.querySelector(".true-range").textContent };
  // Whether the middle of every cell is veiled, of maps whose cells are larger than their outlines.
  seen.veiled = [...root.querySelectorAll(".stage")].map((figure) => {
    const marks = figure.querySelector(".marks");
    const [rows, columns] = figure.querySelector(".size").textContent.split(" × ").map(Number);
    if (Math.max(rows, columns) > 12) return null;
    const { data } = marks.getContext("2d").getImageData(0, 0, marks.width, marks.height);
    return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) =>
      data[4 * (Math.floor(((r + 0.5) * marks.height) / rows) * marks.width
        + Math.floor(((c + 0.5) * marks.width) / columns)) + 3] > 0));
  });
  seen.apart = [...root.querySelectorAll(".stage")].map((f) => f.classList.contains("apart"));
  seen.fed = [...root.querySelectorAll(".fed")].map((cell) => cell.title);
  return seen;
}"""


def random_stack(rng: np.random.Generator) -> Network:
    """One to twelve layers that fit their picture, of all kinds."""
    nodes: list[Node] = []
    shape = (1, *(int(n) for n in rng.integers(12, 60, 2)))
    count = int(rng.integers(1, 13))
    while len(nodes) < count:
        kind = rng.random()
        if kind < 0.5:
            kernel, dilation = (tuple(map(int, rng.integers(1, most, 2))) for most in (6, 4))
            stride = tuple(map(int, rng.choice([1, 1, 1, 2, 3], 2)))
            pads = tuple(map(int, rng.integers(0, 4, 4)))
            mode = str(rng.choice(PADDING_MODES))
            layer: Any = Conv2d(1, kernel, stride, pads, mode, dilation)
        elif kind < 0.8:
            pool = [MaxPool2d, AvgPool2d][rng.integers(2)]
            layer = pool(
                int(rng.integers(2, 4)), [None, 1, 2][rng.integers(3)], int(rng.integers(2))
            )
        else:
            layer = LeakyReLU(0.1)
        network = Network("stack", shape, (*nodes, Node(f"n{len(nodes)}", layer)))
        try:
            network.shapes()
        except ValueError:
            continue
        nodes.append(network.nodes[-1])
    return Network("stack", shape, tuple(nodes))


def shown(bare: BarePage, screen: Screen, picture: np.ndarray, *target: Any) -> dict[str, Any]:
    """What the view shows of a target: its kind, index, place, the size of its map, the channel."""
    seen = bare.run(POINT, target, screen, picture)
    seen["pixels"] = np.array(seen["pixels"]).reshape(*seen["size"], 4)[..., :3]
    return seen


def padded(screen: Screen, values: np.ndarray, fill: float = 0) -> np.ndarray:
    """(rows, columns) with the padding of the experiment's convolution."""
    top, bottom, left, right = screen.stages["convolution"].layer.pads()
    mode = NUMPY_MODES[screen.experiment.padding_mode]
    more = {"constant_values": fill} if mode == "constant" else {}
    return np.pad(values, ((top, bottom), (left, right)), mode, **more)


def read_by(screen: Screen, row: int, column: int) -> tuple[slice, slice]:
    """The places of the padded picture that a weight meets on its way."""
    experiment = screen.experiment
    sizes = screen.stages["convolution"].output.shape[2:]
    starts = (row * experiment.dilation, column * experiment.dilation)
    step = experiment.stride
    return tuple(
        slice(start, start + step * (size - 1) + 1, step)
        for start, size in zip(starts, sizes, strict=True)
    )


def random_channel(rng: np.random.Generator, screen: Screen, picture: np.ndarray):
    """A choice of the channels' buttons, and the values that it multiplies."""
    if len(picture) == 1:
        return "none", picture[0]
    each = screen.experiment.colour == "each"
    i = int(rng.integers(3)) if each or rng.random() < 0.5 else None
    return ("all", picture.sum(axis=0)) if i is None else (str(i), picture[i])


def numbers(text: str) -> list[float]:
    """All numbers of a sentence."""
    found = re.findall(r"−?\d[\d,]*(?:\.\d+)?", text)
    return [float(n.replace(",", "").replace("−", "-")) for n in found]


def seeing(network: Network, name: str, pixel: list[int]) -> np.ndarray:
    """Which cells of a stage of a chain see a pixel, by the engine; rows and columns are apart."""
    size = network.shapes()[name][1:]
    # Of several cells in a row, because one that lies in the padding altogether sees nothing.
    others = [{0, n // 2, n - 1} for n in size]
    rows = [
        any(pixel[0] in receptive_field(network, name, r, c).rows for c in others[1])
        for r in range(size[0])
    ]
    columns = [
        any(pixel[1] in receptive_field(network, name, r, c).columns for r in others[0])
        for c in range(size[1])
    ]
    return np.outer(rows, columns)
