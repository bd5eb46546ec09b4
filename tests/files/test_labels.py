"""Labels from anybody: one a line, plain text, as many as there are outputs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.files.errors import BadFile
from playground.files.labels import labels_from


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_label_stands_on_each_line_whatever_ends_it(end):
    assert labels_from(f"cat{end}dog{end}{end}".encode(), 2) == ("cat", "dog")


def test_a_byte_order_mark_is_no_part_of_the_first_label():
    assert labels_from("\ufeffKatze\nHündin".encode(), 2) == ("Katze", "Hündin")


def test_an_empty_line_in_between_is_the_number_of_its_output():
    assert labels_from("cat\n\ndog", 3) == ("cat", "output 2", "dog")


def test_text_that_would_be_code_stays_text_on_one_line():
    hostile = "<script>alert(1)</script>\t[x](javascript:y)\x00\u202e"
    (label,) = labels_from(hostile, 1)
    assert label == "<script>alert(1)</script> [x](javascript:y)"


def test_another_number_of_lines_is_said_with_both_numbers():
    with pytest.raises(BadFile, match="3 labels, and the network has 10 outputs"):
        labels_from("a\nb\nc", 10)
    with pytest.raises(BadFile, match="0 labels, and the network has 1 output;"):
        labels_from("  \n", 1)


@pytest.mark.parametrize(
    "data", [b"\xff\xfea\x00", b"x" * (4 * 2**20 + 1), b"\n".join([b"x"] * 100_001)]
)
def test_no_text_and_too_much_of_it_are_refused(data):
    with pytest.raises(BadFile):
        labels_from(data, 100_001)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60), st.integers(1, 4))
def test_any_bytes_are_labels_or_refused(data, count):
    try:
        labels = labels_from(data, count)
    except BadFile:
        return
    assert len(labels) == count and all(label.isprintable() and label for label in labels)
