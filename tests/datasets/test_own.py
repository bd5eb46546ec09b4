"""The user's pictures: sorting them never changes what was there, and small sets are named so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import own
from playground.datasets.own import Collection, cautions
from playground.engine.errors import EngineError
from playground.files.archives import (
    MAX_CLASSES,
    class_name,
    read_class_archive,
    write_class_archive,
)
from playground.files.images import from_bytes

RNG = np.random.default_rng(8)
EMPTY = Collection({})


def pictures(count: int, channels: int = 3, rows: int = 64, columns: int = 64) -> list[np.ndarray]:
    return list(from_bytes(RNG.integers(0, 256, (count, channels, rows, columns), dtype=np.uint8)))


def collection(**sizes: int) -> Collection:
    result = EMPTY
    for name, size in sizes.items():
        result = result.with_class(name)
        for picture in pictures(size):
            result = result.with_picture(name, picture)
    return result


CATS_AND_DOGS = collection(cats=6, dogs=10)


def test_pictures_of_any_form_become_squares_of_one_size_out_of_their_middle():
    wide = np.zeros((3, 64, 128), np.float32)
    wide[:, :, 32:96] = pictures(1)[0]
    result = (
        EMPTY.with_class("a").with_picture("a", wide).with_picture("a", pictures(1, 1, 9, 5)[0])
    )
    middle, small = result.classes["a"]
    assert np.array_equal(from_bytes(middle), wide[:, :, 32:96])
    assert small.shape == (1, 64, 64) and small.dtype == np.uint8
    assert not middle.flags.writeable and not small.flags.writeable


def test_a_change_leaves_the_collection_before_it_as_it_was():
    before = dict(CATS_AND_DOGS.classes)
    CATS_AND_DOGS.with_class("birds")
    CATS_AND_DOGS.renamed("cats", "birds")
    CATS_AND_DOGS.without_picture("dogs", 0)
    CATS_AND_DOGS.without_class("dogs")
    CATS_AND_DOGS.with_picture("cats", pictures(1)[0])
    assert CATS_AND_DOGS.classes == before


def test_a_class_keeps_its_place_and_pictures_under_a_new_name():
    renamed = CATS_AND_DOGS.renamed("cats", " Big  cats/lions ")
    assert list(renamed.classes) == ["Big cats lions", "dogs"]
    assert renamed.classes["Big cats lions"] is CATS_AND_DOGS.classes["cats"]
    assert list(CATS_AND_DOGS.renamed("cats", "Cats").classes) == ["Cats", "dogs"]


def test_pictures_and_classes_can_be_removed():
    fewer = CATS_AND_DOGS.without_picture("cats", 1)
    cats = CATS_AND_DOGS.classes["cats"]
    assert [id(p) for p in fewer.classes["cats"]] == [id(p) for p in cats[:1] + cats[2:]]
    assert fewer.without_class("dogs").count == 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c.with_class("CATS"), "already a class “cats”"),
        (lambda c: c.renamed("cats", "Dogs"), "already a class “dogs”"),
        (lambda c: c.without_picture("cats", 6), "no picture 7"),
        (lambda c: c.without_picture("cats", -1), "no picture"),
        (lambda c: c.with_picture("cats", from_bytes(c.classes["cats"][2])), "already in the"),
        (lambda c: c.dataset(33), "not at 33"),
        (lambda c: c.without_class("cats").dataset(), "at least 2 classes"),
        (lambda c: c.with_class("birds").dataset(), "“birds” has no picture"),
        (lambda c: c.with_class("b").with_picture("b", pictures(1)[0]).dataset(), "only 1 picture"),
    ],
)  # fmt: skip
def test_what_does_not_work_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(EngineError, match=sentence) as caught:
        change(CATS_AND_DOGS)
    assert str(caught.value).endswith(".")


def test_no_more_classes_or_pictures_are_taken_than_fit(monkeypatch):
    full = collection(**{f"class{k}": 0 for k in range(MAX_CLASSES)})
    with pytest.raises(EngineError, match="10 classes"):
        full.with_class("more")
    for limit, value, sentence in [
        ("MAX_PER_CLASS", 6, "“cats” has 6"),
        ("MAX_PICTURES", 16, "There are 16"),
    ]:
        with monkeypatch.context() as patch, pytest.raises(EngineError, match=sentence):
            patch.setattr(own, limit, value)
            CATS_AND_DOGS.with_picture("cats", pictures(1)[0])
    assert own.MAX_PICTURES * 3 * own.SIDE**2 <= 16 * 2**20


@pytest.mark.parametrize("side", own.SIDES)
@pytest.mark.parametrize("colour", [True, False])
def test_the_dataset_has_the_size_and_the_channels_asked_for(side, colour):
    grey = CATS_AND_DOGS.with_picture("cats", pictures(1, channels=1)[0])
    dataset = grey.dataset(side, colour)
    assert dataset.shape == (3 if colour else 1, side, side)
    assert dataset.labels == ("cats", "dogs")
    assert dataset.counts().sum(axis=1).tolist() == [7, 10]
    if colour:
        assert (dataset.images[6, 0] == dataset.images[6, 1]).all()
    if side == 64 and colour:
        assert np.array_equal(dataset.images[0], grey.classes["cats"][0])


@given(sizes=st.lists(st.integers(2, 12), min_size=2, max_size=4), seed=st.integers(0, 5))
def test_every_class_is_on_both_sides_however_small(sizes, seed):
    stock = CATS_AND_DOGS.classes["cats"] + CATS_AND_DOGS.classes["dogs"]
    classes = {f"class {k}": stock[:size] for k, size in enumerate(sizes)}
    dataset = Collection(classes).dataset(32, False, seed)
    assert dataset.counts().min() >= 1
    again = Collection(classes).dataset(32, False, seed)
    assert np.array_equal(dataset.held_out, again.held_out)


def test_a_tiny_set_is_called_what_it_is():
    tiny = collection(cats=2, dogs=9).dataset()
    few, uneven = cautions(tiny)
    assert "“cats” 1" in few and "100 percentage points" in few and "mean little" in few
    assert "always says “dogs”" in uneven
    assert cautions(collection(cats=25, dogs=25).dataset()) == []


def test_a_picture_on_both_sides_of_the_split_is_told():
    same = tuple(CATS_AND_DOGS.classes["cats"])
    twins = Collection({"a": same, "b": same, "c": same, "d": same}).dataset()
    assert any("also among those to learn from" in sentence for sentence in cautions(twins))


def test_an_archive_joins_the_classes_of_the_same_name_and_adds_the_others():
    more = {"Cats": pictures(2), "fish": [*pictures(2), CATS_AND_DOGS.classes["dogs"][0]]}
    merged, sentences = CATS_AND_DOGS.merged(more)
    assert {name: len(p) for name, p in merged.classes.items()} == {
        "cats": 8, "dogs": 10, "fish": 3}  # fmt: skip
    assert sentences == []
    again, sentences = merged.merged(more)
    assert again.count == merged.count
    assert sentences[0].startswith("“cats”: 2 pictures were left out. This picture is already")


def test_what_is_exported_comes_back_as_it_was():
    archive = read_class_archive(write_class_archive(CATS_AND_DOGS.classes))
    back, sentences = EMPTY.merged(archive.classes)
    assert not sentences and not archive.skipped
    assert list(back.classes) == list(CATS_AND_DOGS.classes)
    for name, own_pictures in CATS_AND_DOGS.classes.items():
        assert np.array_equal(own_pictures, back.classes[name])


@given(st.text(max_size=60))
def test_a_class_may_be_called_anything_that_a_folder_can_be_called(name):
    clean = class_name(name, "Class 1")
    assert clean and class_name(clean) == clean and len(clean) <= 40 and clean.isprintable()
    assert not set(clean) & set('/\\:*?"<>|') and clean[0] not in "._ " and clean[-1] not in ". "


def test_keys_name_pictures_by_their_pixels_and_the_digest_classes_with_their_pictures():
    again = Collection(
        {name: tuple(p.copy() for p in own) for name, own in CATS_AND_DOGS.classes.items()}
    )
    assert again.keys == CATS_AND_DOGS.keys and again.digest == CATS_AND_DOGS.digest
    others = (
        CATS_AND_DOGS.renamed("cats", "birds"),
        CATS_AND_DOGS.without_picture("dogs", 3),
        CATS_AND_DOGS.with_class("birds"),
    )
    assert len({each.digest for each in (CATS_AND_DOGS, *others)}) == 4
    assert CATS_AND_DOGS.bytes == 16 * 3 * 64 * 64


def test_empty_classes_give_way():
    assert list(CATS_AND_DOGS.with_class("birds").without_empty_classes().classes) == [
        "cats",
        "dogs",
    ]
    assert not own.START.without_empty_classes().classes
