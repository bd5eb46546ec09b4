"""What was chosen before, to go back to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from playground.datasets.own import Collection
from playground.files.setup import LOOKS, Setup

STEPS = 200
# What one session may hold beside the pictures on its screen: those that were removed.
REMOVED_BYTES = 6 * 2**20


@dataclass(frozen=True)
class Chosen:
    """The set-up and the own pictures, which belong together."""

    setup: Setup
    collection: Collection

    def __post_init__(self) -> None:
        named = replace(self.setup, pictures=self.collection.digest)
        object.__setattr__(self, "setup", named)


@dataclass
class History:
    """What is chosen now, and what was before and after it."""

    now: Chosen
    past: list[Chosen] = field(default_factory=list)
    future: list[Chosen] = field(default_factory=list)

    def change(self, setup: Setup | None = None, collection: Collection | None = None) -> None:
        """Choose something else; `undo` comes back to what was before.

        How the page is looked at is no step.
        """
        old = self.now
        new = Chosen(setup or old.setup, collection or old.collection)
        if new.setup != seen_as(old.setup, new.setup) or new.collection is not old.collection:
            self.past = [*self.past[1 - STEPS :], old]
            self.future.clear()
            self._forget(new)
        self.now = new

    def replace(self, setup: Setup | None = None, collection: Collection | None = None) -> None:
        """Choose something else without a step, as for what comes back after a reload."""
        self.now = Chosen(setup or self.now.setup, collection or self.now.collection)

    def undo(self) -> None:
        """Back to what was before the last change."""
        self._travel(self.past, self.future)

    def redo(self) -> None:
        """Forward again to what `undo` left."""
        self._travel(self.future, self.past)

    def _travel(self, source: list[Chosen], target: list[Chosen]) -> None:
        if source:
            target.append(self.now)
            there = source.pop()
            self.now = replace(there, setup=seen_as(there.setup, self.now.setup))

    def _forget(self, new: Chosen) -> None:
        """Let go of the oldest steps while they hold too many pictures that were removed."""
        shown = {id(picture) for picture in new.collection.pictures()}
        removed: dict[int, int] = {}
        last = new.collection
        for place in range(len(self.past) - 1, -1, -1):
            collection = self.past[place].collection
            if collection is last:
                continue
            last = collection
            removed |= {id(p): p.nbytes for p in collection.pictures() if id(p) not in shown}
            if sum(removed.values()) > REMOVED_BYTES:
                del self.past[: place + 1]
                return


def seen_as(setup: Setup, other: Setup) -> Setup:
    """A set-up as it is looked at in another."""
    return replace(setup, **{name: getattr(other, name) for name in LOOKS})
