"""Pictures sorted into classes, as a zip with a folder for each class.

This is the order of folders that image datasets are usually kept in (torchvision calls it
ImageFolder): ``cats/1.png, cats/2.png, dogs/1.png``, with or without a folder around everything.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from playground import log
from playground.files.decoding import FORMATS
from playground.files.errors import BadFile
from playground.files.guards import MAX_PIXELS, check_file
from playground.files.images import encode_png, from_bytes, load_image
from playground.files.thumbnails import square_picture
from playground.files.values import MAX_NAME, clean_name
from playground.files.zips import open_zip, read_entry
from playground.limits import LIMITS

MAX_CLASSES = 10
MAX_PER_CLASS = 200
MAX_PICTURES = 1000
SIDE = 64  # pixels, of the squares that pictures are kept as
LOADED = 4 * SIDE  # pixels, of the longer side of what those squares are cut from

# A Mac puts a hidden file beside each picture.
MAX_ENTRIES = 4 * MAX_PICTURES
MAX_ENTRY_BYTES = LIMITS.upload_mb * 2**20
MAX_TOTAL_BYTES = LIMITS.archive_mb * 2**20
MAX_TOTAL_PIXELS = 400_000_000  # about ten seconds of decoding
MAX_RATIO = 200  # a picture shrinks a few times, a drawing in one colour a hundred times
MAX_SENTENCES = 20

# What cannot be in the name of a folder on one system or another.
_UNFIT = re.compile(r'[/\\:*?"<>|]')
_JUNK = re.compile(r"__MACOSX|\..*|Thumbs\.db|desktop\.ini", re.IGNORECASE)
_SPLITS = {"train", "training", "test", "val", "valid", "validation"}
_DRIVE = re.compile(r"[A-Za-z]:")
_PICTURE = re.compile(r"\.(png|jpe?g|jfif|webp|gif|bmp|avif|hei[cf])", re.IGNORECASE)


@dataclass(frozen=True)
class ClassArchive:
    """What a zip held.

    Attributes
    ----------
    classes : dict of str to list of ndarray
        By the class's name: pictures of uint8, (1 or 3, `SIDE`, `SIDE`), in the order of the zip.
    skipped : list of str
        At most `MAX_SENTENCES` sentences about what was left out, and why. They quote names out
        of the zip, so they may be shown as plain text only.
    """

    classes: dict[str, list[np.ndarray]]
    skipped: list[str]


def class_name(name: str, otherwise: str = "Class") -> str:
    """A class's name as it may be kept: at most 40 visible characters, fit to name a folder."""
    name = unicodedata.normalize("NFC", name[: 4 * MAX_NAME])
    visible = "".join(c if c.isprintable() else " " for c in _UNFIT.sub(" ", name))
    visible = visible.strip().lstrip("._ ")  # folders that begin so are hidden or a Mac's own
    return clean_name(visible).rstrip(". ") if visible.strip(". ") else otherwise


def read_class_archive(data: bytes, loose: str = "") -> ClassArchive:
    """Read the pictures of a zip with a folder for each class.

    Nothing is written to disk. Folders around everything are passed over, and so is a level that
    separates training from test pictures. Each picture is brought to a square by
    `square_picture`.

    Parameters
    ----------
    data : bytes
    loose : str
        The class of pictures that lie in no folder; without one they are skipped.

    Raises
    ------
    BadFile
        If the file is no zip, too large, or holds no picture that can be used.
    """
    with open_zip(data, MAX_ENTRIES) as archive:
        reader = _Reader(archive, loose)
        for path, entry in reader.candidates():
            reader.add(path, entry)
    if not reader.classes:
        why = reader.skipped[0] if reader.skipped else "it is empty."
        raise BadFile(f"This archive holds no picture that can be used: {why}")
    return ClassArchive(reader.classes, reader.sentences())


def write_class_archive(classes: Mapping[str, Sequence[np.ndarray]]) -> bytes:
    """Write pictures as a zip of PNG files; `read_class_archive` gives the same pixels back.

    Parameters
    ----------
    classes : dict of str to sequence of ndarray
        By names as from `class_name`: uint8, (1 or 3, `SIDE`, `SIDE`).
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PNG is packed already
        for name, pictures in classes.items():
            if name != class_name(name):
                raise ValueError(f"{name!r} cannot name a folder.")
            for number, picture in enumerate(pictures, 1):
                entry = zipfile.ZipInfo(f"{name}/{number:03}.png")  # of 1980, always the same
                archive.writestr(entry, encode_png(from_bytes(picture)))
    return file.getvalue()


def read_pictures(files: Sequence[tuple[str, bytes]]) -> tuple[list[np.ndarray], list[str]]:
    """Read pictures that came in several files, under the limits that a zip of them has.

    Parameters
    ----------
    files : sequence of (str, bytes)
        Each file's name and content.

    Returns
    -------
    list of ndarray
        As in `ClassArchive`.
    list of str
        What was left out, as `ClassArchive.skipped`.
    """
    rest, pictures = _Allowance(), []
    for name, data in files:
        try:
            pictures.append(rest.picture(data))
        except BadFile as error:
            rest.skip(name, str(error))
    return pictures, rest.sentences()


class _Allowance:
    """What may still be decoded, and what was left out so far."""

    def __init__(self) -> None:
        self.skipped: list[str] = []
        self.more = 0
        self.bytes_left, self.pixels_left = MAX_TOTAL_BYTES, MAX_TOTAL_PIXELS

    def skip(self, name: str, why: str) -> None:
        if len(self.skipped) < MAX_SENTENCES - 1:
            self.skipped.append(f"“{_shown(name)}” was skipped: {why[0].lower()}{why[1:]}")
        else:
            self.more += 1

    def sentences(self) -> list[str]:
        return self.skipped + ([f"{self.more:,} more were skipped."] if self.more else [])

    def picture(self, data: bytes) -> np.ndarray:
        self._spend_pixels(data)
        return square_picture(load_image(data, LOADED), SIDE)

    def _spend_pixels(self, data: bytes) -> None:
        """Count the pixels that the picture says it has: small files can take long to decode."""
        check_file(data)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                pixels = image.width * image.height
        except Exception:  # load_image says what is wrong with it
            return
        if self.pixels_left < pixels <= MAX_PIXELS:
            raise BadFile(
                f"The pictures together have more than {MAX_TOTAL_PIXELS // 10**6} megapixels."
            )
        if pixels <= MAX_PIXELS:  # nothing larger is ever decoded
            self.pixels_left -= pixels


class _Reader(_Allowance):
    def __init__(self, archive: zipfile.ZipFile, loose: str) -> None:
        super().__init__()
        self.archive, self.loose = archive, loose
        self.classes: dict[str, list[np.ndarray]] = {}
        self.names: dict[str, str] = {}  # a class's name in small letters -> as it came first

    def candidates(self) -> list[tuple[list[str], zipfile.ZipInfo]]:
        """Files whose path can be trusted, without the folders around everything."""
        found: dict[tuple[str, ...], zipfile.ZipInfo] = {}
        for entry in self.archive.infolist():
            if entry.filename.endswith("/"):  # a folder
                continue
            name = unicodedata.normalize("NFC", entry.filename.replace("\\", "/"))
            path = tuple(part for part in name.split("/") if part not in ("", "."))
            if name.startswith("/") or _DRIVE.match(name) or ".." in path or not path:
                self.skip(name, "Its path leads out of the archive.")
            elif any(_JUNK.fullmatch(part) for part in path):
                self.skip(name, "It is a hidden file.")
            elif path in found:
                self.skip(name, "There is another file of that name.")
            else:
                found[path] = entry
        depth = _depth([path for path in found if _PICTURE.search(path[-1])])
        return [(list(path[depth:]), entry) for path, entry in found.items()]

    def add(self, path: list[str], entry: zipfile.ZipInfo) -> None:
        try:
            name = self._class_of(path)
            picture = self.picture(self._read(entry))
        except BadFile as error:
            self.skip("/".join(path) or entry.filename, str(error))
        else:
            self.names.setdefault(name.casefold(), name)
            self.classes.setdefault(name, []).append(picture)

    def _class_of(self, path: list[str]) -> str:
        if len(path) < 2 and not self.loose:
            raise BadFile("It lies in no folder, so its class is not known.")
        name = class_name(path[0] if len(path) > 1 else self.loose)
        name = self.names.get(name.casefold(), name)
        if name not in self.classes and len(self.classes) >= MAX_CLASSES:
            raise BadFile(f"There are {MAX_CLASSES} classes at most.")
        if len(self.classes.get(name, ())) >= MAX_PER_CLASS:
            raise BadFile(f"A class takes {MAX_PER_CLASS} pictures at most.")
        if sum(map(len, self.classes.values())) >= MAX_PICTURES:
            raise BadFile(f"All classes together take {MAX_PICTURES:,} pictures at most.")
        return name

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise BadFile(f"It is packed more than {MAX_RATIO} times smaller than it is.")
        if self.bytes_left < entry.file_size <= MAX_ENTRY_BYTES:
            log.limit("archive_mb")
            raise BadFile(f"The files together are larger than {MAX_TOTAL_BYTES // 2**20} MB.")
        if entry.file_size <= MAX_ENTRY_BYTES:  # no more than that is ever unpacked
            self.bytes_left -= entry.file_size
        return read_entry(self.archive, entry, MAX_ENTRY_BYTES)


def _depth(paths: list[tuple[str, ...]]) -> int:
    """Count the folders above the one that names the class."""
    depth = 0
    while any(len(path) > depth + 2 for path in paths):
        names = {path[depth] for path in paths if len(path) > depth + 1}
        if len(names) > 1 and not {name.lower() for name in names} <= _SPLITS:
            break
        depth += 1
    return depth


def _shown(name: str) -> str:
    name = "".join(c if c.isprintable() else " " for c in name[:400])
    return name if len(name) <= 60 else "…" + name[-59:]
