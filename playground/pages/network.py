"""The Network page: every layer of a network on a picture of one's own."""

from __future__ import annotations


def draw() -> None:
    """Draw the page."""
    # Only here, so that the first page does not wait for what it does not need.
    from playground.ui.network import screen

    screen.draw()
