"""The store of activations: bounded in bytes, the least used go first, nobody can change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.ui.network.activations import Store


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 130)), max_size=30))
def test_it_never_holds_more_than_its_limit_and_has_what_came_last(steps):
    store, sizes = Store(100), {}
    for key, size in steps:
        store.put(key, f"{key}/{size}", size)
        sizes[key] = size
        assert store.get(key) == (f"{key}/{size}" if size <= 100 else None)
        held = [k for k in sizes if store.get(k) is not None]
        assert store.bytes == sum(sizes[k] for k in held) <= 100


def test_what_was_looked_at_last_stays_longest():
    store = Store(30)
    for key in "abc":
        store.put(key, key, 10)
    assert store.get("a") == "a"
    store.put("d", "d", 10)
    assert [store.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_arrays_are_read_only_and_keep_no_larger_array_alive():
    store, whole = Store(1000), np.arange(200.0, dtype=np.float32)
    part = store.put_array("part", whole[:10])
    assert part.base is None and store.bytes == 40 and store.get("part") is part
    with pytest.raises(ValueError):
        part[0] = 1
    whole[0] = 7
    assert part[0] == 0
