"""Limits that hold before a picture is decoded, so that a small file cannot cost much."""

from __future__ import annotations

import re
import struct

from playground import log
from playground.files.errors import BadFile
from playground.limits import LIMITS

MAX_FILE_BYTES = LIMITS.upload_mb * 2**20
MAX_PIXELS = LIMITS.picture_megapixels * 1_000_000
MAX_SIDE = LIMITS.picture_side

# Encoders write about ten scans and a few dozen segments or chunks. Each scan costs a pass over the
# whole picture and each chunk up to a megabyte of inflated text, so thousands would take minutes.
MAX_JPEG_SCANS = 100
MAX_PIECES = 1000
MAX_JPEG_FILL = 1000
MAX_GIF_BLOCKS = 100_000  # of comments and the like before the first frame, up to 255 bytes each

# In entropy-coded data FF is followed by 00 or by a restart marker; anything else is a marker
# (ITU-T T.81, section B.1.1.2).
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_JPEG_START, _JPEG_END, _JPEG_SCAN, _JPEG_TEMPORARY = 0xD8, 0xD9, 0xDA, 0x01
_GIF_BLOCK = re.compile(rb"[!,;]")  # GIF89a, section 12: extension, image, end
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_PIXEL_CHUNKS = (b"IDAT", b"fdAT", b"fcTL")


def check_file(data: bytes) -> None:
    """Raise BadFile for a file that is empty, too large or in too many pieces."""
    if not data:
        raise BadFile("This file is empty.")
    if len(data) > MAX_FILE_BYTES:
        log.limit("upload_mb")
        raise BadFile(
            f"This file is larger than {LIMITS.upload_mb} MB, the most that the playground opens."
        )
    if _too_many_pieces(data):
        raise BadFile("This picture is stored in too many pieces to be opened safely.")


def check_size(width: int, height: int) -> None:
    """Raise BadFile for a picture, in pixels, that is larger than the limits or has no pixels."""
    if width < 1 or height < 1:
        raise BadFile("This picture is damaged: it says that it has no pixels.")
    if width * height > MAX_PIXELS:
        log.limit("picture_megapixels")
        raise BadFile(
            f"This picture is {width:,} × {height:,} pixels; "
            f"the playground opens pictures of up to {LIMITS.picture_megapixels} megapixels."
        )
    if max(width, height) > MAX_SIDE:
        log.limit("picture_side")
        raise BadFile(
            f"This picture is {width:,} × {height:,} pixels; "
            f"the playground opens pictures of up to {MAX_SIDE:,} pixels a side."
        )


def _too_many_pieces(data: bytes) -> bool:
    if data.startswith(_PNG_SIGNATURE):
        return _too_many_chunks(data)
    if data.startswith(b"\xff\xd8"):
        return _too_many_segments(data)
    return data.startswith(b"GIF8") and _too_many_blocks(data)


def _too_many_chunks(png: bytes) -> bool:
    chunks, position = 0, len(_PNG_SIGNATURE)
    while position + 8 <= len(png) and chunks <= MAX_PIECES:
        length, kind = struct.unpack_from(">I4s", png, position)
        chunks += kind not in _PNG_PIXEL_CHUNKS
        position += 12 + length
    return chunks > MAX_PIECES


def _too_many_segments(jpeg: bytes) -> bool:
    segments = scans = 0
    position = 2
    while marker := _JPEG_MARKER.search(jpeg, position):
        code = marker[1][0]
        if code == _JPEG_END:
            return False
        segments += 1
        scans += code == _JPEG_SCAN
        fill = 0 if scans else marker.end() - position
        if segments > MAX_PIECES or scans > MAX_JPEG_SCANS or fill > MAX_JPEG_FILL:
            return True
        position = marker.end()
        if code not in (_JPEG_START, _JPEG_TEMPORARY) and position + 2 <= len(jpeg):
            position += struct.unpack_from(">H", jpeg, position)[0]
    return False


def _too_many_blocks(gif: bytes) -> bool:
    flags = gif[10] if len(gif) > 10 else 0
    position = 13 + (6 << (flags & 7) if flags & 0x80 else 0)  # behind the colour table
    blocks = 0
    while (block := _GIF_BLOCK.search(gif, position)) and block[0] == b"!":
        position = block.end() + 1
        blocks += 1
        while position < len(gif) and gif[position] and blocks <= MAX_GIF_BLOCKS:
            position += 1 + gif[position]
            blocks += 1
        if blocks > MAX_GIF_BLOCKS:
            return True
        position += 1
    return False
