from __future__ import annotations

import hashlib
import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from playground.files import BadFile
from playground.files.decoding import _to_eight_bits
from playground.files.images import (
    digest,
    encode_png,
    from_bytes,
    load_image,
    resize,
    to_bytes,
    to_grey,
)

RNG = np.random.default_rng(7)
COLOUR = RNG.integers(0, 256, (12, 20, 3), dtype=np.uint8)
GREY = COLOUR[..., 0].copy()
SMOOTH = np.stack(
    [np.add.outer(np.arange(64) * 2, np.arange(96)), *np.indices((64, 96)) * 2], axis=-1
).astype(np.uint8)


def encode(image: Image.Image | np.ndarray, file_format: str, **options) -> bytes:
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def png(width: int, height: int, depth: int, kind: int, rows: list[bytes], *chunks) -> bytes:
    """A PNG file by hand: `kind` is the colour type, `chunks` are (name, content) before IDAT."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def loaded(data: bytes, max_side: int = 512) -> np.ndarray:
    """Load, check what holds for every picture, and return the bytes (rows, columns[, 3])."""
    picture = load_image(data, max_side)
    assert picture.dtype == np.float32 and picture.flags.c_contiguous
    assert picture.ndim == 3 and picture.shape[0] in (1, 3)
    values = to_bytes(picture)
    assert np.array_equal(picture, values.astype(np.float32) / np.float32(255))
    return values[0] if len(values) == 1 else values.transpose(1, 2, 0)


def over_white(values: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    if values.ndim == 3:
        alpha = alpha[..., np.newaxis]
    return (values * (alpha / 255) + 255 * (1 - alpha / 255)).round()


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


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "GIF"])
def test_one_bit_pictures_are_black_and_white(file_format):
    bits = GREY > 127
    assert np.array_equal(loaded(encode(Image.fromarray(bits), file_format)), bits * 255)


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "GIF"])
def test_palettes_become_colours(file_format):
    palette = RNG.integers(0, 256, (16, 3), dtype=np.uint8)
    indices = GREY // 16
    image = Image.fromarray(indices, "L").convert("P")
    image.frombytes(indices.tobytes())
    image.putpalette(palette.tobytes())
    assert np.array_equal(loaded(encode(image, file_format)), palette[indices])


def test_a_grey_jpeg_keeps_one_channel():
    values = loaded(encode(SMOOTH[..., 0].copy(), "JPEG", quality=95)).astype(int)
    assert values.ndim == 2
    assert np.abs(values - SMOOTH[..., 0]).max() < 8


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_of_grey_spread_from_black_to_white(depth):
    levels = 1 << depth
    bits = "".join(f"{k:0{depth}b}" for k in range(levels)).ljust(8, "0")
    row = bytes(int(bits[k : k + 8], 2) for k in range(0, len(bits), 8))
    values = loaded(png(levels, 1, depth, 0, [row]))
    assert np.array_equal(values[0], np.round(np.arange(levels) * 255 / (levels - 1)))


def test_sixteen_bit_grey_is_divided_by_257_and_rounded():
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    grey = loaded(png(256, 256, 16, 0, [row.astype(">u2").tobytes() for row in values]))
    assert np.array_equal(grey, np.round(values / 257))
    assert np.abs(grey / 255 - values / 65535).max() <= 0.5 / 255 + 1e-9
    assert (np.diff(grey.ravel().astype(int)) >= 0).all()


def test_sixteen_bit_colour_is_within_one_step():
    values = RNG.integers(0, 65536, (8, 9, 3))
    colour = loaded(png(9, 8, 16, 2, [row.astype(">u2").tobytes() for row in values]))
    assert np.abs(colour / 255 - values / 65535).max() <= 1 / 255


def test_sixteen_bit_grey_with_alpha_stays_grey_over_white():
    values = RNG.integers(0, 65536, (8, 9, 2))
    grey = loaded(png(9, 8, 16, 4, [row.astype(">u2").tobytes() for row in values]))
    expected = over_white(values[..., 0] / 257, values[..., 1] / 257)
    assert np.abs(grey - expected).max() <= 2


def test_the_transparent_grey_of_a_sixteen_bit_picture_is_white():
    values = np.array([[0, 1000, 1001, 40000]], np.uint16)
    data = png(4, 1, 16, 0, [values.astype(">u2").tobytes()], (b"tRNS", struct.pack(">H", 1000)))
    assert loaded(data).tolist() == [[0, 255, 4, 156]]


def test_the_transparent_colour_of_a_sixteen_bit_picture_is_white():
    values = np.array([[[4660, 22136, 39612], [52, 120, 188], [65535, 0, 0]]], ">u2")
    key = struct.pack(">HHH", 4660, 22136, 39612)
    data = png(3, 1, 16, 2, [values.tobytes()], (b"tRNS", key))
    assert loaded(data).tolist() == [[[255, 255, 255], [0, 0, 0], [255, 0, 0]]]


@pytest.mark.parametrize("depth", [1, 8])
def test_the_transparent_grey_of_a_small_depth_is_white(depth):
    row = b"\xa0" if depth == 1 else bytes([255, 0, 255, 0])
    data = png(4, 1, depth, 0, [row], (b"tRNS", struct.pack(">H", 0)))
    assert loaded(data).tolist() == [[255, 255, 255, 255]]
    data = png(4, 1, depth, 0, [row], (b"tRNS", struct.pack(">H", 77)))
    assert loaded(data).tolist() == [[255, 0, 255, 0]]


@pytest.mark.parametrize(
    ("file_format", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_transparent_colour_is_laid_over_white(file_format, options):
    alpha = RNG.integers(0, 256, GREY.shape, dtype=np.uint8)
    alpha[:2], alpha[2:4] = 0, 255
    values = loaded(encode(np.dstack([COLOUR, alpha]), file_format, **options))
    assert np.abs(values - over_white(COLOUR, alpha)).max() <= 1
    assert (values[:2] == 255).all()
    assert np.array_equal(values[2:4], COLOUR[2:4])


def test_transparent_avif_is_laid_over_white():
    image = np.full((16, 16, 4), (0, 0, 255, 0), np.uint8)
    assert loaded(encode(image, "AVIF")).min() >= 250


def test_transparent_grey_is_laid_over_white_and_stays_grey():
    alpha = np.add.outer(np.arange(12), np.arange(20)).astype(np.uint8) * 8
    data = encode(Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(alpha))), "PNG")
    values = loaded(data)
    assert values.shape == GREY.shape
    assert np.abs(values - over_white(GREY, alpha)).max() <= 1


def test_a_palette_with_alphas_is_laid_over_white():
    colours = bytes([255, 0, 0, 0, 0, 255, 9, 9, 9])
    data = png(3, 1, 8, 3, [b"\0\1\2"], (b"PLTE", colours), (b"tRNS", bytes([0, 255, 51])))
    assert loaded(data).tolist() == [[[255, 255, 255], [0, 0, 255], [206, 206, 206]]]


def test_the_transparent_colour_of_a_gif_is_white():
    image = Image.frombytes("P", (2, 1), b"\0\1")
    image.putpalette([255, 0, 0, 0, 0, 255])
    assert loaded(encode(image, "GIF", transparency=0)).tolist() == [[[255] * 3, [0, 0, 255]]]


def test_colour_under_full_transparency_does_not_bleed_when_made_smaller():
    values = np.zeros((64, 64, 4), np.uint8)
    values[:, :32] = (0, 0, 255, 255)
    small = loaded(encode(values, "PNG"), 16).astype(int)
    assert (small[..., 2] == 255).all()
    assert (small[:, -4:] == 255).all()


CMYK = np.array([[0, 0, 0, 0], [255, 0, 0, 0], [0, 200, 100, 0], [30, 60, 90, 120]], np.uint8)


@pytest.mark.parametrize("ink", CMYK.tolist())
@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_ink_takes_light_away(ink, adobe):
    data = encode(Image.new("CMYK", (16, 16), tuple(ink)), "JPEG", quality=98)
    if not adobe:  # every program that writes CMYK follows Adobe, with or without its marker
        start = data.index(b"\xff\xee")
        data = data[:start] + data[start + 2 + struct.unpack_from(">H", data, start + 2)[0] :]
    inks = np.array(ink) / 255
    expected = 255 * (1 - inks[:3]) * (1 - inks[3])
    assert np.abs(loaded(data) - expected).max() <= 3


@pytest.mark.parametrize(
    ("mode", "expected_mode"),
    [("I", "L"), ("I;16", "L"), ("I;16B", "L"), ("F", "L"), ("1", "L"), ("La", "LA")]
    + [("PA", "RGBA"), ("RGBa", "RGBA"), ("RGBX", "RGB"), ("YCbCr", "RGB"), ("HSV", "RGB")],
)
def test_every_mode_becomes_eight_bits(mode, expected_mode):
    assert _to_eight_bits(Image.new(mode, (3, 2)), "").mode == expected_mode


def test_32_bit_grey_is_limited_to_its_sixteen_bits():
    image = Image.fromarray(np.array([[-5, 0, 128, 129, 65535, 1 << 30]], np.int32))
    assert np.asarray(_to_eight_bits(image, "")).tolist() == [[0, 0, 0, 1, 255, 255]]


@pytest.mark.parametrize("animated", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_shows_its_first_frame(animated):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    data = encode(frames[0], animated, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 3
    assert np.abs(loaded(data).astype(int) - (255, 0, 0)).max() <= 4


def upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    """EXIF 2.32, table of tag 0x0112, pixel by pixel: where row 0 and column 0 belong."""
    rows, columns = stored.shape[:2]
    turned = (columns, rows) if orientation >= 5 else (rows, columns)
    result = np.empty((*turned, *stored.shape[2:]), stored.dtype)
    for r in range(rows):
        for c in range(columns):
            bottom, right = rows - 1 - r, columns - 1 - c
            places = [(r, c), (r, right), (bottom, right), (bottom, c)]
            places += [(c, r), (c, bottom), (right, bottom), (right, r)]
            result[places[orientation - 1]] = stored[r, c]
    return result


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_the_exif_orientation_is_honoured(file_format, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"PNG": {}, "WEBP": {"lossless": True}}.get(file_format, {"quality": 90})
    plain = loaded(encode(COLOUR, file_format, **options))
    turned = loaded(encode(COLOUR, file_format, exif=exif.tobytes(), **options))
    assert np.array_equal(turned, upright(plain, orientation))


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_large_photo_is_turned_after_it_was_made_smaller(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Image.fromarray(SMOOTH).resize((960, 640))
    plain = loaded(encode(photo, "JPEG"), 48)
    assert np.array_equal(
        loaded(encode(photo, "JPEG", exif=exif.tobytes()), 48), upright(plain, orientation)
    )


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("block", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk"])
def test_a_damaged_exif_block_does_not_cost_the_picture(block):
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    data = encode(SMOOTH, "JPEG")
    assert np.array_equal(loaded(data[:2] + segment + data[2:]), loaded(data))


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
