"""Where the History page is, in a link and back: exactly, and whatever comes from outside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.files import experiment, place
from playground.files.gallery import GALLERY
from playground.files.moment import (
    MOST_BLOCKS,
    NAMES,
    Moment,
    from_query,
    is_link,
    to_query,
    with_part,
)

NODE = st.from_regex(r"[A-Za-z0-9_.×]{0,80}", fullmatch=True)
BLOCK = st.integers(0, MOST_BLOCKS)
MOMENTS = st.builds(
    Moment,
    system=st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True),
    picture=st.sampled_from(["", *GALLERY, "upload-" + 32 * "0"]).filter(bool),
    before_block=BLOCK,
    after_block=BLOCK,
    before_node=NODE,
    after_node=NODE,
)


@settings(max_examples=40)
@given(MOMENTS)
def test_a_link_brings_back_exactly_the_moment_it_was_made_of(moment):
    query = to_query(moment)
    assert from_query(query) == (moment, []) and is_link(query)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*NAMES, "v", "x"]), st.text(max_size=60)))
def test_any_query_is_a_moment_and_every_unusable_part_is_named(query):
    moment, notes = from_query(query)
    assert from_query(to_query(moment))[0] == moment
    refused = [name for name in NAMES if name in query and to_query(moment).get(name) is None]
    defaults = {name for name in refused if query[name] == str(getattr(Moment(), name))}
    for name in set(refused) - defaults:
        assert any(NAMES[name] in note for note in notes) or _same(query[name], name)


def _same(text: str, name: str) -> bool:
    """Whether a text is another way of writing what stands there anyway."""
    try:
        return with_part(Moment(), name, text) == Moment()
    except ValueError:
        return False


def test_another_system_begins_anew_and_keeps_the_picture():
    old = Moment("resnet50", "coffee", 0, 1, "relu", "bottleneck.add")
    assert with_part(old, "system", "densenet121") == Moment("densenet121", "coffee")
    assert with_part(old, "system", "resnet50") == old


def test_another_block_of_one_side_leaves_the_other_side_alone():
    old = Moment("resnet50", "", 0, 0, "block1.relu2", "residual.add")
    new = with_part(old, "after_block", 1)
    assert new == Moment("resnet50", "", 0, 1, "block1.relu2", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("system", "../etc"), ("system", None), ("picture", "draw"), ("after_block", -1),
        ("after_block", True), ("after_node", "<b>"), ("after_node", []), ("__class__", 1),
        ([], 1), ("before_block", float("nan")),
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_moment_is_refused(name, value):
    with pytest.raises(ValueError, match=r"."):
        with_part(Moment(), name, value)


def test_the_pages_do_not_take_each_others_links():
    own, other = {"v": "1", "system": "vgg16"}, {"v": "1", "network": "vgg16", "picture": "cat"}
    assert is_link(own) and place.is_link(other)
    assert not is_link(other) and not place.is_link(own)
    assert not experiment.is_link(own) and not experiment.is_link(other)
    assert not is_link({}) and not place.is_link({})
    start = experiment.to_query(experiment.Experiment(picture="coffee", stride=2))
    assert experiment.is_link(start) and not is_link(start) and not place.is_link(start)
