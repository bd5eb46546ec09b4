"""The one error for files that come from outside."""

from __future__ import annotations


class BadFile(Exception):
    """A file that the playground cannot use, told in one sentence a student understands."""
