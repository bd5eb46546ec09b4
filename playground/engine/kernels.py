"""Kernels by name, with where they come from, and the ways to turn one into another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.errors import EngineError

Weights = tuple[tuple[float, ...], ...]
SIZES = (1, 3, 5, 7)

INTRODUCTION = "U. Karn, An Intuitive Explanation of Convolutional Neural Networks, 2016"
WIKIPEDIA = "Wikipedia, Kernel (image processing)"
WIKIPEDIA_URL = "https://en.wikipedia.org/wiki/Kernel_(image_processing)"


@dataclass(frozen=True)
class Kernel:
    """A preset: square weights in rows, one sentence about them, and their source."""

    name: str
    weight: Weights
    about: str
    source: str
    url: str = ""


def _kernel(name, rows, about, source, url="", scale=1.0) -> Kernel:
    weight = tuple(tuple(float(v) * scale for v in row) for row in rows)
    return Kernel(name, weight, about, source, url)


KERNELS: dict[str, Kernel] = {
    "identity": _kernel(
        "Identity",
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "Only the centre counts, so every pixel comes out as it went in.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
    ),
    "edge_corners": _kernel(
        "Edges: corners",
        [[1, 0, -1], [0, 0, 0], [-1, 0, 1]],
        "Two opposite corners minus the other two: zero along straight upright or level edges.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
    ),
    "edge_cross": _kernel(
        "Edges: four neighbours",
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
        "The four neighbours minus four times the centre: zero where the picture is flat.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
    ),
    "edge": _kernel(
        "Edges: all neighbours",
        [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "Eight times the centre minus all its neighbours: strong at edges in any direction.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
    ),
    "sharpen": _kernel(
        "Sharpen",
        [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "The picture plus its own edges: what differs from its surroundings differs more.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
    ),
    "box_blur": _kernel(
        "Box blur",
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        "The mean of nine pixels: small detail disappears.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
        1 / 9,
    ),
    "gaussian_blur": _kernel(
        "Gaussian blur 3×3",
        [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
        "A mean in which near pixels count more than far ones.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
        1 / 16,
    ),
    "gaussian_blur_5": _kernel(
        "Gaussian blur 5×5",
        np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]).tolist(),
        "The 3×3 blur applied to itself: a wider, softer mean.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
        1 / 256,
    ),
    "sobel_x": _kernel(
        "Sobel x",
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "Right minus left: positive where the picture gets brighter from left to right.",
        "I. Sobel, G. Feldman, A 3×3 Isotropic Gradient Operator for Image Processing, 1968",
        "https://www.researchgate.net/publication/239398674",
    ),
    "sobel_y": _kernel(
        "Sobel y",
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        "Below minus above: positive where the picture gets brighter downwards.",
        "I. Sobel, G. Feldman, A 3×3 Isotropic Gradient Operator for Image Processing, 1968",
        "https://www.researchgate.net/publication/239398674",
    ),
    "prewitt_x": _kernel(
        "Prewitt x",
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        "Right minus left, with all three rows counted alike.",
        "J. Prewitt, Object Enhancement and Extraction, 1970",
    ),
    "prewitt_y": _kernel(
        "Prewitt y",
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        "Below minus above, with all three columns counted alike.",
        "J. Prewitt, Object Enhancement and Extraction, 1970",
    ),
    "scharr_x": _kernel(
        "Scharr x",
        [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
        "A Sobel whose answer depends less on the direction of the edge.",
        "H. Scharr, Optimale Operatoren in der Digitalen Bildverarbeitung, Heidelberg 2000",
        "https://doi.org/10.11588/heidok.00000962",
    ),
    "scharr_y": _kernel(
        "Scharr y",
        [[-3, -10, -3], [0, 0, 0], [3, 10, 3]],
        "A Sobel whose answer depends less on the direction of the edge.",
        "H. Scharr, Optimale Operatoren in der Digitalen Bildverarbeitung, Heidelberg 2000",
        "https://doi.org/10.11588/heidok.00000962",
    ),
    "laplacian": _kernel(
        "Laplacian",
        [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
        "Second differences in both directions, negated: bright lines and spots come out positive.",
        "scikit-image, skimage.filters.laplace (ksize = 3)",
        "https://scikit-image.org/docs/stable/api/skimage.filters.html",
    ),
    "emboss": _kernel(
        "Emboss",
        [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
        "The picture plus a slope along the diagonal: it looks lit from one corner.",
        "V. Powell, Image Kernels Explained Visually, 2015",
        "https://setosa.io/ev/image-kernels/",
    ),
    "unsharp": _kernel(
        "Unsharp mask 5×5",
        (512 * np.eye(5)[2][:, None] * np.eye(5)[2] - np.outer(*[[1, 4, 6, 4, 1]] * 2)).tolist(),
        "Twice the picture minus its Gaussian blur: sharpening by taking the blur away.",
        WIKIPEDIA,
        WIKIPEDIA_URL,
        1 / 256,
    ),
    "diagonal_down": _kernel(
        "Diagonal edges ╲",
        [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
        "Upper right minus lower left: strong on edges that run from upper left to lower right.",
        "G. Robinson, Edge Detection by Compass Gradient Masks, 1977",
        "https://doi.org/10.1016/S0146-664X(77)80024-5",
    ),
    "diagonal_up": _kernel(
        "Diagonal edges ╱",
        [[2, 1, 0], [1, 0, -1], [0, -1, -2]],
        "Upper left minus lower right: strong on edges that run from lower left to upper right.",
        "G. Robinson, Edge Detection by Compass Gradient Masks, 1977",
        "https://doi.org/10.1016/S0146-664X(77)80024-5",
    ),
    "sliding_example": _kernel(
        "Sliding example 101/010/101",
        [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
        "Sums the corners and the centre: on the 5×5 picture of 0 and 1 it gives 434/243/234.",
        INTRODUCTION,
        "https://ujjwalkarn.me/2016/08/11/intuitive-explanation-convnets/",
    ),
}


def normalise(weight: Weights) -> Weights:
    """Weights divided by their sum, so that a flat picture keeps its brightness.

    Raises
    ------
    EngineError
        If the weights sum to zero.
    """
    w = np.asarray(weight, np.float64)
    total = w.sum()
    if abs(total) <= 1e-9 * np.abs(w).sum():
        raise EngineError(
            "These weights sum to zero, so they cannot be divided by their sum; "
            "a kernel that sums to zero answers 0 on a flat picture."
        )
    return _weights(w / total)


def negate(weight: Weights) -> Weights:
    """Every weight with the other sign."""
    return _weights(-np.asarray(weight, np.float64))


def flip_rows(weight: Weights) -> Weights:
    """Upside down."""
    return _weights(np.flipud(weight))


def flip_columns(weight: Weights) -> Weights:
    """Left and right exchanged."""
    return _weights(np.fliplr(weight))


def transpose(weight: Weights) -> Weights:
    """Rows become columns."""
    return _weights(np.transpose(weight))


def rotate_90(weight: Weights) -> Weights:
    """A quarter turn clockwise."""
    return _weights(np.rot90(weight, -1))


def rotate_45(weight: Weights) -> Weights:
    """An eighth of a turn clockwise: ring r around the centre, of 8 r cells, moves r cells on."""
    w = np.array(weight, np.float64)
    centre = len(w) // 2
    for radius in range(1, centre + 1):
        span = range(-radius, radius)
        ring = [(-radius, i) for i in span] + [(i, radius) for i in span]
        ring += [(radius, -i) for i in span] + [(-i, -radius) for i in span]
        rows, columns = np.transpose(ring) + centre
        w[rows, columns] = np.roll(w[rows, columns], radius)
    return _weights(w)


def random_weights(size: int, rng: np.random.Generator) -> Weights:
    """Uniform weights between -1 and 1, in steps of 0.1 so that they can be read."""
    return _weights(rng.integers(-10, 11, (size, size)) / 10)


def resize(weight: Weights, size: int) -> Weights:
    """The kernel centred in ``size`` by ``size`` cells: zeros around it, or its rim cut off."""
    w = np.asarray(weight, np.float64)
    change = (size - len(w)) // 2
    if change >= 0:
        return _weights(np.pad(w, change))
    return _weights(w[-change:change, -change:change])


TRANSFORMS = {
    "normalise": normalise,
    "negate": negate,
    "flip_rows": flip_rows,
    "flip_columns": flip_columns,
    "transpose": transpose,
    "rotate_90": rotate_90,
    "rotate_45": rotate_45,
}


def _weights(array: np.ndarray) -> Weights:
    # + 0.0 turns -0.0 into 0.0, which would otherwise be shown as "-0".
    return tuple(tuple(float(v) for v in row) for row in np.asarray(array) + 0.0)
