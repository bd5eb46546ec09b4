"""Whatever a file holds, it gives a picture or one sentence."""

from __future__ import annotations

import random
import re
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

from playground.files import BadFile
from playground.files.images import load_image
from tests.files.pictures import chunk
from tests.files.samples import FORMATS, SAMPLES, encode, png, refusal, zeros

# pytest puts its own warning filters in place of those that the package sets.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]


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


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_text_that_inflates_without_end_does_no_harm(name):
    text = {b"zTXt": b"a\0\0", b"iTXt": b"a\0\1\0\0\0", b"iCCP": b"a\0\0"}[name]
    bomb = chunk(name, text + zeros(50_000_000))
    try:
        assert load_image(png(2, 1, 8, 0, zlib.compress(b"\0\0\0"), bomb)).shape == (1, 1, 2)
    except BadFile as error:
        assert "damaged" in str(error)


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
