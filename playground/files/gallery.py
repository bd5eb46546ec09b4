"""The pictures that ship with the playground."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.files.images import load_image

IMAGES = Path(__file__).resolve().parents[2] / "assets" / "images"

OURS = "Drawn for this project"


@dataclass(frozen=True)
class Picture:
    """One picture of the gallery.

    Attributes
    ----------
    key : str
        Its name in links.
    title : str
        What it is called on the screen.
    file : str
        Its file in assets/images.
    alt : str
        What is to be seen, for those who cannot see it.
    credit : str
        Who made it and under which licence.
    example : bool
        True for a small picture that is shown at its own size, pixel by pixel.
    """

    key: str
    title: str
    file: str
    alt: str
    credit: str = OURS
    example: bool = False


GALLERY: dict[str, Picture] = {
    picture.key: picture
    for picture in (
        Picture(
            "cat",
            "Cat",
            "cat.png",
            "The face of a tabby cat with green eyes, seen from close by.",
            "Stéfan van der Walt, CC0",
        ),
        Picture(
            "coffee",
            "Coffee",
            "coffee.png",
            "A red cup of coffee on a red saucer with a spoon, on a wooden table.",
            "Rachel Michetti, CC0",
        ),
        Picture(
            "astronaut",
            "Astronaut",
            "astronaut.png",
            "The astronaut Eileen Collins, smiling, in an orange space suit.",
            "NASA, public domain",
        ),
        Picture(
            "cameraman",
            "Photographer",
            "cameraman.png",
            "A man in a dark coat looks through a camera on a tripod; a grey picture.",
            "Lav Varshney, CC0",
        ),
        Picture(
            "rocket",
            "Rocket",
            "rocket.png",
            "A rocket on its launch pad at dusk, between two towers and bright lamps.",
            "SpaceX, public domain",
        ),
        Picture(
            "brick",
            "Brick wall",
            "brick.png",
            "A wall of dark bricks with light joints; a grey picture.",
            "CC0Textures, CC0",
        ),
        Picture(
            "boat",
            "Boat",
            "boat.png",
            "A drawn sailing boat with a white and a red sail on a blue sea under the sun.",
        ),
        Picture(
            "example5",
            "5 × 5 example",
            "example5.png",
            "Five rows of five black or white squares: 11100, 01110, 00111, 00110, 01100.",
            example=True,
        ),
        Picture(
            "seven",
            "Handwritten 7",
            "seven.png",
            "A handwritten seven, white on black, 28 pixels wide and high.",
            example=True,
        ),
        Picture(
            "glyphs",
            "Handwritten digits",
            "glyphs.png",
            "The handwritten digits 0 to 9, white on black, in two rows of five.",
            example=True,
        ),
        Picture(
            "checkerboard",
            "Checkerboard",
            "checkerboard.png",
            "A checkerboard of eight by eight black and white squares.",
            example=True,
        ),
        Picture(
            "bars",
            "Bars at nine angles",
            "bars.png",
            "Nine round windows of white bars on black, each turned by 20 degrees more.",
        ),
        Picture(
            "gradient",
            "Gradients",
            "gradient.png",
            "A ramp from black to white with a disc in which the ramp runs the other way.",
        ),
    )
}


def gallery_picture(key: str, side: int = 512) -> np.ndarray:
    """Read a picture of the gallery.

    Parameters
    ----------
    key : str
        A key of GALLERY.
    side : int
        The longest side of the result; a picture that is smaller stays as it is.

    Returns
    -------
    np.ndarray
        float32, (channels, rows, columns), exactly k / 255, as from `load_image`.

    Raises
    ------
    KeyError
        If the gallery has no such picture.
    """
    return load_image((IMAGES / GALLERY[key].file).read_bytes(), side)
