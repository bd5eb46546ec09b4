"""The one error that the engine raises for input it cannot work with."""

from __future__ import annotations


class EngineError(ValueError):
    """Settings or shapes that do not fit, told in one sentence a student understands."""
