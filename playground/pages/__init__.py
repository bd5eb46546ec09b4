"""The pages, in the order of their tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.pages import filters, guide, history, network, practise, train


@dataclass(frozen=True)
class Entry:
    """A page: its tab's title, its address, and the function that draws it."""

    title: str
    path: str
    draw: Callable[[], None]


PAGES = (
    Entry("Filters", "filters", filters.draw),
    Entry("Train", "train", train.draw),
    Entry("Network", "network", network.draw),
    Entry("History", "history", history.draw),
    Entry("Practise", "practise", practise.draw),
    Entry("Guide", "guide", guide.draw),
)
