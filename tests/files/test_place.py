"""Where the Network page is, in a link and back: exactly, and whatever comes from outside."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.files.gallery import GALLERY
from playground.files.place import (
    AT_ONCE,
    CHOICES,
    LONGEST_NAME,
    MAX_UNFOLDED,
    NAMES,
    Place,
    from_query,
    held_out,
    to_query,
    with_part,
)

NAME = st.text(st.characters(categories=("L", "N", "P")), max_size=LONGEST_NAME)
BLOCK = NAME.filter(lambda name: name and "|" not in name)
CELL = st.integers(-1, 9999)
PLACES = st.builds(
    Place,
    network=st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True),
    picture=st.sampled_from([*GALLERY, "draw", "held-0", "held-714", "upload-" + 32 * "0"]),
    node=NAME,
    channel=CELL,
    row=CELL,
    column=CELL,
    shown=st.integers(1, 80).map(lambda n: n * AT_ONCE),
    unfolded=st.lists(BLOCK, max_size=MAX_UNFOLDED, unique=True).map(tuple),
    top=NAME,
    **{name: st.sampled_from(choices) for name, choices in CHOICES.items()},
    target=CELL,
)


@settings(max_examples=40)
@given(PLACES)
def test_a_link_leads_back_to_the_same_place(place):
    query = to_query(place)
    assert all(isinstance(value, str) for value in query.values())
    assert from_query(query) == (place, [])


def test_a_link_says_only_what_differs_from_the_start():
    assert set(to_query(Place())) == {"v", "network"}
    assert set(to_query(replace(Place(), node="conv1"))) == {"v", "network", "node"}


def test_every_part_of_a_place_has_a_name_for_sentences_and_can_be_changed():
    assert set(NAMES) == {field.name for field in fields(Place)}
    for field in fields(Place):
        value = getattr(replace(Place(), picture="draw"), field.name)
        assert getattr(with_part(Place(), field.name, value), field.name) == value


HOSTILE = [
    "\x00", "../x", "💥" * 300, "1e999", "nan", "-2", "0.5", "<script>", "a\nb", 3.5, None, [], {},
    True, 10**9, float("inf"), ["a", 3], "upload-" + 31 * "0", "held-01", "held-123456", "held--1",
]  # fmt: skip


@pytest.mark.parametrize("name", [f.name for f in fields(Place)])
def test_what_is_no_part_of_a_place_is_refused_or_harmless(name):
    for value in HOSTILE:
        try:
            found = with_part(Place(), name, value)
        except ValueError:
            if isinstance(value, str):
                place, notes = from_query({name: value})
                assert place == Place() and len(notes) == 1 and notes[0].endswith(".")
        else:
            assert from_query(to_query(found)) == (found, [])


@pytest.mark.parametrize("name", ["", "nothing", "__class__", None, 3, []])
def test_a_part_that_a_place_has_not_cannot_be_changed(name):
    with pytest.raises(ValueError):
        with_part(Place(), name, "x")


def test_a_list_of_blocks_is_cut_and_cleared_of_what_a_link_cannot_hold():
    names = [f"block{i}" for i in range(3 * MAX_UNFOLDED)]
    assert with_part(Place(), "unfolded", names).unfolded == tuple(names[:MAX_UNFOLDED])
    assert with_part(Place(), "unfolded", ["a", "", "b|c", "a"]).unfolded == ("a",)


def test_held_out_pictures_have_numbers_and_others_none():
    assert held_out("held-0") == 0 and held_out("held-12") == 12
    assert held_out("draw") is None and held_out("cat") is None
