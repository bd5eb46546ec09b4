"""What networks made of pictures: kept once for all sessions, and never more than so many bytes.

A session holds no activations. What is gone is computed again when somebody looks at it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import numpy as np

from playground.limits import LIMITS

LIMIT = LIMITS.activations_mb * 2**20  # bytes


class Store:
    """Values by their keys, the least recently used of them let go first.

    Parameters
    ----------
    limit : int
        Bytes that all values together may have.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.bytes = 0
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The value, or None when it is not there or no longer there."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of so many bytes; one larger than the limit is not kept at all."""
        with self._lock:
            if key in self._entries:
                self.bytes -= self._entries.pop(key)[1]
            if size > self.limit:
                return
            self._entries[key] = (value, size)
            self.bytes += size
            while self.bytes > self.limit:
                _, (_, gone) = self._entries.popitem(last=False)
                self.bytes -= gone

    def put_array(self, key: Hashable, array: np.ndarray) -> np.ndarray:
        """Keep an array, read-only; returns the one to go on with."""
        if array.base is not None:  # a view would keep the whole array that it is a part of
            array = array.copy()
        array.setflags(write=False)
        self.put(key, array, array.nbytes)
        return array


STORE = Store()
