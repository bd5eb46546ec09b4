"""Weight files that are damaged, lie or attack: one sentence, and little memory."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib

import numpy as np
import pytest

from playground.files import BadFile
from playground.files.weights import read_weights
from tests.files.weight_files import (
    CONTENT,
    DATA,
    ENTRIES,
    NETWORK,
    PARAMS,
    described,
    npy,
    npz,
    refusal,
)  # fmt: skip

WEIGHT = PARAMS["units"]["weight"]


class Trap:
    """Fails the test as soon as something unpickles it."""

    def __reduce__(self):
        return pytest.fail, ("it was unpickled",)


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (npy(np.full_like(WEIGHT, np.nan)), "not all numbers"),
        (npy(np.where(WEIGHT > 0, np.inf, WEIGHT).astype(np.float32)), "not all numbers"),
        (npy(WEIGHT.astype(complex)), "damaged"),
        (npy(WEIGHT.astype(np.float64)), "damaged"),
        (npy(WEIGHT.astype(">f4")), "damaged"),
        (npy(WEIGHT.astype(np.uint8)), "another shape or type"),
        (npy(WEIGHT.T), "damaged"),  # by columns
        (npy(WEIGHT.T.copy()), "another shape or type"),
        (npy(WEIGHT[:2]), "another shape or type"),
        (npy(WEIGHT.ravel()), "another shape or type"),
        (npy(np.array([[Trap()]]), allow_pickle=True), "damaged"),
        (npy(np.array([b"weights"])), "damaged"),
        (npy(WEIGHT)[:-1], "damaged"),
        (npy(WEIGHT) + b"\0", "damaged"),
        (npy(WEIGHT).replace(b"\x93NUMPY\1", b"\x93NUMPY\3"), "damaged"),
        (npy(WEIGHT).replace(b"(3, 18)", b"[3, 18]"), "damaged"),
        (b"", "damaged"),
        (b"\x93NUMPY", "damaged"),
    ],
)
def test_an_array_that_is_not_as_the_network_asks_is_refused(array, why):
    assert why in refusal(npz({"units.weight.npy": array}))


def test_an_array_that_claims_32_gib_is_refused_before_room_is_made():
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (8589934592,), }"
    header = header.ljust(117) + b"\n"
    claim = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + bytes(2_000_000)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert "damaged" in refusal(npz({"units.weight.npy": claim}, method))
    claim = claim[: len(npy(WEIGHT))]  # of the size that the network asks for
    assert "another shape" in refusal(npz({"units.weight.npy": claim}))


def test_an_entry_that_unpacks_to_much_more_than_it_states_costs_no_memory():
    packer = zlib.compressobj(9)
    bomb = packer.compress(ENTRIES["units.weight.npy"] + bytes(60 * 2**20)) + packer.flush()
    assert len(bomb) < 2**20
    data = bytearray(npz({"units.weight.npy": bomb[2:-4]}, zipfile.ZIP_STORED))
    for signature, method, size, name in ((b"PK\3\4", 8, 22, 30), (b"PK\1\2", 10, 24, 46)):
        at = data.index(signature)
        while not data.startswith(b"units.weight.npy", at + name):
            at = data.index(signature, at + 1)
        struct.pack_into("<H", data, at + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", data, at + size, len(ENTRIES["units.weight.npy"]))
    assert "damaged" in refusal(bytes(data))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"PK\3\4", "not a file of weights"),
        (npy(WEIGHT), "not a file of weights"),
        (bytes(20 * 2**20 + 1), "20 MB"),
        (b"PK\1\2" * 801, "more than 800"),
        (npz({"units.weight.npy": None}), "not those of the network"),
        (npz({"more.weight.npy": npy(WEIGHT)}), "not those of the network"),
        (npz({"description.npy": None}), "not a file of weights"),
        (npz({"description.npy": npy(np.zeros(2**19, np.uint8))}), "damaged"),
        (npz({"description.npy": npy(WEIGHT)}), "another shape or type"),
        (npz({}, zipfile.ZIP_LZMA), "damaged"),
        (described(b"\xff\xfe\xfd"), "damaged"),
        (described(""), "damaged"),
        (described("[" * 100_000), "damaged"),
        (described("9" * 5000), "damaged"),
        (described("null"), "damaged"),
        (described("[]"), "damaged"),
        (described("{}"), "damaged"),
        (described(json.dumps(CONTENT | {"format": "other"})), "damaged"),
        (described(json.dumps(CONTENT | {"version": 2})), "newer version"),
        (described(json.dumps(CONTENT | {"version": "1"})), "damaged"),
        (described(json.dumps(CONTENT | {"version": True})), "damaged"),
        (described(json.dumps(CONTENT | {"note": 5})), "damaged"),
        (described(json.dumps(CONTENT | {"network": None})), "damaged"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(data, why):
    assert why in refusal(data)


def test_no_damage_to_a_file_causes_anything_but_a_sentence():
    rng = np.random.default_rng(6)
    refused = 0
    sources = [np.frombuffer(data, np.uint8) for data in (DATA, npz({}))]
    for k in range(400):
        mutant = sources[k % 2].copy()
        places = rng.integers(0, len(mutant), rng.integers(1, 5))
        mutant[places] = rng.integers(0, 256, len(places))
        length = len(mutant) - (int(rng.integers(1, len(mutant))) if k % 10 == 0 else 0)
        try:
            saved = read_weights(mutant[:length].tobytes())
        except BadFile as error:
            refused += 1
            assert str(error).endswith(".")
        else:  # what was hit is of no account; checksums keep the rest
            assert saved.network == NETWORK
            for node, own in PARAMS.items():
                for name, array in own.items():
                    assert np.array_equal(saved.params[node][name], array)
    assert refused > 200
