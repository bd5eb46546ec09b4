"""Archives that lie, hide, lead out or would unpack to more than the machine has."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from playground.files import BadFile, archives, zips
from playground.files.archives import MAX_SENTENCES, read_class_archive, read_pictures
from tests.files.pictures import encode
from tests.files.samples import SAMPLES, png, zeros
from tests.files.test_archives import PNG, SMALL, zipped

GOOD = {"cats/1.png": PNG[0], "dogs/1.png": PNG[1]}


def skipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> list[str]:
    """What is skipped when these files lie beside two good ones, which must be read."""
    archive = read_class_archive(zipped(GOOD | files, method))
    assert [len(archive.classes[name]) for name in ("cats", "dogs")] == [1, 1]
    assert sum(map(len, archive.classes.values())) == 2
    return archive.skipped


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("cats/2.txt", b"a cat", "not a picture"),
        ("cats/2.png", PNG[2][:-40], "ends too early"),
        ("cats/2.png", b"", "empty"),
        ("cats/2.zip", zipped({"cats/3.png": PNG[2]}), "not a picture"),
        ("cats/2.heic", b"\0\0\0\x18ftypheic" + bytes(20), "cannot open HEIC"),
        ("2.png", PNG[2], "in no folder"),
        ("/cats/2.png", PNG[2], "leads out"),
        ("C:/cats/2.png", PNG[2], "leads out"),
        ("C:\\cats\\2.png", PNG[2], "leads out"),
        ("../cats/2.png", PNG[2], "leads out"),
        ("cats/../../2.png", PNG[2], "leads out"),
        ("cats\\..\\..\\2.png", PNG[2], "leads out"),
        ("__MACOSX/cats/._1.png", PNG[2], "hidden"),
        ("cats/.2.png", PNG[2], "hidden"),
        (".git/2.png", PNG[2], "hidden"),
        ("cats/Thumbs.db", PNG[2], "hidden"),
        ("cats//1.png", PNG[2], "another file of that name"),
        ("cats/./1.png", PNG[2], "another file of that name"),
        ("cats/2.bmp", SAMPLES["BMP"][:26] + bytes(4 * 10**6), "times smaller"),
        ("cats/2.png", png(9000, 9000, 1, 0, zeros(1126 * 9000)), "16 megapixels"),
    ],
)
def test_what_is_no_good_is_skipped_and_named(name, data, why):
    (sentence,) = skipped({name: data})
    assert why in sentence and sentence.startswith("“") and sentence.endswith(".")
    assert name.replace("\\", "/").split("/")[-1] in sentence


def test_a_name_that_comes_twice_counts_once():
    file = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("cats/1.png", PNG[2])
    archive = read_class_archive(file.getvalue())
    assert len(archive.classes["cats"]) == 1
    assert "another file" in archive.skipped[0]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_skipped(kind):
    link = zipfile.ZipInfo("cats/2.png")
    link.external_attr = (kind | 0o777) << 16
    (sentence,) = skipped({link: b"/etc/passwd"})
    assert "link or a device" in sentence


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_whose_unpacking_has_no_limit_is_refused(method):
    file = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(file, "a", method) as archive:
        archive.writestr("cats/2.png", PNG[2])
    assert "packed in a way" in read_class_archive(file.getvalue()).skipped[0]


def edited(data: bytes, name: bytes, offset: int, form: str, value: int, header: bool) -> bytes:
    """Overwrite a field of an entry: in the directory, or in the header before its content."""
    data = bytearray(data)
    name_at, signature = (30, b"PK\3\4") if header else (46, b"PK\1\2")
    at = data.index(signature)
    while data[at + name_at : at + name_at + len(name)] != name:
        at = data.index(signature, at + 1)
    struct.pack_into(form, data, at + offset, value)
    return bytes(data)


def test_a_locked_entry_is_skipped():
    data = zipped(GOOD | {"cats/2.png": PNG[2]})
    data = edited(data, b"cats/2.png", 8, "<H", 1, header=False)
    assert "password" in read_class_archive(data).skipped[0]


@pytest.mark.parametrize("size", [10, 5_000, 2**31])
def test_a_false_size_in_the_directory_is_not_believed(size):
    data = zipped(GOOD | {"cats/2.png": PNG[2]}, zipfile.ZIP_STORED)
    data = edited(data, b"cats/2.png", 24, "<I", size, header=False)
    archive = read_class_archive(data)
    assert len(archive.classes["cats"]) == 1 and len(archive.skipped) == 1


def test_an_entry_that_grows_beyond_its_stated_size_costs_no_memory():
    data = zipped(GOOD | {"cats/2.png": bytes(60 * 2**20)})
    for header, offset in ((False, 24), (True, 22)):
        data = edited(data, b"cats/2.png", offset, "<I", 500, header)
    tracemalloc.start()
    archive = read_class_archive(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "damaged" in archive.skipped[0] and peak < 10 * 2**20


def test_a_directory_with_too_many_entries_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(zips.zipfile, "ZipFile", lambda *_: pytest.fail("it was read"))
    data = b"PK\1\2" * (archives.MAX_ENTRIES + 1)
    with pytest.raises(BadFile, match="more than 4,000 entries"):
        read_class_archive(data)
    with pytest.raises(BadFile, match="larger than 20 MB"):
        read_class_archive(bytes(20 * 2**20 + 1))


@pytest.mark.parametrize(
    ("limit", "value", "why"),
    [
        ("MAX_ENTRY_BYTES", 500, "larger than 0.00047"),
        ("MAX_TOTAL_BYTES", 2 * len(PNG[0]), "files together"),
        ("MAX_TOTAL_PIXELS", 2 * 64 * 64, "pictures together"),
        ("MAX_PER_CLASS", 1, "class takes 1 pictures"),
        ("MAX_PICTURES", 2, "together take 2"),
    ],
)
def test_totals_are_limited(monkeypatch, limit, value, why):
    monkeypatch.setattr(archives, limit, value)
    if limit == "MAX_ENTRY_BYTES":
        with pytest.raises(BadFile, match=why):
            read_class_archive(zipped(GOOD, zipfile.ZIP_STORED))
    else:
        (sentence,) = skipped({"cats/2.png": PNG[2]}, zipfile.ZIP_STORED)
        assert why in sentence


def test_files_that_come_together_are_limited_together(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL_PIXELS", 2 * 64 * 64)
    found, notes = read_pictures([(f"{k}.png", data) for k, data in enumerate(PNG[:4])])
    assert len(found) == 2 and [n for n in notes if "pictures together" in n] == notes != []


def test_the_eleventh_class_is_skipped():
    archive = read_class_archive(zipped({f"{k}/1.png": SMALL for k in range(11)}))
    assert list(archive.classes) == [str(k) for k in range(10)]
    assert archive.skipped == ["“10/1.png” was skipped: there are 10 classes at most."]


def test_the_list_of_what_was_skipped_stays_short():
    sentences = skipped({f"cats/{k}{'x' * 300}\n.txt": b"?" for k in range(50)})
    assert len(sentences) == MAX_SENTENCES and sentences[-1] == "31 more were skipped."
    assert max(map(len, sentences)) < 250 and all(s.isprintable() for s in sentences)


def test_a_picture_in_thousands_of_pieces_is_refused_before_it_is_opened(monkeypatch):
    text = struct.pack(">I4s", 0, b"tEXt") + bytes(4)
    many = PNG[2][:33] + text * 2000 + PNG[2][33:]
    monkeypatch.setattr(archives.Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(BadFile, match="too many pieces"):
        read_class_archive(zipped({"cats/1.png": many}, zipfile.ZIP_STORED))


def test_no_damage_to_an_archive_causes_anything_but_a_sentence():
    rng = np.random.default_rng(6)
    picture = encode(np.arange(48, dtype=np.uint8).reshape(4, 4, 3), "PNG")
    sound = np.frombuffer(zipped({"a/1.png": picture, "b/1.png": picture}), np.uint8)
    refused = 0
    for _ in range(300):
        mutant = sound.copy()
        places = rng.integers(0, len(mutant), rng.integers(1, 6))
        mutant[places] = rng.integers(0, 256, len(places))
        data = mutant.tobytes()[: len(mutant) - int(rng.integers(0, 30) * (rng.random() < 0.2))]
        try:
            archive = read_class_archive(data)
        except BadFile as error:
            refused += 1
            assert str(error).endswith(".")
        else:
            assert sum(map(len, archive.classes.values())) + len(archive.skipped) <= 2
    assert 30 < refused < 290
