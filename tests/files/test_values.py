"""Numbers, kernels and names from outside are taken as people write them, or refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.files.values import MAX_NAME, clean_name, number, square


@pytest.mark.parametrize(
    "value",
    [True, False, None, [], {}, math.nan, math.inf, -math.inf, 10**400, -(10**400), 1000.5, b"1",
     1j, object()],
)  # fmt: skip
def test_values_of_other_types_are_no_numbers(value):
    with pytest.raises(ValueError):
        number(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-1.5", -1.5), ("+.5", 0.5), ("2.", 2), ("1e-3", 1e-3), ("-0", 0), ("1E2", 100)],
)
def test_plain_decimal_numbers_are_read(text, value):
    assert number(text) == value and str(number(text)) != "-0.0"


@pytest.mark.parametrize("count", [0, 2, 3, 4, 8, 16, 36, 64, 81])
def test_only_the_offered_sizes_are_kernels(count):
    with pytest.raises(ValueError):
        square([1.0] * count)


@given(st.text())
def test_a_clean_name_is_one_visible_line_and_stays_as_it_is(name):
    clean = clean_name(name)
    assert 1 <= len(clean) <= MAX_NAME
    assert clean.isprintable() and clean == clean.strip() == clean_name(clean)
