"""The user's own pictures, sorted into classes: first gathered, then made into a dataset.

Everything here is immutable, so that a training run keeps the pictures that it began with while
the user goes on sorting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from playground.datasets.dataset import Dataset, stratified
from playground.engine.errors import EngineError
from playground.files.archives import (
    MAX_CLASSES,
    MAX_PER_CLASS,
    MAX_PICTURES,
    SIDE,
    class_name,
)
from playground.files.images import digest, from_bytes, to_grey
from playground.files.setup import CHOICES
from playground.files.thumbnails import square_picture

MIN_CLASSES, MIN_PICTURES = 2, 2
SIDES = CHOICES["side"]  # that pictures can be trained at, in pixels
KEY = 16  # characters of a picture's key
FEW = 5  # held-out pictures of a class; fewer say next to nothing

Thumbnails = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Collection:
    """Pictures by class; each method returns a new collection, and refuses with `EngineError`.

    Attributes
    ----------
    classes : dict of str to tuple of ndarray
        By names as from `class_name`: uint8, (1 or 3, 64, 64), read-only, squares cut out of the
        middle of what the user gave. The larger originals are not kept, so the fullest collection
        takes 12 MB.
    """

    classes: Mapping[str, Thumbnails]

    @property
    def count(self) -> int:
        """Number of pictures."""
        return sum(map(len, self.classes.values()))

    @property
    def bytes(self) -> int:
        """How much memory the pictures take."""
        return sum(picture.nbytes for picture in self.pictures())

    def pictures(self) -> Iterator[np.ndarray]:
        """All pictures, class by class."""
        return chain.from_iterable(self.classes.values())

    @cached_property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """A key for each picture of each class, made from its pixels."""
        return {name: tuple(map(_key, pictures)) for name, pictures in self.classes.items()}

    @cached_property
    def digest(self) -> str:
        """Name the collection by its content: its classes and their pictures."""
        return digest(repr(self.keys).encode())[:KEY]

    def with_class(self, name: str) -> Collection:
        """One more class, without pictures."""
        name = self._free(name)
        if len(self.classes) >= MAX_CLASSES:
            raise EngineError(f"There can be {MAX_CLASSES} classes at most.")
        return self._changed({**self.classes, name: ()})

    def renamed(self, old: str, new: str) -> Collection:
        """The same class in the same place under another name."""
        others = {name: p for name, p in self.classes.items() if name != old}
        new = Collection(others)._free(new)
        return self._changed({new if name == old else name: p for name, p in self.classes.items()})

    def without_class(self, name: str) -> Collection:
        """Without a class and its pictures."""
        return self._changed({n: pictures for n, pictures in self.classes.items() if n != name})

    def without_empty_classes(self) -> Collection:
        """Without the classes that have no pictures."""
        return self._changed({name: own for name, own in self.classes.items() if own})

    def with_picture(self, name: str, picture: np.ndarray) -> Collection:
        """One more picture of a class: float32 as from `load_image`, or uint8 of 64 x 64."""
        own = self.classes[name]
        thumbnail = _thumbnail(picture)
        if len(own) >= MAX_PER_CLASS:
            raise EngineError(
                f"The class “{name}” has {MAX_PER_CLASS} pictures, the most it takes."
            )
        if self.count >= MAX_PICTURES:
            raise EngineError(f"There are {MAX_PICTURES:,} pictures, the most that fit.")
        if any(np.array_equal(thumbnail, other) for other in own):
            raise EngineError(f"This picture is already in the class “{name}”.")
        return self._changed({**self.classes, name: (*own, thumbnail)})

    def without_picture(self, name: str, place: int) -> Collection:
        """Without one picture of a class, the first being 0."""
        own = self.classes[name]
        if not 0 <= place < len(own):
            raise EngineError(f"The class “{name}” has no picture {place + 1}.")
        return self._changed({**self.classes, name: own[:place] + own[place + 1 :]})

    def merged(self, classes: Mapping[str, Sequence[np.ndarray]]) -> tuple[Collection, list[str]]:
        """With the classes of an archive put into those of the same name, or beside them.

        Returns
        -------
        Collection
        list of str
            A sentence for each class of which something did not fit.
        """
        result, sentences = self, []
        for name, pictures in classes.items():
            refused, why = 0, ""
            try:
                name = result._existing(name)
                if name not in result.classes:
                    result = result.with_class(name)
            except EngineError as error:
                refused, why, pictures = len(pictures), str(error), ()
            for picture in pictures:
                try:
                    result = result.with_picture(name, picture)
                except EngineError as error:
                    refused, why = refused + 1, str(error)
            if refused:
                what = "1 picture was" if refused == 1 else f"{refused} pictures were"
                sentences.append(f"“{name}”: {what} left out. {why}")
        return result, sentences

    def problem(self) -> str:
        """Say in one sentence why nothing can be learned from it yet; "" if something can."""
        if len(self.classes) < MIN_CLASSES:
            return f"There must be at least {MIN_CLASSES} classes to tell apart."
        for name, pictures in self.classes.items():
            if len(pictures) < MIN_PICTURES:
                have = "only 1 picture" if pictures else "no picture"
                return (
                    f"The class “{name}” has {have}; each class needs at least {MIN_PICTURES}, "
                    "one to learn from and one to be judged by."
                )
        return ""

    def dataset(self, side: int = 32, colour: bool = True, seed: int = 0) -> Dataset:
        """Freeze the collection at one size, a fifth of each class held out.

        Parameters
        ----------
        side : int
            One of `SIDES`.
        colour : bool
            Three channels; a grey picture has the same in each. Without, one channel.
        seed : int
            Of the draw of the held-out pictures.

        Raises
        ------
        EngineError
            If there is too little to learn from, or the side is none of `SIDES`.
        """
        if problem := self.problem():
            raise EngineError(problem)
        if side not in SIDES:
            raise EngineError(f"Pictures are trained at {SIDES} pixels, not at {side}.")
        sizes = [len(pictures) for pictures in self.classes.values()]
        images = np.empty((self.count, 3 if colour else 1, side, side), np.uint8)
        for place, thumbnail in enumerate(self.pictures()):
            picture = from_bytes(thumbnail)
            # One channel is copied to all three.
            images[place] = square_picture(picture if colour else to_grey(picture), side)
        targets = np.repeat(np.arange(len(sizes)), sizes)
        held_out = stratified(targets, np.random.default_rng(seed))
        return Dataset("Your pictures", tuple(self.classes), images, targets, held_out)

    def _changed(self, classes: dict[str, Thumbnails]) -> Collection:
        return replace(self, classes=classes)

    def _existing(self, name: str) -> str:
        """The name as a class has it, capital letters aside; a clean one if none has."""
        name = class_name(name)
        return next((n for n in self.classes if n.casefold() == name.casefold()), name)

    def _free(self, name: str) -> str:
        name = class_name(name, f"Class {len(self.classes) + 1}")
        if self._existing(name) in self.classes:
            raise EngineError(f"There is already a class “{self._existing(name)}”.")
        return name


# What somebody begins with who has no pictures yet.
START = Collection({"Class 1": (), "Class 2": ()})


def cautions(dataset: Dataset) -> list[str]:
    """Say what a small or uneven set cannot show, in a sentence each; an empty list if nothing."""
    found = []
    counts = dataset.counts()
    few = [
        f"“{label}” {held_out}"
        for label, (_, held_out) in zip(dataset.labels, counts, strict=True)
        if held_out < FEW
    ]
    if few:
        least = counts[:, 1].min()
        found.append(
            f"Few pictures are held out ({', '.join(few)}): one that is right or wrong by luck "
            f"changes the accuracy of its class by up to {100 / least:.0f} percentage points, so "
            "the figures mean little."
        )
    totals = counts.sum(axis=1)
    if totals.max() >= 3 * totals.min():
        large, small = (dataset.labels[k] for k in (totals.argmax(), totals.argmin()))
        found.append(
            f"“{large}” has {totals.max()} pictures and “{small}” only {totals.min()}: a network "
            f"that always says “{large}” already looks good."
        )
    kept = {image.tobytes() for image in dataset.images[~dataset.held_out]}
    twins = sum(image.tobytes() in kept for image in dataset.images[dataset.held_out])
    if twins:
        what = "1 held-out picture is" if twins == 1 else f"{twins} held-out pictures are"
        found.append(f"{what} also among those to learn from, so the accuracy flatters.")
    return found


def _key(thumbnail: np.ndarray) -> str:
    return digest(repr(thumbnail.shape).encode() + thumbnail.tobytes())[:KEY]


def _thumbnail(picture: np.ndarray) -> np.ndarray:
    """A read-only square of 64 x 64 bytes."""
    if picture.dtype == np.uint8:
        if picture.shape not in ((1, SIDE, SIDE), (3, SIDE, SIDE)):
            raise ValueError(f"A picture of bytes must be {SIDE} x {SIDE} already.")
        picture = from_bytes(picture)
    return square_picture(picture, SIDE)
