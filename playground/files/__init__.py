"""Everything that reads bytes from outside; each reader validates or raises ``BadFile``."""

from __future__ import annotations

from playground.files.errors import BadFile

__all__ = ["BadFile"]
