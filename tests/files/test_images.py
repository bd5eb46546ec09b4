"""Pictures load as the numbers that were saved, and shrink as a whole."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from playground.files import BadFile
from playground.files.images import (
    digest,
    encode_png,
    from_bytes,
    load_image,
    resize,
    to_bytes,
    to_grey,
)
from tests.files.pictures import COLOUR, GREY, SMOOTH, encode, loaded

RNG = np.random.default_rng(7)


def test_all_256_values_survive_the_way_to_floats_and_back_exactly():
    values = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    picture = from_bytes(values)
    assert picture.dtype == np.float32
    assert all(picture.ravel()[k] == np.float32(k) / np.float32(255) for k in range(256))
    assert np.array_equal(to_bytes(picture), values)
    assert np.array_equal(load_image(encode_png(picture)), picture)


@pytest.mark.parametrize("channels", [1, 3])
def test_an_encoded_picture_loads_as_the_same_numbers(channels):
    picture = from_bytes(RNG.integers(0, 256, (channels, 31, 17), dtype=np.uint8))
    assert np.array_equal(load_image(encode_png(picture)), picture)


@pytest.mark.parametrize(
    ("file_format", "options"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("BMP", {})],
)
def test_lossless_colour_is_exact(file_format, options):
    assert np.array_equal(loaded(encode(COLOUR, file_format, **options)), COLOUR)


@pytest.mark.parametrize(
    ("file_format", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("WEBP", {"quality": 95}),
        ("AVIF", {"quality": 95}),
    ],
)
def test_lossy_colour_is_close(file_format, options):
    values = loaded(encode(SMOOTH, file_format, **options)).astype(int)
    assert values.shape == SMOOTH.shape
    assert np.abs(values - SMOOTH).mean() < 3


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "GIF"])
def test_grey_keeps_one_channel_and_its_values(file_format):
    assert np.array_equal(loaded(encode(GREY, file_format)), GREY)


def test_a_grey_jpeg_keeps_one_channel():
    values = loaded(encode(SMOOTH[..., 0].copy(), "JPEG", quality=95)).astype(int)
    assert values.ndim == 2
    assert np.abs(values - SMOOTH[..., 0]).max() < 8


@pytest.mark.parametrize("animated", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_shows_its_first_frame(animated):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    data = encode(frames[0], animated, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 3
    assert np.abs(loaded(data).astype(int) - (255, 0, 0)).max() <= 4


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        ((1000, 10), 512, (512, 5)),
        ((8192, 1), 64, (64, 1)),
        ((1, 8192), 64, (1, 64)),
        ((600, 400), 300, (300, 200)),
        ((333, 777), 100, (43, 100)),
        ((20, 30), 512, (20, 30)),
        ((512, 512), 512, (512, 512)),
        ((7, 3), 1, (1, 1)),
    ],
)
def test_shrinking_keeps_the_aspect_and_never_enlarges(size, side, expected):
    width, height = expected
    for file_format in ("PNG", "JPEG"):
        picture = load_image(encode(Image.new("RGB", size, "white"), file_format), side)
        assert picture.shape == (3, height, width)
        assert (picture == 1).all()
    picture = np.ones((1, size[1], size[0]), np.float32)
    assert resize(picture, side).shape == (1, height, width)


def test_a_jpeg_decoded_at_part_of_its_size_looks_like_the_whole_one_made_smaller():
    wave = np.sin(np.linspace(0, 40, 2400)) * 60 + 120
    photo = np.add.outer(wave[:1600], wave).clip(0, 255).astype(np.uint8)
    data = encode(photo, "JPEG", quality=95)
    full = np.asarray(Image.fromarray(photo).resize((240, 160), Image.Resampling.LANCZOS))
    assert np.abs(loaded(data, 240).astype(int) - full).max() <= 4


def test_resizing_gives_whole_bytes_and_keeps_a_picture_that_fits():
    picture = from_bytes(RNG.integers(0, 256, (3, 90, 60), dtype=np.uint8))
    small = resize(picture, 45)
    assert small.shape == (3, 45, 30)
    assert np.array_equal(small, from_bytes(to_bytes(small)))
    assert abs(small.mean() - picture.mean()) < 0.01
    assert np.array_equal(resize(picture, 90), picture)


def test_grey_is_the_luma_of_rec_601_in_whole_bytes():
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]], np.uint8)
    grey = to_grey(from_bytes(colours.T.reshape(3, 1, 4)))
    assert grey.shape == (1, 1, 4) and grey.dtype == np.float32
    assert to_bytes(grey).tolist() == [[[76, 150, 29, 18]]]


def test_grey_of_equal_channels_is_that_channel():
    one = from_bytes(np.arange(256, dtype=np.uint8).reshape(1, 16, 16))
    assert np.array_equal(to_grey(np.repeat(one, 3, axis=0)), one)
    assert np.array_equal(to_grey(one), one)


def test_the_digest_is_sha256():
    assert digest(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert digest(b"").startswith("e3b0c442")


def test_a_longest_side_below_one_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="max_side"):
        load_image(encode(COLOUR, "PNG"), 0)


def test_many_threads_read_what_one_thread_reads():
    files = [encode(SMOOTH, name) for name in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF")]
    files += [data[: len(data) // 2] for data in files]

    def outcome(data: bytes) -> bytes | str:
        try:
            return load_image(data, 40).tobytes()
        except BadFile as error:
            return str(error)

    alone = [outcome(data) for data in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(outcome, files * 8))
    assert together == alone * 8
    assert alone[0] == alone[4] and len(set(alone[:6])) == 5  # PNG and BMP are lossless
    assert all(isinstance(text, str) for text in alone[6:])
