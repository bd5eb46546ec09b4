from __future__ import annotations

import io
import random
import re
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image, ImageFile, WebPImagePlugin

from playground.files import BadFile
from playground.files.guards import MAX_FILE_BYTES, MAX_GIF_BLOCKS, MAX_JPEG_SCANS, MAX_PIECES
from playground.files.images import load_image

# pytest puts its own warning filters in place of those that the package sets.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

FORMATS = {
    "PNG": {},
    "JPEG": {},
    "progressive JPEG": {"progressive": True},
    "WEBP": {},
    "lossless WEBP": {"lossless": True},
    "GIF": {},
    "BMP": {},
    "AVIF": {},
}
NOISE = np.random.default_rng(3).integers(0, 256, (24, 20, 3), dtype=np.uint8)
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(name: str, image: Image.Image | None = None, **options) -> bytes:
    file = io.BytesIO()
    image = Image.fromarray(NOISE) if image is None else image
    image.save(file, name.split()[-1], **{**FORMATS.get(name, {}), **options})
    return file.getvalue()


SAMPLES = {name: encode(name) for name in FORMATS}


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, kind: int, pixels: bytes, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return PNG_SIGNATURE + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    """`count` zero bytes, deflated."""
    packer = zlib.compressobj(6)
    million = bytes(1_000_000)
    parts = [packer.compress(million) for _ in range(count // 1_000_000)]
    return b"".join([*parts, packer.compress(bytes(count % 1_000_000)), packer.flush()])


def refusal(data: bytes) -> str:
    """The sentence that this file is refused with."""
    with pytest.raises(BadFile) as caught:
        load_image(data)
    sentence = str(caught.value)
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", sentence)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return sentence


@pytest.fixture
def no_decoding(monkeypatch):
    """Any attempt to decode pixels fails the test."""

    def load(*_):
        pytest.fail("the picture was decoded")

    others = (AvifImagePlugin.AvifImageFile, WebPImagePlugin.WebPImageFile)
    for reader in (ImageFile.ImageFile, *others):
        monkeypatch.setattr(reader, "load", load)


def test_an_empty_file_is_refused():
    assert refusal(b"") == "This file is empty."


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"PK\x03\x04" + bytes(60),
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
        random.Random(1).randbytes(5000),
        *[encode(name) for name in ("TIFF", "EPS", "PPM", "ICO", "TGA", "PCX", "JPEG2000", "DIB")],
        b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + bytes(300),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data, no_decoding):
    assert refusal(data) == (
        "This file is not a picture the playground can open (PNG, JPEG, WebP, GIF, BMP or AVIF)."
    )


def test_a_photo_in_heic_is_named_as_such():
    assert "HEIC" in refusal(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400))


def test_random_bytes_behind_every_signature_are_refused():
    source = random.Random(2)
    for data in SAMPLES.values():
        for kept in (2, 4, 8, 12, 16, 33):
            refusal(data[:kept] + source.randbytes(300))


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_at_any_place_is_refused(name):
    data = SAMPLES[name]
    # The last bytes of PNG (its end chunk), GIF and BMP (padding) hold no pixels.
    for kept in np.linspace(1, len(data) - 21, 50).astype(int):
        refusal(data[:kept])
    if name != "AVIF":  # its decoder does not say why it fails
        assert refusal(data[:-25]) == "This picture is damaged: it ends too early."


def test_a_file_over_20_megabytes_is_refused(no_decoding):
    data = SAMPLES["PNG"].ljust(MAX_FILE_BYTES + 1, b"\0")
    assert "20 MB" in refusal(data)


def test_a_file_of_exactly_20_megabytes_is_read():
    assert load_image(SAMPLES["JPEG"].ljust(MAX_FILE_BYTES, b"\0")).shape == (3, 24, 20)


def test_a_png_of_13300_squared_single_bits_is_refused_before_decoding(no_decoding):
    data = png(13_300, 13_300, 1, 0, zeros(13_300 * 1664))
    assert len(data) < 30_000
    assert refusal(data) == (
        "This picture is 13,300 × 13,300 pixels; "
        "the playground opens pictures of up to 16 megapixels."
    )


def test_a_png_of_9450_squared_colours_is_refused_before_decoding(no_decoding):
    data = png(9450, 9450, 8, 2, zeros(9450 * 28_351))
    assert len(data) < 300_000
    assert refusal(data).startswith("This picture is 9,450 × 9,450 pixels;")


@pytest.mark.parametrize("size", [(4001, 4000), (8192, 1954), (60_000, 60_000), (2**31 - 1,) * 2])
def test_more_than_16_megapixels_are_refused_before_decoding(size, no_decoding):
    assert "16 megapixels" in refusal(png(*size, 8, 0, b""))


@pytest.mark.parametrize("size", [(8193, 1), (1, 8193), (1_000_000, 2)])
def test_a_side_over_8192_is_refused_before_decoding(size, no_decoding):
    assert "8,192 pixels a side" in refusal(png(*size, 8, 0, b""))


@pytest.mark.parametrize("size", [(4000, 4000), (8192, 1953)])
def test_pictures_at_the_limits_are_read(size):
    picture = load_image(encode("PNG", Image.new("L", size, 9), compress_level=1), 64)
    assert max(picture.shape) == 64 and (picture == np.float32(9) / np.float32(255)).all()


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    body = struct.pack(layout, *values)
    return data[:offset] + body + data[offset + len(body) :]


def huge_files() -> dict[str, bytes]:
    gif, bmp, avif = SAMPLES["GIF"], SAMPLES["BMP"], SAMPLES["AVIF"]
    jpeg, webp = SAMPLES["JPEG"], SAMPLES["lossless WEBP"]
    frame = gif.index(b",\0\0\0\0")
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x12\0\0\0" + b"\x7f\x2e\0" * 2
    inner = b"\0" * 6 + b"\x13\0\0\x17\0\0" + b"\0" * 4 + webp[12:]
    animation = b"ANIM\6\0\0\0" + bytes(6) + b"ANMF" + struct.pack("<I", len(inner)) + inner
    body = b"WEBP" + canvas + animation
    return {
        "GIF screen": patched(gif, 6, "<HH", 65_535, 65_535),
        "GIF frame": patched(gif, frame + 5, "<HH", 65_535, 65_535),
        "GIF frame far out": patched(gif, frame + 1, "<HH", 65_000, 65_000),
        "BMP": patched(bmp, 18, "<ii", 30_000, 30_000),
        "BMP upside down": patched(bmp, 18, "<ii", 30_000, -30_000),
        "JPEG": patched(jpeg, jpeg.index(b"\xff\xc0") + 5, ">HH", 65_000, 65_000),
        "AVIF": patched(avif, avif.index(b"ispe") + 8, ">II", 12_000, 12_000),
        "WEBP canvas": b"RIFF" + struct.pack("<I", len(body)) + body,
    }


@pytest.mark.parametrize("name", huge_files())
def test_a_huge_declared_size_is_refused_before_decoding(name, no_decoding):
    assert "16 megapixels" in refusal(huge_files()[name])


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size):
    refusal(png(*size, 8, 0, zlib.compress(b"")))
    refusal(patched(SAMPLES["BMP"], 18, "<ii", *size))
    refusal(patched(SAMPLES["GIF"], 6, "<HH", *size)[:13] + b";")


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_text_that_inflates_without_end_does_no_harm(name):
    text = {b"zTXt": b"a\0\0", b"iTXt": b"a\0\1\0\0\0", b"iCCP": b"a\0\0"}[name]
    bomb = chunk(name, text + zeros(50_000_000))
    try:
        assert load_image(png(2, 1, 8, 0, zlib.compress(b"\0\0\0"), bomb)).shape == (1, 1, 2)
    except BadFile as error:
        assert "damaged" in str(error)


def many_pieces() -> dict[str, bytes]:
    jpeg, gif = SAMPLES["JPEG"], SAMPLES["GIF"]
    progressive = SAMPLES["progressive JPEG"]
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    frame = gif.index(b",\0\0\0\0")
    pixels = zlib.compress(b"\0\0\0")
    return {
        "PNG chunks": png(2, 1, 8, 0, pixels, chunk(b"tEXt", b"a\0b") * (MAX_PIECES + 1)),
        "JPEG segments": jpeg[:2] + b"\xff\xfe\0\2" * (MAX_PIECES + 1) + jpeg[2:],
        "JPEG fill": jpeg[:2] + b"\xff" * 100_000 + jpeg[2:],
        "JPEG scans": progressive[:-2] + scan * MAX_JPEG_SCANS + b"\xff\xd9",
        "GIF comment": gif[:frame] + b"!\xfe" + b"\1a" * (MAX_GIF_BLOCKS + 1) + b"\0" + gif[frame:],
        "GIF comments": gif[:frame] + b"!\xfe\0" * (MAX_GIF_BLOCKS + 1) + gif[frame:],
    }


@pytest.mark.parametrize("name", many_pieces())
def test_a_file_in_very_many_pieces_is_refused(name, no_decoding):
    assert refusal(many_pieces()[name]) == (
        "This picture is stored in too many pieces to be opened safely."
    )


def test_a_jpeg_with_large_blocks_of_notes_is_read():
    data = SAMPLES["JPEG"]
    notes = (b"\xff\xed\xff\xff" + b"\xff\xda" * 32_766 + b"\0") * 20
    assert np.array_equal(load_image(data[:2] + notes + data[2:]), load_image(data))


def with_right_checksums(data: bytes) -> bytes:
    """A PNG whose chunks' checksums fit, so that mistakes get past the first gate."""
    parts, position = [data[:8]], 8
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        name, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        parts.append(struct.pack(">I", length) + name + body)
        parts.append(struct.pack(">I", zlib.crc32(name + body)))
        position += 12 + length
    return b"".join(parts) + data[position:]


def mutant(data: bytes, source: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(source.choice((1, 1, 2, 5, 20))):
        place = source.randrange(min(len(changed), source.choice((40, 200, len(changed)))))
        match source.randrange(4):
            case 0:
                changed[place] = source.choice((0, 1, 127, 128, 255, source.randrange(256)))
            case 1:
                changed[place] ^= 1 << source.randrange(8)
            case 2:
                del changed[place : place + source.randrange(1, 9)]
            case _:
                changed[place:place] = source.randbytes(source.randrange(1, 9))
        if not changed:
            break
    return bytes(changed)


@pytest.mark.parametrize("name", FORMATS)
def test_changed_bytes_give_a_picture_or_one_sentence(name):
    source = random.Random(name)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(name, exif=exif.tobytes()) if name not in ("GIF", "BMP") else SAMPLES[name]
    outcomes = {"picture": 0, "refused": 0}
    for _ in range(600):
        hostile = mutant(data, source)
        if name == "PNG":
            hostile = with_right_checksums(hostile)
        try:
            picture = load_image(hostile, 64)
        except BadFile as error:
            assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", str(error))
            outcomes["refused"] += 1
        else:
            assert picture.dtype == np.float32 and picture.shape[0] in (1, 3)
            assert min(picture.shape) > 0 and max(picture.shape) <= 64
            outcomes["picture"] += 1
    assert outcomes["refused"] > 20


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), struct.error("x"), KeyError(1)])
def test_whatever_the_decoder_raises_becomes_one_sentence(error, monkeypatch):
    def load(*_):
        raise error

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    refusal(SAMPLES["JPEG"])


def test_nothing_about_a_bad_file_reaches_the_console():
    program = (
        "import sys\n"
        "from playground.files import BadFile\n"
        "from playground.files.images import load_image\n"
        "for line in sys.stdin:\n"
        "    try: load_image(bytes.fromhex(line))\n"
        "    except BadFile: continue\n"
    )
    exif = b"Exif\0\0II*\0\xff\xff\xff\xff"
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    jpeg = SAMPLES["JPEG"]
    files = [jpeg[:2] + segment + jpeg[2:], png(10_000, 10_000, 8, 0, b""), b"secret"]
    files += [data[: len(data) // 2] for data in SAMPLES.values()]
    done = subprocess.run(
        [sys.executable, "-c", program],
        input="\n".join(data.hex() for data in files),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
