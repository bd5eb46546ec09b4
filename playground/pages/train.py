"""The Train page: a network learns in front of the class."""

from __future__ import annotations


def draw() -> None:
    """Draw the page."""
    # Only here, so that the first page does not wait for what it does not need.
    from playground.ui.training import screen

    screen.draw()
