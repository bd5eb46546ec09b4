"""Make every picture in assets/images: crop the photographs, draw the rest.

    python -m tools.make_gallery                    # photographs from the installed scikit-image
    python -m tools.make_gallery DIRECTORY          # ... from an unpacked scikit-image wheel
    python -m tools.make_gallery --drawings-only    # only our own drawings

The photographs are stored without loss, so every machine computes with the same numbers.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tools.drawing import Canvas, Points, curve

IMAGES = Path(__file__).resolve().parent.parent / "assets" / "images"

# name -> (file in skimage/data, left, top, side of the square, in pixels)
PHOTOGRAPHS = {
    "cat": ("chelsea.png", 62, 0, 300),
    "astronaut": ("astronaut.png", 60, 0, 340),
    "coffee": ("coffee.png", 78, 0, 400),
    "rocket": ("rocket.jpg", 110, 0, 427),
    "cameraman": ("camera.png", 0, 32, 400),
    "brick": ("brick.png", 0, 0, 384),
}


def draw_example5() -> Image.Image:
    rows = ("11100", "01110", "00111", "00110", "01100")
    return Image.fromarray(np.array([[255 * int(c) for c in row] for row in rows], np.uint8))


def draw_checkerboard() -> Image.Image:
    row, column = np.indices((64, 64)) // 8
    return Image.fromarray(((row + column) % 2 * 255).astype(np.uint8))


def draw_gradient() -> Image.Image:
    """A disc on a ramp, with the ramp reversed: their edge fades to nothing in the middle."""
    canvas = Canvas(256)
    ramp = np.broadcast_to(255 * canvas.x / 256, canvas.ink.shape[:2])[..., np.newaxis]
    canvas.paint(np.ones((1, 1)), ramp)
    canvas.paint(canvas.disc(128, 128, 84), 255 - ramp)
    return canvas.image()


def draw_bars() -> Image.Image:
    """Nine round windows of bars that turn by 20 degrees from one to the next."""
    canvas = Canvas(256)
    for k in range(9):
        x, y = 44 + 84 * (k % 3), 44 + 84 * (k // 3)
        angle = np.deg2rad(20 * k)
        across = (canvas.x - x) * np.cos(angle) + (canvas.y - y) * np.sin(angle)
        bars = np.abs((across + 7) % 14 - 7) <= 3.5
        canvas.paint(bars & canvas.disc(x, y, 38.5), 255)
    return canvas.image()


# The pen's way through each digit in a 20 x 20 box, a list of strokes.
# fmt: off
DIGITS: dict[str, list[Points]] = {
    "0": [[(10.5, 1.5), (6, 3.5), (4, 9), (4.5, 15), (8.5, 18.5), (13, 17), (16, 11.5), (15.5, 5),
           (12.5, 1.8), (9.5, 2)]],
    "1": [[(6.5, 6), (9, 4), (11.4, 1.5)], [(11.4, 1.5), (10.8, 8), (9.8, 18.5)]],
    "2": [[(4.5, 5.5), (6.5, 2.3), (11, 1.6), (14.4, 4), (13.6, 8), (9.5, 13), (4, 18)],
          [(4, 18), (8, 17), (12, 18), (16.5, 17.2)]],
    "3": [[(5, 3.5), (8.5, 1.5), (13, 2.3), (14, 5.5), (11.5, 8.5), (8, 9.5)],
          [(8, 9.5), (13, 10), (15.3, 13), (13.5, 17), (9, 18.6), (4.5, 16.8)]],
    "4": [[(8.5, 1.5), (6.5, 7), (4, 12)], [(4, 12), (10, 11.8), (17, 11.2)],
          [(13.4, 3.5), (12.6, 11), (11.8, 18.5)]],
    "5": [[(15.5, 2), (6.5, 2.3)], [(6.5, 2.3), (5.6, 9)],
          [(5.6, 9), (10, 7.6), (14.4, 9.8), (14.8, 14), (11.5, 17.8), (7.5, 18.4), (4.2, 16.6)]],
    "6": [[(13.5, 1.8), (9, 4.5), (5.4, 10), (5, 15), (8.5, 18.4), (13, 17.2), (14.6, 13.5),
           (12, 10.6), (8.5, 11), (5.4, 14.2)]],
    "7": [[(3.8, 3.2), (9, 3.4), (16, 2.4)], [(16, 2.4), (12.4, 8.5), (8.6, 18.5)],
          [(6.6, 10.8), (10.5, 10.4), (14.2, 10.2)]],
    "8": [[(13.8, 4), (10, 1.5), (6.4, 3.8), (7.6, 7.8), (12, 10.6), (14.4, 14.4), (11, 18.4),
           (6.4, 17), (6, 13), (10, 9.2), (13.6, 6), (13.8, 4)]],
    "9": [[(14, 5), (10.5, 2), (6.4, 3.8), (5.6, 8), (9, 10.4), (13, 8.4), (14.2, 4.6)],
          [(14.2, 4.6), (13.6, 11), (11.4, 18.5)]],
}
# fmt: on


def draw_glyphs(text: str, columns: int, pen: float = 2.5) -> Image.Image:
    """Digits by our own hand, white on black, one in each 28 x 28 cell."""
    rows = -(-len(text) // columns)
    canvas = Canvas(28 * max(rows, columns))
    for k, digit in enumerate(text):
        left, top = 28 * (k % columns) + 4, 28 * (k // columns) + 4
        for stroke in DIGITS[digit]:
            path = curve([(left + x, top + y) for x, y in stroke])
            canvas.paint(canvas.stroke(path, pen), 255)
    return canvas.image().crop((0, 0, 28 * columns, 28 * rows))


def draw_boat() -> Image.Image:
    canvas = Canvas(256, (0.0, 0.0, 0.0))
    x, y = canvas.x, canvas.y

    def blend(top, bottom, start: float, end: float) -> np.ndarray:
        share = np.clip((y - start) / (end - start), 0, 1)[..., np.newaxis]
        return np.asarray(top) + share * (np.subtract(bottom, top))

    canvas.paint(np.ones((1, 1)), blend((92, 170, 226), (255, 230, 200), 0, 178))
    glow = np.clip(1 - np.hypot(x - 52, y - 58) / 72, 0, 1) ** 2
    canvas.paint(glow, (255, 240, 190), 0.9)
    canvas.paint(canvas.disc(52, 58, 23), (255, 205, 84))
    for cx, cy, scale in ((206, 44, 1.0), (118, 26, 0.62)):
        puffs = ((-21, 4, 11), (-7, -3, 15), (10, -1, 13), (23, 5, 9))
        cloud = np.logical_or.reduce(
            [canvas.disc(cx + dx * scale, cy + dy * scale, r * scale) for dx, dy, r in puffs]
        )
        canvas.paint(cloud & (y <= cy + 7 * scale), (255, 253, 248), 0.92)
    for gx, gy, wing in ((84, 92, 8), (102, 82, 6)):
        wings = [
            (gx - wing, gy - 2),
            (gx - wing / 2, gy - 4.5),
            (gx, gy),
            (gx + wing / 2, gy - 4.5),
            (gx + wing, gy - 2),
        ]
        canvas.paint(canvas.stroke(curve(wings), 1.7), (70, 92, 120))

    sea = y >= 176
    canvas.paint(sea, blend((78, 168, 190), (16, 74, 122), 176, 256))
    for level, reach in ((180, 20), (185, 14), (190, 17)):
        glint = [(52 - reach, level), (52 + reach, level)]
        canvas.paint(canvas.stroke(glint, 1.8), (255, 226, 160), 0.8)

    canvas.paint(canvas.polygon([(138, 28), (141, 28), (142, 190), (137, 190)]), (112, 74, 48))
    sail = curve([(145, 38), (176, 84), (205, 156)]) + curve([(205, 156), (176, 160), (145, 158)])
    canvas.paint(canvas.polygon(sail), (255, 250, 238))
    canvas.paint(canvas.polygon(sail) & (x < 152), (226, 216, 204), 0.6)
    for seam in (78, 104, 130):
        canvas.paint(
            canvas.polygon(sail) & (np.abs(y - seam - (x - 145) * 0.06) <= 0.7), (206, 198, 190)
        )
    jib = curve([(134, 46), (108, 104), (74, 158)]) + curve([(74, 158), (104, 163), (134, 154)])
    canvas.paint(canvas.polygon(jib), (236, 98, 74))
    canvas.paint(canvas.polygon(jib) & (x > 127), (198, 72, 58), 0.6)
    canvas.paint(
        canvas.polygon(curve([(139, 22), (152, 20), (166, 26)]) + [(139, 33)]), (236, 98, 74)
    )

    hull = [
        (62, 168),
        *curve([(62, 168), (138, 174), (222, 164)]),
        *curve([(222, 164), (212, 188), (196, 206)]),
        *curve([(90, 206), (74, 190), (62, 168)]),
    ]
    inside = canvas.polygon(hull)
    canvas.paint(inside, blend((168, 60, 48), (104, 36, 40), 166, 206))
    rim = curve([(62, 168), (138, 174), (222, 164)])
    canvas.paint(canvas.stroke(rim, 4.5), (92, 46, 42))
    canvas.paint(inside & (np.abs(y - 186) <= 1.6), (250, 240, 222), 0.85)
    for porthole in (116, 140, 164):
        canvas.paint(canvas.disc(porthole, 180.5, 3.4), (250, 240, 222))
        canvas.paint(canvas.disc(porthole, 180.5, 2.2), (54, 70, 96))

    for level, height, length, colour in (
        (197, 2.4, 34, (52, 138, 176)),
        (213, 3.0, 44, (36, 112, 158)),
        (232, 3.6, 56, (22, 86, 136)),
    ):
        crest = level + height * np.sin(2 * np.pi * (x / length + level / 17))
        canvas.paint(y >= crest, colour)
        canvas.paint(np.abs(y - crest) <= 0.9, (226, 244, 246), 0.75)
    return canvas.image()


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "example5": draw_example5,
    "checkerboard": draw_checkerboard,
    "gradient": draw_gradient,
    "bars": draw_bars,
    "seven": lambda: draw_glyphs("7", 1),
    "glyphs": lambda: draw_glyphs("0123456789", 5),
    "boat": draw_boat,
}


def crop_photograph(data: Path, name: str) -> Image.Image:
    file, left, top, side = PHOTOGRAPHS[name]
    with Image.open(data / file) as photograph:
        return photograph.crop((left, top, left + side, top + side))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("skimage", nargs="?", type=Path, help="an unpacked scikit-image wheel")
    parser.add_argument("--drawings-only", action="store_true", help="leave the photographs alone")
    options = parser.parse_args()
    pictures = {name: draw() for name, draw in DRAWINGS.items()}
    if not options.drawings_only:
        if options.skimage:
            data = options.skimage / "skimage" / "data"
        else:
            data = Path(importlib.util.find_spec("skimage").origin).parent / "data"
        pictures |= {name: crop_photograph(data, name) for name in PHOTOGRAPHS}
    for name, picture in pictures.items():
        picture.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
