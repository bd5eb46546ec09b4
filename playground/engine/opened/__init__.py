"""What any one number of any node's output is made of: products, winners, terms, copies."""

from __future__ import annotations

from playground.engine.opened.parts import KINDS, Group, Opened, Part

__all__ = ["KINDS", "Group", "Opened", "Part"]
