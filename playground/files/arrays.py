"""Arrays to keep: one NumPy archive for everything that was computed."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import numpy as np

# `numpy.savez_compressed` keeps two names for arguments of its own.
NAME = re.compile(r"(?!(file|allow_pickle)$)[A-Za-z0-9_.-]{1,80}")


def to_npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Write arrays to a compressed ``.npz`` file, which `numpy.load` opens.

    Parameters
    ----------
    arrays : dict of str to ndarray
        Arrays of numbers by name. A name is the array's file name inside the archive, so it may
        hold English letters, digits, ``_``, ``-`` and ``.`` only.

    Raises
    ------
    ValueError
        If a name holds anything else, or an array holds Python objects, which a reader could only
        open by running code.
    """
    entries = {}
    for name, array in arrays.items():
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name an array in an archive.")
        entries[name] = np.asarray(array)
        if entries[name].dtype.hasobject:
            raise ValueError(f"The array {name!r} holds objects, not numbers.")
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **entries)
    return file.getvalue()
