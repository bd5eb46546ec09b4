"""Opening a zip from outside: nothing is extracted, and nothing in it is believed."""

from __future__ import annotations

import io
import stat
import zipfile

from playground.files.errors import BadFile
from playground.files.guards import MAX_FILE_BYTES

_DIRECTORY_ENTRY = b"PK\x01\x02"  # APPNOTE.TXT of PKWARE, section 4.3.12
_ENCRYPTED = 0x1 | 0x20 | 0x40  # section 4.4.4, bits 0, 5 and 6
# bzip2 and LZMA are unpacked in pieces of any size, so a limit comes too late for them.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_zip(
    data: bytes, max_entries: int, what: str = "zip archive", max_bytes: int = MAX_FILE_BYTES
) -> zipfile.ZipFile:
    """Open a zip in memory if its directory is of a sane size; `what` is the user's word for it.

    Raises
    ------
    BadFile
        If it is empty, larger than `max_bytes`, has too many entries, or is not a zip.
    """
    if not data:
        raise BadFile("This file is empty.")
    if len(data) > max_bytes:
        size = max_bytes // 2**20
        raise BadFile(f"This file is larger than {size} MB, the most that the playground opens.")
    # Whatever the file says of their number: no entry is read without this signature before it.
    if data.count(_DIRECTORY_ENTRY) > max_entries:
        raise BadFile(f"This archive has more than {max_entries:,} entries.")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # on damaged archives zipfile raises almost every class
        raise BadFile(f"This file is not a {what}, or it is damaged.") from None


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack one entry in memory.

    An entry that states a larger size than `limit` is refused, and of one that is larger than it
    states, no more is unpacked than that.

    Raises
    ------
    BadFile
        If the entry is encrypted, a link, packed in another way than deflate, larger than `limit`
        or damaged.
    """
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and not stat.S_ISREG(kind):
        raise BadFile("It is a link or a device, not a file.")
    if entry.flag_bits & _ENCRYPTED:
        raise BadFile("It is locked with a password.")
    if entry.compress_type not in METHODS:
        raise BadFile("It is packed in a way that the playground does not open.")
    if entry.file_size > limit:
        raise BadFile(f"It is larger than {limit / 2**20:g} MB.")
    try:
        with archive.open(entry) as file:
            # As much as is asked for is unpacked, even where the entry claims to be smaller. To ask
            # for a byte more than there is makes zipfile check the checksum.
            return file.read(entry.file_size + 1)
    except Exception:  # as above
        raise BadFile("It is damaged.") from None
